import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { applyTo } from '../../shared/domain/apply.ts';
import { StoredEvent } from '../../shared/domain/event.ts';
import { emptyState } from '../../shared/domain/state.ts';
import { AgentId, AttemptId } from '../../shared/ids.ts';
import { encodeOutput } from '../../shared/protocol/output.ts';
import type { LiveMessage, OutputMessage } from './inbox.ts';
import { openSocket, type LiveSocket } from './socket.ts';

/** The far end of a WebSocket, in this process. */
class Line extends EventTarget implements LiveSocket {
  binaryType: BinaryType = 'blob';
  readyState: LiveSocket['readyState'] = 0;
  readonly sent: unknown[] = [];
  readonly url: string;
  readonly protocols: string[];

  constructor(url: string, protocols: string[]) {
    super();
    this.url = url;
    this.protocols = protocols;
  }

  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    this.sent.push(JSON.parse(String(data)));
  }

  close(): void {
    this.end();
  }

  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  end(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

/** A socket whose frames, timers and far ends the test holds. */
function setUp(after: () => number | undefined = () => undefined) {
  const lines: Line[] = [];
  const batches: (readonly LiveMessage[])[] = [];
  const outputs: OutputMessage[] = [];
  const calls: string[] = [];
  const pauses: number[] = [];
  let frame: (() => void) | null = null;
  let timer: (() => void) | null = null;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(ms, run) {
      pauses.push(ms);
      timer = run;
      return () => (timer = null);
    },
  };
  const socket = openSocket(
    {
      address: { url: 'http://127.0.0.1:8080', token: 'abc' },
      after,
      clock,
      nextFrame(run) {
        frame = run;
        return () => (frame = null);
      },
      open(url, protocols) {
        const line = new Line(url, protocols);
        lines.push(line);
        return line;
      },
    },
    {
      onBatch: (messages) => void batches.push(messages),
      onOutput: (message) => void outputs.push(message),
      onConsole: () => undefined,
      onOpen: () => void calls.push('open'),
      onClose: () => void calls.push('close'),
      onNonsense: () => void calls.push('nonsense'),
    },
  );
  return {
    socket,
    lines,
    batches,
    outputs,
    calls,
    pauses,
    drawFrame: () => frame?.(),
    passPause() {
      const run = timer;
      timer = null;
      run?.();
    },
    line: () => lines.at(-1) ?? new Line('', []),
  };
}

const vitals = JSON.stringify({ type: 'vitals', vitals: [] });

function largeVitals(agents: number): string {
  const sizes = { memoryUsedBytes: 2e10, memoryBytes: 6.4e10, diskFreeBytes: 4e11 };
  const entry = { agentId: 'kiln', vitals: { cpu: 0.5, ...sizes, load1: 3 } };
  return JSON.stringify({ type: 'vitals', vitals: Array.from({ length: agents }, () => entry) });
}

/** A thousand agents, in ten parts, and the snapshot that they belong to; `change` to the last of them. */
function snapshotInParts(change: object): string[] {
  const state = emptyState();
  const id = AgentId.parse('kiln');
  const capabilities = {
    ...{ os: 'linux', arch: 'x64', hostname: 'kiln', cpus: 4, memoryBytes: 1, diskFreeBytes: 1 },
    ...{ tools: [], engines: [], specialties: [], labels: [] },
  };
  const event = {
    ...{ type: 'agent.connected', agentId: id, name: 'kiln', version: '1', address: '10.0.0.1' },
    ...{ slots: 4, capabilities },
  };
  applyTo(state, StoredEvent.parse({ seq: 1, at: 1, actor: 'test', event }));
  const agents = Array.from({ length: 1_000 }, (_, n) => ({
    ...state.agent(id),
    name: `kiln ${n}`,
    ...(n === 999 && change),
  }));
  const lists = { tasks: [], attempts: [] };
  const parts = Array.from({ length: 10 }, (_, n) => ({
    ...{ type: 'snapshot_part', ...lists },
    agents: agents.slice(n * 100, (n + 1) * 100),
  }));
  const none = { agents: [], recurring: [], counts: {} };
  const rest = { seq: 1, ...lists, ...none, workshop: state.workshop() };
  return [...parts, { type: 'snapshot', snapshot: rest }].map((each) => JSON.stringify(each));
}

