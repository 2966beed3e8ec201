/**
 * The health of an agent, check by check: how it stands, since when, and by which figure. Pure; the words and what to do
 * are in the language files.
 */
import type { Agent, Vitals } from '../../../shared/domain/agent.ts';
import {
  CONDITIONS,
  type Condition,
  type ConditionKind,
} from '../../../shared/domain/condition.ts';
import type { Rollout } from '../../../shared/rollout.ts';
import { HEARTBEAT_MS } from '../../../shared/protocol/timing.ts';
import type { Point } from '../../components/charts/series.ts';
import { bytes, percent } from '../../format/size.ts';
import { counting, duration } from '../../format/time.ts';
import { canUpdate } from '../../hosts/versions.ts';
import { givenAwayAt } from '../../store/trouble.ts';
import type { Check, Verdict } from './checks.ts';
import { heldSince, type Measure } from './past.ts';

export interface HealthCheck {
  readonly check: Check | ConditionKind;
  readonly verdict: Verdict;
  /** Epoch ms; `null` when nobody can tell. */
  readonly since: number | null;
  /** The figure or the words of the machine itself; may be empty. */
  readonly found: string;
}

export interface HealthFacts {
  readonly vitals: Vitals | undefined;
  /** The last heartbeat that this window was told of, epoch ms. */
  readonly heardAt: number | undefined;
  readonly newest: Rollout | null;
  readonly isTunnelled: boolean;
  /** What the charts know, to tell since when something is so. */
  readonly points: (measure: Measure) => readonly Point[];
  readonly now: number;
}

const GiB = 1024 ** 3;
/** Under this an agent cannot hold many work trees. */
const LITTLE_DISK_BYTES = 5 * GiB;
const MUCH_MEMORY = 0.85;
const TOO_MUCH_MEMORY = 0.95;
const MUCH_LOAD_PER_CPU = 2;
const TOO_MUCH_LOAD_PER_CPU = 8;
const CLOCK_OFF_MS = 5_000;
/** From here on dates in commits mislead, and other programs refuse certificates. */
const CLOCK_WRONG_MS = 60_000;
/** Certificates live for a day and are renewed after half of it: this one should have been long ago. */
const RENEWAL_OVERDUE_MS = 8 * 3_600_000;
const RENEWAL_LATE_MS = 2 * 3_600_000;

/** What needs somebody first; then in the order of their names. */
export function healthChecks(agent: Agent, facts: HealthFacts): HealthCheck[] {
  const checks = [
    connection(agent, facts),
    work(agent),
    disk(agent, facts),
    memory(agent, facts),
    load(agent, facts),
    clock(agent, facts),
    engines(agent),
    certificate(agent, facts),
    program(agent, facts),
    ...(facts.isTunnelled ? [tunnel(agent)] : []),
    ...otherConditions(agent),
  ];
  return checks.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]);
}

/** True when the check is a trouble that the agent itself named. */
export function isCondition(check: HealthCheck['check']): check is ConditionKind {
  return check in CONDITIONS;
}

/** The worst of all; `unknown` only when nothing is known. */
export function overallOf(checks: readonly HealthCheck[]): Verdict {
  const has = (verdict: Verdict): boolean => checks.some((check) => check.verdict === verdict);
  if (has('bad')) return 'bad';
  if (has('note')) return 'note';
  return has('good') ? 'good' : 'unknown';
}

const RANK: Readonly<Record<Verdict, number>> = { bad: 0, note: 1, unknown: 2, good: 3 };

function connection(agent: Agent, { heardAt, now }: HealthFacts): HealthCheck {
  const check = 'connection';
  const { connected, resting, since, version } = agent;
  if (version === '') return { check, verdict: 'unknown', since: null, found: '' };
  if (!connected && resting)
    return { check, verdict: 'unknown', since, found: counting(Math.max(0, now - resting.since)) };
  if (!connected) return { check, verdict: 'bad', since, found: '' };
  const last = heardAt === undefined ? since : Math.max(heardAt, since);
  const delay = Math.max(0, now - last);
  const found = heardAt === undefined ? '' : counting(delay);
  if (givenAwayAt(agent, heardAt, now) !== null)
    return { check, verdict: 'bad', since: last, found };
  const isLate = heardAt !== undefined && delay > 2.5 * HEARTBEAT_MS;
  return { check, verdict: isLate ? 'note' : 'good', since: isLate ? last : since, found };
}

function work({ connected, draining, overloaded, conditions, running, slots }: Agent): HealthCheck {
  const check = 'work';
  const found = `${running.length} / ${slots}`;
  if (!connected) return { check, verdict: 'unknown', since: null, found };
  const blocking = conditions.find(({ kind }) => CONDITIONS[kind].blocking);
  if (blocking) return { check, verdict: 'bad', since: blocking.since, found };
  return { check, verdict: draining || overloaded ? 'note' : 'good', since: null, found };
}

