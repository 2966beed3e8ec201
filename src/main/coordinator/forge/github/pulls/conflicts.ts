/** What an agent is told when its change cannot be put together with what came in meanwhile. Pure. */
import type { Task } from '../../../../../shared/domain/task.ts';

/** How often a task is sent back for that by itself; then a person is asked. */
export const MOST_TIMES = 3;

const OPENING = 'Koubou: the change is in conflict with';
const MOST_FILES = 30;

export function conflictWords(other: string, files: readonly string[]): string {
  const more = files.length - MOST_FILES;
  const list = files.slice(0, MOST_FILES).map((file) => `- ${file}`);
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [
    `${OPENING} ${other}, in these files:`,
    ...list,
    ...rest,
    '',
    `Bring the newest ${other} into the branch, keep what both sides mean, and make the tests pass.`,
  ].join('\n');
}

export function timesSentBack({ feedback }: Pick<Task, 'feedback'>): number {
  return feedback.filter(({ comment }) => comment.startsWith(OPENING)).length;
}

/** For a person, once agents were asked often enough. */
export function helpWords(other: string, files: readonly string[]): string {
  const [first = 'a file', ...more] = files;
  const which = more.length === 0 ? first : `${first} and ${more.length} more`;
  return `the change is in conflict with ${other} in ${which}, also after ${MOST_TIMES} further attempts. Put them together at GitHub, or send the task back`;
}
