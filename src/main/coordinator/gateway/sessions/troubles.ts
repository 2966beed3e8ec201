/** What people are told of accounts that nobody is signed in with: one text for all of them, gone when all are well. */
import type { AccountBook } from '../accounts/accounts.ts';
import type { ModelAccount } from '../models/port.ts';
import type { AccountSessions } from './sessions.ts';

export interface TroubleDeps {
  readonly accounts: Pick<AccountBook, 'list' | 'damage' | 'onChange'>;
  readonly sessions: Pick<AccountSessions, 'of' | 'onChange'>;
  /** What a person has to do so that work goes on; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
}

/** Tells at once how things stand, and after each change; the answer ends it. */
export function watchTroubles(deps: TroubleDeps): () => void {
  const { accounts, sessions, tell } = deps;
  const look = (): void => tell(troubleOf(deps));
  const ends = [accounts.onChange(look), sessions.onChange(look)];
  look();
  return () => {
    for (const end of ends) end();
  };
}

function troubleOf({ accounts, sessions }: TroubleDeps): string | null {
  const list = accounts.list();
  const out = list.filter(({ id }) => sessions.of(id).state === 'signed_out');
  if (out.length > 0) {
    const goesOn = 'What needs it waits until then, and goes on by itself';
    return `${out.map((one) => signedOut(one, sessions.of(one.id).message)).join('. ')}. ${goesOn}`;
  }
  // Once somebody added an account again, the list is as they want it.
  return list.length === 0 ? accounts.damage : null;
}

function signedOut({ id, name }: ModelAccount, message: string | null): string {
  const why = message === null ? '' : ` (${message.replace(/\.$/, '')})`;
  return `the account "${name}" is signed out${why}. Sign in again: koubou accounts sign-in ${id}`;
}
