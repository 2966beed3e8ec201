/** Displays without a screen (Xvfb), so that windows of tests open neither on the developer's screen nor before each other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SetupError } from '../setup/say.mjs';

const ARGS = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'];

const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Starts displays, which whoever starts them closes; a signal that ends this process closes them too.
 * @returns their names, as `DISPLAY` has them
 */
export async function openDisplays(count) {
  const servers = Array.from({ length: count }, startServer);
  const close = () => {
    for (const signal of ENDS) process.off(signal, close);
    for (const { child } of servers) child.kill();
  };
  for (const signal of ENDS) process.on(signal, close);
  try {
    return { names: await Promise.all(servers.map(({ name }) => name)), close };
  } catch (error) {
    close();
    throw error;
  }
}

function startServer() {
  // It chooses a number that is free, and tells it when it can be used.
  const child = spawn('Xvfb', ARGS, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return { child, name: numberOf(child).then((number) => `:${number}`) };
}

async function numberOf(child) {
  const [said] = await Promise.race([once(child.stdio[3], 'data'), once(child, 'exit')]);
  if (typeof said === 'number' || said === null)
    throw new SetupError('Xvfb ended at once, so there is no display for the windows of tests');
  return String(said).trim();
}
