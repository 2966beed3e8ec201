/** One run: the workshop is opened, tasks stream in, faults come down, then it is quiet, and the outside is looked at. */
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import { clientOf } from './client.ts';
import { raiseGhosts } from './ghosts.ts';
import { install } from './install.ts';
import { checkAccepted } from './invariants/accepted.ts';
import { checkAttempts } from './invariants/attempts.ts';
import { allTasks, type Evidence } from './invariants/evidence.ts';
import { checkEnded, checkIdle } from './invariants/leftovers.ts';
import { checkGitHub } from './invariants/github.ts';
import { checkLog } from './invariants/log.ts';
import { checkMerged } from './invariants/merged.ts';
import { checkRecordings } from './invariants/recordings.ts';
import { startOperator } from './operator.ts';
import { driveToEnd } from './quiet.ts';
import { randomOf } from './random.ts';
import { throwFaults } from './storm.ts';
import { collectViolations, type Violation } from './violations.ts';
import { watchLog } from './watch.ts';
import { openWorkshop } from './workshop.ts';

export interface RunOptions {
  readonly seed: string;
  readonly minutes: number;
  /** Faults after which it ends, whatever the time. */
  readonly faults: number;
  /** Kinds of faults that are left out. */
  readonly without: readonly string[];
  /** Folder of the built program. */
  readonly dist: string;
  /** An empty folder for everything. */
  readonly folder: string;
  readonly isolated: boolean;
  readonly print: (line: string) => void;
}

export interface RunResult {
  readonly counts: ReadonlyMap<string, number>;
  readonly thrown: number;
  readonly tasks: ReadonlyMap<string, number>;
  readonly attempts: ReadonlyMap<string, number>;
  readonly events: number;
  readonly log: readonly StoredEvent[];
  readonly recordings: number;
  readonly violations: readonly Violation[];
}

const AGENTS = 3;
const SLOTS = 3;
/** Tasks alive at a time: some wait, so that a free slot is taken at once. */
const ALIVE = 14;
const EVERY_MS = 1_250;
/** Longer than a lease and the longest pause of a retry together. */
const STUCK_MS = 75_000;

export async function runLaboratory(options: RunOptions): Promise<RunResult> {
  const { folder, isolated, print } = options;
  const random = randomOf(options.seed);
  const violations = collectViolations(print);
  const program = install(options.dist, folder);
  const workshop = await openWorkshop({
    folder,
    program,
    random,
    isolated,
    agents: AGENTS,
    slots: SLOTS,
  });
  const over = new AbortController();
  const client = clientOf(workshop, over.signal);
  const watch = watchLog(client, violations);
  const repos = workshop.repos.map(({ address }) => address);
  const { url, secret, hub } = workshop;
  await hub.join(client, url);
  const operator = startOperator({ client, watch, repos, hub, folder, random, alive: ALIVE });
  const ghosts = raiseGhosts({ watch, url, secret, folder, violations });
  const storm = await throwFaults({
    workshop,
    ghosts,
    folder,
    random: random.stream('faults'),
    durationMs: options.minutes * 60_000,
    most: options.faults,
    without: options.without,
    everyMs: EVERY_MS,
    print,
  });
  print(`${storm.thrown} faults were thrown; now it is quiet`);
  await driveToEnd(operator, violations, STUCK_MS);
  await watch.stop();
  const tasks = await allTasks(client);
  const evidence: Evidence = {
    folder,
    workshop,
    operator,
    client,
    events: watch.events,
    tasks,
    violations,
  };
  checkAccepted(evidence);
  checkMerged(evidence);
  checkGitHub(evidence);
  checkAttempts(evidence);
  const recordings = await checkRecordings(evidence);
  await checkIdle(evidence);
  for (const wrong of await workshop.close()) violations.add('ends in order', wrong);
  over.abort(new Error('the run is over'));
  await checkLog(evidence);
  checkEnded(evidence);
  return {
    counts: storm.counts,
    thrown: storm.thrown,
    tasks: countBy(tasks, ({ state }) => state),
    attempts: countBy(watch.events, ({ event }) =>
      event.type === 'attempt.ended' ? event.state : undefined,
    ),
    events: watch.events.length,
    log: watch.events,
    recordings,
    violations: violations.list,
  };
}

function countBy<T>(list: readonly T[], key: (one: T) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) {
    const name = key(one);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
