/** Resident memory (PSS) of an idle coordinator and an idle agent. */
import { readdirSync, readFileSync } from 'node:fs';
import { startWorkshop } from '../support/workshop.ts';
import { pssMb, row, type Print } from './measure.ts';

export async function benchMemory(print: Print): Promise<void> {
  print('Memory at rest (PSS)');
  const workshop = await startWorkshop();
  try {
    await workshop.untilAgent();
    const coordinator = workshop.child.pid ?? 0;
    print(row('coordinator', `${pssMb(coordinator).toFixed(0)} MB`, '≤ 150 MB'));
    print(row('idle agent', `${pssMb(agentPid(coordinator)).toFixed(0)} MB`, '≤ 80 MB'));
  } finally {
    await workshop.close();
  }
}

/** The child of `parent` that runs the agent role. */
function agentPid(parent: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, ppid] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (Number(ppid) === parent && command.includes(' agent run ')) return Number(pid);
    } catch {
      // The process ended while we looked at it.
    }
  }
  throw new Error(`no agent below process ${parent}`);
}
