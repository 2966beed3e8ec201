/** One run with several coordinators: they start, tasks come at all of them, faults come down, then it is quiet, and all is compared. */
import { install } from '../install.ts';
import { randomOf, type Random } from '../random.ts';
import { pause } from '../time.ts';
import { collectViolations, type Violation, type Violations } from '../violations.ts';
import { SITES_FAULTS, type SitesBench } from './faults.ts';
import { checkAccepted, checkLogs, checkMerged, unsettled, viewsOf } from './invariants.ts';
import { startPeople, type People } from './person.ts';
import { openSites, type SitesWorkshop } from './workshop.ts';

export interface SitesRun {
  readonly seed: string;
  readonly sites: number;
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

export interface SitesResult {
  readonly hits: ReadonlyMap<string, number>;
  readonly thrown: number;
  /** By state. */
  readonly tasks: ReadonlyMap<string, number>;
  readonly attempts: number;
  readonly events: number;
  readonly violations: readonly Violation[];
}

const EVERY_MS = 3_000;
const PER_SECOND = 0.8;
const LOOK_MS = 1_000;
/** Longer than a take-over and the longest pause of a retry together. */
const STUCK_MS = 150_000;

export async function runSites(options: SitesRun): Promise<SitesResult> {
  const { folder, print } = options;
  const random = randomOf(options.seed);
  const violations = collectViolations(print);
  const over = new AbortController();
  const program = install(options.dist, folder);
  const common = { folder, program, random, count: options.sites, isolated: options.isolated };
  const workshop = await openSites({ ...common, giveUp: over.signal });
  try {
    print(`${options.sites} coordinators share a queue`);
    const { sites, repos } = workshop;
    const people = startPeople({ sites, repos, random, perSecond: PER_SECOND });
    const storm = await throwFaults(workshop, random.stream('faults'), options);
    print(`${storm.thrown} faults were thrown; now it is quiet`);
    people.wrapUp();
    await untilSettled(people, workshop, violations);
    await people.stop();
    const views = await viewsOf(sites);
    checkAccepted(people.orders, views, violations);
    checkMerged(people.orders, views, workshop, violations);
    for (const wrong of await workshop.close()) violations.add('ends in order', wrong);
    const events = await checkLogs(sites, violations);
    const tasks = views.get(sites[0]?.name ?? '') ?? [];
    return {
      ...storm,
      tasks: new Map(
        [...Map.groupBy(tasks, ({ state }) => state)].map(([state, some]) => [state, some.length]),
      ),
      attempts: tasks.reduce((sum, { attempts }) => sum + attempts, 0),
      events,
      violations: violations.list,
    };
  } finally {
    over.abort(new Error('the run is over'));
    await workshop.redis[Symbol.asyncDispose]();
  }
}

type Storm = Pick<SitesResult, 'hits' | 'thrown'>;

/** Which faults, at whom and when is drawn from the seed; several overlap. Ends with everything healed. */
async function throwFaults(
  workshop: SitesWorkshop,
  random: Random,
  { faults, minutes, without, print }: SitesRun,
): Promise<Storm> {
  const hits = new Map<string, number>();
  const healed: Promise<void>[] = [];
  const bench: SitesBench = {
    workshop,
    redis: { isHit: false },
    later: (ms, heal) => void healed.push(healAfter(ms, heal)),
  };
  const began = performance.now();
  let thrown = 0;
  while (thrown < faults && performance.now() - began < minutes * 60_000) {
    thrown += 1;
    const own = random.stream(`fault/${thrown}`);
    await pause(-Math.log(1 - own.next()) * EVERY_MS);
    const kind = own.weighted(SITES_FAULTS);
    if (without.includes(kind.name)) continue;
    const hit = await kind.strike(own, bench);
    if (hit === null) continue;
    hits.set(kind.name, (hits.get(kind.name) ?? 0) + 1);
    print(`fault ${thrown}: ${kind.name}: ${hit}`);
  }
  // The last ones take their time, or nobody would ever be stood in for.
  await Promise.all(healed);
  return { hits, thrown };
}

async function healAfter(ms: number, heal: () => void | Promise<void>): Promise<void> {
  await pause(ms);
  await heal();
}

async function untilSettled(
  people: People,
  { sites }: SitesWorkshop,
  violations: Violations,
): Promise<void> {
  let before = '';
  let movedAt = performance.now();
  for (;;) {
    const left = unsettled(people.orders, await viewsOf(sites));
    if (left.length === 0) return;
    const now = left.join('\n');
    if (now !== before) movedAt = performance.now();
    before = now;
    if (performance.now() - movedAt > STUCK_MS) {
      for (const one of left) violations.add('ends', one);
      return;
    }
    await pause(LOOK_MS);
  }
}
