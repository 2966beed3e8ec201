/** Finding tasks over the API, among all there are. */
import { z } from 'zod';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import { wordsOf, type Place } from '../../../shared/task-filter.ts';
import type { TaskSearch } from '../observe/task-search.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

const Cursor = z.tuple([z.union([z.string(), z.number()]), z.int()]);

export function searchRoutes(search: TaskSearch): Pick<Routes, 'tasks.find'> {
  return {
    'tasks.find': route(OPERATIONS['tasks.find'], async (input) => {
      const { limit, cursor, q, agent, sort, order, ...facets } = input;
      const after = cursor === undefined ? undefined : placeOf(cursor);
      if (after === null) {
        const fields = [{ path: 'cursor', message: 'unknown' }];
        const message = 'cursor: is not one that this API gave';
        return fail(rejection('invalid_input', message, { fields }));
      }
      const { tasks, total, next } = await search.find({
        filter: { words: wordsOf(q), ...facets },
        agent,
        order: { by: sort, isDown: order === 'down' },
        limit,
        after,
      });
      return ok({ tasks, total, nextCursor: next && JSON.stringify([next.value, next.number]) });
    }),
  };
}

function placeOf(cursor: string): Place | null {
  try {
    const [value, number] = Cursor.parse(JSON.parse(cursor));
    return { value, number };
  } catch {
    // Somebody's own invention; the caller says so.
    return null;
  }
}
