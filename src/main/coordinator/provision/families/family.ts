/**
 * What differs between kinds of hosts, in one place: how a host is spoken to once it is connected. The steps say what is to happen,
 * a family how it is done there. `posix.ts`: sh on Linux and macOS. `windows.ts`: PowerShell and SFTP.
 */
import type { Result } from '../../../../shared/result.ts';
import type { Problem } from '../problem.ts';
import type { ExecOptions, ExecResult } from '../ssh/exec.ts';
import type { RunContext, Step, Voice } from '../steps/step.ts';

export type HostCommand = 'install' | 'uninstall';

/** Runs `koubou agent host …` of a build: orders come on `stdin`, a line each, answers go to `onOutput`. */
export type HostExecutable = (
  command: HostCommand,
  options: ExecOptions & { readonly stdin: NodeJS.ReadableStream },
) => Promise<ExecResult>;

export interface HostFamily {
  /** Brings the build of the release, checked on the host, to the place that was chosen. */
  readonly upload: Step;
  /**
   * The executable of a build in the place that was chosen, run as whoever the installation belongs to.
   * @param sha256 of the executable as this workshop sent it; `null` when it did not. Root runs no other.
   */
  executable(
    context: RunContext,
    voice: Voice,
    about: { readonly build: string; readonly sha256: string | null },
  ): Promise<Result<HostExecutable, Problem>>;
  /** Folders that had to be made on the way to the place. */
  foldersAbove(context: RunContext, voice: Voice): Promise<string[]>;
  /** The last lines of the agent's logs; empty when there are none. */
  endOfLog(context: RunContext, voice: Voice): Promise<string>;
  /** Removes what uploads that were cut short left outside of the place. */
  tidy(context: RunContext): Promise<void>;
}
