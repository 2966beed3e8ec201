/**
 * All consoles: asked for at the agents, joined with those who look at them, closed when their attempt, their agent's link
 * or everybody's patience is over. Kept in memory only: a coordinator that is started anew knows none, and the agents close
 * what they have.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import { ConsoleId, type Console, type ConsoleKind } from '../../../../shared/console.ts';
import { rejection } from '../../../../shared/errors.ts';
import type { AgentId, AttemptId, TaskId } from '../../../../shared/ids.ts';
import {
  CONSOLE_PROTOCOL,
  encodeConsole,
  type ConsoleFrame,
} from '../../../../shared/protocol/console.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Journal } from '../../journal/port.ts';
import type { Recordings, TakeOverRecorder } from '../../terminal/port.ts';
import type { ConsoleFrames, Link } from '../link.ts';
import type { ConsoleClient, Consoles, Size } from './port.ts';
import { Room } from './room.ts';
import { createShellLog, type ShellLog } from './shell-log.ts';
import { attemptToTakeOver, type Asked } from './take-over.ts';

/** How long an agent may take; it may have to wait for the end of a step. */
const OPEN_MS = 30_000;
/** How long an agent may be away. */
const AWAY_MS = 60_000;
const MOST_OPEN = 50;

export interface ConsolesDeps {
  readonly journal: Pick<Journal, 'subscribe' | 'task' | 'attempt' | 'agent' | 'submit'>;
  readonly recordings: Pick<Recordings, 'takeOvers'>;
  readonly linkOf: (id: AgentId) => Link | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the links tell. */
export interface ConsolesService extends Consoles {
  frame(link: Link, frame: ConsoleFrames): void;
  output(link: Link, frame: ConsoleFrame): void;
  gone(link: Link): void;
  end(): void;
}

interface Held {
  readonly room: Room;
  /** `null`: of the agent itself, which is not recorded. */
  readonly recorder: TakeOverRecorder | null;
  /** Over which it was asked for. */
  readonly link: Link;
  /** Answers whoever opened it. */
  readonly opened: PromiseWithResolvers<Result<Console>>;
  cancel: () => void;
}

type Begun = Pick<Console, 'id' | 'attemptId' | 'kind' | 'openedBy' | 'openedAt' | 'cols' | 'rows'>;

export function createConsoles(deps: ConsolesDeps): ConsolesService {
  return new FleetConsoles(deps);
}

class FleetConsoles implements ConsolesService {
  readonly #deps: ConsolesDeps;
  readonly #held = new Map<ConsoleId, Held>();
  readonly #listeners = new Set<(console: Console) => void>();
  readonly #unsubscribe: () => void;
  readonly #shells: ShellLog;

