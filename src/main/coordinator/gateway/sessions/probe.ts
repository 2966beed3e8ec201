/**
 * Asks a provider whether it takes an account: the list of models, which every provider has and which costs nothing. What it
 * answers becomes a finding; what a person reads of it is said here.
 */
import { z } from 'zod';
import { cleanLine } from '../../../../shared/text.ts';
import type { ModelAccount } from '../models/port.ts';
import { withoutSecret } from '../without-secret.ts';
import type { Finding } from './sign-in.ts';

/** Whoever looks into an answer of its own looks no further. */
const MOST_CHARACTERS = 64 * 1024;
const MOST_WORDS = 300;

/** Never rejects. @param signal ends it; it counts as unreachable then */
export async function probe(
  account: Pick<ModelAccount, 'provider' | 'baseUrl' | 'auth'>,
  secret: string,
  signal: AbortSignal,
): Promise<Finding> {
  const { baseUrl } = account;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${baseUrl}/v1/models`, {
      headers: headersFor(account, secret),
      // A key goes where a person said, and nowhere else.
      redirect: 'manual',
      signal,
    });
    text = withoutSecret(await beginningOf(answer), secret);
  } catch (error) {
    return {
      kind: 'unreachable',
      message: `${baseUrl} cannot be reached: ${whyOf(error, signal)}`,
    };
  }
  return findingOf(baseUrl, answer.status, wordsOf(text));
}

function headersFor(
  { provider, auth }: Pick<ModelAccount, 'provider' | 'auth'>,
  secret: string,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(auth === 'api_key' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` }),
    ...(provider === 'anthropic' && { 'anthropic-version': '2023-06-01' }),
  };
}

function findingOf(baseUrl: string, status: number, words: string): Finding {
  const said = words === '' ? '' : ` It said: ${words}`;
  if (status >= 200 && status < 300) return { kind: 'good', message: null };
  // A key for few things only may not list models; it is known all the same.
  if (status === 403 && /scope/i.test(words)) return { kind: 'good', message: null };
  if (status === 401 || status === 403) {
    return { kind: 'refused', message: `${baseUrl} does not take the key (${status}).${said}` };
  }
  // A limit is one of an account that is known.
  if (status === 429) return { kind: 'good', message: null };
  if (status === 404 || status === 405) {
    const message = `${baseUrl} has no list of models (${status}), so whether it takes the key shows with the first call. Check the address if calls fail`;
    return { kind: 'good', message };
  }
  const message =
    status >= 300 && status < 400
      ? `${baseUrl} sends elsewhere (${status}), and a key is not sent after it. Give the right address`
      : `${baseUrl} answers with an error (${status}).${said}`;
  return { kind: 'unreachable', message };
}

async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length < MOST_CHARACTERS) {
    const read: { value?: unknown } = await reader.read();
    if (!(read.value instanceof Uint8Array)) return text;
    text += decoder.decode(read.value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** What the provider says is wrong, without anything that looks like a key: some quote it. */
function wordsOf(text: string): string {
  let found: string;
  try {
    found = Refusal.safeParse(JSON.parse(text)).data?.error.message ?? '';
  } catch {
    return ''; // Not JSON: a page of some proxy, which helps nobody here.
  }
  return cleanLine(found.replaceAll(/[\w*.-]*(?:sk-|\*{3,})[\w*.-]*/g, '…'), MOST_WORDS);
}

function whyOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'it did not answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  // Of several addresses that were tried, the first says enough.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && first.message !== '' ? first.message : cause.name;
}
