/**
 * Bad updates: whatever is wrong with a new build, the agent goes on with the one before it, is not given that build again, and
 * an attempt that runs meanwhile does not notice.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOOD, makeBuilds, type Build, type Builds } from '../support/builds.ts';
import { startKeptAgent, type KeptAgent } from '../support/kept-agent.ts';
import { patientEngine, readPatient } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bad-updates-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A workshop with one agent that works on an attempt. */
interface Place {
  readonly builds: Builds;
  readonly workshop: Workshop;
  readonly pc: KeptAgent;
  /** Updates the agent to a build, and answers why that failed. */
  update(build: Build): Promise<string>;
  /** Lets the attempt end: it must have gone on from the same process, on one agent, to the last byte. */
  workEnds(): Promise<typeof ONE_ATTEMPT>;
  close(): Promise<void>;
}

const ONE_ATTEMPT = { attempts: 1, losses: 0, failures: 0 };

async function open(name: string): Promise<Place> {
  const dir = path.join(scratch, name);
  mkdirSync(dir, { recursive: true });
  const builds = makeBuilds(dir);
  const env = { KOUBOU_EXECUTABLES: builds.dir };
  const workshop = await startWorkshop({ args: ['--agents', '0'], env });
  const pc = await startKeptAgent({ workshop, id: 'atelier', build: builds.first });
  const engine = patientEngine(dir);
  const repo = makeRepo(path.join(dir, 'repo'), { 'a.txt': 'a\n' });
  const { id } = await workshop.call('tasks.create', { repo, title: 'Go on', engine: engine.spec });
  const pid = await engine.working();
  return {
    builds,
    workshop,
    pc,
    async update(build) {
      builds.publish(build);
      const { seq } = await workshop.call('snapshot.get', {});
      await workshop.call('agents.update', { id: pc.id });
      const { event } = await workshop.untilEvent(
        ({ event: found }) =>
          found.type === 'agent.update_changed' && found.update.state !== 'running',
        seq,
      );
      if (event.type !== 'agent.update_changed') throw new Error('another event');
      expect(event.update).toMatchObject({ state: 'failed', build: build.id });
      expect(pc.current()).toBe('first-build');
      process.kill(pid, 0);
      return event.update.why ?? '';
    },
    async workEnds() {
      engine.letGo();
      const task = await workshop.until(id, 'review');
      const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
      expect(printed).toEqual({ pids: [pid], isWhole: true });
      const { attempts, losses, failures } = task;
      return { attempts, losses, failures };
    },
    async close() {
      await pc.close();
      await workshop.close();
    },
  };
}

/** Says who it is made for, as every executable of Linux does. */
function foreignProgram(): Buffer {
  const head = Buffer.alloc(64);
  head.write('\u007fELF', 'latin1');
  head.writeUInt16LE(process.arch === 'x64' ? 183 : 62, 18);
  return head;
}

/** The build reads a configuration that lacks something it needs. */
const BAD_CONFIG = [
  'config="$(dirname "$0")/other.json"',
  'sed \'s/"slots":[0-9]*,//\' "$4" > "$config"',
  'exec "$node" "$program" agent trial --config "$config" --order "$6"',
].join('\n');

const OLD_PROTOCOL = (program: string): string =>
  program.replace(/\bPROTOCOL_VERSION = \d+;/, 'PROTOCOL_VERSION = 0;');

