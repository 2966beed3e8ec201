/** What the steps of a provisioning found, and why one ended, in English. */
import type { StepSaid } from '../../shared/provisioning.ts';

type Said<Code extends StepSaid['code']> = Extract<StepSaid, { readonly code: Code }>;
/** Sizes and speeds, as they are shown. */
interface Shown {
  readonly size: string;
  readonly speed: string | null;
  readonly resumedAt: string | null;
}

const said = {
  reached: ({ host, through }: Said<'reached'>) =>
    through.length === 0 ? host : `${host}, through ${through.join(' and ')}`,
  key_known: 'The key is the one that is known.',
  key_accepted: ({ fingerprint }: Said<'key_accepted'>) =>
    `The key is one that you accepted: ${fingerprint}`,
  signed_in: ({ user, by }: Said<'signed_in'>) => `${user}, with a ${by}`,
  probed: ({ hostname, os, machine, cpus }: Said<'probed'>) =>
    `${hostname}: ${os} on ${machine}${cpus === null ? '' : `, ${cpus} cores`}`,
  fits: 'The PC has all that an agent needs.',
  fits_barely: (checks: readonly string[]) =>
    `It will work, with less than wanted: ${checks.join(', ')}. See the report.`,
  there_already: ({ version }: Said<'there_already'>) => `Version ${version} is there already.`,
  uploaded: ({ size, speed, resumedAt }: Shown) =>
    `${size}${speed === null ? '' : ` at ${speed}`}${resumedAt === null ? '' : `, going on at ${resumedAt}`}, unpacked and checked.`,
  installed: ({ service, changed, note }: Said<'installed'>) =>
    `${changed ? 'Installed as a service' : 'It is installed already'} (${service}).${note === null ? '' : ` ${note}`}`,
  connected: ({ agentId, version }: Said<'connected'>) =>
    `${agentId} is connected, version ${version}.`,
  ready: ({ agentId }: Said<'ready'>) => `${agentId} is ready for work.`,
  nothing_there: ({ agentId }: Said<'nothing_there'>) =>
    `Nothing of ${agentId} was found on the PC. It is removed from the workshop.`,
  removed: 'Everything that was made there is removed; nothing is left.',
  left: ({ what }: Said<'left'>) => `Removed, but for ${what.join(', ')}. Remove that by hand.`,
};

/** By the name that the coordinator gives them; those without a word here keep it. */
const checks: Readonly<Partial<Record<string, string>>> = {};

/** What went wrong, by its code: where a language has no word for it, the coordinator's own sentence stands alone. */
const problems: Readonly<Partial<Record<string, string>>> = {};

export const enProvisioning = { said, checks, problems };
