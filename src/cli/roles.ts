/**
 * The commands that start a role: `koubou serve` and `koubou agent …`. Only they may reach the roles, which are loaded when one
 * is asked for, so that listing the commands costs nothing.
 */
import { InvalidArgumentError, type Command } from 'commander';
import { parseQueueAddress } from '../shared/queue-address.ts';
import { addHostCommands } from './agent-commands.ts';
import { addJoinCommand } from './join-command.ts';

interface ServeArguments {
  readonly data?: string;
  readonly port: number;
  readonly lan?: LanPlace;
  readonly qr?: boolean;
  readonly queue?: string;
  readonly site?: string;
  readonly agents?: number;
  readonly demo?: boolean;
  readonly exit?: boolean;
}

export function addRoles(program: Command): void {
  addServe(program);
  addAgent(program);
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the coordinator, with this PC as its first agent')
    .option('--data <dir>', 'the data folder (default: one of this user)')
    .option('--port <port>', 'the port on 127.0.0.1; 0 takes a free one', parsePort, 8080)
    .option(
      '--lan <[host:]port>',
      'let agents and people of other PCs in here from the start (usual: 0.0.0.0:8443, once it is needed)',
      parseLan,
    )
    .option(
      '--qr',
      'with --lan: print the link for other devices with its token, and its QR code, also where the output is no terminal',
    )
    .option(
      '--queue <address>',
      'embedded, or the Redis that several coordinators share: redis://host:6379 (default: as config.yaml says)',
      parseQueue,
    )
    .option('--site <name>', 'what the others that share the queue call this coordinator')
    .option('--agents <count>', 'agents on this PC (default: 1); 0 for none', parseCount)
    .option('--demo', 'work on a small sample repository with two agents')
    .option('--exit', 'with --demo: approve by itself, and end')
    .action(
      async (
        {
          data,
          port,
          lan,
          qr = false,
          queue,
          site,
          agents,
          demo = false,
          exit = false,
        }: ServeArguments,
        command: Command,
      ) => {
        if (exit && !demo) command.error('error: --exit goes with --demo only', { exitCode: 2 });
        if (qr && !lan) command.error('error: --qr goes with --lan only', { exitCode: 2 });
        const { serve } = await import('../main/coordinator/serve.ts');
        process.exitCode = await serve({ data, port, lan, qr, queue, site, agents, demo, exit });
      },
    );
}

function addAgent(program: Command): void {
  const agent = program.command('agent').description('run this PC as an agent');
  agent
    .command('run')
    .description('work for the coordinator that a configuration file names')
    .requiredOption('--config <file>', 'the configuration file')
    .action(async ({ config }: { config: string }) => {
      const { runAgent } = await import('../agent/run.ts');
      process.exitCode = await runAgent(['--config', config]);
    });
  addJoinCommand(agent);
  agent
    .command('supervise', { hidden: true })
    .description('look after one attempt; started by an agent, with orders on standard input')
    .action(async () => {
      const { runSupervisor } = await import('../agent/supervisor/run.ts');
      process.exitCode = await runSupervisor();
    });
  agent
    .command('trial', { hidden: true })
    .description('try this build beside the agent of a configuration; started by that agent')
    .requiredOption('--config <file>', 'the configuration file')
    .requiredOption('--order <id>', 'the order of the update')
    .action(async (given: { config: string; order: string }) => {
      const { runTrial } = await import('../agent/update/run-trial.ts');
      process.exitCode = await runTrial(given);
    });
  addHostCommands(agent);
}

function parsePort(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

interface LanPlace {
  readonly host: string;
  readonly port: number;
}

function parseQueue(given: string): string {
  const address = parseQueueAddress(given);
  if (!address.ok) throw new InvalidArgumentError(address.error.message);
  return given;
}

/** `8443`, `192.168.1.5:8443` or `[fd00::5]:8443`. */
function parseLan(given: string): LanPlace {
  const [, bracketed, plain, port = ''] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):)?(\d+)$/.exec(given) ?? [];
  if (port === '') throw new InvalidArgumentError('give a port, or HOST:PORT');
  return { host: bracketed ?? plain ?? '0.0.0.0', port: parsePort(port) };
}

function parseCount(given: string): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && count <= 16) return count;
  throw new InvalidArgumentError('the number of agents is from 0 to 16');
}
