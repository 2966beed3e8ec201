/** What the palette and the keyboard can do with tasks. Tasks come from the live copy; those it lacks are asked for. */
import type { Task } from '../../shared/domain/task.ts';
import { TaskId } from '../../shared/ids.ts';
import { repoName } from '../format/repo.ts';
import type { Text } from '../i18n/en.ts';
import type { Action, KeyHint, ObjectSource, PaletteObject, Place } from '../shell/action.ts';
import type { Data } from '../store/data.ts';
import { selectIsLoaded } from '../store/selectors.ts';
import { actionsFor, isMerging, type TaskAction } from '../task/actions.ts';
import { takeOverActs, takeOverVerbOf, takeOverVerbs } from '../task/takeover/acts.ts';
import { startAct, type ListAct } from './acts.tsx';
import { matches } from './filter.ts';
import { chosenWith, targetsOf, type TaskList } from './list.ts';

/** Tasks asked for at once; typing more narrows them. */
const MOST_ASKED = 12;

const VERBS: readonly TaskAction[] = ['approve', 'send_back', 'reject', 'retry', 'cancel'];

export const taskActions: readonly Action[] = [
  {
    id: 'new-task',
    needs: 'operate',
    group: 'work',
    label: ({ header }) => header.newTask,
    keywords: 'add create issue',
    keys: ['n'],
    isPossible: ({ app }) => selectIsLoaded(app.data.getState()),
    run: ({ app }) => app.ui.setState({ isNewTaskOpen: true }),
  },
  {
    id: 'choose-task',
    group: 'lists',
    label: ({ taskList }) => taskList.actTitles.choose,
    keys: ['x'],
    isPossible: (place) => isOnList(place) && place.app.ui.getState().taskList.cursor !== null,
    run: ({ app }) =>
      app.ui.setState(({ taskList }) =>
        taskList.cursor === null
          ? {}
          : { taskList: chosenWith(taskList, taskList.cursor, false, []) },
      ),
  },
  // With Shift: it merges, and A alone leads to the agents.
  onTargets('approve', 'shift + A', 'merge', (place) => startOn(place, { kind: 'approve' })),
  onTargets('retry', 'r', 'again', (place) => startOn(place, { kind: 'retry' })),
  onTargets('cancel', 'c', 'stop', (place) => startOn(place, { kind: 'cancel' })),
  onTargets('priority', 'e', 'urgent high low', (place) => ask(place, 'priority')),
  onTargets('move', 'm', 'column state', (place) => ask(place, 'move')),
];

function onTargets(
  verb: 'approve' | 'retry' | 'cancel' | 'priority' | 'move',
  keys: string,
  keywords: string,
  run: (place: Place) => void,
): Action {
  return {
    id: `${verb}-tasks`,
    group: 'lists',
    label: ({ taskList }) => taskList.actTitles[verb],
    keywords,
    keys: [keys],
    isPossible: (place) => isOnList(place) && targetsOf(place.app).length > 0,
    run,
  };
}

function isOnList({ path }: Place): boolean {
  return path === '/tasks';
}

function startOn(place: Place, what: ListAct): void {
  startAct(place, what, targetsOf(place.app));
}

function ask({ app }: Place, asked: TaskList['asked']): void {
  app.ui.setState(({ taskList }) => ({ taskList: { ...taskList, asked } }));
}

export const taskKeys: readonly KeyHint[] = [
  { group: 'lists', label: ({ help }) => help.next, keys: ['j', 'ArrowDown'] },
  { group: 'lists', label: ({ help }) => help.previous, keys: ['k', 'ArrowUp'] },
  { group: 'lists', label: ({ help }) => help.open, keys: ['Enter'] },
  { group: 'lists', label: ({ help }) => help.filter, keys: ['/'] },
  {
    group: 'lists',
    label: ({ taskList }) => taskList.keys.chooseMore,
    keys: ['shift + ArrowDown', 'shift + ArrowUp'],
  },
  { group: 'lists', label: ({ taskList }) => taskList.keys.all, keys: ['mod + A'] },
  { group: 'task', label: ({ help }) => help.tabs, keys: ['1', '2', '3', '4', '5', '6'] },
  { group: 'task', label: ({ review }) => review.changes.nextFile, keys: [']'] },
  { group: 'task', label: ({ review }) => review.changes.previousFile, keys: ['['] },
  { group: 'task', label: ({ help }) => help.back, keys: ['Escape'] },
];

