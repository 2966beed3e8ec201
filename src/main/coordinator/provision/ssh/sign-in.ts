/**
 * Signs in on one connection: keys, then the server's own prompts, then the password, as far as the server offers
 * them. Reads as one conversation: each `yield` sends a method and comes back with what the server still offers.
 */
import type { AnyAuthMethod } from 'ssh2';
import { accountOf, type Ask, type RunMemory, type SshQuestion } from './ask.ts';
import { SshError } from './errors.ts';
import { keysToOffer } from './keys-to-offer.ts';
import type { Hop } from './route.ts';
import { addressOf } from './target.ts';

export interface SignInDeps {
  readonly hop: Hop;
  readonly ask: Ask;
  readonly memory: RunMemory;
  readonly signal: AbortSignal;
  /** False once the host hung up. */
  isOpen(): boolean;
}

export interface SignIn {
  /** The next method to send; `undefined` when nothing is left. `left`: what the server offers, `null` at first. */
  next(left: readonly string[] | null): Promise<AnyAuthMethod | undefined>;
  /** The host took the last answer. */
  succeeded(): void;
  /** Why nothing is left. */
  failure(): SshError;
}

/** Keys offered on one connection: sshd ends it after six failures, and a password needs room too. */
const MOST_KEYS = 4;

type Methods = AsyncGenerator<AnyAuthMethod, void, readonly string[]>;
type Part = AsyncGenerator<AnyAuthMethod, readonly string[], readonly string[]>;

/** What was done, for the report. */
interface Log {
  offered: readonly string[];
  readonly tried: string[];
  readonly notes: string[];
  foreign: boolean;
  /** Keeps the answer that was sent last, to be remembered when it was right. */
  sent: (() => void) | undefined;
}

export function beginSignIn(deps: SignInDeps): SignIn {
  const log: Log = { offered: [], tried: [], notes: [], foreign: false, sent: undefined };
  const methods = conversation(deps, log);
  return {
    async next(left) {
      const step = await methods.next(left ?? []);
      if (step.done !== true) return step.value;
      return undefined;
    },
    succeeded: () => log.sent?.(),
    failure: () => failureOf(deps, log),
  };
}

async function* conversation(deps: SignInDeps, log: Log): Methods {
  const username = deps.hop.user;
  let left: readonly string[] = yield { type: 'none', username };
  const spent = new Set<string>();
  for (;;) {
    log.offered = left;
    const method = chooseMethod(deps.hop, left, spent);
    if (method === undefined) return;
    const after: readonly string[] = yield* PARTS[method](deps, log, left);
    // The server wants something else now: this method was one part of several.
    if (isSame(left, after)) spent.add(method);
    left = after;
  }
}

type MethodName = 'publickey' | 'keyboard-interactive' | 'password';

const PARTS: Readonly<
  Record<MethodName, (deps: SignInDeps, log: Log, left: readonly string[]) => Part>
> = { publickey: offerKeys, 'keyboard-interactive': answerPrompts, password: sendPasswords };

function chooseMethod(
  hop: Hop,
  left: readonly string[],
  spent: ReadonlySet<string>,
): MethodName | undefined {
  const allowed: readonly [MethodName, boolean][] = [
    ['publickey', hop.methods.publicKey],
    ['keyboard-interactive', hop.methods.keyboardInteractive],
    ['password', hop.methods.password],
  ];
  return allowed.find(([name, is]) => is && left.includes(name) && !spent.has(name))?.[0];
}

async function* offerKeys(deps: SignInDeps, log: Log, before: readonly string[]): Part {
  const { keys, notes, foreign } = await keysToOffer(deps);
  log.notes.push(...notes);
  log.foreign ||= foreign;
  for (const key of keys.slice(0, MOST_KEYS)) {
    log.tried.push(`key ${key.label}`);
    yield { type: 'agent', username: deps.hop.user, agent: key.agent };
    if (!key.signed()) continue;
    // ssh2 keeps to itself what a server offers after a key of an agent, so it is asked.
    const left: readonly string[] = yield { type: 'none', username: deps.hop.user };
    if (!isSame(before, left)) return left;
  }
  if (keys.length === 0) log.tried.push('no key (none was found)');
  const more = keys.length - MOST_KEYS;
  if (more > 0)
    log.notes.push(
      `${more} more keys were not offered: name the right one with IdentityFile and IdentitiesOnly`,
    );
  return before;
}

async function* answerPrompts(deps: SignInDeps, log: Log, before: readonly string[]): Part {
  const { hop, memory } = deps;
  let replay = memory.passwords.get(accountOf(hop));
  while (memory.left(hop) > 0) {
    const round: Round = { asked: false, declined: false, password: undefined, replay };
    log.sent = () => {
      if (round.password !== undefined) memory.passwords.set(accountOf(hop), round.password);
    };
    const left: readonly string[] = yield {
      type: 'keyboard-interactive',
      username: hop.user,
      prompt: (name, instructions, _language, prompts, finish) => {
        // A failure of the asking itself ends the connection through the signal; no answer is sent then.
        answer(deps, round, { name, instructions, prompts }).then(finish, () => undefined);
      },
    };
    if (!isSame(before, left)) return left;
    log.sent = undefined;
    if (!round.asked) return before;
    log.tried.push(round.declined ? 'prompts (not answered)' : 'prompts of the server');
    if (round.declined) return before;
    memory.failed(hop);
    memory.passwords.delete(accountOf(hop));
    replay = undefined;
  }
  return before;
}

