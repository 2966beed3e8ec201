/** Makes items, and counts what is beyond the limit. */
import { cleanLine } from '../text.ts';
import {
  MOST_ITEMS,
  type ItemProblemCode,
  type Understanding,
  type Understood,
} from './payload.ts';

export type Source = Understood['source'];

const MOST_TITLE = 500;
const MOST_TEXT = 300;

/** A link, or a text without a file. */
export const NOWHERE: Source = { file: null, line: null };

export function item(
  kind: Understood['kind'],
  source: Source,
  rest: Partial<Understood>,
): Understood {
  return {
    kind,
    source,
    text: '',
    ref: null,
    title: null,
    body: '',
    repo: null,
    base: null,
    priority: null,
    engine: null,
    localOnly: false,
    needs: [],
    labels: [],
    after: [],
    at: null,
    specialty: null,
    issue: null,
    blockers: [],
    remarks: [],
    problem: null,
    duplicateOf: null,
    ...rest,
  };
}

/** What was not understood: `text` as it stood there, `message` says why and what would work. */
export function unknown(
  source: Source,
  text: string,
  code: ItemProblemCode,
  message: string,
): Understood {
  return item('unknown', source, { text: shortened(text), problem: { code, message } });
}

/** A title as it can be taken, or `null`. */
export function titleOf(text: string): string | null {
  const title = cleanLine(text, MOST_TITLE);
  return title === '' ? null : title;
}

export function shortened(text: string): string {
  return cleanLine(text, MOST_TEXT);
}

export interface Collector {
  /** True when what comes next is beyond the limit: it need not be read closely, only counted with `skip`. */
  isFull(): boolean;
  skip(): void;
  add(one: Understood): void;
  result(): Understanding;
}

/** Keeps the first `MOST_ITEMS`; of two with the same address one, with the title of whichever has one. */
export function collector(): Collector {
  const items: Understood[] = [];
  const places = new Map<string, number>();
  let left = 0;
  return {
    isFull: () => items.length >= MOST_ITEMS,
    skip: () => void (left += 1),
    add(one) {
      const address =
        one.ref?.url ?? (one.kind === 'repository' && one.title === null ? one.repo : null);
      const before = address === null ? undefined : places.get(address);
      const twin = before === undefined ? undefined : items[before];
      if (before !== undefined && twin) {
        items[before] = { ...twin, title: twin.title ?? one.title };
        return;
      }
      if (items.length >= MOST_ITEMS) {
        left += 1;
        return;
      }
      if (address !== null) places.set(address, items.length);
      items.push(one);
    },
    result: () => ({ items, left }),
  };
}
