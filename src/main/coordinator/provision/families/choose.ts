/** Which family a host belongs to, by what the probe found. */
import type { HostFacts } from '../probe/facts.ts';
import { needed, type RunContext, type Step } from '../steps/step.ts';
import type { HostFamily } from './family.ts';
import { posix } from './posix.ts';
import { windows } from './windows.ts';

export function familyOf({ found }: RunContext): HostFamily {
  const { kernel }: HostFacts = needed(found.facts, 'the host');
  return kernel === 'Windows' ? windows : posix;
}

/** The step, as it is done on this host. */
export const upload: Step = async (context, voice) =>
  await familyOf(context).upload(context, voice);
