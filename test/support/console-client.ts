/** A person at a console, for tests: a client of `/ws` that types, reads, and can stop reading. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Console, ConsoleId } from '../../src/shared/console.ts';
import type { Rejection } from '../../src/shared/errors.ts';
import { ToClient, type FromClient } from '../../src/shared/protocol/client.ts';
import { decodeConsole, encodeConsole } from '../../src/shared/protocol/console.ts';
import type { Workshop } from './workshop.ts';

export interface Client {
  watch(id: ConsoleId, pen: boolean): void;
  type(id: ConsoleId, text: string): void;
  resize(id: ConsoleId, cols: number, rows: number): void;
  takePen(id: ConsoleId): void;
  /** The end of what was printed. */
  text(): string;
  shows(words: string): Promise<void>;
  /** Resolves when so many bytes came. */
  reads(bytes: number): Promise<void>;
  /** Acknowledges nothing from now on. */
  stopReading(): void;
  /** Acknowledges all that came, and what comes. */
  readOn(id: ConsoleId): void;
  /** Resolves when so many bytes came since it stopped reading. */
  comes(bytes: number): Promise<void>;
  /** Bytes that came since it stopped reading for the last time. */
  unread(): number;
  writes(id: ConsoleId, isWriter: boolean): Promise<void>;
  closed(id: ConsoleId, why: string): Promise<void>;
  refused(): Promise<Rejection>;
  close(): void;
}

/** Enough to find words in. */
const KEPT = 64 * 1024;

export async function openClient({ url, token }: Pick<Workshop, 'url' | 'token'>): Promise<Client> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await once(socket, 'open');
  const state = { text: '', length: 0, end: 0, unread: 0, isReading: true, you: '' };
  const consoles = new Map<ConsoleId, Console>();
  let refused: Rejection | null = null;
  const looks = new Set<() => void>();
  const send = (message: FromClient): void => socket.send(JSON.stringify(message));
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) return;
    if (isBinary) take(data);
    else hear(ToClient.parse(JSON.parse(data.toString())));
    for (const look of [...looks]) look();
  });
  send({ type: 'subscribe', after: Number.MAX_SAFE_INTEGER });

  function take(data: Buffer): void {
    const frame = decodeConsole(data);
    if (!frame.ok) throw new Error(frame.error);
    const { consoleId, offset, bytes } = frame.value;
    state.text = (state.text + Buffer.from(bytes).toString('latin1')).slice(-KEPT);
    state.length += bytes.length;
    state.end = offset + bytes.length;
    state.unread += bytes.length;
    if (state.isReading) send({ type: 'console_ack', consoleId, offset: state.end });
  }

  function hear(message: ToClient): void {
    if (message.type === 'error') refused = message.error;
    if (message.type !== 'console') return;
    state.you = message.you;
    consoles.set(message.console.id, message.console);
  }

  async function until(test: () => boolean, what: string): Promise<void> {
    if (test()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (test()) resolve();
    };
    const gone = (): void => reject(new Error(`closed before ${what}: ${state.text.slice(-500)}`));
    looks.add(look);
    socket.once('close', gone);
    await promise.finally(() => {
      looks.delete(look);
      socket.off('close', gone);
    });
  }

  return {
    watch: (consoleId, pen) =>
      send({ type: 'console_watch', consoleId, from: 0, pen, surface: 'terminal' }),
    type: (consoleId, text) =>
      socket.send(encodeConsole({ consoleId, offset: 0, bytes: Buffer.from(text) })),
    resize: (consoleId, cols, rows) => send({ type: 'console_resize', consoleId, cols, rows }),
    takePen: (consoleId) => send({ type: 'console_pen', consoleId }),
    text: () => state.text,
    shows: async (words) => await until(() => state.text.includes(words), words),
    reads: async (bytes) => await until(() => state.length >= bytes, `${bytes} bytes`),
    stopReading() {
      state.isReading = false;
      state.unread = 0;
    },
    readOn(consoleId) {
      state.isReading = true;
      send({ type: 'console_ack', consoleId, offset: state.end });
    },
    comes: async (bytes) => await until(() => state.unread >= bytes, `${bytes} bytes unread`),
    unread: () => state.unread,
    writes: async (id, isWriter) =>
      await until(() => {
        const writer = consoles.get(id)?.writer;
        return writer !== undefined && (writer?.clientId === state.you) === isWriter;
      }, 'the pen'),
    closed: async (id, why) =>
      await until(() => {
        const console = consoles.get(id);
        return console?.state === 'closed' && console.why === why;
      }, why),
    async refused() {
      await until(() => refused !== null, 'a refusal');
      if (!refused) throw new Error('not refused');
      return refused;
    },
    close: () => socket.terminate(),
  };
}