describe('the live connection', () => {
  it('opens with the token and asks for a snapshot', () => {
    const { line } = setUp();
    expect(line().url).toBe('ws://127.0.0.1:8080/ws');
    expect(line().protocols).toEqual(['koubou', 'bearer.abc']);
    line().accept();
    expect(line().sent).toEqual([{ type: 'subscribe' }]);
  });

  it('opens again after growing pauses, and goes on after the last event', () => {
    const seen: { seq?: number } = {};
    const { line, lines, passPause, pauses, calls } = setUp(() => seen.seq);
    line().accept();
    seen.seq = 41;
    line().end();
    passPause();
    line().end();
    passPause();
    expect(pauses).toEqual([250, 500]);
    line().accept();
    expect(line().sent).toEqual([{ type: 'subscribe', after: 41 }]);
    line().end();
    expect(pauses).toEqual([250, 500, 250]);
    expect(lines).toHaveLength(3);
    expect(calls).toEqual(['open', 'close', 'close', 'open', 'close']);
  });

  it('never waits longer than five seconds', () => {
    const { line, passPause, pauses } = setUp();
    for (let i = 0; i < 8; i++) {
      line().end();
      passPause();
    }
    expect(Math.max(...pauses)).toBe(5_000);
  });

  it('is made at once when the machine wakes, and left alone when it is there', () => {
    const { socket, line, lines, pauses } = setUp();
    for (let i = 0; i < 3; i++) {
      line().end();
      socket.wake();
    }
    expect(lines).toHaveLength(4);
    expect(pauses).toEqual([250, 250, 250]);
    line().accept();
    socket.wake();
    expect(lines).toHaveLength(4);
    socket.close();
    socket.wake();
    expect(lines).toHaveLength(4);
  });

  it('hands on what came since the last frame together', () => {
    const { line, batches, drawFrame } = setUp();
    line().accept();
    line().say(vitals);
    line().say(vitals);
    expect(batches).toEqual([]);
    drawFrame();
    line().say(vitals);
    drawFrame();
    expect(batches.map((batch) => batch.length)).toEqual([2, 1]);
  });

  it('gathers for longer while very much happens, and not when it is over', () => {
    const { line, batches, drawFrame, pauses, passPause } = setUp();
    line().accept();
    const events = Array.from({ length: 50 }, (_, index) => ({
      seq: index + 1,
      at: 0,
      actor: 'test',
      event: { type: 'task.started', taskId: 'task-1' },
    }));
    line().say(JSON.stringify({ type: 'events', events }));
    drawFrame();
    line().say(vitals);
    drawFrame();
    expect(batches).toHaveLength(1);
    expect(pauses).toEqual([100]);
    passPause();
    expect(batches).toHaveLength(2);
    line().say(vitals);
    drawFrame();
    expect(batches).toHaveLength(3);
  });

  it('hands on at a break what no frame has shown yet', () => {
    const { line, batches } = setUp();
    line().accept();
    line().say(vitals);
    line().end();
    expect(batches).toHaveLength(1);
  });

  it('hands on output at once', () => {
    const { line, outputs } = setUp();
    line().accept();
    const attemptId = AttemptId.parse('task-1.1');
    const bytes = Uint8Array.of(1, 2, 3);
    const encoded = encodeOutput({ attemptId, stream: 'terminal', offset: 5, bytes });
    line().say(encoded.slice().buffer);
    expect(outputs).toEqual([
      { type: 'bytes', frame: { attemptId, stream: 'terminal', offset: 5, bytes } },
    ]);
  });

  it('says so when the other end speaks another version', () => {
    const { line, calls } = setUp();
    line().accept();
    line().say('{"type":"hologram"}');
    line().say('not json');
    line().say(Uint8Array.of(9, 9).buffer);
    expect(calls).toEqual(['open', 'nonsense', 'nonsense', 'nonsense']);
  });

  it('is quiet once it was closed', () => {
    const { socket, line, calls, pauses } = setUp();
    line().accept();
    socket.close();
    expect(calls).toEqual(['open']);
    expect(pauses).toEqual([]);
  });
});

describe('a large workshop', () => {
  it('puts a snapshot together that came in parts, and keeps the order of what follows', () => {
    const { line, batches, drawFrame } = setUp();
    line().accept();
    for (const text of [...snapshotInParts({}), vitals]) line().say(text);
    drawFrame();
    expect(batches.map((batch) => batch.map(({ type }) => type))).toEqual([['snapshot', 'vitals']]);
    const [[first] = []] = batches;
    const names = first?.type === 'snapshot' ? first.snapshot.agents.map(({ name }) => name) : [];
    expect(names).toEqual(Array.from({ length: 1_000 }, (_, n) => `kiln ${n}`));
    // The next one begins anew.
    for (const text of snapshotInParts({})) line().say(text);
    drawFrame();
    const [again] = batches.at(-1) ?? [];
    expect(again?.type === 'snapshot' && again.snapshot.agents).toHaveLength(1_000);
  });

  it('reads the load of a thousand machines in pieces, and what waited for it in turns', () => {
    const { line, batches, drawFrame, pauses, passPause } = setUp();
    line().accept();
    line().say(largeVitals(1_000));
    for (let n = 0; n < 120; n++) line().say(vitals);
    for (let n = 0; n < 40; n++) passPause();
    drawFrame();
    expect(pauses).toHaveLength(13);
    const sizes = batches
      .flat()
      .map((message) => message.type === 'vitals' && message.vitals.length);
    expect(sizes).toEqual([1_000, ...Array.from({ length: 120 }, () => 0)]);
  });

  it('refuses a part in which one entry is none, and forgets the parts before a break', () => {
    const { line, calls, passPause, batches, drawFrame } = setUp();
    line().accept();
    for (const text of snapshotInParts({ slots: 'many' }).slice(0, -1)) line().say(text);
    expect(calls).toEqual(['open', 'nonsense']);
    line().end();
    passPause();
    line().accept();
    for (const text of snapshotInParts({})) line().say(text);
    drawFrame();
    const [[first] = []] = batches;
    expect(first?.type === 'snapshot' && first.snapshot.agents).toHaveLength(1_000);
  });

  it('forgets a long message that is cut off', () => {
    const { line, passPause, batches } = setUp();
    line().accept();
    line().say(largeVitals(1_000));
    line().end();
    for (let n = 0; n < 40; n++) passPause();
    expect(batches).toEqual([]);
  });
});
