/**
 * One question of the coordinator itself to a model, through an account that is kept here: within the same limits and budgets as
 * the calls of engines, and answered by one call of a tool, so that the answer has a form. What the model says is not checked here.
 */
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Provider } from '../../../../shared/models.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { anthropicMeter } from './anthropic-meter.ts';
import { errorIn, field, jsonOf, textAt, troubleOf } from './classify.ts';
import type { Meter } from './meter.ts';
import { openaiMeter } from './openai-meter.ts';
import { outcomeOf } from './outcome.ts';
import type { Accounts, Admission, Asker, ModelAccount } from './port.ts';

export interface Question {
  readonly asker: Asker;
  readonly provider: Provider;
  readonly model: string;
  /** What it is to do. */
  readonly system: string;
  readonly text: string;
  readonly tool: {
    readonly name: string;
    readonly description: string;
    /** JSON schema of what it is called with. */
    readonly schema: object;
  };
  readonly maxOutputTokens: number;
}

export interface Answer {
  /** What the tool was called with, as the model wrote it. */
  readonly input: unknown;
  /** Millionths of a dollar; `null`: there is no price for the model. */
  readonly costMicros: number | null;
}

export interface AskDeps {
  readonly admission: Pick<Admission, 'admit'>;
  readonly accounts: Pick<Accounts, 'secretOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

const MOST_ANSWER_BYTES = 256 * 1024;

/** The error is a sentence without secrets. Never rejects. @param signal ends it */
export async function askModel(
  question: Question,
  signal: AbortSignal,
  { admission, accounts, clock }: AskDeps,
): Promise<Result<Answer, string>> {
  const { asker, provider, model, maxOutputTokens } = question;
  const body = JSON.stringify(bodyOf(question));
  const inputTokens = Math.ceil(body.length / 4);
  const call = { asker, provider, model, inputTokens, maxOutputTokens, tried: new Set<never>() };
  try {
    const admitted = await admission.admit(call, signal);
    if (!admitted.ok) return fail(admitted.error.message);
    const ticket = admitted.value;
    const lost = outcomeOf(0, null, null, null, inputTokens);
    const secret = await accounts.secretOf(ticket.account.id);
    if (!secret.ok) {
      ticket.done({ ...lost, trouble: 'sign_in_expired' });
      return fail(secret.error);
    }
    const sent = await send(ticket.account, secret.value, body, signal).catch((error: unknown) => {
      ticket.done(signal.aborted ? lost : { ...lost, trouble: 'network' });
      throw error;
    });
    ticket.answered(sent.status, sent.headers);
    if (sent.status < 200 || sent.status >= 300) {
      const refusal = troubleOf({ ...sent, error: errorIn(sent.text, clock.now()) }, clock.now());
      ticket.done(outcomeOf(sent.status, refusal.trouble, refusal.until, null, inputTokens));
      return fail(`${ticket.account.name} refused (${sent.status})`);
    }
    const outcome = outcomeOf(sent.status, null, null, readingOf(sent, provider, inputTokens), 0);
    ticket.done(outcome);
    return ok({ input: inputIn(sent.text, provider), costMicros: outcome.costMicros });
  } catch {
    // Its words may quote what was sent.
    return fail(signal.aborted ? 'it did not answer in time' : 'it cannot be reached');
  }
}

function bodyOf({ provider, model, system, text, tool, maxOutputTokens }: Question): object {
  const { name, description, schema } = tool;
  if (provider === 'anthropic') {
    return {
      ...{ model, max_tokens: maxOutputTokens, system },
      messages: [{ role: 'user', content: text }],
      tools: [{ name, description, input_schema: schema }],
      tool_choice: { type: 'tool', name },
    };
  }
  return {
    ...{ model, max_completion_tokens: maxOutputTokens },
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: text },
    ],
    tools: [{ type: 'function', function: { name, description, parameters: schema } }],
    tool_choice: { type: 'function', function: { name } },
  };
}

interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function send(
  { provider, baseUrl, auth }: ModelAccount,
  secret: string,
  body: string,
  signal: AbortSignal,
): Promise<Sent> {
  const path = provider === 'anthropic' ? '/v1/messages' : '/v1/chat/completions';
  const answer = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(auth === 'api_key' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` }),
      ...(provider === 'anthropic' && { 'anthropic-version': '2023-06-01' }),
    },
    body,
    // A key goes where a person said, and nowhere else.
    redirect: 'manual',
    signal,
  });
  const headers = Object.fromEntries(answer.headers);
  return { status: answer.status, headers, text: await beginningOf(answer) };
}

async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length < MOST_ANSWER_BYTES) {
    const read: { value?: unknown } = await reader.read();
    if (!(read.value instanceof Uint8Array)) return text;
    text += decoder.decode(read.value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

function readingOf({ headers, text }: Sent, provider: Provider, inputTokens: number) {
  const open = provider === 'anthropic' ? anthropicMeter : openaiMeter;
  const meter: Meter = open(headers['content-type'], inputTokens);
  meter.push(Buffer.from(text));
  return meter.read();
}

/** `undefined` where it called no tool. */
function inputIn(text: string, provider: Provider): unknown {
  const answer = jsonOf(text);
  if (provider === 'anthropic') {
    const content = field(answer, 'content');
    const blocks: unknown[] = Array.isArray(content) ? content : [];
    return field(
      blocks.find((block) => textAt(block, 'type') === 'tool_use'),
      'input',
    );
  }
  const choices = field(answer, 'choices');
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const calls = field(field(first, 'message'), 'tool_calls');
  const call: unknown = Array.isArray(calls) ? calls[0] : undefined;
  return jsonOf(textAt(field(call, 'function'), 'arguments'));
}
