/**
 * What an action of the window is. Screens list theirs in an `actions.ts` of their folder, `actions.ts` here gathers them, and
 * the palette, the keyboard and the list of shortcuts read nothing else.
 */
import type { InputOf, OperationName, OutputOf } from '../../shared/contract.ts';
import type { Permission } from '../../shared/operation.ts';
import type { App } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { mayDo } from '../people/use-may.ts';
import type { Data } from '../store/data.ts';

export type Scheme = 'auto' | 'light' | 'dark';

/** Where one is when an action is looked for, and what it may use. */
export interface Place {
  readonly app: App;
  readonly text: Text;
  /** The path of the address, without its query. */
  readonly path: string;
  readonly scheme: Scheme;
  setScheme(scheme: Scheme): void;
  go(path: string): void;
  /** Asks the coordinator; a refusal is shown as a notice, and answered with `null`. */
  call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N> | null>;
}

/** The headings that actions and keys stand under, in this order. */
export const ACTION_GROUPS = ['go', 'work', 'look', 'help', 'lists', 'task'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export interface Action {
  readonly id: string;
  readonly group: ActionGroup;
  readonly label: (text: Text) => string;
  /** Other words that people look for it by. */
  readonly keywords?: string;
  /** As `useHotkeys` writes them; the first is the one that is shown. */
  readonly keys?: readonly string[];
  /** What it takes; left out: nothing but to look. */
  readonly needs?: Permission;
  /** Left out: always. */
  readonly isPossible?: (place: Place) => boolean;
  readonly run: (place: Place) => void;
}

/** Whether it can be done now, by whoever sits here. */
export function isPossible({ needs, isPossible: fits }: Action, place: Place): boolean {
  const { me } = place.app.ui.getState();
  return (needs === undefined || mayDo(me, needs)) && fits?.(place) !== false;
}

/** Keys that parts of a screen listen to themselves, for the list of shortcuts. */
export interface KeyHint {
  readonly group: ActionGroup;
  readonly label: (text: Text) => string;
  readonly keys: readonly string[];
}

/** Things of one kind that the palette finds by name, and what can be done with each. */
export interface ObjectSource {
  /** The first part of their ids in the palette: `task` in `task:task-12`. */
  readonly kind: string;
  readonly heading: (text: Text) => string;
  /** The verbs that its `acts` begin with: a query without one of them asks for no acts. */
  readonly verbs: (text: Text) => readonly Verb[];
  /**
   * Those held in the window that have all `words` (lower case) in their name, best first. With `verbs`, it may leave out
   * those with which none of these can be done: of ten thousand tasks few can be merged.
   */
  find(
    data: Data,
    words: readonly string[],
    text: Text,
    verbs?: ReadonlySet<string>,
  ): Iterable<PaletteObject>;
  /** One by its id. */
  get(data: Data, id: string, text: Text): PaletteObject | undefined;
  /** The id of the one whose screen this path is. */
  openAt(path: string): string | undefined;
  /** Asks the coordinator for those that the window does not hold. */
  readonly more?: (place: Place, words: readonly string[]) => Promise<readonly PaletteObject[]>;
}

export interface Verb {
  readonly id: string;
  readonly word: string;
  readonly keywords?: string;
}

export interface PaletteObject {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly path: string;
  readonly acts: readonly ObjectAct[];
}

/** What can be done with one thing: “Cancel task-12”. */
export interface ObjectAct {
  /** The id of its verb. */
  readonly verb: string;
  readonly label: string;
  readonly run: (place: Place) => void;
}