describe('a build that is no good', () => {
  let place: Place;
  beforeAll(async () => {
    place = await open('quick');
  });
  afterAll(async () => await place.close());

  test.each([
    [
      'crashes at its start',
      'echo "cannot find its heart" >&2; exit 3',
      undefined,
      /exit code 3.*cannot find its heart/,
    ],
    ['cannot use the configuration', BAD_CONFIG, undefined, /cannot be used:\s+slots/],
    [
      'calls itself another build',
      GOOD,
      (text: string) => text.replaceAll('"other-name"', '"liar"'),
      /says it is build liar/,
    ],
  ])('%s', async (what, script, change, why) => {
    const id = what === 'calls itself another build' ? 'other-name' : what.replaceAll(' ', '-');
    const build = place.builds.make(id, script, change);
    expect(await place.update(build)).toMatch(why);
    expect(place.pc.refused()[id]).toMatch(why);
    expect(place.pc.hasBuild(id)).toBe(false);
    // Ordered again, it is not even begun.
    expect(await place.update(build)).toContain('failed here before');
  });

  test('is made for other machines', async () => {
    const build = { id: 'foreign', bytes: foreignProgram() };
    expect(await place.update(build)).toContain('it is made for');
    expect(place.pc.refused()).toHaveProperty('foreign');
  });

  test('passes its trial, and then does not come up', async () => {
    const build = place.builds.make('turncoat', `[ "$2" = run ] && exit 9\n${GOOD}`);
    expect(await place.update(build)).toContain('ended before it was welcomed (exit code 9)');
    expect(place.pc.refused()).toHaveProperty('turncoat');
  });

  // It stands still for a moment: the agent is away for longer than its attempts may work alone.
  test('passes its trial, and then hangs', async () => {
    const build = place.builds.make('sleeper', `[ "$2" = run ] && exec sleep 600\n${GOOD}`);
    expect(await place.update(build)).toContain('did not welcome it within 8 s');
    expect(place.pc.refused()).toHaveProperty('sleeper');
  });

  test('and the attempt ends as if nothing had been', async () => {
    expect(await place.workEnds()).toEqual(ONE_ATTEMPT);
  });
});

// They are waited for until the time of a trial is over: beside each other, to wait once.
describe.concurrent('a build that does not come to an end with its trial', () => {
  test.each([
    ['hangs', 'exec sleep 600', undefined, ''],
    ['starts too slowly', `sleep 60\n${GOOD}`, undefined, ''],
    ['has no network', 'exec unshare -n "$node" "$program" "$@"', undefined, 'ENETUNREACH'],
    ['speaks a protocol that is too old', GOOD, OLD_PROTOCOL, 'the agent speaks protocol 0'],
  ])('%s', async (what, script, change, complaint) => {
    const id = what.replaceAll(' ', '-');
    const place = await open(id);
    try {
      const why = await place.update(place.builds.make(id, script, change));
      expect(why).toContain('did not pass its trial within');
      expect(why).toContain(complaint);
      expect(place.pc.refused()).toHaveProperty(id);
      expect(await place.workEnds()).toEqual(ONE_ATTEMPT);
    } finally {
      await place.close();
    }
  });
});

test('there is no room for it: it is not begun, and can be when there is', async () => {
  const place = await open('full');
  const versions = path.join(place.pc.home, 'versions');
  // The builds alone: what attempts write has tests of its own.
  execFileSync('cp', ['-a', versions, `${versions}.kept`]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', versions]);
  try {
    execFileSync('cp', ['-a', `${versions}.kept/.`, versions]);
    const { bavail, bsize } = statfsSync(versions);
    const ballast = path.join(versions, 'ballast');
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 8 * 1024 * 1024));
    const build = place.builds.make('roomy');
    expect(await place.update(build)).toMatch(
      /needs \d+ MB free at .*versions, and there are 8 MB/,
    );
    expect(place.pc.hasBuild('roomy')).toBe(false);
    expect(place.pc.refused()).toEqual({});
    expect(await place.workEnds()).toEqual(ONE_ATTEMPT);
    rmSync(ballast);
    const { seq } = await place.workshop.call('snapshot.get', {});
    await place.workshop.call('agents.update', { id: place.pc.id });
    await place.workshop.untilEvent(
      ({ event }) => event.type === 'agent.update_changed' && event.update.state === 'done',
      seq,
    );
  } finally {
    await place.pc.close();
    execFileSync('umount', ['-l', versions]);
    await place.close();
  }
});
