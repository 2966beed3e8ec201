/** Who is signed in where, put together: the list, a seat for each account, sign-ins, and which of them sees a repository. */
import { randomBytes } from 'node:crypto';
import type { GitHubAccount, SignedIn, SignIn } from '../../../../../shared/contract-github.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Keychain } from '../../../secrets/secret-keeper.ts';
import type { Credentials } from '../../credentials.ts';
import { createConditional } from '../api/conditional.ts';
import { hostOf, type GitHubHost } from '../api/hosts.ts';
import { createMoved } from '../api/moved.ts';
import type { GitHubClient } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import { createDevices, type Devices } from './devices.ts';
import { gitAccess } from './git-access.ts';
import { identify, type Identity } from './identify.ts';
import { keptIn, type Kept } from './kept.ts';
import { openLedger, type Ledger } from './ledger.ts';
import type { Accounts } from './port.ts';
import { rightsAfterRefusal, summaryOf } from './rights.ts';
import { openSeat, type Seat, type SeatDeps } from './seat.ts';
import { createSeers, type Seers } from './seers.ts';
import { candidateOf, findCandidates, type Candidate } from './sign-in.ts';

export interface AccountsDeps extends Omit<SeatDeps, 'signal'> {
  /** `<data>/github` */
  readonly dir: string;
  readonly keychain: Keychain | null;
  readonly settings: () => { readonly host: string; readonly clientId: string | null };
  /** What a person has to do so that work goes on; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
  readonly onProblem: (error: unknown) => void;
}

export function openAccounts(deps: AccountsDeps): Accounts {
  return new Workplace(deps);
}

/** Neither GitHub nor a person said no: it may go well by itself. */
const CANNOT_BE_ASKED: readonly GitHubProblem['code'][] = ['unreachable', 'tls', 'not_signed_in'];

class Workplace implements Accounts {
  readonly #deps: AccountsDeps & SeatDeps;
  readonly #kept: Kept;
  readonly #ledger: Ledger;
  readonly #seats = new Map<string, Seat>();
  readonly #seers: Seers;
  readonly #closing = new AbortController();
  readonly #devices: Devices;
  /** Those that are asked about although GitHub did not take them before. */
  readonly #checking = new Set<string>();
  readonly #git: Credentials;

