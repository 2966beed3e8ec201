/** The load of this machine, for each heartbeat. */
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { Vitals } from '../shared/domain/agent.ts';
import { createNetworkMeter } from './network.ts';

/** Answers the load since its last call. `diskFree` is looked up by the caller, in its own time. */
export function createVitals(): (diskFreeBytes: number) => Vitals {
  const network = createNetworkMeter(() => performance.now());
  let before = cpuTimes();
  return (diskFreeBytes) => {
    const now = cpuTimes();
    const total = now.total - before.total;
    const cpu = total > 0 ? Math.min(1, Math.max(0, (now.busy - before.busy) / total)) : 0;
    before = now;
    const memoryBytes = totalmem();
    return {
      cpu,
      memoryBytes,
      memoryUsedBytes: memoryBytes - freemem(),
      diskFreeBytes,
      load1: loadavg()[0] ?? 0,
      ...network(),
    };
  };
}

function cpuTimes(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    total += used + times.idle;
  }
  return { busy, total };
}
