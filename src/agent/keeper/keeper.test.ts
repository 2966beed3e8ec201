/** The keeper with a clock of its own and scripted agents: pauses, probation, the way back, a stop that leaves attempts be. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentBuild, markValid, readRefused, setCurrent, writeNext } from '../host/builds.ts';
import { realDisk } from '../host/durable.ts';
import { buildPlace, homeAt, type Home } from '../host/home.ts';
import { testClock, type TestClock } from '../testing/clock.ts';
import { keepAgent, PROBATION_MS, type AgentChild } from './keeper.ts';
import { openRotatingLog } from './rotating-log.ts';
import { createSwitch } from './switch.ts';

let folder: string;
let home: Home;
let clock: TestClock;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'koubou-keeper-'));
  home = homeAt(folder);
  clock = testClock();
  for (const build of ['x', 'y']) {
    const place = buildPlace(home, build);
    mkdirSync(place.dir, { recursive: true });
    writeFileSync(place.executable, build);
    await markValid(home, { build, sha256: 'a'.repeat(64), size: 1, version: '1' });
  }
  await setCurrent(home, 'x');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An agent that does what the test says. */
class Scripted implements AgentChild {
  readonly build: string;
  private readonly exit = Promise.withResolvers<string>();
  private readonly welcome = Promise.withResolvers<void>();
  readonly exited = this.exit.promise;
  readonly welcomed = this.welcome.promise;
  askedToLeave = false;

  constructor(build: string) {
    this.build = build;
  }

  end(why: string): void {
    this.exit.resolve(why);
  }

  isWelcomed(): void {
    this.welcome.resolve();
  }

  async leave(): Promise<void> {
    this.askedToLeave = true;
    this.exit.resolve('left');
    await Promise.resolve();
  }
}

interface Run {
  /** The next agent that is started. */
  next(): Promise<Scripted>;
  /** Resolves when the keeper waits to start again; lets that time pass. */
  passPause(): Promise<number>;
  stop(): Promise<number>;
}

function run(): Run {
  const stop = new AbortController();
  const started: Scripted[] = [];
  const pauses: number[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  async function take<T>(from: T[]): Promise<T> {
    for (;;) {
      const [first] = from.splice(0, 1);
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }
  const done = keepAgent({
    builds: createSwitch(home, realDisk, () => {}),
    start(build) {
      const child = new Scripted(build);
      started.push(child);
      wake();
      return child;
    },
    clock: {
      ...clock,
      after(ms, work) {
        if (ms !== PROBATION_MS) pauses.push(ms);
        const cancel = clock.after(ms, work);
        wake();
        return cancel;
      },
    },
    log: pino({ level: 'silent' }),
    stop: stop.signal,
  });
  return {
    next: async () => await take(started),
    async passPause() {
      const ms = await take(pauses);
      clock.pass(ms);
      return ms;
    },
    async stop() {
      stop.abort();
      return await done;
    },
  };
}

test('an agent that ends is started again, with growing pauses, and the first again for one that lived long', async () => {
  const keeper = run();
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    (await keeper.next()).end('exit code 1');
    pauses.push(await keeper.passPause());
  }
  expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  const healthy = await keeper.next();
  clock.pass(60_000);
  healthy.end('SIGSEGV');
  expect(await keeper.passPause()).toBe(200);
  await keeper.next();
  await keeper.stop();
});

test('a stop lets the agent leave and starts no other', async () => {
  const keeper = run();
  const agent = await keeper.next();
  expect(await keeper.stop()).toBe(0);
  expect(agent.askedToLeave).toBe(true);
});

test('a new build that is welcomed takes over', async () => {
  const keeper = run();
  const old = await keeper.next();
  await writeNext(home, { build: 'y', tries: 0 });
  old.end('exit code 0');
  const young = await keeper.next();
  expect(young.build).toBe('y');
  expect(await currentBuild(home)).toBe('x');
  young.isWelcomed();
  // It runs as the current one from here on: when it crashes, it is started again.
  young.end('SIGSEGV');
  await keeper.passPause();
  expect((await keeper.next()).build).toBe('y');
  expect(await currentBuild(home)).toBe('y');
  await keeper.stop();
});

test.each([
  ['ends at once', (agent: Scripted) => agent.end('exit code 127'), /exit code 127/],
  ['hangs', () => clock.pass(PROBATION_MS), /within 8 s/],
])('a new build that %s gives its place back', async (_, spoil, why) => {
  const keeper = run();
  const old = await keeper.next();
  await writeNext(home, { build: 'y', tries: 0 });
  old.end('exit code 0');
  spoil(await keeper.next());
  expect((await keeper.next()).build).toBe('x');
  expect(await currentBuild(home)).toBe('x');
  expect((await readRefused(home)).get('y')).toMatch(why);
  await keeper.stop();
});

test('a home without a whole build ends the keeper', async () => {
  rmSync(home.versions, { recursive: true });
  expect(await run().stop()).toBe(1);
});

test('a log that grows is cut into pieces, and the oldest go', () => {
  const file = path.join(folder, 'log', 'agent.log');
  const write = openRotatingLog(file, { mostBytes: 4, older: 2 });
  for (const line of ['1111', '2222', '3333', '4444']) write(line);
  expect(readFileSync(file, 'utf8')).toBe('4444');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('3333');
  expect(readFileSync(`${file}.2`, 'utf8')).toBe('2222');
  openRotatingLog(file, { mostBytes: 4, older: 2 })('5555');
  expect(readFileSync(file, 'utf8')).toBe('5555');
  expect(readFileSync(`${file}.2`, 'utf8')).toBe('3333');
});
