/**
 * Our own engine: asks a model, does what it asks for with tools, and tells it what came of that, until it is done. It runs
 * in the attempt's own process; only the commands of its tools are processes of their own.
 */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import type { Usage } from '../../shared/domain/engine.ts';
import { fail, ok } from '../../shared/result.ts';
import { pause } from '../clock.ts';
import { messageOf } from '../failure.ts';
import type { EngineFailure, EngineResult, EngineRun } from './engine.ts';
import {
  compacted,
  NO_SUMMARY,
  splitForCompaction,
  SUMMARY_SYSTEM,
  summaryIn,
  summaryQuestion,
  tokensIn,
} from './loop-compact.ts';
import { watchLimits, type LoopLimits } from './loop-limits.ts';
import { ModelError, type Answer, type Message, type Model, type UserPart } from './loop-model.ts';
import { openRecord, type LoopRecord } from './loop-record.ts';
import { MOST_RETRIES, waitBefore } from './loop-retries.ts';
import { openToolbox, type Toolbox } from './tools/toolbox.ts';
import { timedOut } from './timed-out.ts';
import { failureFrom } from './verdict.ts';

/** A task that takes more is not one, or goes in circles. */
const MOST_TURNS = 300;

interface Loop {
  readonly run: EngineRun;
  readonly model: Model;
  readonly clock: Clock;
  readonly limits: LoopLimits;
  readonly record: LoopRecord;
  readonly toolbox: Toolbox;
  readonly system: string;
  turns: number;
  usage: { input: number; cached: number; output: number };
  /** In millionths of a dollar; `null`: of some answers it is not known. */
  costMicros: number | null;
}

/** @param clock stands still while the attempt does */
export async function runLoop(run: EngineRun, model: Model, clock: Clock): Promise<EngineResult> {
  const limits = watchLimits(run, clock);
  const record = await openRecord(run, clock);
  const { signal } = limits;
  const toolbox = openToolbox({ run, clock, left: limits.left, signal });
  const usage = { input: 0, cached: 0, output: 0 };
  const system = systemFor(run.cwd);
  const loop: Loop = {
    run,
    model,
    clock,
    limits,
    record,
    toolbox,
    system,
    turns: 0,
    usage,
    costMicros: 0,
  };
  const began = clock.monotonic();
  try {
    const failure = await failureIn(loop);
    const ms = Math.round(clock.monotonic() - began);
    const error = failure && { code: failure.code, message: failure.message };
    await record.write({ type: 'end', turns: loop.turns, ms, ...loop.usage, error });
    return failure ? fail(failure) : ok({ usage: usageOf(loop) });
  } finally {
    limits.close();
    await record.close();
  }
}

function systemFor(cwd: string): string {
  return [
    'You are a software engineer who works alone on one task in a git repository.',
    `Working directory: ${cwd}`,
    'Look before you change something: find the places with list and search, and read them. Change files with edit. Run the tests with test before you are done, and repair what fails.',
    'Nobody answers questions. When the task is done, say in a few sentences what you changed; an answer without a call of a tool ends the work.',
  ].join('\n\n');
}

function usageOf({ usage, costMicros }: Loop): Usage {
  return {
    inputTokens: usage.input,
    outputTokens: usage.output,
    cachedInputTokens: usage.cached,
    costUsd: costMicros === null ? null : costMicros / 1e6,
  };
}

/** Rejects only when the attempt was stopped. */
async function failureIn(loop: Loop): Promise<EngineFailure | null> {
  const { run, limits, model, record } = loop;
  try {
    return await work(loop);
  } catch (error) {
    run.signal.throwIfAborted();
    const limit = limits.reached();
    if (limit !== null) return timedOut(limit, run);
    if (error instanceof ModelError) {
      const trouble = run.models?.trouble() ?? error.trouble;
      const { by: name, signIn } = model;
      const failure = failureFrom(trouble, { name, signIn, models: run.models });
      record.note(`✗ ${failure.message}`);
      return error.code === null ? failure : { ...failure, code: error.code };
    }
    // The transcript cannot be written, or a bug of ours: told as what it is.
    return { code: 'engine_failed', message: `the engine had to stop: ${messageOf(error)}` };
  }
}

async function work(loop: Loop): Promise<EngineFailure | null> {
  const { run, model, record, clock, limits } = loop;
  const prompt = await readFile(run.promptFile, 'utf8');
  record.note(`${model.by} with ${model.name}`);
  await record.write({ type: 'begin', model: model.name });
  await record.write({ type: 'prompt', text: prompt });
  let messages: Message[] = [{ role: 'user', parts: [{ kind: 'text', text: prompt }] }];
  for (;;) {
    // A clock that stands still lets nothing pass: while somebody has the tree in hand, nothing is changed.
    await pause(clock, 0, limits.signal);
    limits.signal.throwIfAborted();
    loop.turns += 1;
    if (loop.turns > MOST_TURNS)
      return {
        code: 'engine_failed',
        message: `the engine was not done after ${MOST_TURNS} turns. Ask for less in one task.`,
      };
    const [answer, asked] = await ask(loop, messages);
    messages = asked;
    if (answer.stop === 'refused')
      return { code: 'engine_refused', message: `${model.by} will not work on this task.` };
    const next = await follow(loop, answer);
    if (next === null) return null;
    messages.push(...next);
  }
}

