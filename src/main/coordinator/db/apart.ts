/**
 * What takes SQLite seconds in one statement, done in a thread of its own and on a connection of its own: a copy of the
 * whole database, and the check of all its pages. Nobody waits for it, and what is committed meanwhile is not seen.
 *
 * The copy is `VACUUM INTO`: one read transaction, so one moment of the log. The online backup would do the same page by
 * page, but on the writer's own connection its last step syncs the whole copy while everybody waits, and on another one
 * it begins anew after every commit.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { damaged, problemOf, type StorageProblem } from './problem.ts';
import { sqliteLibrary } from './sqlite.ts';

// As text, because the program is one file: a worker from a file of its own would have to be built and shipped beside it.
const WORK = `
const { closeSync, fsyncSync, openSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { library, file, to } = workerData;
try {
  const Database = require(library);
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    if (to === null) {
      parentPort.postMessage({ verdict: String(db.pragma('integrity_check(1)', { simple: true })) });
    } else {
      db.prepare('VACUUM INTO ?').run(to);
      const copy = openSync(to, 'r+');
      fsyncSync(copy);
      closeSync(copy);
      parentPort.postMessage({ verdict: 'ok' });
    }
  } finally {
    db.close();
  }
} catch (error) {
  parentPort.postMessage({ code: String(error.code), message: String(error.message) });
}`;

const Answer = z.union([
  z.strictObject({ verdict: z.string() }),
  z.strictObject({ code: z.string(), message: z.string() }),
]);

/** Copies `file`, which may be written to meanwhile, into one new file on disk. The caller removes it after a failure. */
export async function copyApart(file: string, to: string): Promise<Result<null, StorageProblem>> {
  return await apart(file, to);
}

/** Checks every page and index; the problem is the first thing that SQLite finds wrong. */
export async function checkPagesApart(file: string): Promise<Result<null, StorageProblem>> {
  return await apart(file, null);
}

async function apart(file: string, to: string | null): Promise<Result<null, StorageProblem>> {
  const library = sqliteLibrary();
  const worker = new Worker(WORK, { eval: true, workerData: { library, file, to } });
  const answer = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread for ${file} ended with ${code}`)));
  });
  await worker.terminate();
  const said = Answer.parse(answer);
  if ('verdict' in said) {
    if (said.verdict === 'ok') return ok(null);
    return fail(damaged(file, said.verdict.replaceAll('\n', ' ')));
  }
  const error = Object.assign(new Error(said.message), { code: said.code, syscall: 'read' });
  const problem = problemOf(error, to ?? file);
  if (!problem) throw error;
  return fail(problem);
}
