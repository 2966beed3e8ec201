/**
 * Whether the accounts' sign-ins are good: each is asked about every five minutes, and at once when a call was refused.
 * How one stands is decided in `sign-in.ts`; here are the clock, one check at a time for each account, and who is told.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { ModelAccountId } from '../../../../shared/models.ts';
import type { AccountBook } from '../accounts/accounts.ts';
import type { ModelAccount, Sessions } from '../models/port.ts';
import { afterCheck, newSignIn, pauseAfter, type Finding, type SignIn } from './sign-in.ts';

export interface AccountSessions extends Sessions {
  /** How an account stands; as one that nobody asked about yet when there is none. */
  of(id: ModelAccountId): SignIn;
  /** Asks now, or takes part in the check under way; resolves with how it stands then. */
  check(id: ModelAccountId): Promise<SignIn>;
  /** Whether the provider takes that secret, before it is kept. */
  tryOut(account: Omit<ModelAccount, 'id'>, secret: string): Promise<Finding>;
  /** Somebody signed in: what was found with the new secret counts, and nothing from before. */
  renewed(id: ModelAccountId, found: Finding): void;
  close(): void;
}

export interface SessionsDeps {
  readonly accounts: Pick<AccountBook, 'list' | 'get' | 'secretOf' | 'onChange'>;
  readonly clock: Clock;
  /** 0 to 1: many coordinators do not ask at the same moment. */
  readonly random: () => number;
  readonly probe: (
    account: Omit<ModelAccount, 'id'>,
    secret: string,
    signal: AbortSignal,
  ) => Promise<Finding>;
}

const PATIENCE_MS = 15_000;
/** Suspicions come with every call that fails; a provider is not asked more often for that. */
const LEAST_MS = 1_000;
/** Share of a pause by which it may be shorter or longer. */
const JITTER = 0.1;

interface Watched {
  signIn: SignIn;
  /** Monotonic; `null`: never. */
  askedAt: number | null;
  underWay: Promise<SignIn> | null;
  /** The secret was replaced since: what a check from before found says nothing. */
  generation: number;
  cancel: () => void;
}

export function createSessions(deps: SessionsDeps): AccountSessions {
  return new Watch(deps);
}

class Watch implements AccountSessions {
  readonly #deps: SessionsDeps;
  readonly #watched = new Map<ModelAccountId, Watched>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.accounts.onChange(() => this.#follow());
    this.#follow();
  }

  of(id: ModelAccountId): SignIn {
    return this.#watched.get(id)?.signIn ?? newSignIn(this.#deps.clock.now());
  }

  isGood(id: ModelAccountId): boolean {
    return this.of(id).state !== 'signed_out';
  }

  suspect(id: ModelAccountId): void {
    const one = this.#watched.get(id);
    // While it fails, the next check is seconds away, and who is signed out is known to be.
    if (!one || one.underWay || one.signIn.state === 'failing' || !this.isGood(id)) return;
    const { clock } = this.#deps;
    const since = one.askedAt === null ? LEAST_MS : clock.monotonic() - one.askedAt;
    this.#plan(id, one, Math.max(0, LEAST_MS - since));
  }

  async check(id: ModelAccountId): Promise<SignIn> {
    const one = this.#watched.get(id);
    if (!one || this.#closing.signal.aborted) return this.of(id);
    one.cancel();
    return await (one.underWay ??= this.#ask(id, one));
  }

  async tryOut(account: Omit<ModelAccount, 'id'>, secret: string): Promise<Finding> {
    const { signal, end } = this.#patience();
    try {
      return await this.#deps.probe(account, secret, signal);
    } finally {
      end();
    }
  }

  renewed(id: ModelAccountId, found: Finding): void {
    const one = this.#watched.get(id);
    if (!one) return;
    one.generation += 1;
    const { clock } = this.#deps;
    one.askedAt = clock.monotonic();
    this.#become(id, one, afterCheck(newSignIn(clock.now()), found, clock.now()));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#unsubscribe();
    this.#closing.abort();
    for (const { cancel } of this.#watched.values()) cancel();
  }

  /** Watches the accounts that there are now, and no others. */
  #follow(): void {
    const there = new Set(this.#deps.accounts.list().map(({ id }) => id));
    for (const [id, { cancel }] of this.#watched) {
      if (there.has(id)) continue;
      cancel();
      this.#watched.delete(id);
    }
    for (const id of there) {
      if (this.#watched.has(id)) continue;
      const signIn = newSignIn(this.#deps.clock.now());
      const one = { signIn, askedAt: null, underWay: null, generation: 0, cancel: () => {} };
      this.#watched.set(id, one);
      this.#plan(id, one, 0);
    }
  }

  #plan(id: ModelAccountId, one: Watched, ms: number): void {
    one.cancel();
    one.cancel = this.#deps.clock.after(ms, () => void this.check(id));
  }

  async #ask(id: ModelAccountId, one: Watched): Promise<SignIn> {
    const { accounts, clock } = this.#deps;
    const { generation } = one;
    one.askedAt = clock.monotonic();
    const account = accounts.get(id);
    const secret = await accounts.secretOf(id);
    // A keychain that is locked is opened by a person, and says nothing about the account.
    const found: Finding =
      account && secret.ok
        ? await this.tryOut(account, secret.value)
        : { kind: 'unreachable', message: secret.ok ? 'it was removed' : secret.error };
    const isWatched = this.#watched.get(id) === one && !this.#closing.signal.aborted;
    // Of the secret from before: whoever asked is to know of the one that there is.
    if (isWatched && one.generation !== generation) return await this.#ask(id, one);
    one.underWay = null;
    if (isWatched) this.#become(id, one, afterCheck(one.signIn, found, clock.now()));
    return one.signIn;
  }

  #become(id: ModelAccountId, one: Watched, signIn: SignIn): void {
    const before = one.signIn;
    one.signIn = signIn;
    const jitter = 1 + JITTER * (2 * this.#deps.random() - 1);
    this.#plan(id, one, Math.round(pauseAfter(signIn) * jitter));
    if (before.state === signIn.state && before.message === signIn.message) return;
    for (const listener of [...this.#listeners]) listener();
  }

  /** A signal that aborts when the provider takes too long, or all this ends. */
  #patience(): { signal: AbortSignal; end: () => void } {
    const late = new AbortController();
    const end = this.#deps.clock.after(PATIENCE_MS, () => late.abort());
    return { signal: AbortSignal.any([late.signal, this.#closing.signal]), end };
  }
}
