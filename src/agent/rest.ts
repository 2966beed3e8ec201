/** Puts the machine to sleep when the coordinator has no work for it: with the command that its owner configured, or not at all. */
import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

/** Starts the command and does not wait for it: what it does is most likely the end of this process for a while. */
export function goToRest(
  command: readonly string[] | undefined,
  why: string,
  log: Pick<Logger, 'info' | 'error'>,
): void {
  const [program, ...args] = command ?? [];
  if (program === undefined) {
    log.info({ why }, 'this agent rests; the machine stays on, since no restCommand is configured');
    return;
  }
  log.info({ why, command: program }, 'this machine goes to rest');
  execFile(program, args, (error) => {
    if (error) log.error({ err: error }, 'the restCommand failed; the machine stays on');
  });
}
