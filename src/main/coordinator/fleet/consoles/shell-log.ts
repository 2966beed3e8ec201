/**
 * Shells on agents stand in the log: who opened one where, and how it ended. It is written before anything is asked of the
 * agent, so that none is open that nobody can be asked about.
 */
import type { Logger } from 'pino';
import type { ConsoleId } from '../../../../shared/console.ts';
import type { AgentId } from '../../../../shared/ids.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import type { Journal } from '../../journal/port.ts';

export interface ShellLog {
  /** Refused where the log cannot be written: then none is to be opened. */
  opened(agentId: AgentId, consoleId: ConsoleId, by: string): Promise<Result<null>>;
  /** Nothing is written of one that is closed already. */
  closed(agentId: AgentId, consoleId: ConsoleId, why: string): void;
}

export function createShellLog(journal: Pick<Journal, 'submit'>, log: Logger): ShellLog {
  return {
    async opened(agentId, consoleId, by) {
      const command = { type: 'agent.open_shell', agentId, consoleId } as const;
      const noted = await journal.submit(command, { actor: by });
      return noted.ok ? ok(null) : noted;
    },
    closed(agentId, consoleId, why) {
      void closeShell(journal, agentId, consoleId, why).then((noted) => {
        if (!noted.ok)
          log.error({ err: noted.error, consoleId }, 'the end of a shell was not noted');
      });
    },
  };
}

/** Consoles live as long as the coordinator: those that were open when it ended are not any more. */
export async function closeLeftShells(journal: Pick<Journal, 'submit' | 'agents'>): Promise<void> {
  for (const { id, shells = [] } of journal.agents())
    for (const shell of shells)
      await closeShell(journal, id, shell, 'the coordinator was started anew');
}

async function closeShell(
  journal: Pick<Journal, 'submit'>,
  agentId: AgentId,
  consoleId: ConsoleId,
  why: string,
): Promise<Result<unknown>> {
  const command = { type: 'agent.close_shell', agentId, consoleId, why } as const;
  return await journal.submit(command, { actor: 'fleet' });
}
