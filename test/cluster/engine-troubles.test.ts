/**
 * What goes wrong between an engine and its model, the whole way: at the provider, through the gateway, the real command line
 * and the agent, until a task shows it. Each is told by its class, and what follows is the rule of that class.
 */
import { expect, test } from 'vitest';
import type { EngineSpec } from '../../src/shared/domain/engine.ts';
import { TROUBLE_RULES, type TroubleClass } from '../../src/shared/domain/engine-trouble.ts';
import type { FailureCode } from '../../src/shared/errors.ts';
import { FAULTS, windowSpent } from '../support/models/messages-faults.ts';
import { startMessagesApi } from '../support/models/messages-api.ts';
import type { Fault as MessagesFault } from '../support/models/messages-types.ts';
import {
  REPAIR,
  startModelWorkshop,
  stepOf,
  type ModelWorkshop,
} from '../support/models/model-workshop.ts';
import { moves } from '../support/models/moves.ts';
import { startOpenAiApi } from '../support/models/openai-api.ts';
import {
  refusal,
  REFUSALS,
  type Fault as OpenAiFault,
} from '../support/models/openai-api-faults.ts';

interface Trouble {
  readonly name: string;
  readonly class: TroubleClass;
  readonly code: FailureCode;
  /** `null`: nobody is there. */
  readonly faults: { readonly anthropic: MessagesFault; readonly openai: OpenAiFault } | null;
  /** When it is tried again: so long after, at that time (epoch ms), or not before a person says so. */
  readonly again: { readonly afterMs: number } | { readonly at: number } | null;
}

/** An hour ahead; providers tell whole seconds. */
const RESET_AT = Math.ceil(Date.now() / 1_000 + 3_600) * 1_000;
const SOON = { afterMs: 30_000 };

const TROUBLES: readonly Trouble[] = [
  {
    ...{ name: 'the key is refused', class: 'sign_in_expired', code: 'account_signed_out' },
    faults: { anthropic: FAULTS.unauthorized, openai: REFUSALS.wrongKey() },
    again: SOON,
  },
  {
    ...{ name: 'the server is overloaded', class: 'overloaded', code: 'engine_overloaded' },
    faults: { anthropic: FAULTS.overloaded, openai: REFUSALS.overloaded() },
    again: SOON,
  },
  {
    ...{ name: 'nobody is there', class: 'network', code: 'engine_unreachable' },
    faults: null,
    again: SOON,
  },
  {
    ...{ name: 'answers are none', class: 'network', code: 'engine_unreachable' },
    faults: { anthropic: FAULTS.garbage, openai: { kind: 'garbage' } },
    again: SOON,
  },
  {
    ...{ name: 'answers stop in their middle', class: 'network', code: 'engine_unreachable' },
    faults: { anthropic: FAULTS.torn, openai: { kind: 'stop', how: 'cut' } },
    again: SOON,
  },
  {
    ...{
      name: 'the prompt is too long',
      class: 'context_too_long',
      code: 'engine_context_too_long',
    },
    faults: { anthropic: FAULTS.tooLong, openai: REFUSALS.tooLong() },
    again: null,
  },
  {
    ...{ name: 'the model declines', class: 'refused', code: 'engine_refused' },
    faults: {
      anthropic: {
        ...{ kind: 'error', status: 400, type: 'invalid_request_error' },
        message: 'Output blocked by content filtering policy',
      },
      openai: refusal(400, 'This content was flagged.', { code: 'content_policy_violation' }),
    },
    again: null,
  },
  {
    ...{ name: 'a limit is reached', class: 'rate_limited', code: 'engine_rate_limited' },
    faults: {
      anthropic: windowSpent(RESET_AT),
      openai: REFUSALS.usageLimit(RESET_AT / 1_000),
    },
    again: { at: RESET_AT },
  },
];

/** One at each provider, so that neither finds out what the other's account met. */
const ENGINES: readonly EngineSpec[] = [{ kind: 'claude-code' }, { kind: 'codex' }];

