/** `npm run bench [-- NAME…]`: every figure beside a peer or a goal, measured in the same run. */
import { cpus, loadavg } from 'node:os';
import { benchCancel } from './cancel.ts';
import { benchDurability } from './durability.ts';
import { benchFailover } from './failover.ts';
import { benchGateway } from './gateway.ts';
import { benchGatewayDay } from './gateway-day.ts';
import { benchGitHub } from './github.ts';
import { benchJournal } from './journal.ts';
import { benchLatency } from './latency.ts';
import { benchMemory } from './memory.ts';
import { benchProvision } from './provision.ts';
import { benchQueue } from './queue.ts';
import { benchRestart } from './restart.ts';
import { benchScale } from './scale.ts';
import { benchTerminal } from './terminal.ts';
import { benchUi } from './ui.ts';
import { benchWorkspace } from './workspace.ts';

const ALL = {
  journal: benchJournal,
  latency: benchLatency,
  terminal: benchTerminal,
  workspace: benchWorkspace,
  memory: benchMemory,
  cancel: benchCancel,
  restart: benchRestart,
  failover: benchFailover,
  durability: benchDurability,
  provision: benchProvision,
  gateway: benchGateway,
  'gateway-day': benchGatewayDay,
  github: benchGitHub,
  queue: benchQueue,
  scale: benchScale,
  ui: benchUi,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  console.error(
    `no benchmark called ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}`,
  );
  process.exit(2);
}
// Other programs on the machine make figures worse, and agents on one that is very busy take no work.
const load = loadavg()
  .map((share) => share.toFixed(1))
  .join(', ');
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${load}\n`,
);
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  await bench(console.log);
  console.log('');
}