function disk({ connected, conditions }: Agent, { vitals, points }: HealthFacts): HealthCheck {
  const check = 'disk';
  const found = vitals ? bytes(vitals.diskFreeBytes) : '';
  const trouble = conditions.find(({ kind }) => kind in DISK);
  if (connected && trouble) {
    return { check, verdict: verdictOf(trouble), since: trouble.since, found: trouble.message };
  }
  if (!connected || !vitals) return { check, verdict: 'unknown', since: null, found };
  const isLittle = (free: number): boolean => free < LITTLE_DISK_BYTES;
  if (!isLittle(vitals.diskFreeBytes)) return { check, verdict: 'good', since: null, found };
  return { check, verdict: 'note', since: heldSince(points('diskFreeBytes'), isLittle), found };
}

function memory({ connected }: Agent, { vitals, points }: HealthFacts): HealthCheck {
  const check = 'memory';
  if (!connected || !vitals || vitals.memoryBytes === 0)
    return { check, verdict: 'unknown', since: null, found: '' };
  const { memoryBytes, memoryUsedBytes } = vitals;
  const share = memoryUsedBytes / memoryBytes;
  const found = `${percent(share)} %`;
  if (share <= MUCH_MEMORY) return { check, verdict: 'good', since: null, found };
  const isMuch = (used: number): boolean => used > MUCH_MEMORY * memoryBytes;
  const since = heldSince(points('memoryUsedBytes'), isMuch);
  return { check, verdict: share > TOO_MUCH_MEMORY ? 'bad' : 'note', since, found };
}

function load({ connected, capabilities: { cpus } }: Agent, { vitals }: HealthFacts): HealthCheck {
  const check = 'load';
  if (!connected || !vitals) return { check, verdict: 'unknown', since: null, found: '' };
  const each = vitals.load1 / cpus;
  const found = `${vitals.load1.toFixed(1)} / ${cpus}`;
  const verdict = each > TOO_MUCH_LOAD_PER_CPU ? 'bad' : each > MUCH_LOAD_PER_CPU ? 'note' : 'good';
  return { check, verdict, since: null, found };
}

function clock({ connected }: Agent, { vitals }: HealthFacts): HealthCheck {
  const check = 'clock';
  const ahead = vitals?.clockAheadMs;
  if (!connected || ahead === undefined)
    return { check, verdict: 'unknown', since: null, found: '' };
  const off = Math.abs(ahead);
  const found = `${ahead < 0 ? '−' : '+'}${duration(off)}`;
  const verdict = off > CLOCK_WRONG_MS ? 'bad' : off > CLOCK_OFF_MS ? 'note' : 'good';
  return { check, verdict, since: null, found };
}

function engines({ version, capabilities }: Agent): HealthCheck {
  const check = 'engines';
  if (version === '') return { check, verdict: 'unknown', since: null, found: '' };
  const all = capabilities.engines;
  const unready = all.filter(({ ready }) => !ready);
  const found = unready.map(({ kind, why }) => `${kind}: ${why ?? ''}`).join('; ');
  if (unready.length === 0 && all.length > 0)
    return { check, verdict: 'good', since: null, found: `${all.length}` };
  return { check, verdict: unready.length === all.length ? 'bad' : 'note', since: null, found };
}

function certificate({ enrolment, connected }: Agent, { vitals, now }: HealthFacts): HealthCheck {
  const check = 'certificate';
  if (!enrolment) return { check, verdict: 'good', since: null, found: '' };
  const endsAt = vitals?.certificateEndsAt;
  if (!connected || endsAt === undefined)
    return { check, verdict: 'unknown', since: enrolment.at, found: '' };
  const left = endsAt - now;
  const found = duration(left);
  const verdict = left < RENEWAL_LATE_MS ? 'bad' : left < RENEWAL_OVERDUE_MS ? 'note' : 'good';
  return { check, verdict, since: null, found };
}

function program(agent: Agent, { newest }: HealthFacts): HealthCheck {
  const check = 'program';
  const { version, update } = agent;
  if (version === '') return { check, verdict: 'unknown', since: null, found: '' };
  if (update?.state === 'failed')
    return { check, verdict: 'note', since: update.at, found: update.why ?? update.version };
  if (update?.state === 'running')
    return { check, verdict: 'good', since: update.at, found: update.version };
  if (canUpdate(agent, newest))
    return { check, verdict: 'note', since: null, found: newest?.version ?? '' };
  return { check, verdict: 'good', since: null, found: version };
}

function tunnel({ connected }: Agent): HealthCheck {
  return { check: 'tunnel', verdict: connected ? 'good' : 'bad', since: null, found: '' };
}

/** Told by the check of the disk. */
const DISK: Readonly<Partial<Record<ConditionKind, true>>> = {
  disk_low: true,
  disk_full: true,
  read_only: true,
};

function otherConditions({ connected, conditions }: Agent): HealthCheck[] {
  // What an agent that is away said last may have passed.
  if (!connected) return [];
  return conditions
    .filter(({ kind }) => !(kind in DISK))
    .map((condition) => ({
      check: condition.kind,
      verdict: verdictOf(condition),
      since: condition.since,
      found: condition.message,
    }));
}

function verdictOf({ kind }: Condition): Verdict {
  return CONDITIONS[kind].blocking ? 'bad' : 'note';
}
