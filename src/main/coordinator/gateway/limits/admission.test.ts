/** Calls that wait, leave and come back, with a clock moved by hand and accounts whose answers the tests write. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Priority } from '../../../../shared/domain/task.ts';
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../../../../shared/ids.ts';
import { ModelAccountId, type Provider } from '../../../../shared/models.ts';
import type { Result } from '../../../../shared/result.ts';
import { testClock } from '../../journal/testing.ts';
import type { Admission, CallOutcome, ModelAccount, Refusal, Ticket } from '../models/port.ts';
import { createAdmission } from './admission.ts';
import { FAILURES_IN_A_ROW } from './breaker.ts';
import { createBudgets, type BudgetLimits } from './budgets.ts';

const DONE: CallOutcome = {
  status: 200,
  trouble: null,
  until: null,
  inputTokens: 100,
  outputTokens: 10,
  cachedInputTokens: 0,
  costMicros: null,
};
const NO_BUDGETS: BudgetLimits = {
  taskDollars: null,
  taskTokens: null,
  repositoryDollars: null,
  repositoryTokens: null,
  dayDollars: null,
  dayTokens: null,
};
const PATIENCE_MS = 240_000;

function accountOf(name: string, provider: Provider = 'anthropic'): ModelAccount {
  const id = ModelAccountId.parse(`acct-${name.padEnd(8, '0')}`);
  return { id, provider, name, baseUrl: `http://${name}.invalid`, auth: 'api_key' };
}

interface Asking {
  readonly task?: number;
  readonly priority?: Priority;
  readonly inputTokens?: number;
  readonly tried?: readonly ModelAccount[];
  readonly signal?: AbortSignal;
}

class Bench implements Disposable {
  readonly clock = testClock();
  readonly accounts = [accountOf('first')];
  readonly signedOut = new Set<ModelAccountId>();
  readonly suspects: ModelAccountId[] = [];
  readonly log: string[] = [];
  limits: BudgetLimits = NO_BUDGETS;
  /** Tasks whose past cannot be read. */
  readonly unreadable = new Set<TaskId>();
  readonly admission: Admission = createAdmission({
    accounts: {
      list: () => this.accounts,
      secretOf: async () => await Promise.resolve({ ok: true, value: '' }),
      onChange: () => () => undefined,
    },
    sessions: {
      isGood: (id) => !this.signedOut.has(id),
      suspect: (id) => this.suspects.push(id),
      onChange: () => () => undefined,
    },
    budgets: createBudgets({
      limits: () => this.limits,
      clock: this.clock,
      ofTask: (id) => {
        if (this.unreadable.has(id)) throw new Error('EIO: i/o error, read');
        return { micros: 0, tokens: 0 };
      },
      since: () => new Map(),
    }),
    clock: this.clock,
    priceOf: () => null,
    log: (line) => this.log.push(line),
  });

  async ask(asking: Asking = {}): Promise<Result<Ticket, Refusal>> {
    const taskId = taskIdOf(asking.task ?? 1);
    const asker = {
      attemptId: attemptIdOf(taskId, 1),
      taskId,
      agentId: AgentId.parse('alice'),
      priority: asking.priority ?? 'normal',
      repo: 'https://example.com/shop',
      engine: 'claude-code',
    } as const;
    const tried = new Set((asking.tried ?? []).map(({ id }) => id));
    const { inputTokens = 100 } = asking;
    const call = { asker, provider: 'anthropic', model: 'm', inputTokens, tried } as const;
    const { signal = new AbortController().signal } = asking;
    return await this.admission.admit({ ...call, maxOutputTokens: 100 }, signal);
  }

  async ticket(asking: Asking = {}): Promise<Ticket> {
    const result = await this.ask(asking);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  }

  /** Takes every place there is. */
  async fill(): Promise<Ticket[]> {
    return await Promise.all(
      Array.from({ length: 4 }, async () => await this.ticket({ task: 99 })),
    );
  }

  /** One answer that says how many requests are left until when (ms from now). */
  async told(remaining: number, resetsIn: number): Promise<void> {
    const ticket = await this.ticket({ task: 99 });
    ticket.answered(200, {
      'anthropic-ratelimit-requests-limit': '100',
      'anthropic-ratelimit-requests-remaining': String(remaining),
      'anthropic-ratelimit-requests-reset': new Date(this.clock.now() + resetsIn).toISOString(),
    });
    ticket.done(DONE);
  }

  [Symbol.dispose](): void {
    this.admission.close();
  }
}

/** In which order they are let out. */
function orderOf(order: string[], name: string): (result: Result<Ticket, Refusal>) => Ticket {
  return (result) => {
    if (!result.ok) throw new Error(result.error.message);
    order.push(name);
    return result.value;
  };
}

