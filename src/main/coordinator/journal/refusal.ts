/** Storage problems as the rest of the coordinator sees them: refusals. */
import { rejection, RejectionError, type Rejection } from '../../../shared/errors.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';

/** The answer to a command that a problem stopped. */
export function refusalOf(problem: StorageProblem): Rejection {
  if (problem.kind === 'disk_full') return rejection('storage_full', problem.message);
  if (problem.kind === 'damaged' || problem.kind === 'not_a_database') {
    return rejection('storage_damaged', problem.message);
  }
  return rejection('internal', problem.message);
}

/** Wraps a read: what the file refuses is told to `seen` and thrown as a RejectionError. */
export function refusing<A extends readonly unknown[], R>(
  file: string,
  seen: (problem: StorageProblem) => void,
  read: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    try {
      return read(...args);
    } catch (error) {
      const problem = problemOf(error, file);
      if (!problem) throw error;
      seen(problem);
      throw new RejectionError(refusalOf(problem), { cause: error });
    }
  };
}