/** At once, each in a workshop of its own: where a server fails, there is more waiting than work. */
const PARTS = [
  { what: 'servers that fail', isSlow: true },
  { what: 'accounts and calls that are refused', isSlow: false },
];

test.concurrent.each(PARTS)(
  'command lines tell of $what, and what follows is the rule',
  async ({ isSlow }) => {
    const troubles = TROUBLES.filter(
      (one) => (TROUBLE_RULES[one.class].about === 'server') === isSlow,
    );
    expect(troubles.length).toBeGreaterThan(1);
    const place = await startModelWorkshop({ CLAUDE_CODE_MAX_RETRIES: '1' });
    try {
      for (const trouble of troubles) await meet(trouble, place);
    } finally {
      await place.close();
    }
  },
);

async function meet(trouble: Trouble, place: ModelWorkshop): Promise<void> {
  const { call } = place.workshop;
  // Others each time: what was learned of an account and of a server says nothing about these.
  const anthropic = await startMessagesApi(moves(...REPAIR));
  const openai = await startOpenAiApi(({ step }) => [
    stepOf(REPAIR[step] ?? { do: 'say', text: 'Done.' }),
  ]);
  const accounts = [
    await place.addAccount('anthropic', anthropic.url),
    await place.addAccount('openai', openai.url),
  ];
  if (trouble.faults) {
    anthropic.fail(trouble.faults.anthropic);
    openai.fail(trouble.faults.openai);
  } else {
    await Promise.all([anthropic.close(), openai.close()]);
  }
  await Promise.all(ENGINES.map(async (engine) => await failsOver(trouble, engine, place)));
  for (const id of accounts) await call('accounts.remove', { id });
  if (trouble.faults) await Promise.all([anthropic.close(), openai.close()]);
}

async function failsOver(
  trouble: Trouble,
  engine: EngineSpec,
  place: ModelWorkshop,
): Promise<void> {
  const { call, untilEvent } = place.workshop;
  const about = `${engine.kind}: ${trouble.name}`;
  const repo = place.makeRepo(about.replaceAll(/\W+/g, '-'));
  const { id } = await call('tasks.create', { repo, title: 'Make add right', engine });
  const failed = await untilEvent(
    ({ event }) =>
      'taskId' in event &&
      event.taskId === id &&
      (event.type === 'task.failed' || event.type === 'task.review_opened'),
  );
  const { event, at } = failed;
  expect([about, event]).toMatchObject([about, { type: 'task.failed', code: trouble.code }]);
  const { state, failure } = await call('tasks.get', { id });
  expect([about, state, failure]).toMatchObject([about, 'failed', { code: trouble.code }]);
  const retryAt = failure?.retryAt ?? null;
  const { again } = trouble;
  if (again === null || 'afterMs' in again) {
    expect([about, retryAt]).toEqual([about, again && at + again.afterMs]);
  } else {
    // Who hears of the limit from the gateway comes a moment later: the two clocks drift.
    expect([about, Math.floor(((retryAt ?? 0) - again.at) / 2_000)]).toEqual([about, 0]);
    await isHeld(engine, again.at, place);
  }
  const { calls } = await call('usage.calls', { task: id, trouble: 'true' });
  expect([about, calls.map((one) => one.call.trouble)]).toEqual([
    about,
    calls.map(() => trouble.class),
  ]);
  expect(calls.length).toBeGreaterThan(0);
  await call('tasks.cancel', { id });
}

/** The next one for that engine is not even begun, and says why and until when. */
async function isHeld(
  engine: EngineSpec,
  resetAt: number,
  { workshop, makeRepo }: ModelWorkshop,
): Promise<void> {
  const repo = makeRepo(`${engine.kind}-held`);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Wait', engine });
  await workshop.until(id, 'queued');
  const { wait } = await workshop.call('attempts.outlook', { id });
  expect(wait?.reason).toMatchObject({ code: 'models', engine: engine.kind, why: 'limited' });
  const reason = wait?.reason ?? null;
  const until = reason?.code === 'models' ? reason.until : null;
  expect(Math.abs((until ?? 0) - resetAt)).toBeLessThanOrEqual(2_000);
  await workshop.call('tasks.cancel', { id });
}
