/** What the palette offers about taking a task over and handing it back. */
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Text } from '../../i18n/en.ts';
import type { ObjectAct, Place, Verb } from '../../shell/action.ts';
import type { Data } from '../../store/data.ts';
import { selectAttempt, selectTaskConsole } from '../../store/selectors.ts';

type TakeOverVerb = 'take_over' | 'hand_back';
type TakenOver = Pick<Task, 'id' | 'attemptId'>;

export function takeOverVerbs({ consoles }: Text): Verb[] {
  return [
    { id: 'take_over', word: consoles.takeOver, keywords: 'shell terminal console' },
    { id: 'hand_back', word: consoles.handBack },
  ];
}

/** The one that is possible now, if any. */
export function takeOverVerbOf(
  { attemptId }: Pick<TakenOver, 'attemptId'>,
  data: Data,
): TakeOverVerb | null {
  if (selectTaskConsole(attemptId)(data)) return 'hand_back';
  return selectAttempt(attemptId)(data)?.state === 'running' ? 'take_over' : null;
}

export function takeOverActs(task: TakenOver, data: Data, { shell, consoles }: Text): ObjectAct[] {
  const { id } = task;
  switch (takeOverVerbOf(task, data)) {
    case 'take_over':
      return [
        {
          verb: 'take_over',
          label: shell.act(consoles.takeOver, id),
          run: (place) => void takeOver(place, id),
        },
      ];
    case 'hand_back':
      return [
        {
          verb: 'hand_back',
          label: shell.act(consoles.handBack, id),
          run: ({ call }) => void call('consoles.hand_back', { id }),
        },
      ];
    case null:
      return [];
  }
}

async function takeOver({ app, call, go, path }: Place, id: TaskId): Promise<void> {
  const here = `/tasks/${id}`;
  if (path !== here && !path.startsWith(`${here}/`)) go(here);
  const console = await call('consoles.take_over', { id, kind: 'shell' });
  if (console) app.session.consoles.claim(console.id);
}
