/**
 * The window's tie to one coordinator: follows where it is, keeps the live copy up to date, and asks for what a fold
 * lacks. Owns the socket. Made once in `main.tsx`.
 */
import type { CoordinatorState } from '../shared/bridge.ts';
import type { Surface } from '../shared/console.ts';
import type { Clock } from '../shared/clock.ts';
import type { StoredEvent } from '../shared/domain/event.ts';
import type { TaskId } from '../shared/ids.ts';
import type { FromClient } from '../shared/protocol/client.ts';
import type { Result } from '../shared/result.ts';
import { createAsking } from './asking.ts';
import { createApi, type Address, type Api, type CallError } from './client/call.ts';
import type { ConnectionSource } from './client/connection.ts';
import { createConsoles, type Consoles, type ConsolesDeps } from './client/consoles.ts';
import { createOutputs, type Outputs } from './client/outputs.ts';
import { openSocket, type Socket, type SocketDeps, type SocketHandlers } from './client/socket.ts';
import { withoutUnlisted } from './store/consoles.ts';
import { EMPTY_DATA, type DataStore } from './store/data.ts';
import { takeIn } from './store/feed.ts';
import { withoutGone } from './store/hosts.ts';
import { forgetHeard } from './store/live.ts';
import { extend, openTimeline } from './store/timeline.ts';
import type { UiStore } from './store/ui.ts';

export interface SessionDeps {
  readonly source: ConnectionSource;
  readonly data: DataStore;
  readonly ui: UiStore;
  readonly clock: Clock;
  readonly nextFrame: (run: () => void) => () => void;
  readonly newKey: () => string;
  readonly open: SocketDeps['open'];
  readonly surface: Surface;
}

export interface Session {
  readonly api: Api;
  readonly outputs: Outputs;
  readonly consoles: Consoles;
  /** Live events as they come, for what must be said aloud; not those of a snapshot. The answer stops it. */
  onEvents(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Brings a task with all its attempts into the store. */
  loadTask(id: TaskId): Promise<Result<void, CallError>>;
  /** Opens the timeline of a task; the answer closes it. */
  watchTimeline(id: TaskId): () => void;
  /** The machine woke or the network is back: a connection that waits for its next try is made at once. */
  wake(): void;
  close(): void;
}

const PAGE = 500;

export function createSession(deps: SessionDeps): Session {
  const { data, ui } = deps;
  let address: Address | null = null;
  let socket: Socket | null = null;
  const api = createApi(() => address, deps.newKey);
  const { outputs, consoles } = createWatching(() => socket, deps);
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  const asking = createAsking({ data, api, clock: deps.clock });
  const handlers: SocketHandlers = {
    onBatch(messages) {
      const { needsSnapshot, missing, heard } = takeIn(data, messages, deps.clock.now());
      if (needsSnapshot) socket?.send({ type: 'subscribe' });
      asking.bring(missing);
      if (heard.length > 0) for (const listener of listeners) listener(heard);
    },
    onOutput: (message) => outputs.receive(message),
    onConsole: (frame) => consoles.receive(frame),
    onOpen() {
      ui.setState({ link: 'open' });
      outputs.reopen();
      consoles.reopen();
      void forgetGone(data, api);
      void learnMe(ui, api);
    },
    onClose: () => onLost(data, ui, api),
    onNonsense: () => ui.setState({ link: 'foreign' }),
  };

  const stopSource = deps.source.watch((coordinator) => {
    ui.setState({ coordinator });
    if (coordinator.status === 'ready') connectTo(coordinator);
  });

  function connectTo({ url, token }: Extract<CoordinatorState, { status: 'ready' }>): void {
    if (socket && address?.url === url && address.token === token) return;
    const isOther = address !== null && address.token !== token;
    address = { url, token };
    socket?.close();
    // Another token is another data folder: what we hold is not its state.
    if (isOther) data.setState(EMPTY_DATA);
    ui.setState({ link: 'connecting' });
    socket = openSocket(
      { ...deps, address, after: () => data.getState().live.seq ?? undefined },
      handlers,
    );
  }

  return {
    api,
    outputs,
    consoles,
    onEvents: (listener) => joined(listeners, listener),
    loadTask: asking.load,
    watchTimeline: (id) => watchTimeline(id, data, api),
    wake: () => socket?.wake(),
    close() {
      stopSource();
      asking.close();
      socket?.close();
      socket = null;
    },
  };
}

function onLost(data: DataStore, ui: UiStore, api: Api): void {
  ui.setState({ link: 'lost' });
  data.setState(({ live }) => ({ live: forgetHeard(live) }));
  void checkToken(api, ui);
}

/** What is watched besides events. */
function createWatching(socket: () => Socket | null, deps: SessionDeps) {
  const send = (message: FromClient): void => socket()?.send(message);
  const sendBytes: ConsolesDeps['sendBytes'] = (bytes) => socket()?.sendBytes(bytes);
  return { outputs: createOutputs(send), consoles: createConsoles({ ...deps, send, sendBytes }) };
}

function joined<T>(all: Set<T>, one: T): () => void {
  all.add(one);
  return () => all.delete(one);
}

/** A browser does not say why a WebSocket was refused; a call does. */
async function checkToken(api: Api, ui: UiStore): Promise<void> {
  const answer = await api.call('queue.get', {});
  if (!answer.ok && answer.error.code === 'unauthorized') ui.setState({ link: 'refused' });
}

/** A coordinator that was started anew knows nothing of the provisionings before: they must not stand there for ever. */
async function forgetGone(data: DataStore, api: Api): Promise<void> {
  void forgetClosed(data, api);
  const suspects = new Set(data.getState().hosts.provisionings.keys());
  if (suspects.size === 0) return;
  const answer = await api.call('provisionings.list', {});
  // Without an answer the connection is lost again, and the next one asks.
  if (!answer.ok) return;
  const { provisionings } = answer.value;
  data.setState(({ hosts }) => ({ hosts: withoutGone(hosts, suspects, provisionings) }));
}

/** Who sits here, and what the workshop is called; without an answer both stay as they were. */
async function learnMe(ui: UiStore, api: Api): Promise<void> {
  const answer = await api.call('access.me', {});
  if (answer.ok) ui.setState({ me: answer.value, workshopName: answer.value.workshop });
}

/** So does one that knows no consoles: those that were open are closed. */
async function forgetClosed(data: DataStore, api: Api): Promise<void> {
  if (data.getState().consoles.size === 0) return;
  const answer = await api.call('consoles.list', {});
  if (!answer.ok) return;
  const listed = answer.value.consoles;
  data.setState(({ consoles }) => ({ consoles: withoutUnlisted(consoles, listed) }));
}

function watchTimeline(id: TaskId, data: DataStore, api: Api): () => void {
  let isOpen = true;
  data.setState({ timeline: openTimeline(id) });

  async function loadPage(after: number): Promise<number | null> {
    const page = await api.call('tasks.events', { id, after, limit: PAGE });
    // What is missing comes with the next opening; the live events go on by themselves.
    if (!page.ok || !isOpen) return null;
    const { events, nextAfter } = page.value;
    data.setState(({ timeline }) => ({ timeline: timeline && extend(timeline, events) }));
    return nextAfter;
  }

  async function load(): Promise<void> {
    let after: number | null = 0;
    while (after !== null) after = await loadPage(after);
  }

  void load();
  return () => {
    isOpen = false;
    data.setState(({ timeline }) => (timeline?.taskId === id ? { timeline: null } : {}));
  };
}
