/**
 * Lists of models, which are asked for at every start of an engine and change a few times a year: from memory while they are
 * fresh, from a file after a restart, and an old one rather than none while the provider cannot be asked. Nothing that a
 * model answers is kept.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../../shared/clock.ts';
import { writeDurably } from '../../db/durable.ts';

const Kept = z.strictObject({
  contentType: z.string(),
  body: z.string(),
  /** Epoch ms. */
  at: z.number(),
});
const KeptFile = z.record(z.string(), Kept);
export type KeptList = z.infer<typeof Kept>;

export interface ModelLists {
  /** `null` when it is not there, or older than a quarter of an hour. */
  fresh(key: string): KeptList | null;
  /** Of any age, up to a week. */
  any(key: string): KeptList | null;
  keep(key: string, list: Omit<KeptList, 'at'>): void;
}

const FRESH_MS = 15 * 60_000;
const OLD_MS = 7 * 24 * 60 * 60_000;
/** A few for each provider: all of them are in memory, and written as one. */
const MOST_LISTS = 16;
/** Longer than any that there is. */
export const MOST_LIST_BYTES = 2 ** 20;

/** @param file may be thrown away at any time */
export function openModelLists(file: string, clock: Pick<Clock, 'now'>): ModelLists {
  let lists: Map<string, KeptList> | null = null;
  const all = (): Map<string, KeptList> => (lists ??= read(file));

  function within(key: string, ms: number): KeptList | null {
    const kept = all().get(key);
    const age = kept ? clock.now() - kept.at : Number.POSITIVE_INFINITY;
    return kept && age >= 0 && age <= ms ? kept : null;
  }

  return {
    fresh: (key) => within(key, FRESH_MS),
    any: (key) => within(key, OLD_MS),
    keep(key, list) {
      if (list.body.length > MOST_LIST_BYTES) return;
      all().delete(key);
      all().set(key, { ...list, at: clock.now() });
      for (const oldest of all().keys()) {
        if (all().size <= MOST_LISTS) break;
        all().delete(oldest);
      }
      try {
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        writeDurably(file, JSON.stringify(Object.fromEntries(all())), 0o600);
      } catch {
        // A full disk: it stays in memory, and is asked for again after a restart.
      }
    },
  };
}

function read(file: string): Map<string, KeptList> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return new Map(Object.entries(KeptFile.parse(parsed)));
  } catch {
    // Not there, or damaged: it is asked for anew.
    return new Map();
  }
}