  constructor(deps: ConsolesDeps) {
    this.#deps = deps;
    this.#shells = createShellLog(deps.journal, deps.log);
    this.#unsubscribe = deps.journal.subscribe((events) => {
      for (const { event } of events)
        if (event.type === 'attempt.ended') this.#attemptEnded(event.attemptId);
    });
  }

  async takeOver(id: TaskId, kind: ConsoleKind, size: Size, by: string): Promise<Result<Console>> {
    const found = attemptToTakeOver(this.#deps.journal, id, kind);
    if (!found.ok) return found;
    const { attempt } = found.value;
    const held = attempt && this.#ofAttempt(attempt.attemptId);
    if (held && held.room.console.kind !== kind) {
      const message = `${id} is taken over already, with another kind of console; hand it back first`;
      return fail(rejection('illegal_transition', message, { id }));
    }
    return held ? await held.opened.promise : await this.#open(found.value, kind, size, by);
  }

  handBack(id: TaskId, by: string): Result<Console> {
    const task = this.#deps.journal.task(id);
    if (!task) return fail(rejection('not_found', `there is no task ${id}`, { id }));
    const held = task.attemptId === null ? undefined : this.#ofAttempt(task.attemptId);
    if (!held) return fail(rejection('illegal_transition', `${id} is not taken over`, { id }));
    return ok(this.#close(held, `handed back by ${by}`));
  }

  async shell(agentId: AgentId, size: Size, by: string): Promise<Result<Console>> {
    if (!this.#deps.journal.agent(agentId))
      return fail(rejection('not_found', `there is no agent ${agentId}`, { id: agentId }));
    const refused = this.#refusal(agentId, this.#deps.linkOf(agentId));
    if (refused) return refused;
    const id = newConsoleId();
    const noted = await this.#shells.opened(agentId, id, by);
    if (!noted.ok) return noted;
    const asked = { agentId, attempt: null };
    const opened = await this.#open(asked, 'shell', size, by, id);
    if (!opened.ok) this.#shells.closed(agentId, id, opened.error.message);
    return opened;
  }

  close(id: ConsoleId, by: string): Result<Console> {
    const held = this.#held.get(id);
    if (!held) return fail(rejection('not_found', `there is no ${id}; it was closed`, { id }));
    return ok(this.#close(held, `closed by ${by}`));
  }

  list(): Console[] {
    return [...this.#held.values()].map(({ room }) => room.console);
  }

  onChange(listener: (console: Console) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(client: ConsoleClient, id: ConsoleId, options: Parameters<Consoles['watch']>[2]): boolean {
    const held = this.#held.get(id);
    held?.room.watch(client, options);
    return held !== undefined;
  }

  unwatch(client: ConsoleClient, id: ConsoleId): void {
    this.#held.get(id)?.room.unwatch(client);
  }

  acknowledge(client: ConsoleClient, id: ConsoleId, offset: number, window: number): void {
    this.#held.get(id)?.room.acknowledge(client, offset, window);
  }

  takePen(client: ConsoleClient, id: ConsoleId): void {
    this.#held.get(id)?.room.takePen(client);
  }

  type(client: ConsoleClient, id: ConsoleId, bytes: Uint8Array): void {
    this.#held.get(id)?.room.type(client, bytes);
  }

  resize(client: ConsoleClient, id: ConsoleId, size: Size): void {
    this.#held.get(id)?.room.resize(client, size);
  }

  leave(client: ConsoleClient): void {
    for (const { room } of this.#held.values()) room.unwatch(client);
  }

  frame(link: Link, frame: ConsoleFrames): void {
    if (frame.type === 'consoles_here') return this.#here(link, new Set(frame.consoles));
    const held = this.#of(link, frame.consoleId);
    if (!held) return;
    if (frame.type === 'console_ended') return this.#ended(held, frame.why, frame.exit);
    held.cancel();
    held.room.change({ state: 'open' });
    held.opened.resolve(ok(held.room.console));
  }

  output(link: Link, { consoleId, offset, bytes }: ConsoleFrame): void {
    this.#of(link, consoleId)?.room.output(offset, bytes);
  }

  gone({ agentId }: Link): void {
    for (const held of this.#held.values()) {
      if (held.room.console.agentId !== agentId) continue;
      held.cancel();
      const why = `${agentId} was away for too long`;
      held.cancel = this.#deps.clock.after(AWAY_MS, () => this.#ended(held, why, null));
    }
  }

  end(): void {
    this.#unsubscribe();
    for (const held of this.#held.values()) this.#ended(held, 'the coordinator is closing', null);
  }

  #attemptEnded(attemptId: AttemptId): void {
    const held = this.#ofAttempt(attemptId);
    if (held) this.#close(held, 'the attempt is over');
  }

  /** The agent says, over a new link, what it still has. */
  #here(link: Link, consoles: ReadonlySet<ConsoleId>): void {
    for (const consoleId of consoles) {
      const held = this.#of(link, consoleId);
      if (held) {
        if (held.room.console.state === 'open') held.cancel();
        held.room.resume();
      } else {
        const why = 'the coordinator was started anew';
        link.send({ type: 'console_close', consoleId, why });
      }
    }
    for (const held of this.#held.values()) {
      const { id, agentId } = held.room.console;
      // One that was asked for over this very link may be on its way.
      if (agentId === link.agentId && held.link !== link && !consoles.has(id))
        this.#ended(held, 'the agent was started anew', null);
    }
  }

  async #open(
    { agentId, attempt }: Asked,
    kind: ConsoleKind,
    size: Size,
    by: string,
    id = newConsoleId(),
  ): Promise<Result<Console>> {
    const { clock } = this.#deps;
    const link = this.#deps.linkOf(agentId);
    const refused = this.#refusal(agentId, link);
    if (!link || refused) return refused ?? fail(unavailable(`${agentId} is not connected`));
    const attemptId = attempt?.attemptId ?? null;
    const about = { id, agentId, attemptId, kind, openedBy: by, openedAt: clock.now(), ...size };
    const fresh = { writer: null, watchers: 0, state: 'opening', why: null, exit: null } as const;
    const recorder = this.#recorderOf(about);
    const room = this.#roomOf({ ...about, ...fresh }, recorder);
    const late = `${agentId} did not answer in time; try again`;
    const held: Held = {
      ...{ room, link, recorder },
      opened: Promise.withResolvers(),
      cancel: clock.after(OPEN_MS, () => this.#close(held, late)),
    };
    this.#held.set(id, held);
    link.send({ type: 'console_open', consoleId: id, attempt, kind, by, ...size });
    return await held.opened.promise;
  }

  #refusal(agentId: AgentId, link: Link | null): Result<never> | null {
    if (!link) return fail(unavailable(`${agentId} is not connected`));
    if (link.protocol < CONSOLE_PROTOCOL)
      return fail(unavailable(`the build of ${agentId} has no consoles; update it first`));
    if (this.#held.size < MOST_OPEN) return null;
    return fail(unavailable(`${MOST_OPEN} consoles are open; close one first`));
  }

  #recorderOf({ id, openedBy: by, openedAt: startedAt, ...about }: Begun): TakeOverRecorder | null {
    const { attemptId, kind, cols, rows } = about;
    if (attemptId === null) return null;
    const begun = { attemptId, kind, by, startedAt, cols, rows };
    return this.#deps.recordings.takeOvers.record(id, begun);
  }

  #roomOf(console: Console, recorder: TakeOverRecorder | null): Room {
    const { clock, linkOf } = this.#deps;
    const { id: consoleId, agentId } = console;
    return new Room(console, {
      clock,
      ack: (offset, window) =>
        linkOf(agentId)?.send({ type: 'console_ack', consoleId, offset, window }),
      printed: (bytes) => recorder?.printed(bytes),
      resize(size) {
        linkOf(agentId)?.send({ type: 'console_resize', consoleId, ...size });
        recorder?.resized(size.cols, size.rows);
      },
      type: (bytes) => linkOf(agentId)?.sendBytes(encodeConsole({ consoleId, offset: 0, bytes })),
      changed: (changed) => this.#tell(changed),
      forgotten: () => {
        const held = this.#held.get(consoleId);
        if (held) this.#close(held, 'nobody has looked at it for ten minutes');
      },
    });
  }

  /** Asks the agent; it is over here at once, so that nothing waits for an agent that is away. */
  #close(held: Held, why: string): Console {
    const { id: consoleId, agentId } = held.room.console;
    this.#deps.linkOf(agentId)?.send({ type: 'console_close', consoleId, why });
    this.#ended(held, why, null);
    return held.room.console;
  }

  #ended(held: Held, why: string, exit: number | null): void {
    const { room, opened, recorder } = held;
    held.cancel();
    room.end();
    recorder?.end();
    this.#held.delete(room.console.id);
    this.#deps.log.info({ console: room.console.id, why }, 'console closed');
    const { id, agentId, attemptId } = room.console;
    if (attemptId === null) this.#shells.closed(agentId, id, why);
    room.change({ state: 'closed', writer: null, why, exit });
    // Whoever opened it has an answer already, unless it never opened.
    opened.resolve(fail(rejection('illegal_transition', `the console was not opened: ${why}`)));
  }

  #tell(console: Console): void {
    for (const listener of this.#listeners) listener(console);
  }

  #of(link: Link, id: ConsoleId): Held | undefined {
    const held = this.#held.get(id);
    return held?.room.console.agentId === link.agentId ? held : undefined;
  }

  #ofAttempt(attemptId: AttemptId): Held | undefined {
    return [...this.#held.values()].find(({ room }) => room.console.attemptId === attemptId);
  }
}

function newConsoleId(): ConsoleId {
  return ConsoleId.parse(`console-${randomBytes(6).toString('hex')}`);
}

function unavailable(message: string) {
  return rejection('agent_unavailable', message);
}