describe('waiting', () => {
  test('urgent first, then those that came first', async () => {
    using bench = new Bench();
    const places = await bench.fill();
    const more = await Promise.all([
      bench.ticket({ priority: 'urgent', task: 98 }),
      bench.ticket({ priority: 'urgent', task: 97 }),
    ]);
    const order: string[] = [];
    const all = [
      bench.ask({ task: 2, priority: 'low' }).then(orderOf(order, 'low')),
      bench.ask({ task: 3 }).then(orderOf(order, 'normal')),
      bench.ask({ task: 4, priority: 'urgent' }).then(orderOf(order, 'urgent')),
    ];
    await nextTurn();
    expect(order).toEqual([]);
    expect(bench.admission.states()).toMatchObject([{ running: 6, waiting: 3 }]);
    for (const ticket of [...more, ...places]) ticket.done({ ...DONE, status: 500 });
    for (const one of await Promise.all(all)) one.done(DONE);
    expect(order).toEqual(['urgent', 'normal', 'low']);
    expect(bench.admission.states()).toMatchObject([{ running: 0, waiting: 0 }]);
  });

  test('one that hangs up is gone, and rejects with its reason', async () => {
    using bench = new Bench();
    await bench.fill();
    const hangUp = new AbortController();
    const call = bench.ask({ signal: hangUp.signal });
    const reason = new Error('hung up');
    hangUp.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(bench.admission.states()).toMatchObject([{ waiting: 0 }]);
    await expect(bench.ask({ signal: hangUp.signal })).rejects.toBe(reason);
  });

  test('one whose patience is over is refused', async () => {
    using bench = new Bench();
    await bench.fill();
    const call = bench.ask();
    bench.clock.advance(PATIENCE_MS);
    expect(await call).toMatchObject({ ok: false, error: { trouble: 'rate_limited' } });
  });

  test('when the coordinator ends, those that wait are told', async () => {
    const bench = new Bench();
    await bench.fill();
    const call = bench.ask();
    bench.admission.close();
    expect(await call).toMatchObject({ ok: false, error: { trouble: 'network' } });
    expect(await bench.ask()).toMatchObject({ ok: false });
    bench.clock.advance(1_000);
    expect(bench.clock.waiting).toBe(0);
  });

  test('a call too large for now lets smaller ones pass for a while only', async () => {
    using bench = new Bench();
    const first = await bench.ticket({ task: 99 });
    first.answered(200, {
      'anthropic-ratelimit-input-tokens-limit': '100000',
      'anthropic-ratelimit-input-tokens-remaining': '30000',
      'anthropic-ratelimit-input-tokens-reset': new Date(bench.clock.now() + 60_000).toISOString(),
    });
    first.done(DONE);
    const order: string[] = [];
    const large = bench.ask({ task: 2, inputTokens: 60_000 }).then(orderOf(order, 'large'));
    const small = await bench.ask({ task: 3 }).then(orderOf(order, 'small'));
    small.done(DONE);
    bench.clock.advance(11_000);
    const late = bench.ask({ task: 4 }).then(orderOf(order, 'late'));
    await nextTurn();
    expect(order).toEqual(['small']);
    bench.clock.advance(51_000);
    (await large).done(DONE);
    (await late).done(DONE);
    expect(order).toEqual(['small', 'large', 'late']);
  });

  test('ten thousand wait, and each of them goes', async () => {
    using bench = new Bench();
    const places = await bench.fill();
    let gone = 0;
    const calls = Array.from({ length: 10_000 }, async (_, index) => {
      const ticket = await bench.ticket({ task: 1 + (index % 50) });
      gone += 1;
      ticket.done(DONE);
    });
    expect(bench.admission.states()).toMatchObject([{ waiting: 10_000 }]);
    for (const ticket of places) ticket.done(DONE);
    await Promise.all(calls);
    expect(gone).toBe(10_000);
    expect(bench.admission.states()).toMatchObject([{ running: 0, waiting: 0 }]);
  });
});

