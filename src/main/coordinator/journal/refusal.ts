/** Storage problems as the rest of the coordinator sees them: refusals. */
import { rejection, RejectionError, type Rejection } from '../../../shared/errors.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';

/** The answer to a command that a problem stopped. */
export function refusalOf(problem: StorageProblem): Rejection {
  if (problem.kind === 'disk_full') return rejection('storage_full', problem.message);
  if (problem.kind === 'read_only' || problem.kind === 'no_permission') {
    return rejection('storage_read_only', problem.message);
  }
  if (problem.kind === 'damaged' || problem.kind === 'not_a_database') {
    return rejection('storage_damaged', problem.message);
  }
  return rejection('internal', problem.message);
}

/** Wraps a read: what the file refuses goes through `seen` and is thrown as a RejectionError. */
export function refusing<A extends readonly unknown[], R>(
  file: string,
  seen: (problem: StorageProblem) => StorageProblem,
  read: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    try {
      return read(...args);
    } catch (error) {
      const problem = problemOf(error, file);
      if (!problem) throw error;
      throw new RejectionError(refusalOf(seen(problem)), { cause: error });
    }
  };
}
