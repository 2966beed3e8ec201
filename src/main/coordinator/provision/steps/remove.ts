/** Removes the agent from its host with all that was made there, looks whether anything is left, and forgets the agent. */
import { hostname } from 'node:os';
import { familyOf } from '../families/choose.ts';
import { talk, type Uninstalled } from '../host-dialogue.ts';
import type { HostFacts, Place } from '../probe/facts.ts';
import { done, needed, warned, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem } from '../problem.ts';

export async function remove(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found, deps } = context;
  const owner = await deps.workshopId();
  if (!owner.ok) return problem(owner.error.code, owner.error.message);
  const agentId = needed(context.agentId, 'the agent');
  const place = placeOf(needed(found.facts, 'the host'), owner.value, agentId);
  if (place === null) {
    const gone = await forget(context);
    return gone ?? warned({ code: 'nothing_there', agentId });
  }
  found.place = place;
  const build = place.content?.current ?? place.content?.valid.at(-1)?.build;
  if (build === undefined)
    return problem(
      'host_failed',
      `${place.path} on the host has no program that could remove it. Add the host once more, then uninstall it.`,
    );
  const ours = found.release?.build === build ? found.release : null;
  if (place.kind === 'system' && !ours)
    return problem(
      'host_failed',
      `The program on the host is of another build (${build}), which root does not run unseen. Update the agent, or add the host once more, then uninstall it.`,
    );
  const family = familyOf(context);
  const sha256 = ours?.sha256 ?? null;
  const executable = await family.executable(context, voice, { build, sha256 });
  if (!executable.ok) return executable;
  const answer = await talk({
    executable: executable.value,
    command: 'uninstall',
    say: voice.say,
    order: { type: 'uninstall', home: place.path, owner: { id: owner.value, name: hostname() } },
    reply: () => Promise.resolve(null),
  });
  if (!answer.ok) return answer;
  if (answer.value.type !== 'uninstalled')
    return problem('host_failed', 'The program on the host answered what it was not asked.');
  await family.tidy(context);
  return (await forget(context)) ?? proof(answer.value, voice);
}

/** That of this workshop and this agent; when the manifest cannot be read, the one there is. */
function placeOf({ places }: HostFacts, owner: string, agentId: string): Place | null {
  const there = places.filter(({ content }) => content !== null);
  const said = (place: Place, text: string): boolean =>
    place.content?.manifest?.includes(JSON.stringify(text)) === true;
  return (
    there.find((place) => said(place, owner) && said(place, agentId)) ??
    there.find((place) => said(place, owner)) ??
    there.find(({ content }) => content?.manifest === null) ??
    null
  );
}

/** @returns why that is not possible, else `null` */
async function forget({ deps, agentId }: RunContext): Promise<StepResult | null> {
  const id = needed(agentId, 'the agent');
  await deps.tunnels.close(id);
  const removed = await deps.journal.submit(
    { type: 'agent.remove', agentId: id },
    { actor: 'provision' },
  );
  if (removed.ok || removed.error.code === 'not_found') return null;
  return problem(
    removed.error.code,
    `The host has nothing of ${id} any more, but the workshop keeps it: ${removed.error.message}`,
  );
}

function proof({ removed, left }: Uninstalled, voice: Voice): StepResult {
  for (const what of removed) voice.say(`removed ${what}\n`);
  const still = [...left.files, ...left.processes, ...left.units];
  for (const what of still) voice.say(`STILL THERE ${what}\n`);
  if (still.length === 0) return done({ code: 'removed' });
  return warned({ code: 'left', what: still.slice(0, 5) });
}