  constructor(deps: AccountsDeps) {
    const { signal } = this.#closing;
    this.#deps = { ...deps, signal };
    this.#kept = keptIn(deps.dir, deps.keychain);
    this.#ledger = openLedger({ ...deps, kept: this.#kept });
    this.#devices = createDevices(this.#deps);
    this.#seers = createSeers(deps.cache, (id) => this.#seatOf(id).client);
    this.#git = gitAccess({
      moved: createMoved(deps.cache, deps.clock),
      find: async (host, repo) => await this.#find(host, repo),
      seatOf: (id) => this.#seatOf(id),
      forget: (host, repo) => this.#seers.forget(host, repo),
    });
  }

  list(): readonly GitHubAccount[] {
    return this.#ledger.list();
  }

  isSignedIn(host: string): boolean {
    return this.#at(host).length > 0;
  }

  subscribe(listener: () => void): () => void {
    return this.#ledger.subscribe(listener);
  }

  async signIn(order: SignIn): Promise<Result<SignedIn, GitHubProblem>> {
    const host = hostOf(order.host ?? this.#deps.settings().host);
    if (!host.ok) return fail(problem('invalid', host.error));
    if (order.with === 'device') return await this.#beginDevice(host.value);
    const found = await findCandidates(order, host.value, this.#deps);
    if (!found.ok) return found;
    const accounts: GitHubAccount[] = [];
    for (const one of found.value) accounts.push(await this.#adopt(one, host.value));
    return ok({ accounts, device: null });
  }

  deviceStatus(id: string): ReturnType<Accounts['deviceStatus']> {
    return this.#devices.status(id);
  }

  async signOut(id: string): Promise<GitHubAccount | undefined> {
    const gone = this.#ledger.remove(id);
    if (!gone) return undefined;
    this.#kept.forgetSecret(id);
    this.#leave(id);
    createConditional(this.#deps.cache).forget(id);
    await Promise.resolve();
    return gone;
  }

  async gitEnv(url: string): ReturnType<Accounts['gitEnv']> {
    return await this.#git.gitEnv(url);
  }

  async gitRefused(url: string, said: string): Promise<boolean> {
    return await this.#git.gitRefused(url, said);
  }

  async check(): Promise<readonly GitHubAccount[]> {
    await Promise.all(this.#ledger.list().map(async (account) => await this.#check(account)));
    return this.#ledger.list();
  }

  async clientFor(host: string, repo?: string): Promise<Result<GitHubClient, GitHubProblem>> {
    const found = await this.#find(host, repo);
    return found.ok ? ok(this.#seatOf(found.value.id).client) : found;
  }

  clients(): readonly GitHubClient[] {
    return this.#ledger
      .list()
      .filter(isTaken)
      .map(({ id }) => this.#seatOf(id).client);
  }

  budget(): ReturnType<Accounts['budget']> {
    return [...this.#seats.values()].flatMap(({ client }) => client.budget());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const seat of this.#seats.values()) seat.close();
    await this.#devices.settled();
  }

  #at(host: string): readonly GitHubAccount[] {
    const name = hostOf(host);
    return name.ok ? this.#ledger.list().filter((one) => one.host === name.value.name) : [];
  }

  async #find(
    host: string,
    repo: string | undefined,
  ): Promise<Result<GitHubAccount, GitHubProblem>> {
    const all = this.#at(host);
    const [first] = all;
    if (!first) {
      const message = `nobody is signed in at ${host}. Sign in first: koubou github sign-in --host ${host}`;
      return fail(problem('not_signed_in', message));
    }
    const taken = all.filter(isTaken);
    if (taken.length === 0) return fail(barOf(first));
    return await this.#seers.choose(taken, repo);
  }

  async #beginDevice(host: GitHubHost): Promise<Result<SignedIn, GitHubProblem>> {
    const { clientId } = this.#deps.settings();
    if (clientId === null) {
      const message = `signing in with a code needs the client id of an App at ${host.name}, and Koubou brings none. Make an OAuth App there with the device flow enabled (${host.web}/settings/developers), and put its client id into the settings as github.clientId; or sign in with a token`;
      return fail(problem('invalid', message));
    }
    const began = await this.#devices.begin(host, clientId, async (fresh) => {
      const found = await candidateOf({ kind: 'device', clientId, ...fresh }, host, this.#deps);
      if (!found.ok) return found;
      const [one] = found.value;
      return one ? ok(await this.#adopt(one, host)) : fail(problem('invalid', 'nobody was found'));
    });
    return began.ok ? ok({ accounts: [], device: began.value }) : began;
  }

  /** Keeps somebody GitHub knows; who was here before, under the same name, goes on where they were. */
  async #adopt({ secret, identity, kind }: Candidate, host: GitHubHost): Promise<GitHubAccount> {
    const { login, scopes, rights, expiresAt } = identity;
    const before = this.#ledger.list().find((one) => one.host === host.name && one.login === login);
    const id = before?.id ?? `gh-${randomBytes(8).toString('hex')}`;
    const account: GitHubAccount = {
      ...{ id, host: host.name, url: host.web, login, kind, scopes, rights, expiresAt },
      summary: summaryOf(rights),
      state: 'ok',
      message: null,
      checkedAt: this.#deps.clock.now(),
    };
    await this.#kept.keepSecret(id, secret);
    this.#seats.get(id)?.reset();
    this.#seers.forgetAll(host.name);
    this.#ledger.put(account);
    return account;
  }

  async #check(account: GitHubAccount): Promise<void> {
    const { id } = account;
    this.#checking.add(id);
    try {
      const found = await this.#examine(account);
      if (!found.ok) return this.#onOutcome(id, found.error, '');
      const { rights, scopes, expiresAt } = found.value;
      const checkedAt = this.#deps.clock.now();
      const good = { state: 'ok' as const, message: null, checkedAt };
      this.#ledger.note(id, { ...good, rights, scopes, expiresAt, summary: summaryOf(rights) });
    } finally {
      this.#checking.delete(id);
    }
  }

  async #examine({ id, kind, url }: GitHubAccount): Promise<Result<Identity, GitHubProblem>> {
    if (kind !== 'app') return await identify(this.#seatOf(id).client);
    const secret = await this.#kept.secretOf(id);
    if (!secret.ok) return fail(problem('unauthorized', secret.error));
    const found = await candidateOf(secret.value, placeAt(url), this.#deps);
    if (!found.ok) return found;
    const [one] = found.value;
    return one ? ok(one.identity) : fail(problem('unauthorized', 'the App is not installed there'));
  }

  #seatOf(id: string): Seat {
    const there = this.#seats.get(id);
    if (there) return there;
    const seat = openSeat(
      {
        id,
        host: placeAt(this.#ledger.get(id)?.url ?? this.#deps.settings().host),
        open: async () => await this.#kept.secretOf(id),
        keep: async (secret) => await this.#kept.keepSecret(id, secret),
        login: () => this.#ledger.get(id)?.login ?? null,
        barred: () => this.#barOf(id),
        onOutcome: (outcome, url) => this.#onOutcome(id, outcome, url),
      },
      this.#deps,
    );
    this.#seats.set(id, seat);
    return seat;
  }

  #leave(id: string): void {
    this.#seats.get(id)?.close();
    this.#seats.delete(id);
  }

  /** Why it is not worth asking as that account. */
  #barOf(id: string): GitHubProblem | null {
    const account = this.#ledger.get(id);
    if (!account) return problem('not_signed_in', 'this account was signed out');
    return isTaken(account) || this.#checking.has(id) ? null : barOf(account);
  }

  #onOutcome(id: string, outcome: GitHubProblem | null, url: string): void {
    const account = this.#ledger.get(id);
    if (!account) return;
    const { state, host, rights } = account;
    if (outcome === null) {
      if (state === 'unreachable') this.#ledger.note(id, { state: 'ok', message: null });
      return;
    }
    const { code, message, give } = outcome;
    if (code === 'unauthorized') this.#ledger.note(id, { state: 'revoked', message });
    else if (CANNOT_BE_ASKED.includes(code) && state !== 'revoked')
      this.#ledger.note(id, { state: 'unreachable', message });
    else if (code === 'forbidden' && give !== null) {
      const learnt = [...rightsAfterRefusal(rights, give)];
      this.#ledger.note(id, { rights: learnt, summary: summaryOf(learnt) });
    } else if (code === 'not_found') {
      const [, repo] = /\/repos\/([^/]+\/[^/?]+)/.exec(url) ?? [];
      if (repo !== undefined && this.#at(host).length > 1) this.#seers.forget(host, repo);
    }
  }
}

function isTaken({ state }: GitHubAccount): boolean {
  return state !== 'revoked';
}

function barOf({ login, host, message }: GitHubAccount): GitHubProblem {
  const text = `${login} is signed out at ${host}. Sign in again: koubou github sign-in --host ${host}`;
  return problem('unauthorized', message ?? text);
}

/** The host of an address that was right when it was kept. */
function placeAt(url: string): GitHubHost {
  const host = hostOf(url);
  if (!host.ok) throw new Error(host.error);
  return host.value;
}
