/** Chooses the branch that a task starts from and is merged into. Pure. */
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { RepoProblem } from '../port.ts';
import type { RemoteRefs } from './remote-refs.ts';

/** Branches named to a person; more would be a wall of text. */
const MOST_NAMED = 20;

export interface Base {
  readonly base: string;
  readonly commit: string;
}

/** @param wanted the branch asked for; `null`: the default one */
export function chooseBase(
  refs: RemoteRefs,
  wanted: string | null,
  name: string,
): Result<Base, RepoProblem> {
  const base = wanted ?? refs.head;
  if (base === null) {
    const message = `${name} has no default branch (its HEAD names no branch with commits). Choose one with --base: ${list(refs)}`;
    return fail({ code: 'repo_no_default_branch', message });
  }
  if (isKept(base)) {
    const message = `${base} cannot be the base of a task: Koubou keeps its own branches under koubou/. Choose another: ${list(refs)}`;
    return fail({ code: 'branch_not_found', message });
  }
  const commit = refs.branches.get(base);
  if (commit !== undefined) return ok({ base, commit });
  return fail({
    code: 'branch_not_found',
    message: `${name} has no branch ${JSON.stringify(base)}. Choose one of: ${list(refs)}`,
  });
}

/** Names under which agents push. */
export function isKept(branch: string): boolean {
  return branch === 'koubou' || branch.startsWith('koubou/');
}

function list({ branches }: RemoteRefs): string {
  const names = [...branches.keys()].filter((branch) => !branch.startsWith('koubou/'));
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
