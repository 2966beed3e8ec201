/** The life of the coordinator's process, with small programs in its place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { Clock } from '../../shared/clock.ts';
import { answerKeychain, type Storage } from './keychain.ts';
import { startCoordinatorChild, type CoordinatorChild } from './coordinator-child.ts';

const READY = `process.send({ type: 'ready', url: 'http://127.0.0.1:1', token: 'abc' });`;
const STAY = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`;

let dir = '';
/** Turns texts round; says no to what it did not make. */
const keychain: Storage = {
  isEncryptionAvailable: () => true,
  encryptString: (text) => Buffer.from(`sealed ${text}`),
  decryptString(sealed) {
    const text = sealed.toString();
    if (!text.startsWith('sealed ')) throw new Error('locked');
    return text.slice('sealed '.length);
  },
  getSelectedStorageBackend: () => backend,
};
let backend: ReturnType<NonNullable<Storage['getSelectedStorageBackend']>> = 'gnome_libsecret';
let child: CoordinatorChild | undefined;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-child-'));
});

afterEach(async () => {
  await child?.close();
  child = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** Waits and pauses pass at once; their lengths are kept. */
function quickClock(): { clock: Clock; pauses: number[] } {
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(ms, run) {
      pauses.push(ms);
      // The long ones guard against what must not happen here.
      if (ms >= 10_000) return () => {};
      const timer = setImmediate(run);
      return () => clearImmediate(timer);
    },
  };
  return { clock, pauses };
}

/** Starts `script` as the coordinator; `next` resolves with the next state that `match` accepts. */
function begin(script: string) {
  const program = path.join(dir, 'program.cjs');
  writeFileSync(program, script);
  const { clock, pauses } = quickClock();
  const states: CoordinatorState[] = [];
  const starts: boolean[] = [];
  const waiting = new Set<() => void>();
  const shown = Promise.withResolvers<void>();
  child = startCoordinatorChild({
    dataDir: dir,
    program: { command: process.execPath, args: [program] },
    args(first) {
      starts.push(first);
      return Promise.resolve({ args: [], note: 'a note' });
    },
    clock,
    env: process.env,
    shown: shown.promise,
    keychain: async () => await Promise.resolve(keychain),
    print: () => {},
    onState(state) {
      states.push(state);
      for (const look of waiting) look();
    },
  });
  const until = (status: CoordinatorState['status'], count = 1) =>
    new Promise<CoordinatorState>((resolve) => {
      const look = (): void => {
        const found = states.filter((state) => state.status === status)[count - 1];
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, states, starts, pauses, until, show: shown.resolve };
}

describe('the coordinator of a window', () => {
  it('is ready when it says so, and ends in order', async () => {
    const { child: started, until } = begin(`${READY} ${STAY}`);
    expect(await until('ready')).toEqual({
      status: 'ready',
      url: 'http://127.0.0.1:1',
      token: 'abc',
      note: 'a note',
    });
    await started.close();
  });

  it('has failed when it ends before it was ready, with its last words and without secrets', async () => {
    const { until } = begin(
      `console.error('the data folder is in use\\nsee http://127.0.0.1/#token=abc-DEF'); process.exitCode = 3;`,
    );
    expect(await until('failed')).toEqual({
      status: 'failed',
      why: 'it ended with code 3',
      log: ['the data folder is in use', 'see http://127.0.0.1/#token=…'],
    });
  });

  it('stays down while its program is replaced, told to leave its agents, and comes back then', async () => {
    const back = Promise.withResolvers<void>();
    const {
      child: started,
      until,
      starts,
    } = begin(
      `${READY} ${STAY} process.on('message', ({ type }) => { if (type === 'leave') process.exit(0); });`,
    );
    await until('ready');
    expect(await started.restart({ keepsAgents: true, until: back.promise })).toBe(true);
    expect(starts).toEqual([true]);
    back.resolve();
    await until('ready', 2);
    expect(starts).toEqual([true, false]);
  });

  it('is started again after growing pauses, and has failed after five times', async () => {
    const { until, states, starts, pauses } = begin(
      `${READY} setImmediate(() => process.exit(1));`,
    );
    await until('failed');
    const restarts = states.filter((state) => state.status === 'restarting');
    expect(restarts.map((state) => state.status === 'restarting' && state.attempt)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(pauses.filter((ms) => ms >= 500 && ms < 10_000)).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(starts).toEqual([true, false, false, false, false, false]);
  });

  it('starts anew when the user asks', async () => {
    const { child: started, until } = begin('process.exitCode = 1;');
    await until('failed');
    await started.retry();
    expect(await until('failed', 2)).toMatchObject({ status: 'failed' });
  });

  it('is killed and started again when it does not answer after the machine has slept', async () => {
    const { child: started, until, starts } = begin(`${READY} ${STAY}`);
    await until('ready');
    await started.check();
    expect(await until('restarting')).toMatchObject({ why: 'it ended with SIGKILL', attempt: 1 });
    await until('ready', 2);
    expect(starts).toEqual([true, false]);
  });

  it('hears that its workshop is on the screen, and so does the one after it', async () => {
    const { until, show } = begin(
      `${READY} process.on('message', ({ type }) => type === 'shown' && process.exit(7));`,
    );
    await until('ready');
    show();
    expect(await until('restarting')).toMatchObject({ why: 'it ended with code 7' });
    expect(await until('restarting', 2)).toMatchObject({ why: 'it ended with code 7' });
  });

  it('is left alone when it answers after the machine has slept', async () => {
    const answering = `const s = require('node:http').createServer((_, r) => r.end('{}'));
      s.listen(0, '127.0.0.1', () => process.send({
        type: 'ready', url: 'http://127.0.0.1:' + s.address().port, token: 'abc' }));`;
    const { child: started, until, states } = begin(`${answering} ${STAY}`);
    await until('ready');
    await started.check();
    expect(states.map(({ status }) => status)).toEqual(['starting', 'ready']);
  });

  it('is joined when one serves the data folder already, and left alone at the end', async () => {
    const server = createServer((_, response) => void response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const url = `http://127.0.0.1:${port}`;
    const info = { pid: process.pid, host: '127.0.0.1', port, url, startedAt: 0, version: '0' };
    writeFileSync(path.join(dir, 'serve.json'), JSON.stringify(info));
    writeFileSync(path.join(dir, 'token'), 'kept-token\n');
    try {
      const { child: started, until, starts } = begin('process.exit(9)');
      expect(await until('ready')).toEqual({
        status: 'ready',
        url,
        token: 'kept-token',
        note: null,
      });
      await started.close();
      expect(starts).toEqual([]);
      expect(server.listening).toBe(true);
    } finally {
      server.close();
    }
  });
});

describe('the keychain', () => {
  const ask = { type: 'keychain', id: 1, action: 'seal', text: 'secret' } as const;
  const sealed = Buffer.from('sealed secret').toString('base64');

  it('answers the coordinator over the channel', async () => {
    const { until } = begin(`
      process.on('message', ({ text }) => process.send({ type: 'ready', url: 'http://x', token: text }));
      process.send(${JSON.stringify(ask)});
      ${STAY}`);
    expect(await until('ready')).toMatchObject({ token: sealed });
  });

  it('opens what it sealed, and answers nothing when it is locked, or no better than a file', () => {
    const open = { ...ask, action: 'open', text: sealed } as const;
    expect(answerKeychain(open, keychain, 'linux')?.text).toBe('secret');
    expect(answerKeychain({ ...open, text: 'other' }, keychain, 'linux')?.text).toBeNull();
    backend = 'basic_text';
    expect(answerKeychain(ask, keychain, 'linux')?.text).toBeNull();
    expect(answerKeychain(ask, keychain, 'win32')?.text).toBe(sealed);
    expect(answerKeychain({ type: 'ready' }, keychain, 'linux')).toBeNull();
    backend = 'gnome_libsecret';
  });
});
