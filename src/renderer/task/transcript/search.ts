/** Finding words in a transcript, in slices so that the window stays awake. */
import { useEffect, useRef, useState } from 'react';
import type { Entry } from '../../../shared/transcript/entry.ts';
import { nextFrame } from '../../client/clock.ts';

/** Characters looked at in one slice. */
const SLICE = 2_000_000;

/** @param words in lower case */
export function matches(entry: Entry, words: string): boolean {
  return textsOf(entry).some((text) => text.toLowerCase().includes(words));
}

/** The numbers of the entries that hold the words, as far as was looked. Entries that came since are looked at as they come. */
export function useMatches(entries: readonly Entry[], query: string): readonly number[] {
  const words = query.trim().toLowerCase();
  const [found, setFound] = useState<readonly number[]>([]);
  const latest = useRef(entries);
  const seen = useRef({ words: '', upTo: -1 });
  const newest = entries.at(-1)?.n ?? -1;
  useEffect(() => {
    latest.current = entries;
  }, [entries]);
  useEffect(() => {
    if (seen.current.words !== words) {
      seen.current = { words, upTo: -1 };
      setFound([]);
    }
    if (words === '') return;
    let cancel = nextFrame(function look() {
      const { hits, upTo } = slice(latest.current, words, seen.current.upTo);
      seen.current = { words, upTo };
      if (hits.length > 0) setFound((before) => [...before, ...hits]);
      if (upTo < newest) cancel = nextFrame(look);
    });
    return () => cancel();
  }, [words, newest]);
  return words === '' ? NONE : found;
}

const NONE: readonly number[] = [];

function slice(
  entries: readonly Entry[],
  words: string,
  after: number,
): { hits: number[]; upTo: number } {
  const first = entries[0]?.n ?? 0;
  const hits: number[] = [];
  let upTo = after;
  let looked = 0;
  for (const entry of entries.slice(Math.max(0, after + 1 - first))) {
    if (matches(entry, words)) hits.push(entry.n);
    upTo = entry.n;
    looked += textsOf(entry).reduce((sum, text) => sum + text.length, 100);
    if (looked > SLICE) break;
  }
  return { hits, upTo };
}

function textsOf(entry: Entry): readonly string[] {
  if (entry.kind === 'tool_call') {
    return [entry.tool, entry.subject, entry.input.text, entry.result?.text ?? ''];
  }
  return 'text' in entry ? [entry.text] : [];
}
