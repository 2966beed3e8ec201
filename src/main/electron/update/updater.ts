/**
 * The app's updates, from the look at the channel to the restart: what is found is downloaded by itself, and installed when a
 * person says so, at once or when nothing runs.
 *
 *   rest ──check──► checking ──newer──► downloading ──► ready ──now, or idle──► installing ──► (restart)
 *    ▲                 └── nothing newer, refused ──┐      └──────── refused ◄──────┘
 *    └──────────────────────────────────────────────┘
 *
 * What Electron, the network and the package manager do is passed in.
 */
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { UpdateOrder, UpdatePhase, WayBack } from '../../../shared/update.ts';
import type { Trouble } from './feed.ts';
import { findNewest, findVersion, type FindDeps, type Offer } from './find.ts';
import type { KeptPackage, Packages } from './packages.ts';
import { mayInstall, type Work } from './policy.ts';

const EVERY_MS = 4 * 3_600_000;

export interface UpdaterDeps extends FindDeps {
  readonly packages: Packages;
  /** False: it is installed only while no attempt runs. */
  readonly keepsAttempts: boolean;
  /** Fetches the file; answers where it lies, whole. */
  readonly download: (
    offer: Offer,
    onPercent: (percent: number) => void,
  ) => Promise<Result<string, Trouble>>;
  readonly install: (kept: KeptPackage) => Promise<Result<null, Trouble>>;
  /** What the workshop does now; `null`: nobody answers. */
  readonly work: () => Promise<Work | null>;
  readonly coordinator: {
    readonly isServing: () => boolean;
    /** Ends it, with its agents or without, and starts none. */
    standDown(keepsAttempts: boolean): Promise<void>;
    comeBack(): void;
  };
  /** Where the way back leads. */
  readonly wayBack: () => WayBack | null;
  /** Asks a person; true: they want it, knowing what is left out. */
  readonly confirmBack: (way: WayBack) => Promise<boolean>;
  /** Starts the app that is installed now, and ends this one. */
  readonly restart: () => void;
  readonly onPhase: (phase: UpdatePhase) => void;
}

export interface Updater {
  phase(): UpdatePhase;
  /** Looks now, and every few hours. */
  begin(): void;
  order(order: UpdateOrder): Promise<void>;
  /** The workshop does something else than before: what waits for it may go on. */
  workChanged(): void;
  close(): void;
}

/** What is to be remembered of an installation before the app starts anew. */
type Trace = Parameters<FindDeps['memory']['set']>[0];

export function startUpdater(deps: UpdaterDeps): Updater {
  let phase: UpdatePhase = { at: 'rest', checkedAt: null, found: null };
  let cancelNext = (): void => {};
  const life: Life = {
    ...{ deps, phase: () => phase },
    become: (next) => deps.onPhase((phase = next)),
    refuse({ problem, detail }) {
      life.become({ at: 'refused', problem, detail, checkedAt: deps.clock.now() });
    },
  };

  async function look(byHand: boolean): Promise<void> {
    if (isBusy(phase)) return;
    cancelNext();
    cancelNext = deps.clock.after(EVERY_MS, () => void look(false));
    await check(life, byHand);
  }

  return {
    phase: () => phase,
    begin: () => void look(false),
    async order(order) {
      if (order.do === 'check' || order.do === 'source') await look(true);
      if (order.do === 'install') await askToInstall(life, order.when);
      if (order.do === 'back') await goBack(life);
    },
    workChanged() {
      if (phase.at === 'ready' && phase.waits) void askToInstall(life, 'idle');
    },
    close: () => cancelNext(),
  };
}

/** One updater, for the steps below. */
interface Life {
  readonly deps: UpdaterDeps;
  phase(): UpdatePhase;
  become(next: UpdatePhase): void;
  refuse(trouble: Trouble): void;
}

async function check(life: Life, byHand: boolean): Promise<void> {
  const { deps, become } = life;
  const before = life.phase();
  become({ at: 'checking' });
  const found = await findNewest(deps, byHand);
  // What is ready stays so, whatever a server says now.
  if (!found.ok) return before.at === 'ready' ? become(before) : life.refuse(found.error);
  const newest = found.value;
  if (typeof newest === 'string')
    return become({ at: 'rest', checkedAt: deps.clock.now(), found: newest });
  if (before.at === 'ready' && before.version === newest.feed.version)
    return become(byHand ? { ...before, isPutOff: false } : before);
  await take(life, newest);
}

