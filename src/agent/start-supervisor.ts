/** Starts a supervisor: detached from the agent, told on its standard input what to work on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { AttemptFolder } from './attempt-folder.ts';
import type { Environment } from './config.ts';
import { markVariables } from './environment.ts';
import { LISTENING, type Orders } from './supervisor/protocol.ts';

/** How this program is started: the command, and the arguments before the role. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Resolves when its socket is there. @throws Error when it could not be started */
export async function startSupervisor(
  program: Program,
  orders: Orders,
  folder: AttemptFolder,
  environment: Environment,
): Promise<void> {
  const log = await open(folder.log, 'a', 0o600);
  try {
    const child = spawn(program.command, [...program.args, 'agent', 'supervise'], {
      cwd: orders.dir,
      // Its own session: what ends the agent, or the terminal it was started in, does not reach it.
      detached: true,
      env: {
        ...environment,
        ...markVariables({ attemptId: orders.spec.attemptId, dir: orders.dir }),
      },
      stdio: ['pipe', 'pipe', log.fd],
    });
    child.unref();
    // A child that died reads no orders; that is told below.
    child.stdin?.on('error', () => {});
    child.stdin?.end(JSON.stringify(orders));
    const gone = once(child, 'exit').then(([code, signal]: unknown[]) => {
      throw new Error(`the supervisor ended at its start (${String(signal ?? code)})`);
    });
    // It ends some day; that concerns nobody here once it has begun.
    gone.catch(() => {});
    await Promise.race([gone, ...(child.stdout ? [listening(child.stdout)] : [])]);
    child.stdout?.destroy();
  } finally {
    await log.close();
  }
}

async function listening(output: NodeJS.ReadableStream): Promise<void> {
  let said = '';
  for await (const part of output) {
    said += String(part);
    if (said.includes(LISTENING)) return;
  }
  // Its end is told by whoever waits for the process.
  await new Promise<never>(() => {});
}
