/** Notices when names of other machines cannot be looked up, and when they can again, by what git meets on its way. */
import { GitError, type Git } from '../git.ts';
import { parseAddress } from './address.ts';
import { isNameProblem } from './problem.ts';

/**
 * The same git; `told` hears what git said when it asked another machine for something and its name could not be looked
 * up, and `null` when any other answer came.
 */
export function watchNames(git: Git, told: (trouble: string | null) => void): Git {
  return {
    start: git.start,
    async run(args, options) {
      if (!asksAnotherMachine(args)) return await git.run(args, options);
      try {
        const answer = await git.run(args, options);
        told(null);
        return answer;
      } catch (error) {
        if (error instanceof GitError && error.kind === 'failed')
          told(isNameProblem(error) ? error.stderr : null);
        throw error;
      }
    },
  };
}

function asksAnotherMachine(args: readonly string[]): boolean {
  const [command = ''] = args;
  if (!['fetch', 'ls-remote', 'push'].includes(command)) return false;
  const parsed = parseAddress(args[args.indexOf('--') + 1] ?? '', '/');
  return parsed.ok && parsed.value.kind === 'remote';
}