interface Round {
  asked: boolean;
  declined: boolean;
  /** The answer to a lone password prompt, which may be used again. */
  password: string | undefined;
  /** An earlier password that the host took, for the first prompt that asks for one. */
  replay: string | undefined;
}

interface ServerPrompts {
  readonly name: string;
  readonly instructions: string;
  readonly prompts: readonly { readonly prompt: string; readonly echo?: boolean }[];
}

async function answer(deps: SignInDeps, round: Round, said: ServerPrompts): Promise<string[]> {
  const prompts = said.prompts.map(({ prompt, echo }) => ({ text: prompt, echo: echo === true }));
  const [only, ...others] = prompts;
  const isPassword =
    others.length === 0 &&
    only !== undefined &&
    !only.echo &&
    /^[^:]*password[^:]*:?\s*$/i.test(only.text);
  const first = !round.asked;
  round.asked = true;
  const { replay } = round;
  if (isPassword && first && replay !== undefined) {
    round.password = replay;
    return [replay];
  }
  const text = [said.name, said.instructions].filter((part) => part !== '').join('\n');
  const host = accountOf(deps.hop);
  const question: SshQuestion = { kind: 'prompts', what: 'interactive', host, text, prompts };
  const given = await deps.ask(question, deps.signal);
  round.declined = given === null;
  round.password =
    isPassword && /one.?time|otp|token|code/i.exec(text) === null ? given?.[0] : undefined;
  return prompts.map((_, index) => given?.[index] ?? '');
}

async function* sendPasswords(deps: SignInDeps, log: Log, before: readonly string[]): Part {
  const { hop, memory } = deps;
  const account = accountOf(hop);
  for (let again = false; memory.left(hop) > 0; again = true) {
    const password = await nextPassword(deps, again);
    if (password === null) {
      log.tried.push('password (none was given)');
      return before;
    }
    if (!deps.isOpen()) return before;
    log.sent = () => {
      memory.passwords.set(account, password);
      memory.unsent.delete(account);
    };
    const left: readonly string[] = yield { type: 'password', username: hop.user, password };
    if (!isSame(before, left)) return left;
    log.sent = undefined;
    memory.unsent.delete(account);
    log.tried.push('password');
    memory.failed(hop);
    memory.passwords.delete(account);
  }
  return before;
}

/** A password that the host took before, or one it never judged, sent once more; or what a person gives now. */
async function nextPassword(deps: SignInDeps, again: boolean): Promise<string | null> {
  const { hop, memory, ask, signal } = deps;
  const account = accountOf(hop);
  const kept = memory.unsent.get(account) ?? memory.passwords.get(account);
  memory.unsent.delete(account);
  if (kept !== undefined && !again) return kept;
  const text = again ? 'That password was refused.' : '';
  const prompts = [{ text: 'Password', echo: false }];
  const question: SshQuestion = { kind: 'prompts', what: 'password', host: account, text, prompts };
  const given = (await ask(question, signal))?.[0] ?? null;
  // Until the host has judged it: it may have hung up while the person typed.
  if (given !== null) memory.unsent.set(account, given);
  return given;
}

function failureOf({ hop, memory }: SignInDeps, log: Log): SshError {
  const host = addressOf(hop);
  const offered = log.offered.length === 0 ? 'nothing' : log.offered.join(', ');
  const tried = log.tried.length === 0 ? 'nothing' : log.tried.join('; ');
  const notes = log.notes.map((note) => ` Note: ${note}.`).join('');
  const facts = `It offers ${offered}; tried were ${tried}.${notes}`;
  if (memory.left(hop) === 0) return tooManyTries(hop, facts);
  if (log.foreign) {
    const message = `${host} did not let ${hop.user} in with the keys that can be used here. ${facts} Load the key into an ssh-agent, or use a key without hardware.`;
    return new SshError({ code: 'needs_system_ssh', host, message });
  }
  const message = `${host} did not let ${hop.user} in. ${facts} Check the user name; add your public key to ~/.ssh/authorized_keys there, or give the password.`;
  return new SshError({ code: 'auth_failed', host, message });
}

/** The address has failed so often that the host may shut it out for everybody here. */
export function tooManyTries(hop: Hop, facts = ''): SshError {
  const host = addressOf(hop);
  const message = `Signing in to ${host} as ${hop.user} failed three times, so Koubou stopped: many hosts shut out an address that goes on. ${facts} Check user and password, wait a minute, and try again.`;
  return new SshError({ code: 'too_many_tries', host, message: message.replace('  ', ' ') });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
