/** What every command that speaks to the coordinator starts from. */
import type { Command } from 'commander';
import type { Address } from './connect.ts';
import { dataDirOf, findCoordinator } from './connect.ts';
import { createClient, type Client } from './client.ts';
import { CliError, EXIT, type CliIo } from './io.ts';

export interface Session {
  readonly io: CliIo;
  readonly json: boolean;
  readonly client: Client;
  readonly address: Address;
}

/** Options that every such command takes. */
export interface CommonOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export function withCommonOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'the data folder of the coordinator')
    .option('--json', 'print JSON, for programs');
}

export async function openSession(io: CliIo, { data, json }: CommonOptions): Promise<Session> {
  const address = await findCoordinator(io, data);
  return { io, json: json ?? false, address, client: createClient(address, io.requestKey) };
}

/**
 * Asks the coordinator, or works on its data folder when it does not run. One that was killed leaves word of itself; the
 * lock of the folder shows then whether anybody is there.
 */
export async function runningOrStopped<T>(
  io: CliIo,
  options: CommonOptions,
  running: (session: Session) => Promise<T>,
  stopped: (dir: string) => Promise<T>,
): Promise<T> {
  try {
    return await running(await openSession(io, options));
  } catch (error) {
    const isElsewhere = options.data === undefined && io.env['KOUBOU_URL'] !== undefined;
    const isThere = !(error instanceof CliError) || error.code !== EXIT.notReachable;
    if (isElsewhere || isThere) throw error;
    return await stopped(dataDirOf(io, options.data));
  }
}
