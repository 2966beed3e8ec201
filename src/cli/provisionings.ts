/** Follows provisionings in the terminal: each step as it ends, and the questions that only a person can answer. */
import { OPERATIONS } from '../shared/contract.ts';
import type { Provisioning, ProvisioningStep, Question } from '../shared/provisioning.ts';
import { followProvisionings } from './follow.ts';
import { writeLine, type CliIo } from './io.ts';
import { paint, type Style } from './print.ts';
import { safeLine, safeText } from './safe-text.ts';
import type { Session } from './session.ts';

export interface FollowOptions {
  /** Fingerprints of host keys that are trusted without asking. */
  readonly keys: readonly string[];
}

/** Resolves with the last state of each, in the order given. Interrupted, it cancels what has not ended. */
export async function followToEnd(
  session: Session,
  begun: readonly Provisioning[],
  options: FollowOptions,
): Promise<Provisioning[]> {
  const { address, client, io } = session;
  const open = new Map(
    begun.map((one) => [one.id, createFollower(session, begun.length > 1, options)]),
  );
  const ended = new Map<Provisioning['id'], Provisioning>();
  // Everything is read before the first question is put, so that nothing is missed meanwhile.
  const stop = new AbortController();
  const both = AbortSignal.any([stop.signal, io.stop]);
  for await (const one of followProvisionings(address, both)) {
    const follower = open.get(one.id);
    if (!follower || ended.has(one.id)) continue;
    await follower(one);
    if (one.endedAt !== null) ended.set(one.id, one);
    if (ended.size === begun.length) stop.abort();
  }
  for (const { id } of begun) {
    if (ended.has(id)) continue;
    ended.set(id, await client.call(OPERATIONS['provisionings.cancel'], { id }));
  }
  return begun.map(({ id, ...rest }) => ended.get(id) ?? { id, ...rest });
}

type Follower = (one: Provisioning) => Promise<void>;

function createFollower(session: Session, isOneOfMany: boolean, options: FollowOptions): Follower {
  const told = new Map<string, string>();
  const answered = new Set<number>();
  return async (one) => {
    for (const step of one.steps) {
      const state = `${step.state} ${step.message}`;
      const isTold = told.get(step.name) === state;
      told.set(step.name, state);
      if (!isTold) await tell(session, one, step, isOneOfMany);
    }
    const { question } = one;
    if (question === null || answered.has(question.n)) return;
    answered.add(question.n);
    const answers = await answerTo(session.io, one, question, options);
    await reply(session, one, question, answers);
  };
}

/** Meanwhile the provisioning may have ended, and the question with it. */
async function reply(
  { client, io }: Session,
  { id }: Provisioning,
  { n }: Question,
  answers: string[] | null,
): Promise<void> {
  try {
    await client.call(OPERATIONS['provisionings.answer'], { id, n, answers });
  } catch (error) {
    io.warn(error instanceof Error ? safeLine(error.message) : String(error));
  }
}

const MARKS: Readonly<Partial<Record<ProvisioningStep['state'], readonly [string, Style]>>> = {
  done: ['done', 'green'],
  warned: ['note', 'yellow'],
  failed: ['FAIL', 'red'],
};

async function tell(
  { io, json }: Session,
  { id, target }: Provisioning,
  step: ProvisioningStep,
  isOneOfMany: boolean,
): Promise<void> {
  const [word, style] = MARKS[step.state] ?? [];
  if (word === undefined || style === undefined) return;
  const { name, state, ms, message } = step;
  if (json) {
    io.warn(JSON.stringify({ id, target, step: name, state, ms, message }));
    return;
  }
  const who = isOneOfMany ? `${paint(io, 'gray', target)}  ` : '';
  const time = `${(ms / 1_000).toFixed(1)} s`.padStart(7);
  const line = `${who}${paint(io, style, word)}  ${name.replaceAll('_', ' ').padEnd(9)} ${time}  ${safeLine(message)}`;
  await writeLine(io, line);
  if (state === 'failed' && step.output.trim() !== '')
    for (const said of step.output.trimEnd().split('\n').slice(-15))
      await writeLine(io, paint(io, 'gray', `      ${safeText(said, false)}`));
}

async function answerTo(
  io: CliIo,
  { target }: Provisioning,
  question: Question,
  { keys }: FollowOptions,
): Promise<string[] | null> {
  if (question.kind === 'host_key') {
    const { host, algorithm, fingerprint } = question;
    if (keys.includes(fingerprint)) return ['yes'];
    const text = `The host ${safeLine(host)} is not known yet. It shows this ${safeLine(algorithm)} key:\n  ${safeLine(fingerprint)}\nCompare it with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\nTrust it? Type yes, or the fingerprint: `;
    const said = await io.ask(text, true);
    if (said === null)
      io.warn(
        `${target} asks for trust in its key and nobody can answer: give --yes-host-key ${fingerprint} when it is the right one`,
      );
    const answer = said?.trim() ?? '';
    return answer.toLowerCase() === 'yes' || answer === fingerprint ? ['yes'] : null;
  }
  if (question.text.trim() !== '') io.warn(safeText(`${question.host}: ${question.text}`, false));
  const answers: string[] = [];
  for (const { text, echo } of question.prompts) {
    const said = await io.ask(`${safeText(text, false).trimEnd()} `, echo);
    if (said === null) {
      io.warn(
        `${target} asks for a ${question.what.replaceAll('_', ' ')}, and there is no terminal to ask at: sign in with a key, or run this in a terminal`,
      );
      return null;
    }
    answers.push(said);
  }
  return answers;
}