describe('accounts', () => {
  test('none, or none signed in: refused with what to do', async () => {
    using bench = new Bench();
    const account = bench.accounts[0] ?? accountOf('first');
    bench.signedOut.add(account.id);
    expect(await bench.ask()).toMatchObject({
      error: {
        trouble: 'sign_in_expired',
        message: 'No account for Anthropic is signed in. Sign in again in Settings → Accounts.',
      },
    });
    bench.accounts.length = 0;
    expect(await bench.ask()).toMatchObject({
      error: {
        trouble: 'sign_in_expired',
        message: 'There is no account for Anthropic. Add one in Settings → Accounts.',
      },
    });
  });

  test('a refused sign-in is checked', async () => {
    using bench = new Bench();
    const ticket = await bench.ticket();
    ticket.done({ ...DONE, status: 401, trouble: 'sign_in_expired' });
    expect(bench.suspects).toEqual([ticket.account.id]);
  });

  test('all at their limits for longer than engines wait: refused at once, with until when', async () => {
    using bench = new Bench();
    const ticket = await bench.ticket();
    const until = bench.clock.now() + 3 * 3_600_000;
    const waiting = bench.ask({ task: 2, priority: 'low' });
    ticket.done({ ...DONE, status: 429, trouble: 'rate_limited', until });
    (await bench.fill().catch(() => [])).map((one) => one.done(DONE));
    await waiting;
    expect(await bench.ask()).toMatchObject({ error: { trouble: 'rate_limited', until } });
    expect(bench.admission.states()).toMatchObject([{ heldUntil: until }]);
    bench.clock.advance(3 * 3_600_000);
    (await bench.ticket()).done(DONE);
  });

  test('another one is taken when the first was tried, and none when all were', async () => {
    using bench = new Bench();
    const first = accountOf('first');
    const second = accountOf('second');
    bench.accounts.push(second);
    expect((await bench.ticket({ tried: [first] })).account.id).toBe(second.id);
    expect(await bench.ask({ tried: [first, second] })).toMatchObject({ ok: false });
    expect(bench.log[0]).toBe('task-1.1 speaks through second: the only one that can speak now');
  });

  test('a server that fails is left alone, one call looks how it is, and all go when it is well', async () => {
    using bench = new Bench();
    for (let n = 0; n < FAILURES_IN_A_ROW; n++) {
      (await bench.ticket()).done({ ...DONE, status: 0, trouble: 'network' });
    }
    expect(bench.admission.states()).toMatchObject([{ breaker: 'open' }]);
    const calls = [bench.ticket({ task: 2 }), bench.ticket({ task: 3 })];
    bench.clock.advance(2_000);
    await nextTurn();
    expect(bench.admission.states()).toMatchObject([
      { breaker: 'half_open', running: 1, waiting: 1 },
    ]);
    (await Promise.race(calls)).done(DONE);
    await Promise.all(calls);
    expect(bench.admission.states()).toMatchObject([{ breaker: 'closed', waiting: 0 }]);
  });

  test('a server that stays down is waited for a little, and then refused with what is wrong with it', async () => {
    using bench = new Bench();
    for (let n = 0; n < FAILURES_IN_A_ROW; n++) {
      (await bench.ticket()).done({ ...DONE, status: 0, trouble: 'network' });
    }
    for (const pauseMs of [2_000, 4_000]) {
      const probe = bench.ticket();
      bench.clock.advance(pauseMs);
      (await probe).done({ ...DONE, status: 0, trouble: 'network' });
    }
    expect(await bench.ask({})).toMatchObject({
      error: { trouble: 'network', until: bench.clock.now() + 8_000 },
    });
  });

  test('a window that is used up is shown with its reset, and listeners are told', async () => {
    using bench = new Bench();
    let told = 0;
    const end = bench.admission.onChange(() => (told += 1));
    const resetAt = bench.clock.now() + 30_000;
    await bench.told(0, 30_000);
    bench.clock.advance(1_000);
    expect(told).toBe(1);
    end();
    const [state] = bench.admission.states();
    expect(state?.windows).toMatchObject([{ name: 'requests', limit: 100, remaining: 0, used: 1 }]);
    expect(Math.abs((state?.heldUntil ?? 0) - resetAt)).toBeLessThanOrEqual(1_000);
  });
});

describe('budgets', () => {
  test('calls wait for what those under way leave, then are refused or go', async () => {
    using bench = new Bench();
    bench.limits = { ...NO_BUDGETS, taskTokens: 1_000 };
    const first = await bench.ticket({ inputTokens: 800 });
    const second = bench.ask({ inputTokens: 800 });
    const third = bench.ask({ inputTokens: 800 });
    // Of another task: not held up.
    (await bench.ticket({ task: 2 })).done(DONE);
    first.done({ ...DONE, inputTokens: 10 });
    const next = await second;
    if (!next.ok) throw new Error(next.error.message);
    next.value.done({ ...DONE, inputTokens: 2_000 });
    expect(await third).toMatchObject({ error: { trouble: 'budget_spent', until: null } });
  });
});

test('a disk that fails refuses one call, and keeps no other from leaving', async () => {
  using bench = new Bench();
  bench.unreadable.add(taskIdOf(1));
  expect(await bench.ask({ task: 1 })).toMatchObject({ ok: false, error: { trouble: 'crashed' } });
  expect(bench.log.join()).toContain('EIO');
  const ticket = await bench.ticket({ task: 2 });
  bench.unreadable.clear();
  (await bench.ticket({ task: 1 })).done(DONE);
  ticket.done(DONE);
  expect(bench.admission.states()).toMatchObject([{ running: 0, waiting: 0 }]);
});
