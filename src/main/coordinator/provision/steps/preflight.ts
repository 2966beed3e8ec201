/** Compares what the probe found with what an agent needs; ends it only where an agent is impossible. */
import { preflight as reportOf, summaryOf } from '../preflight.ts';
import { choosePlace } from '../place.ts';
import { passwordWasUsed } from './connect.ts';
import { done, needed, warned, type RunContext, type StepResult } from './step.ts';
import { problem } from '../problem.ts';

export function preflight(context: RunContext): Promise<StepResult> {
  return Promise.resolve(judge(context));
}

function judge(context: RunContext): StepResult {
  const { deps, found, host } = context;
  const facts = needed(found.facts, 'the host');
  const place = choosePlace(facts, { install: host.install, release: found.release });
  const report = reportOf({
    facts,
    place,
    hasExecutable: found.release !== null,
    install: host.install,
    clockAheadMs: found.clockAheadMs,
    clockErrorMs: found.clockErrorMs,
    signedInWith: passwordWasUsed(context) ? 'password' : 'key',
    door: deps.door.address() === null ? 'closed' : 'open',
    mayTunnel: true,
  });
  found.report = report;
  found.place = place.ok ? place.value : null;
  context.setReport(report);
  const { bad, missing } = summaryOf(report);
  const [first] = missing;
  if (first) return problem('host_unsuitable', `${first.name}: ${first.advice}`);
  if (bad.length === 0) return done({ code: 'fits' });
  return warned({ code: 'fits_barely', checks: bad.map(({ name }) => name) });
}
