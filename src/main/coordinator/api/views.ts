/** The saved views of the tasks over the API: a small file in the data folder, since no work depends on it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Views } from '../../../shared/contract-search.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { writeDurably } from '../db/durable.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

/** @param dir the data folder */
export function viewRoutes(dir: string): Pick<Routes, 'views.get' | 'views.set'> {
  const file = path.join(dir, 'views.json');
  return {
    'views.get': route(OPERATIONS['views.get'], () => readViews(file)),
    'views.set': route(OPERATIONS['views.set'], (views) => {
      try {
        writeDurably(file, `${JSON.stringify(views, null, 2)}\n`, 0o600);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const message = `the views cannot be kept. Make room, or make ${dir} writable: ${why}`;
        return fail(rejection('storage_read_only', message));
      }
      return ok(views);
    }),
  };
}

function readViews(file: string): Result<Views> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isNew = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isNew) return ok({ views: [] });
    throw error;
  }
  try {
    return ok(Views.parse(JSON.parse(text)));
  } catch {
    return fail(
      rejection('storage_damaged', `${file} is no list of views. Repair it, or take it away`),
    );
  }
}
