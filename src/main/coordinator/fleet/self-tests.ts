/**
 * Self-tests: a tiny real task, given to an agent to see that it can do one. The agent tells how each step went; what it
 * pushed is looked at here, so that nobody has to take its word for it.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { FromAgent, SelfTestStep } from '../../../shared/protocol/agent.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { SELF_TEST_ANSWER_MS } from '../../../shared/self-test.ts';
import { GitError } from '../forge/git.ts';
import type { Link } from './link.ts';
import type { SelfTestGrant, SelfTestRepo } from './self-test-repo.ts';

type SelfTestResult = Extract<FromAgent, { type: 'self_test_result' }>;

export interface SelfTests {
  /**
   * Tests an agent that is connected. Resolves with how each step went, the failed one last; refused when it could not
   * be tested at all.
   */
  run(agentId: AgentId): Promise<Result<SelfTestStep[]>>;
}

export interface SelfTestService extends SelfTests {
  /** The same over a link that is not the agent's own. */
  runOn(link: Link): Promise<Result<SelfTestStep[]>>;
  result(link: Link, frame: SelfTestResult): void;
  gone(link: Link): void;
}

export interface SelfTestDeps {
  readonly repo: Pick<SelfTestRepo, 'begin' | 'inspect' | 'end'>;
  readonly linkOf: (id: AgentId) => Link | null;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiting {
  readonly link: Link;
  readonly answer: (result: Result<SelfTestStep[], string>) => void;
}

export function createSelfTests({ repo, linkOf, clock, log }: SelfTestDeps): SelfTestService {
  const waiting = new Map<string, Waiting>();

  /** Resolves with what the agent says, or with why it says nothing. */
  async function answerOf(
    link: Link,
    test: SelfTestGrant,
  ): Promise<Result<SelfTestStep[], string>> {
    const { promise, resolve } = Promise.withResolvers<Result<SelfTestStep[], string>>();
    const late = `${link.agentId} did not end its self-test within ${SELF_TEST_ANSWER_MS / 1_000} s; see the log on its PC`;
    const cancel = clock.after(SELF_TEST_ANSWER_MS, () => resolve(fail(late)));
    waiting.set(test.id, { link, answer: resolve });
    link.send({ type: 'self_test', ...test });
    try {
      return await promise;
    } finally {
      cancel();
      waiting.delete(test.id);
    }
  }

  async function runOn(link: Link): Promise<Result<SelfTestStep[]>> {
    const { agentId } = link;
    if (link.protocol < 2) {
      const message = `${agentId} speaks protocol ${link.protocol}, which has no self-tests; update it`;
      return fail(rejection('agent_unavailable', message, { agentId }));
    }
    let test: SelfTestGrant;
    try {
      test = await repo.begin(agentId);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return fail(rejection('internal', `a self-test cannot be prepared: ${error.message}`));
    }
    try {
      const told = await answerOf(link, test);
      if (!told.ok) return fail(rejection('agent_unavailable', told.error, { agentId }));
      const steps = seen(told.value, await repo.inspect(test));
      log.info({ agent: agentId, steps: summary(steps) }, 'self-test');
      return ok(steps);
    } finally {
      await repo.end(test);
    }
  }

  return {
    runOn,
    async run(agentId) {
      const link = linkOf(agentId);
      if (link) return await runOn(link);
      return fail(rejection('agent_unavailable', `${agentId} is not connected`, { agentId }));
    },
    result(link, { id, steps }) {
      const test = waiting.get(id);
      if (test?.link === link) return test.answer(ok(steps));
      return log.warn({ agent: link.agentId, test: id }, 'nobody waits for this self-test');
    },
    gone(link) {
      for (const { link: tested, answer } of waiting.values())
        if (tested === link) answer(fail(`${link.agentId} went away during its self-test`));
    },
  };
}

/** The failed step of a test as a sentence; `null`: it passed. */
export function failureOf(steps: readonly SelfTestStep[]): string | null {
  const failed = steps.find(({ ok: isOk }) => !isOk);
  if (failed) return `${failed.name}: ${failed.message}`;
  return steps.length === 0 ? 'it did nothing' : null;
}

/** What the agent tells, and what we see of it. */
function seen(steps: SelfTestStep[], wrong: string | null): SelfTestStep[] {
  if (wrong === null || failureOf(steps) !== null) return steps;
  const before = steps.filter(({ name }) => name !== 'push');
  const ms = steps.find(({ name }) => name === 'push')?.ms ?? 0;
  return [...before, { name: 'push', ok: false, ms, message: wrong }];
}

function summary(steps: readonly SelfTestStep[]): string {
  return steps
    .map(({ name, ok: isOk, ms }) => `${name} ${isOk ? Math.round(ms) : 'failed'}`)
    .join(', ');
}
