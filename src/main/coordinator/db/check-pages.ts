/**
 * Checks every page and index of a database file, in a thread of its own: one statement of SQLite that takes a second per
 * few hundred MB and cannot be cut into slices.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { damaged, problemOf, type StorageProblem } from './problem.ts';

// As text, because the program is one file: a worker from a file of its own would have to be built and shipped beside it.
const CHECK = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.library);
try {
  const db = new Database(workerData.file, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    parentPort.postMessage({ verdict: String(db.pragma('integrity_check(1)', { simple: true })) });
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

/** The problem is the first thing that SQLite finds wrong. */
export async function checkPagesApart(file: string): Promise<Result<null, StorageProblem>> {
  const library = createRequire(import.meta.filename).resolve('better-sqlite3');
  const worker = new Worker(CHECK, { eval: true, workerData: { library, file } });
  const answer = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the check of ${file} ended with ${code}`)));
  });
  await worker.terminate();
  const said = Answer.parse(answer);
  if ('verdict' in said) {
    if (said.verdict === 'ok') return ok(null);
    return fail(damaged(file, said.verdict.replaceAll('\n', ' ')));
  }
  const error = Object.assign(new Error(said.message), { code: said.code, syscall: 'read' });
  const problem = problemOf(error, file);
  if (!problem) throw error;
  return fail(problem);
}
