/** What every command that speaks to the coordinator starts from. */
import type { Command } from 'commander';
import type { Address } from './connect.ts';
import { findCoordinator } from './connect.ts';
import { createClient, type Client } from './client.ts';
import type { CliIo } from './io.ts';

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
