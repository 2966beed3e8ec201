/** The agent does a tiny real task: fetch, work in a terminal, test, commit, push. */
import { done, needed, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem } from '../problem.ts';

export async function selfTest({ deps, found }: RunContext, voice: Voice): Promise<StepResult> {
  const agentId = needed(found.agentId, 'the agent');
  const tested = await deps.selfTest(agentId);
  if (!tested.ok) return problem('self_test_failed', tested.error.message);
  for (const { name, ok, ms, message } of tested.value) {
    const about = message === '' ? '' : `  ${message}`;
    voice.say(
      `${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(9)} ${String(Math.round(ms)).padStart(5)} ms${about}\n`,
    );
  }
  const wrong = tested.value.find(({ ok }) => !ok);
  if (!wrong) return done({ code: 'ready', agentId });
  const message = `The agent runs, and cannot do a whole task: ${wrong.name}: ${wrong.message}. Put that right on the host, then try again.`;
  return problem('self_test_failed', message);
}