async function take({ deps, become, refuse }: Life, offer: Offer): Promise<void> {
  const { version } = offer.feed;
  const fetched = await fetchPackage(offer, deps, (percent) =>
    become({ at: 'downloading', version, percent }),
  );
  if (!fetched.ok) return refuse(fetched.error);
  await keepOwn(deps);
  const { keepsAttempts } = deps;
  become({ at: 'ready', version, waits: false, isPutOff: false, keepsAttempts });
}

async function askToInstall(life: Life, when: 'now' | 'idle' | 'later'): Promise<void> {
  const { deps, become } = life;
  const phase = life.phase();
  if (phase.at !== 'ready') return;
  if (when === 'later') return become({ ...phase, waits: false, isPutOff: true });
  const work = await deps.work();
  if (life.phase() !== phase) return;
  if (!mayInstall(when, deps, work, deps.coordinator.isServing()))
    return phase.waits ? undefined : become({ ...phase, waits: true, isPutOff: false });
  const { version } = phase;
  const left = deps.memory.get().left;
  await install(life, version, {
    ...{ from: deps.version, trial: { version, failed: 0 }, restore: undefined },
    left: left === version ? undefined : left,
  });
}

async function install(life: Life, version: string, trace: Trace): Promise<void> {
  const { deps, become, refuse } = life;
  become({ at: 'installing', version });
  const done = await replace(version, trace, deps);
  if (done.ok) return deps.restart();
  deps.coordinator.comeBack();
  refuse(done.error);
}

async function goBack(life: Life): Promise<void> {
  const { deps, become, refuse } = life;
  const way = deps.wayBack();
  if (!way || isBusy(life.phase()) || !(await deps.confirmBack(way))) return;
  const { version } = way;
  if (!(await deps.packages.find(version))) {
    const offer = await findVersion(version, deps);
    if (!offer.ok) return refuse(offer.error);
    const fetched = await fetchPackage(offer.value, deps, (percent) =>
      become({ at: 'downloading', version, percent }),
    );
    if (!fetched.ok) return refuse(fetched.error);
  }
  await install(life, version, {
    ...{ left: deps.version, from: undefined, trial: undefined },
    restore: way.backup ?? undefined,
  });
}

function isBusy({ at }: UpdatePhase): boolean {
  return at === 'checking' || at === 'downloading' || at === 'installing';
}

/** Has the package of an offer among those that are kept. */
async function fetchPackage(
  offer: Offer,
  { packages, download }: UpdaterDeps,
  onPercent: (percent: number) => void,
): Promise<Result<null, Trouble>> {
  const { version } = offer.feed;
  if (await packages.find(version)) return ok(null);
  onPercent(0);
  const file = await download(offer, onPercent);
  if (!file.ok) return file;
  await packages.keep(version, offer.fetched, file.value);
  // Whoever downloaded it has looked at it, too; what is kept was looked at by us.
  if (await packages.find(version)) return ok(null);
  return fail({ problem: 'download', detail: `${offer.file.url} is not what was signed` });
}

/** For the way back. Without it, the way back begins with a download. */
async function keepOwn(deps: UpdaterDeps): Promise<void> {
  if (deps.packages.has(deps.version)) return;
  const own = await findVersion(deps.version, deps);
  if (own.ok) await fetchPackage(own.value, deps, () => {});
}

async function replace(
  version: string,
  trace: Trace,
  { packages, coordinator, memory, keepsAttempts, ...deps }: UpdaterDeps,
): Promise<Result<null, Trouble>> {
  // Looked at once more: it may have lain here for days.
  const kept = await packages.find(version);
  if (!kept) {
    return fail({ problem: 'no_file', detail: `the package of ${version} is not what was kept` });
  }
  await coordinator.standDown(keepsAttempts);
  const before = memory.get();
  // First, for an installer may end us.
  memory.set(trace);
  const done = await deps.install(kept);
  if (done.ok) await packages.prune([version, deps.version]);
  else
    memory.set({
      left: undefined,
      from: undefined,
      trial: undefined,
      restore: undefined,
      ...before,
    });
  return done;
}
