#!/usr/bin/env node
/**
 * The entry of the one program: picks the role. `koubou serve` is the coordinator, `koubou agent run` an agent, all
 * else a thin client of the API. Roles are loaded when asked for, so that the command line starts quickly.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { text } from 'node:stream/consumers';
import type { CliIo } from './io.ts';
import { openKeyboard } from './keyboard.ts';
import { addRoles } from './roles.ts';
import { isRole, runCli } from './run-cli.ts';
import { askAtTerminal } from './terminal.ts';

/** What the sample of the demo runs instead of a Node; its arguments are none of ours. */
const SAMPLE_NODE = 'sample-node';

function processIo(stop: AbortSignal): CliIo {
  return {
    async write(output) {
      // A pipe that is full holds us back; one that is closed (`| head`) ends us, see below.
      if (!process.stdout.write(output)) await once(process.stdout, 'drain');
    },
    warn: (line) => process.stderr.write(`${line}\n`),
    readInput: () => text(process.stdin),
    ask: askAtTerminal,
    openKeyboard,
    env: process.env,
    platform: process.platform,
    home: homedir(),
    cwd: process.cwd(),
    colours: process.stdout.isTTY && process.stdout.hasColors(),
    columns: process.stdout.columns,
    now: Date.now,
    requestKey: randomUUID(),
    offline: async () => await import('../main/coordinator/offline.ts'),
    simulator: async () => await import('../main/coordinator/simulate/request.ts'),
    stop,
  };
}

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === SAMPLE_NODE) {
    const { runSampleNode } = await import('../main/coordinator/demo-node.ts');
    return runSampleNode();
  }
  const interrupted = new AbortController();
  const hasRole = isRole(args);
  // Roles end themselves in order; the command line only has to stop following.
  if (!hasRole) process.once('SIGINT', () => interrupted.abort());
  // The reader of our output is gone: there is nobody left to print for. A role has work that goes on.
  process.stdout.on('error', () => {
    if (!hasRole) process.exit(0);
  });
  const code = await runCli(args, processIo(interrupted.signal), addRoles);
  process.exitCode ??= code;
}

void main(process.argv.slice(2));
