/**
 * A talk with the executable on a host (`koubou agent host …`): orders as lines of JSON to its standard input, answers as lines of
 * JSON from its output. What is no answer, such as a word of sudo, is shown and passed over.
 */
import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { HostCommand, HostExecutable } from './families/family.ts';
import type { Problem } from './problem.ts';
import { lastWords, plain } from './upload-scripts.ts';

const Left = z.object({
  files: z.array(z.string()),
  processes: z.array(z.string()),
  units: z.array(z.string()),
});

/** What a coordinator reads of an answer; the host may be of another build, so the rest is passed over. */
const HostAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), message: z.string() }),
  z.object({ type: z.literal('request'), request: z.string().max(8_192) }),
  z.object({
    type: z.literal('installed'),
    build: z.string(),
    service: z.string(),
    note: z.string().nullable(),
    changed: z.boolean(),
  }),
  z.object({ type: z.literal('uninstalled'), removed: z.array(z.string()), left: Left }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    kept: z.array(z.object({ what: z.string(), why: z.string() })).optional(),
  }),
]);
export type HostAnswer = z.infer<typeof HostAnswer>;
export type Uninstalled = Extract<HostAnswer, { type: 'uninstalled' }>;

export interface Talk {
  readonly executable: HostExecutable;
  readonly command: HostCommand;
  readonly order: Readonly<Record<string, unknown>>;
  readonly say: (text: string) => void;
  /** The next order after an answer; `null` when there is none to give. */
  readonly reply: (
    answer: HostAnswer,
  ) => Promise<Result<Readonly<Record<string, unknown>>, Problem> | null>;
}

/** Keys and services take their time on a slow machine. */
const LIMIT_MS = 180_000;

/** @returns the last answer that is not `progress`; an `error` comes as a problem */
export async function talk({
  executable,
  command,
  order,
  say,
  reply,
}: Talk): Promise<
  Result<Exclude<HostAnswer, { type: 'progress' | 'error' | 'request' }>, Problem>
> {
  const stdin = new PassThrough();
  const send = (line: Readonly<Record<string, unknown>>): void => {
    stdin.write(`${JSON.stringify(line)}\n`);
  };
  let last: HostAnswer | null = null;
  let refused: Problem | null = null;
  let work: Promise<void> = Promise.resolve();
  const take = async (answer: HostAnswer): Promise<void> => {
    if (answer.type === 'progress') return say(`${answer.message}\n`);
    last = answer;
    const next = await reply(answer);
    if (next?.ok) return send(next.value);
    refused = next?.error ?? null;
    stdin.end();
  };
  const lines = lineReader((line) => {
    const answer = readAnswer(line);
    if (answer) work = work.then(async () => await take(answer));
    else if (line.trim() !== '') say(`${line}\n`);
  });
  send(order);
  const { code, stderr } = await executable(command, {
    stdin,
    timeoutMs: LIMIT_MS,
    onOutput: ({ from, bytes }) =>
      from === 'stdout' ? lines(bytes) : say(plain(bytes.toString())),
  }).finally(() => stdin.destroy());
  lines(Buffer.from('\n'));
  await work;
  return ending(last, refused, `it ended with code ${code}: ${lastWords(stderr)}`);
}

function ending(
  last: HostAnswer | null,
  refused: Problem | null,
  otherwise: string,
): Awaited<ReturnType<typeof talk>> {
  if (refused) return fail(refused);
  if (last?.type === 'error') {
    const kept = (last.kept ?? []).map(({ what, why }) => `${what} (${why})`).join('; ');
    return fail({
      code: last.code,
      message: kept === '' ? last.message : `${last.message}: ${kept}`,
    });
  }
  if (last?.type === 'installed' || last?.type === 'uninstalled') return ok(last);
  const message = `The program on the host gave no answer (${otherwise}). Try again; "koubou doctor --host" shows what the host lacks.`;
  return fail({ code: 'host_failed', message });
}

function readAnswer(line: string): HostAnswer | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return HostAnswer.safeParse(JSON.parse(line)).data;
  } catch {
    // A line that only looks like JSON is as good as any other junk.
    return undefined;
  }
}

/** Lines are bounded: a host may send anything. */
const MOST_LINE = 256 * 1024;

function lineReader(take: (line: string) => void): (bytes: Buffer) => void {
  let held = '';
  const decoder = new TextDecoder();
  return (bytes) => {
    const lines = (held + decoder.decode(bytes, { stream: true })).split('\n');
    held = (lines.pop() ?? '').slice(-MOST_LINE);
    for (const line of lines) take(line.replace(/\r$/, ''));
    // The last line break may still be on its way, held back in case it begins what ends the output.
    if (readAnswer(held) === undefined) return;
    take(held);
    held = '';
  };
}
