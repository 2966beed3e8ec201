/**
 * Who may come in besides the owner of the data folder: tokens with a role and a name, in `<data>/access.json`. Only their hashes
 * are kept: a token is 256 random bits, so that a plain SHA-256 of it tells nothing. The log says who let whom in, and put whom
 * out; what counts is this file, since a log may be set back to a day before.
 */
import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Access, AccessId, type Role } from '../../../shared/access.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { AccessInfo } from '../../../shared/contract-access.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import { accountList } from '../secrets/account-list.ts';

/** Whoever asks, known by a token. */
export interface Person {
  readonly role: Role;
  /** `null`: by the token of the data folder. */
  readonly access: Access | null;
  /** As it stands in the log. */
  readonly actor: string;
}

export interface NewAccess {
  readonly role: Role;
  /** Left out: one is made up. */
  readonly name?: string | undefined;
  /** `null`: it does not end by itself. */
  readonly days: number | null;
}

export interface People {
  list(): AccessInfo[];
  /** @param by who lets them in. @throws when the disk says no */
  create(about: NewAccess, by: string): Promise<Result<{ access: Access; token: string }>>;
  /** Ends it at once. @throws when the disk says no; then it still counts */
  revoke(id: AccessId, by: string): Promise<Result<Access>>;
  /** Whose token this is; `null`: nobody's, or not any more. */
  find(token: string): Person | null;
  /** Called with each that counts no more, revoked or run out; the answer ends it. */
  onEnd(listener: (id: AccessId) => void): () => void;
  close(): void;
}

export interface PeopleDeps {
  readonly dataDir: string;
  readonly journal: Pick<Journal, 'submit'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const Kept = Access.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) });
type Kept = z.infer<typeof Kept>;

const DAY_MS = 24 * 3_600_000;
/** How long it takes at most until an open connection of one that has run out is ended. */
const LOOK_MS = 60_000;
/** So many are never needed; it bounds what is read and written. */
const MOST = 200;
const PREFIX = 'kbt_';

export function openPeople(deps: PeopleDeps): People {
  const { clock, log } = deps;
  const listeners = new Set<(id: AccessId) => void>();
  const kept = openKept(deps, (id) => {
    for (const listener of listeners) listener(id);
  });
  const lastUsed = new Map<AccessId, number>();
  return {
    list: () =>
      kept
        .counting()
        .map((one) => ({ ...withoutHash(one), lastUsedAt: lastUsed.get(one.id) ?? null })),
    async create(about, by) {
      const made = makeAccess(about, { present: kept.counting(), by, now: clock.now() });
      if (!made.ok) return made;
      const { access, token } = made.value;
      const { id: accessId, name, role, expiresAt } = access;
      // Noted before it counts: nobody comes in of whom the log knows nothing.
      const grant = { type: 'access.grant', accessId, name, role, expiresAt } as const;
      const noted = await deps.journal.submit(grant, { actor: by });
      if (!noted.ok) return noted;
      kept.put({ ...access, hash: hashOf(token) });
      return made;
    },
    async revoke(id, by) {
      // At once, whether or not the log can be written.
      const found = kept.remove(id);
      if (!found) return fail(rejection('not_found', `there is no ${id}`, { id }));
      const revoke = { type: 'access.revoke', accessId: id, name: found.name } as const;
      const noted = await deps.journal.submit(revoke, { actor: by });
      if (!noted.ok) log.error({ err: noted.error, id }, 'the end of an access was not noted');
      return ok(withoutHash(found));
    },
    find(token) {
      const found = kept.byHash(hashOf(token));
      if (!found) return null;
      lastUsed.set(found.id, clock.now());
      return { role: found.role, access: withoutHash(found), actor: `user:${found.name}` };
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: kept.close,
  };
}

/** The list, in memory and in its file. @param onGone told of each that was taken from it */
function openKept(deps: PeopleDeps, onGone: (id: AccessId) => void) {
  const { clock, log } = deps;
  const file = listIn(deps);
  const { accounts, damage } = file.read();
  if (damage !== null) log.error(damage);
  let all: ReadonlyMap<string, Kept> = new Map(accounts.map((one) => [one.hash, one]));
  const counts = ({ expiresAt }: Access): boolean => expiresAt === null || expiresAt > clock.now();

  function become(next: readonly Kept[]): void {
    file.write(next);
    const before = [...all.values()];
    all = new Map(next.map((one) => [one.hash, one]));
    for (const one of before) if (!all.has(one.hash)) onGone(one.id);
  }

  const counting = (): Kept[] => [...all.values()].filter(counts);
  const close = lookAgain(clock, () => {
    const left = counting();
    if (left.length === all.size) return;
    try {
      become(left);
    } catch (error) {
      log.error({ err: error }, 'those who may come in could not be written down; tried again');
    }
  });
  return {
    counting,
    close,
    byHash(hash: string): Kept | undefined {
      const found = all.get(hash);
      return found && counts(found) ? found : undefined;
    },
    put: (one: Kept): void => become([...all.values(), one]),
    remove(id: AccessId): Kept | undefined {
      const found = [...all.values()].find((one) => one.id === id);
      if (found) become([...all.values()].filter((one) => one !== found));
      return found;
    },
  };
}

function listIn({ dataDir, clock }: PeopleDeps) {
  const file = path.join(dataDir, 'access.json');
  return accountList({
    file,
    account: Kept,
    aside: () => `${file}.damaged-${clock.now()}`,
    damage: (aside) =>
      `the list of those who may come in was damaged, and is kept as ${aside}: nobody on it gets in. Make new tokens: koubou token create`,
  });
}

function lookAgain(clock: Clock, look: () => void): () => void {
  const again = (): void => {
    cancel = clock.after(LOOK_MS, again);
    look();
  };
  let cancel = clock.after(LOOK_MS, again);
  return () => cancel();
}

function makeAccess(
  { role, name, days }: NewAccess,
  { present, by, now }: { present: readonly Kept[]; by: string; now: number },
): Result<{ access: Access; token: string }> {
  if (present.length >= MOST) {
    const why = `there are ${MOST} tokens already; revoke some: koubou token list`;
    return fail(rejection('not_allowed', why));
  }
  const id = AccessId.parse(`access-${randomBytes(6).toString('hex')}`);
  const named = name ?? `${role} ${id.slice(-4)}`;
  if (present.some((one) => one.name === named)) {
    const message = `is the name of another token already, and the log could not tell them apart`;
    const fields = [{ path: 'name', message }];
    return fail(rejection('invalid_input', `name: ${message}. Take another`, { fields }));
  }
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const expiresAt = days === null ? null : now + days * DAY_MS;
  const access = { id, name: named, role, createdAt: now, createdBy: by, expiresAt };
  return ok({ access, token });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function withoutHash({ id, name, role, createdAt, createdBy, expiresAt }: Kept): Access {
  return { id, name, role, createdAt, createdBy, expiresAt };
}
