/** `npm run bench [-- NAME…]`: every figure beside a peer or a goal, measured in the same run. */
import { cpus } from 'node:os';
import { benchJournal } from './journal.ts';
import { benchLatency } from './latency.ts';
import { benchMemory } from './memory.ts';
import { benchTerminal } from './terminal.ts';
import { benchWorkspace } from './workspace.ts';

const ALL = {
  journal: benchJournal,
  latency: benchLatency,
  terminal: benchTerminal,
  workspace: benchWorkspace,
  memory: benchMemory,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  console.error(
    `no benchmark called ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}`,
  );
  process.exit(2);
}
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`,
);
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  await bench(console.log);
  console.log('');
}