export const taskSource: ObjectSource = {
  kind: 'task',
  heading: ({ nav }) => nav.tasks,
  verbs: (text) => [
    ...VERBS.map((id) => ({ id, word: text.shell.taskVerbs[id], ...(id === 'approve' && MERGE) })),
    ...takeOverVerbs(text),
  ],
  *find(data, words, text, verbs) {
    const { live } = data;
    const query = words.join(' ');
    const fits = (task: Task): boolean =>
      !verbs ||
      verbsOf(task).some((verb) => verbs.has(verb)) ||
      verbs.has(takeOverVerbOf(task, data) ?? '');
    // Whoever types a number means that task, and not all that have the digit in their title.
    const meant = words.length === 1 ? heldTask(live.tasks, query) : undefined;
    if (meant && fits(meant)) yield objectOf(meant, data, text);
    for (const task of newestFirst(live.tasks)) {
      if (task === meant || !fits(task) || !matches(task, query, undefined)) continue;
      yield objectOf(task, data, text);
    }
  },
  get(data, id, text) {
    const task = heldTask(data.live.tasks, id);
    return task && objectOf(task, data, text);
  },
  openAt: (path) => /^\/tasks\/(task-\d+)/.exec(path)?.[1],
  async more({ app, text }, words) {
    const data = app.data.getState();
    const { live } = data;
    const all = Object.values(live.counts).reduce((sum, n) => sum + n, 0);
    if (all <= live.tasks.size) return [];
    const [first = ''] = words;
    const id = words.length === 1 ? idOf(first) : undefined;
    const [byId, byTitle] = await Promise.all([
      id && !live.tasks.has(id) ? app.session.api.call('tasks.get', { id }) : undefined,
      app.session.api.call('tasks.list', { q: words.join(' ').slice(0, 200), limit: MOST_ASKED }),
    ]);
    // What was refused is not there; what could not be asked is said by the banner.
    const found = [
      ...(byId?.ok === true ? [byId.value] : []),
      ...(byTitle.ok ? byTitle.value.tasks : []),
    ];
    return found.map((task) => objectOf(task, data, text));
  },
};

const MERGE = { keywords: 'merge approve' } as const;

function newestFirst(tasks: Data['live']['tasks']): Task[] {
  return [...tasks.values()].toSorted((a, b) => b.updatedAt - a.updatedAt);
}

function heldTask(tasks: Data['live']['tasks'], word: string): Task | undefined {
  const id = idOf(word);
  return id && tasks.get(id);
}

function idOf(word: string): TaskId | undefined {
  const id = TaskId.safeParse(/^\d+$/.test(word) ? `task-${word}` : word);
  return id.success ? id.data : undefined;
}

function verbsOf(task: Task): readonly TaskAction[] {
  return isMerging(task) ? [] : actionsFor(task);
}

function objectOf(task: Task, data: Data, text: Text): PaletteObject {
  const { id, title, state, repo } = task;
  return {
    id,
    label: title,
    detail: `${id} · ${text.states[state]} · ${repoName(repo.url)}`,
    path: `/tasks/${id}`,
    acts: [
      ...verbsOf(task).map((verb) => ({
        verb,
        label: text.shell.act(text.shell.taskVerbs[verb], id),
        run: (place: Place) => act(place, id, verb),
      })),
      ...takeOverActs(task, data, text),
    ],
  };
}

function act({ app, call }: Place, id: TaskId, verb: TaskAction): void {
  if (verb === 'approve') void call('tasks.approve', { id });
  else if (verb === 'retry') void call('tasks.retry', { id });
  else app.ui.setState({ askedTask: { id, action: verb } });
}
