/** Looks at the host for what `choose.ts` decides by. */
import { readdir } from 'node:fs/promises';
import type { Environment } from '../../config.ts';
import { exists } from '../../exists.ts';
import { readProcFile } from '../../processes.ts';
import { programPath } from '../../program.ts';
import type { Facts } from './choose.ts';

export async function findFacts(environment: Environment): Promise<Facts> {
  const commands = process.platform === 'linux' ? await commandLines() : [];
  const isRunning = (name: RegExp): boolean =>
    commands.some(([program = '']) => name.test(program));
  return {
    platform: process.platform,
    systemd: await exists('/run/systemd/system'),
    openrc: (await exists('/run/openrc/softlevel')) && (await hasOpenrc()),
    runit: runitFolder(commands),
    cron:
      isRunning(/(^|\/)(cron|crond|fcron|dcron)$/) &&
      (await programPath('crontab', environment)) !== null,
  };
}

async function hasOpenrc(): Promise<boolean> {
  return (await exists('/sbin/openrc-run')) || (await exists('/usr/sbin/openrc-run'));
}

/** The folder is its argument: `runsvdir -P /etc/service`. */
function runitFolder(commands: readonly string[][]): string | null {
  const found = commands.find(([program = '']) => /(^|\/)runsvdir$/.test(program));
  return found?.slice(1).find((argument) => argument.startsWith('/')) ?? null;
}

/** Of every process that we may see. */
async function commandLines(): Promise<string[][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProcFile(`/proc/${pid}/cmdline`).split('\0'));
}
