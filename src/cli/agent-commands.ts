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
  addOrders(agent);
  addService(agent);
}

/** What a coordinator runs over SSH. */
function addOrders(agent: Command): void {
  const host = agent
    .command('host', { hidden: true })
    .description('carry out the orders of a coordinator on this host; JSON on standard input');
  const verbs = {
    install: 'make this host an agent',
    uninstall: 'remove the agent, with all that was made for it',
    stop: 'stop the agent and its attempts',
    status: 'say what is installed here',
    'kept-work': 'say which work would be lost with the agent',
  } as const;
  for (const [name, description] of Object.entries(verbs)) {
    host
      .command(name)
      .description(description)
      .option('--attempts', 'also what is at work; always so')
      .action(async () => {
        const { HostVerb, runHostCommand } = await import('../agent/host/command.ts');
        process.exitCode = await runHostCommand(HostVerb.parse(name));
      });
  }
}

interface ServiceArguments {
  readonly home?: string;
  readonly system?: boolean;
}

function addService(agent: Command): void {
  const service = agent
    .command('service')
    .description('run an agent that joined by hand as a service of this PC');
  const verbs = {
    install: 'install and start it; say --system for a service of the whole machine (needs root)',
    status: 'say whether it runs',
    uninstall: 'stop and remove it; the folder of the agent stays',
  } as const;
  for (const [name, description] of Object.entries(verbs)) {
    service
      .command(name)
      .description(description)
      .option('--home <dir>', 'the folder of the agent (default: the usual one)')
      .option('--system', 'of the whole machine, not of this user')
      .action(async ({ home, system = false }: ServiceArguments) => {
        const { runServiceCommand, ServiceVerb } = await import('../agent/host/by-hand.ts');
        process.exitCode = await runServiceCommand(ServiceVerb.parse(name), { home, system });
      });
  }
}
