/** What the palette shows for a query. Pure: reads the live copy and the registry, and looks at no more than it shows. */
import type { Text } from '../i18n/en.ts';
import type { Data } from '../store/data.ts';
import {
  isPossible,
  type Action,
  type ObjectSource,
  type PaletteObject,
  type Place,
  type Verb,
} from './action.ts';

export interface Entry {
  /** `action:new-task`, `task:task-12`, `task:task-12:cancel`. */
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly detail?: string;
  readonly keys?: string;
  readonly run: (place: Place) => void;
}

export interface EntryGroup {
  readonly id: string;
  readonly heading: string;
  readonly entries: readonly Entry[];
}

export interface Registry {
  readonly actions: readonly Action[];
  readonly sources: readonly ObjectSource[];
}

/** What a query asks for. `english`: labels are also found by their English words, whatever is shown. */
export interface Question {
  readonly query: string;
  readonly place: Place;
  readonly english: Text;
  readonly recent: readonly string[];
  /** What the coordinator found beyond what the window holds, by the kind of its source. */
  readonly more: ReadonlyMap<string, readonly PaletteObject[]>;
}

const MOST_OBJECTS = 12;
const MOST_ACTS = 6;
const MOST_RECENT = 5;

/** Groups without entries are left out; no id stands twice in a group. */
export function findEntries(registry: Registry, question: Question): readonly EntryGroup[] {
  const words = wordsOf(question.query);
  const groups =
    words.length === 0 ? unasked(registry, question) : asked(registry, question, words);
  return groups.filter(({ entries }) => entries.length > 0);
}

/** The words of a query, in lower case. */
export function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function unasked({ actions, sources }: Registry, question: Question): EntryGroup[] {
  const { place, recent } = question;
  const { text } = place;
  const data = place.app.data.getState();
  const here = sources.flatMap((source) => {
    const id = source.openAt(place.path);
    const object = id === undefined ? undefined : source.get(data, id, text);
    return object ? [{ source, object }] : [];
  });
  const possible = actions.filter((action) => isOffered(action, place));
  const isHere = new Set(here.map(({ source, object }) => `${source.kind}:${object.id}`));
  return [
    ...here.map(({ source, object }) => ({
      id: `here ${source.kind}`,
      heading: text.shell.here(object.id),
      entries: object.acts.map((act) => actEntry(source, object, act)),
    })),
    {
      id: 'recent',
      heading: text.shell.recent,
      entries: recent
        .filter((id) => !isHere.has(id))
        .flatMap((id) => recentEntry({ actions: possible, sources }, id, data, text) ?? [])
        .slice(0, MOST_RECENT),
    },
    {
      id: 'actions',
      heading: text.shell.actions,
      entries: possible.map((action) => actionEntry(action, text)),
    },
  ];
}

function asked(registry: Registry, question: Question, words: readonly string[]): EntryGroup[] {
  const { place, english } = question;
  const { text } = place;
  const entries = registry.actions
    .filter((action) => isOffered(action, place))
    .filter((action) =>
      isNamed(words, [action.label(text), action.label(english), action.keywords]),
    )
    .map((action) => actionEntry(action, text));
  const objects = registry.sources.map((source) => objectsOf(source, question, words));
  const acts = {
    id: 'acts',
    heading: text.shell.acts,
    entries: registry.sources.flatMap((source) => actsOf(source, question, words)),
  };
  const actions = { id: 'actions', heading: text.shell.actions, entries };
  // A screen or an action by its name is most often meant; what is done with a thing stands after the things.
  return [actions, ...objects, acts];
}

