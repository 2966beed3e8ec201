/**
 * How one account's sign-in stands, as a value: what a check found becomes the next state, and when the next check is due.
 * Pure. Only the provider's own no counts against a sign-in; a network that fails says nothing about it.
 */
import type { SignInState } from '../../../../shared/contract-accounts.ts';
import { assertNever } from '../../../../shared/result.ts';

export interface SignIn {
  readonly state: SignInState;
  /** Refusals in a row. */
  readonly refusals: number;
  /** Since when it is in that state, epoch ms. */
  readonly since: number;
  readonly message: string | null;
  /** Epoch ms; `null`: never. */
  readonly checkedAt: number | null;
}

/** What a check came to. */
export type Finding =
  | { readonly kind: 'good'; readonly message: string | null }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Refusals in a row, after which work that needs the account waits for a person. */
export const MOST_REFUSALS = 3;

/** Between two checks while nothing is wrong, and while only a person can help. */
export const USUAL_MS = 5 * 60_000;
/** Between the refusals: long enough for a provider to catch itself, short enough for nobody to wait. */
export const FAILING_MS = 2_000;
/** While the provider does not answer. */
export const UNREACHABLE_MS = 30_000;

/** Before the first check. @param now epoch ms */
export function newSignIn(now: number): SignIn {
  return { state: 'checking', refusals: 0, since: now, message: null, checkedAt: null };
}

/** @param now epoch ms */
export function afterCheck(before: SignIn, found: Finding, now: number): SignIn {
  const next = judged(before, found);
  const isSame = next.state === before.state;
  return { ...next, since: isSame ? before.since : now, checkedAt: now };
}

/** How long until the next check, in ms. */
export function pauseAfter({ state }: SignIn): number {
  switch (state) {
    case 'checking':
      return 0;
    case 'failing':
      return FAILING_MS;
    case 'unreachable':
      return UNREACHABLE_MS;
    case 'good':
    case 'signed_out':
      return USUAL_MS;
    default:
      return assertNever(state);
  }
}

function judged(
  { state, refusals }: SignIn,
  found: Finding,
): Pick<SignIn, 'state' | 'refusals' | 'message'> {
  const { message } = found;
  switch (found.kind) {
    case 'good':
      return { state: 'good', refusals: 0, message };
    case 'refused': {
      const count = Math.min(refusals + 1, MOST_REFUSALS);
      return { state: count < MOST_REFUSALS ? 'failing' : 'signed_out', refusals: count, message };
    }
    case 'unreachable':
      // Who was signed out stays so until the provider says otherwise; refusals in a row stay counted.
      return state === 'signed_out'
        ? { state, refusals, message }
        : { state: 'unreachable', refusals, message };
    default:
      return assertNever(found);
  }
}
