/** Where a task came from: an issue or pull request of a forge. Its address is what tells two tasks of one issue. */
import { z } from 'zod';
import { line } from '../text.ts';

export const FORGES = ['github', 'gitlab', 'gitea', 'local', 'other'] as const;
export const ForgeKind = z.enum(FORGES);
export type ForgeKind = z.infer<typeof ForgeKind>;

export const Origin = z.strictObject({
  forge: ForgeKind,
  /** Normalised (`src/shared/import/links.ts`), so that two ways to write one address are equal. */
  url: line(2_000),
  /** As people write it: `acme/shop#12`. */
  ref: line(500),
});
export type Origin = z.infer<typeof Origin>;