/** The answer, and the conversation that it is the answer to: it may be shorter than the one that was asked with. */
async function ask(
  loop: Loop,
  messages: readonly Message[],
): Promise<[answer: Answer, asked: Message[]]> {
  const { model, toolbox, system } = loop;
  const room = model.window - model.mostOutput;
  let asked = [...messages];
  if (tokensIn(asked) > room) asked = (await compact(loop, asked)) ?? asked;
  try {
    const answer = await askPatiently(loop, { system, tools: toolbox.specs, messages: asked });
    if (answer.stop !== 'full') return [answer, asked];
  } catch (error) {
    if (!(error instanceof ModelError) || error.trouble.class !== 'context_too_long') throw error;
    const shorter = await compact(loop, asked);
    if (shorter === null) throw error;
    asked = shorter;
    return [await askPatiently(loop, { system, tools: toolbox.specs, messages: asked }), asked];
  }
  asked = (await compact(loop, asked)) ?? asked;
  return [await askPatiently(loop, { system, tools: toolbox.specs, messages: asked }), asked];
}

async function compact(loop: Loop, messages: readonly Message[]): Promise<Message[] | null> {
  const { model, record } = loop;
  // A model may take in less than it is known for: what it refused is then what there is.
  const size = Math.min(model.window, tokensIn(messages));
  const split = splitForCompaction(messages, Math.floor(size / 8));
  if (!split) return null;
  record.note('the conversation has no room any more: what is older is summarised');
  const question = {
    system: SUMMARY_SYSTEM,
    tools: [],
    messages: summaryQuestion(split, Math.floor(size / 3)),
  };
  let summary = NO_SUMMARY;
  try {
    summary = summaryIn(await askPatiently(loop, question));
  } catch (error) {
    // The work tree holds what was done, so that work can go on without.
    if (!(error instanceof ModelError) || error.trouble.class !== 'context_too_long') throw error;
  }
  await record.write({ type: 'note', code: 'compact_boundary', text: summary });
  return compacted(split, summary);
}

async function askPatiently(loop: Loop, question: Parameters<Model['ask']>[0]): Promise<Answer> {
  const { model, limits, record, clock, usage } = loop;
  const listener = {
    text(piece: string) {
      limits.heard();
      record.words(piece);
    },
    alive: limits.heard,
  };
  for (let tries = 0; ; tries += 1) {
    limits.listen();
    try {
      const answer = await model.ask(question, listener, limits.signal);
      usage.input += answer.usage.input;
      usage.cached += answer.usage.cached;
      usage.output += answer.usage.output;
      const { costMicros = null } = answer;
      loop.costMicros =
        loop.costMicros === null || costMicros === null ? null : loop.costMicros + costMicros;
      return answer;
    } catch (error) {
      limits.signal.throwIfAborted();
      const waitMs =
        error instanceof ModelError ? waitBefore(error.trouble, tries, clock.now()) : null;
      if (waitMs === null) throw error;
      record.note(`${messageOf(error)}; asked again`);
      await record.write({ type: 'note', code: 'api_retry', text: `${tries + 1}/${MOST_RETRIES}` });
      limits.rest();
      await pause(clock, waitMs, limits.signal);
      limits.signal.throwIfAborted();
    } finally {
      limits.rest();
    }
  }
}

const CUT_OFF =
  'Your answer was cut off, since it was too long. Go on from there in smaller steps: write large files piece by piece.';

/** What an answer asks for is done. @returns what the conversation goes on with; `null`: the model is done */
async function follow(loop: Loop, { parts, stop, usage }: Answer): Promise<Message[] | null> {
  const { record } = loop;
  for (const part of parts) {
    if (part.kind === 'text' && part.text.trim() !== '')
      await record.write({ type: 'said', text: part.text });
    else if (part.kind === 'thinking' && part.text !== '')
      await record.write({ type: 'thought', text: part.text });
  }
  await record.write({ type: 'turn', turn: loop.turns, ...usage });
  if (stop === 'length' || stop === 'full') {
    // The input of a call may be half of what was meant.
    const kept = parts.filter(({ kind }) => kind === 'text');
    const said: Message = {
      role: 'assistant',
      parts: kept.length > 0 ? kept : [{ kind: 'text', text: '[cut off]' }],
    };
    return [said, { role: 'user', parts: [{ kind: 'text', text: CUT_OFF }] }];
  }
  const calls = parts.filter((part) => part.kind === 'call');
  if (calls.length === 0) {
    record.note('done');
    return null;
  }
  const results: UserPart[] = [];
  for (const { id, tool, input } of calls) results.push(await use(loop, id, tool, input));
  return [
    { role: 'assistant', parts },
    { role: 'user', parts: results },
  ];
}

async function use(loop: Loop, id: string, tool: string, input: unknown): Promise<UserPart> {
  const { record, toolbox, limits, clock } = loop;
  await pause(clock, 0, limits.signal);
  limits.signal.throwIfAborted();
  record.showCall(tool, input);
  await record.write({ type: 'call', id, tool, input });
  const answer = await toolbox.use(tool, input);
  record.showResult(answer);
  await record.write({ type: 'result', id, text: answer.text, is_error: answer.isError });
  return { kind: 'result', id, tool, ...answer };
}
