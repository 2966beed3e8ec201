/**
 * The commands that a host runs on itself: `koubou agent keep`, `koubou agent service …`, and those that a coordinator
 * calls over SSH. Like `main.ts` it may reach the agent; nothing of the agent is loaded before it is asked for.
 */
import type { Command } from 'commander';

/** @param agent the command `koubou agent` */
export function addHostCommands(agent: Command): void {
  agent
    .command('keep', { hidden: true })
    .description('keep the agent of a home running; the main process of its service')
    .requiredOption('--home <dir>', 'the home of the agent')
    .action(async ({ home }: { home: string }) => {
      const { runKeeper } = await import('../agent/keeper/run.ts');
      process.exitCode = await runKeeper(home);
    });
}
