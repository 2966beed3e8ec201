/**
 * The hidden mark in what Koubou writes at GitHub: a comment of HTML that people do not see. By it a comment or pull request is
 * found again instead of being made twice, and is not taken for something that a person said.
 */
import type { TaskId } from '../../../../shared/ids.ts';

/** @param workshop short id of this workshop: two may work on one repository */
export function markerOf(taskId: TaskId, workshop: string): string {
  return `<!-- koubou:${workshop}:${taskId} -->`;
}

/** True for what any workshop wrote. */
export function isOurs(text: string): boolean {
  return /<!-- koubou:[\w-]{1,100}:task-\d{1,9} -->/.test(text);
}
