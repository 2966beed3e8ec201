/** Carries out a drop, by the pointer or from the menu: each task does there what its state allows. */
import type { Task } from '../../shared/domain/task.ts';
import { useApp, useText } from '../context.ts';
import { startAct } from './acts.tsx';
import { dropOn, isPriority, type DropPlace } from './moves.ts';

export function useDrop(): (tasks: readonly Task[], place: DropPlace) => void {
  const app = useApp();
  const text = useText();
  return (tasks, place) => {
    const around = { app, text };
    if (isPriority(place)) {
      startAct(around, { kind: 'priority', priority: place }, tasks);
      return;
    }
    const doing = tasks.flatMap((task) => {
      const result = dropOn(task, place);
      return 'act' in result ? [{ task, act: result.act }] : [];
    });
    for (const kind of ['approve', 'cancel', 'retry'] as const) {
      const these = doing.filter(({ act }) => act === kind).map(({ task }) => task);
      startAct(around, { kind }, these);
    }
    // Each wants a comment of its own: asked for the first.
    const asking = doing.find(({ act }) => act === 'send_back');
    if (asking) app.ui.setState({ askedTask: { id: asking.task.id, action: 'send_back' } });
  };
}
