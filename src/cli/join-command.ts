/** `koubou agent join`. Like `main.ts` it may reach the agent; nothing of the agent is loaded before it is asked for. */
import type { Command } from 'commander';

interface JoinArguments {
  readonly token: string;
  readonly home?: string;
  readonly name?: string;
}

/** @param agent the command `koubou agent` */
export function addJoinCommand(agent: Command): void {
  agent
    .command('join')
    .description('make this PC an agent of the workshop that an invitation is from')
    .argument('<url>', 'the address in the invitation, such as https://192.168.1.5:8443')
    .requiredOption('--token <token>', 'the invitation: "koubou agents invite" prints it')
    .option('--home <dir>', 'where key, configuration and work are kept')
    .option('--name <name>', 'what this PC is called there')
    .action(async (url: string, { token, home, name }: JoinArguments) => {
      const { runJoin } = await import('../agent/identity/join.ts');
      const print = (line: string): void => void process.stdout.write(`${line}\n`);
      process.exitCode = await runJoin({ url, token, home, name, print });
    });
}
