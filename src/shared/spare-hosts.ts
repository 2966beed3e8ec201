/**
 * The setting that names PCs which may become agents when there is much to do, as one line of text, and as scaling reads it. In the
 * file a list does as well. Pure.
 */
import { z } from 'zod';
import { Specialty } from './domain/specialty.ts';

const MOST_TEXT = 4_000;

/** A PC that is no agent yet. */
export interface SpareHost {
  /** As for `koubou agents add`: `user@host:port`, or a name of the SSH configuration. */
  readonly target: string;
  /** What it is good at; such are taken first when work of that kind waits. */
  readonly specialties: readonly Specialty[];
}

/** `ci@pi-1; ci@pi-2:2222 frontend testing`; a list of such in the file. */
export const SpareHosts = z
  .preprocess(asText, z.string().trim().max(MOST_TEXT).nullable())
  .refine((text) => text === null || read(text) !== null, {
    error: `written as "ci@pi-1; ci@pi-2:2222 frontend testing", each PC once; specialties are ${Specialty.options.join(', ')}`,
  });

/** Of a setting that was checked. */
export function spareHosts(text: string | null): SpareHost[] {
  return read(text ?? '') ?? [];
}

function read(text: string): SpareHost[] | null {
  const hosts: SpareHost[] = [];
  for (const entry of text.split(';')) {
    const [target, ...words] = entry.split(/\s+/).filter((word) => word !== '');
    if (target === undefined) continue;
    const specialties = words.map((word) => Specialty.safeParse(word).data);
    const known = specialties.flatMap((one) => one ?? []);
    if (known.length < words.length || hosts.some((host) => host.target === target)) return null;
    hosts.push({ target, specialties: known });
  }
  return hosts;
}

function asText(given: unknown): unknown {
  return Array.isArray(given) ? given.join('; ') : given;
}