function objectsOf(
  source: ObjectSource,
  { place, english, more }: Question,
  words: readonly string[],
): EntryGroup {
  const { text, app } = place;
  const name = withoutGoTo(words, [text, english]);
  const found = new Map<string, PaletteObject>();
  for (const object of source.find(app.data.getState(), name, text)) {
    found.set(object.id, object);
    if (found.size >= MOST_OBJECTS) break;
  }
  for (const object of more.get(source.kind) ?? []) {
    if (found.size >= MOST_OBJECTS) break;
    if (!found.has(object.id)) found.set(object.id, object);
  }
  return {
    id: source.kind,
    heading: source.heading(text),
    entries: [...found.values()].map((object) => objectEntry(source, object)),
  };
}

/** “cancel 12”: the words that begin a verb choose what is done, the others with what. */
function actsOf(
  source: ObjectSource,
  { place, english }: Question,
  words: readonly string[],
): Entry[] {
  const { text, app } = place;
  const verbs = [...source.verbs(text), ...source.verbs(english)];
  const said = words.filter((word) => verbs.some((verb) => beginsVerb(word, verb)));
  if (said.length === 0) return [];
  const rest = words.filter((word) => !said.includes(word));
  const wanted = new Set(
    verbs.filter((verb) => said.every((word) => beginsVerb(word, verb))).map(({ id }) => id),
  );
  const entries: Entry[] = [];
  for (const object of source.find(app.data.getState(), rest, text, wanted)) {
    for (const act of object.acts) {
      if (wanted.has(act.verb)) entries.push(actEntry(source, object, act));
    }
    if (entries.length >= MOST_ACTS) break;
  }
  return entries.slice(0, MOST_ACTS);
}

function beginsVerb(word: string, { word: verb, keywords = '' }: Verb): boolean {
  // One letter begins too much; one sign of another script may be a whole word.
  if (word.length < 2 && /^[ -~]$/.test(word)) return false;
  return wordsOf(`${verb} ${keywords}`).some((part) => part.startsWith(word));
}

/** “go to task-12” means the same as “task-12”. */
function withoutGoTo(words: readonly string[], texts: readonly Text[]): readonly string[] {
  for (const { shell } of texts) {
    const prefix = wordsOf(shell.goTo(' '));
    const isSaid = words.length > prefix.length && prefix.every((word, at) => words[at] === word);
    if (isSaid) return words.slice(prefix.length);
  }
  return words;
}

function isOffered(action: Action, place: Place): boolean {
  return action.id !== 'palette' && isPossible(action, place);
}

function isNamed(words: readonly string[], names: readonly (string | undefined)[]): boolean {
  const name = names.join(' ').toLowerCase();
  const parts = wordsOf(name);
  return words.every((word) => {
    // Other scripts put no spaces between words. In ours, “merge” does not mean the emergency stop.
    if (!/^[ -~]+$/.test(word)) return name.includes(word);
    return parts.some((part) => part.startsWith(word));
  });
}

function recentEntry(
  { actions, sources }: Registry,
  id: string,
  data: Data,
  text: Text,
): Entry | undefined {
  const at = id.indexOf(':');
  const kind = id.slice(0, at);
  const name = id.slice(at + 1);
  const action = kind === 'action' ? actions.find((other) => other.id === name) : undefined;
  if (action) return actionEntry(action, text);
  const source = sources.find((other) => other.kind === kind);
  const object = source?.get(data, name, text);
  return source && object && objectEntry(source, object);
}

function actionEntry(action: Action, text: Text): Entry {
  const [keys] = action.keys ?? [];
  return {
    id: `action:${action.id}`,
    kind: action.group,
    label: action.label(text),
    ...(keys !== undefined && { keys }),
    run: action.run,
  };
}

function objectEntry({ kind }: ObjectSource, { id, label, detail, path }: PaletteObject): Entry {
  return { id: `${kind}:${id}`, kind, label, detail, run: ({ go }) => go(path) };
}

function actEntry(
  { kind }: ObjectSource,
  { id, label: name }: PaletteObject,
  { verb, label, run }: PaletteObject['acts'][number],
): Entry {
  return { id: `${kind}:${id}:${verb}`, kind: 'act', label, detail: name, run };
}
