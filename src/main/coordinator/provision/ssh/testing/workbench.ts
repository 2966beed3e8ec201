/** What tests of the SSH layer need around it: a clock, a person who answers, and the options of a connection. */
import type { Clock } from '../../../../../shared/clock.ts';
import { createRunMemory, type Ask, type SshQuestion } from '../ask.ts';
import { openSsh, type ConnectOptions } from '../connect.ts';
import type { SshConnection } from '../connection.ts';
import { openKnownHosts, type KnownHosts } from '../known-hosts-files.ts';
import type { Hop, Route } from '../route.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const nobody: Ask = ({ kind }) =>
  Promise.reject(new Error(`nothing should be asked: ${kind}`));

export function optionsWith(
  knownHostsFile: string,
  more: Partial<ConnectOptions> = {},
): ConnectOptions {
  return {
    ask: nobody,
    known: openKnownHosts(knownHostsFile),
    memory: createRunMemory(),
    clock: realClock,
    log: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

export function routeOver(first: Hop, ...rest: readonly Hop[]): Route {
  const last = rest.at(-1) ?? first;
  return { target: { name: last.name, user: null, port: null }, hops: [first, ...rest], notes: [] };
}

export function connectTo(hop: Hop, options: ConnectOptions): Promise<SshConnection> {
  return openSsh(routeOver(hop), options);
}

export interface Person {
  readonly ask: Ask;
  readonly asked: readonly SshQuestion[];
}

/** Answers at once and remembers what was asked. */
export function personWho(
  answers: (question: SshQuestion, nth: number) => readonly string[] | null,
): Person {
  const asked: SshQuestion[] = [];
  return {
    asked,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answers(question, asked.length));
    },
  };
}

/** A store that trusts what it is given the first time, for tests that are not about host keys. */
export function trusting(known: KnownHosts): KnownHosts {
  return {
    ...known,
    look: async (hop) => {
      const record = await known.look(hop);
      return { ...record, judge: () => ({ kind: 'known' }) };
    },
  };
}
