/** Which engines can speak to their models now: what the scheduler asks, so that no attempt is started that cannot. */
import { ENGINE_KINDS, type EngineKind } from '../../../shared/domain/engine.ts';
import { PROVIDERS_OF } from '../../../shared/models.ts';
import type {
  Accounts,
  Admission,
  EngineSupply,
  ModelAccount,
  ModelSupply,
} from './models/port.ts';
import type { AccountSessions } from './sessions/sessions.ts';

export interface SupplyDeps {
  readonly accounts: Pick<Accounts, 'list' | 'onChange'>;
  readonly sessions: Pick<AccountSessions, 'of' | 'onChange'>;
  readonly admission: Pick<Admission, 'states' | 'onChange'>;
  readonly clock: { now(): number };
}

type Hold = Extract<EngineSupply, { state: 'held' }>;

export function createSupply(deps: SupplyDeps): ModelSupply & { close(): void } {
  const { accounts, sessions, admission } = deps;
  const listeners = new Set<() => void>();
  let said = allOf(deps);
  // Every call changes something about its account; few change whether an engine can speak.
  const look = (): void => {
    const now = allOf(deps);
    if (now === said) return;
    said = now;
    for (const listener of [...listeners]) listener();
  };
  const ends = [accounts.onChange(look), sessions.onChange(look), admission.onChange(look)];
  return {
    of: (engine) => supplyOf(engine, deps),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const end of ends) end();
    },
  };
}

/** At each step of each call: how accounts stand is reckoned once for all engines. */
function allOf(deps: SupplyDeps): string {
  const states = deps.admission.states();
  const seen = { ...deps, admission: { states: () => states } };
  return JSON.stringify(ENGINE_KINDS.map((engine) => supplyOf(engine, seen)));
}

type Seen = Omit<SupplyDeps, 'admission'> & { readonly admission: Pick<Admission, 'states'> };

function supplyOf(engine: EngineKind, deps: Seen): EngineSupply | null {
  // A program may use the gateway, and need not: nobody but its author knows.
  if (engine === 'command') return null;
  const providers = PROVIDERS_OF[engine];
  const mine = deps.accounts.list().filter(({ provider }) => providers.includes(provider));
  if (mine.length === 0) return null;
  const holds: Hold[] = [];
  const open = mine.filter((account) => {
    const hold = holdOf(account, deps);
    if (hold) holds.push(hold);
    return !hold;
  });
  if (open.length === 0) return holds.toSorted(soonest)[0] ?? { state: 'open' };
  return open.every((account) => isNearLimit(account, deps))
    ? { state: 'open', isNear: true }
    : { state: 'open' };
}

/** From here on, work that may go elsewhere does. */
const NEAR = 0.9;

/** True when so much of a window is used that another engine had better take new work. */
function isNearLimit({ id }: ModelAccount, { admission, clock }: Seen): boolean {
  const windows = admission.states().find((one) => one.id === id)?.windows ?? [];
  // Windows of a minute are over before an attempt has begun.
  return windows.some(({ used, resetAt }) => {
    const left = (resetAt ?? 0) - clock.now();
    return used >= NEAR && left > SHORT_MS;
  });
}

const SHORT_MS = 2 * 60_000;

/** What keeps calls with that account from leaving; `null`: nothing. */
function holdOf(
  { id, name, baseUrl }: ModelAccount,
  { sessions, admission, clock }: Seen,
): Hold | null {
  const { state } = sessions.of(id);
  if (state === 'signed_out') {
    const why = `the account "${name}" is signed out: koubou accounts sign-in ${id}`;
    return { state: 'held', reason: 'signed_out', why, until: null };
  }
  const away = { state: 'held', reason: 'unreachable', why: `${baseUrl} does not answer` } as const;
  if (state === 'unreachable') return { ...away, until: null };
  const limits = admission.states().find((one) => one.id === id);
  const until = limits?.heldUntil ?? null;
  // When the time is over, the next call finds out: without an attempt there would be none.
  if (!limits || until === null || until <= clock.now()) return null;
  if (limits.breaker === 'open') return { ...away, until };
  const why = `the account "${name}" is at its limit`;
  return { state: 'held', reason: 'limited', why, until };
}

/** What passes by itself and soonest comes first; what needs a person, last. */
function soonest(a: Hold, b: Hold): number {
  return keyOf(a) - keyOf(b);
}

function keyOf({ reason, until }: Hold): number {
  if (reason === 'signed_out') return Number.POSITIVE_INFINITY;
  return until ?? Number.MAX_SAFE_INTEGER;
}
