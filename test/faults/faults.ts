/**
 * Every kind of fault: what it does to whom, and how it is healed. A kind answers with what it hit, or `null` when there was nothing
 * to hit; only hits are counted. To add one, add an entry to the list at the end.
 */
import type { Bench, FaultKind } from './fault-kind.ts';
import { HUB_FAULTS } from './hub-faults.ts';
import type { Process } from './processes.ts';
import { processesOf, signal } from './processes.ts';
import type { Random } from './random.ts';
import { until } from './time.ts';
import type { AgentHost, Workshop } from './workshop.ts';

const LEASE_MS = 15_000;
/** Time until a forge's trouble has to find a request. */
const REQUEST_MS = 10_000;
const DAY_S = 86_400;

function kill(pid: number | undefined, who: string): string | null {
  return pid !== undefined && signal(pid, 'SIGKILL') ? who : null;
}

/** Mostly shorter than the lease, now and then longer. */
function stillness(random: Random): number {
  return random.chance(0.15)
    ? random.int(LEASE_MS + 1_000, LEASE_MS + 5_000)
    : random.int(200, 9_000);
}

function freeze(pid: number | undefined, who: string, random: Random, bench: Bench): string | null {
  const ms = stillness(random);
  if (pid === undefined || !signal(pid, 'SIGSTOP')) return null;
  bench.later(ms, () => signal(pid, 'SIGCONT'));
  return `${who} for ${ms} ms`;
}

function victim(bench: Bench, random: Random, is: (process: Process) => boolean): Process | null {
  const all = processesOf(bench.folder).filter((one) => one.state !== 'Z' && is(one));
  return all.length === 0 ? null : random.pick(all);
}

const isEngine = ({ command }: Process): boolean =>
  / ?sh \S*engine\.sh /.test(command) && !command.includes(' child ');
const isSupervisor = ({ command }: Process): boolean => / agent supervise\b/.test(command);

function agentOf(random: Random, { workshop }: Bench): AgentHost {
  return random.pick(workshop.agents);
}

const KILLS: readonly FaultKind[] = [
  {
    name: 'kill coordinator',
    weight: 6,
    strike: (_, { workshop }) => kill(workshop.coordinator.service.pid, 'coordinator'),
  },
  {
    name: 'kill agent',
    weight: 12,
    strike(random, bench) {
      const { name, service } = agentOf(random, bench);
      return kill(service.pid, name);
    },
  },
  {
    name: 'kill supervisor',
    weight: 9,
    strike(random, bench) {
      const found = victim(bench, random, isSupervisor);
      return kill(found?.pid, `supervisor ${found?.pid}`);
    },
  },
  {
    name: 'kill engine',
    weight: 12,
    strike(random, bench) {
      const found = victim(bench, random, isEngine);
      return kill(found?.pid, `engine ${found?.pid}`);
    },
  },
];

const PAUSES: readonly FaultKind[] = [
  {
    name: 'stop coordinator',
    weight: 4,
    strike: (random, bench) =>
      freeze(bench.workshop.coordinator.service.pid, 'coordinator', random, bench),
  },
  {
    name: 'stop agent',
    weight: 8,
    strike(random, bench) {
      const { name, service } = agentOf(random, bench);
      return freeze(service.pid, name, random, bench);
    },
  },
  {
    name: 'stop supervisor',
    weight: 5,
    strike(random, bench) {
      const found = victim(bench, random, isSupervisor);
      return freeze(found?.pid, `supervisor ${found?.pid}`, random, bench);
    },
  },
];

const LINKS: readonly FaultKind[] = [
  {
    name: 'link reset',
    weight: 10,
    strike(random, bench) {
      const { name, proxy } = agentOf(random, bench);
      return proxy.cut() > 0 ? name : null;
    },
  },
  {
    name: 'link cut in the middle',
    weight: 7,
    strike(random, bench) {
      const { name, proxy } = agentOf(random, bench);
      const bytes = random.int(1, 20_000);
      return proxy.cutAfter(bytes) ? `${name} after ${bytes} bytes` : null;
    },
  },
  {
    name: 'link half open',
    weight: 6,
    strike(random, bench) {
      const { name, proxy, plug } = agentOf(random, bench);
      const ms = stillness(random);
      const set = plug ?? ((isIn: boolean) => proxy.hold(!isIn));
      set(false);
      bench.later(ms, () => set(true));
      return `${name} for ${ms} ms`;
    },
  },
  {
    name: 'link stalls',
    weight: 5,
    strike(random, bench) {
      const { name, proxy } = agentOf(random, bench);
      const ms = random.int(300, 6_000);
      proxy.hold(true);
      bench.later(ms, () => proxy.hold(false));
      return `${name} for ${ms} ms`;
    },
  },
  {
    name: 'link slow',
    weight: 5,
    strike(random, bench) {
      const { name, proxy } = agentOf(random, bench);
      const [each, ms] = [random.int(20, 400), random.int(1_000, 8_000)];
      proxy.delay(each);
      bench.later(ms, () => proxy.delay(0));
      return `${name}: ${each} ms later each, for ${ms} ms`;
    },
  },
];

const DISKS: readonly FaultKind[] = [
  {
    name: 'agent disk full',
    weight: 5,
    strike(random, bench) {
      const { name, disk } = agentOf(random, bench);
      const ms = random.int(500, 7_000);
      if (!disk) return null;
      disk.fill();
      bench.later(ms, () => disk.free());
      return `${name} for ${ms} ms`;
    },
  },
  {
    name: 'coordinator disk full',
    weight: 3,
    strike(random, bench) {
      const { disk } = bench.workshop.coordinator;
      const ms = random.int(500, 5_000);
      if (!disk) return null;
      disk.fill();
      bench.later(ms, () => disk.free());
      return `for ${ms} ms`;
    },
  },
];

/** Nothing that runs there goes on, and what was not synced is not there any more. */
async function losePower({
  name,
  disk,
  dir,
  service,
}: AgentHost | Workshop['coordinator']): Promise<string | null> {
  const cut = disk?.losePower;
  if (!cut || service.pid === undefined) return null;
  await service.interrupt(async () => {
    const running = (): Process[] => processesOf(dir).filter(({ state }) => state !== 'Z');
    await until(
      () => {
        for (const { pid } of running()) signal(pid, 'SIGKILL');
        return running().length === 0;
      },
      10_000,
      20,
    );
    await cut();
  });
  return name;
}

const POWER: readonly FaultKind[] = [
  {
    name: 'agent loses power',
    weight: 4,
    strike: async (random, bench) => await losePower(agentOf(random, bench)),
  },
  {
    name: 'coordinator loses power',
    weight: 3,
    strike: async (_, { workshop }) => await losePower(workshop.coordinator),
  },
];

const CLOCKS: readonly FaultKind[] = [
  {
    name: 'agent clock jumps',
    weight: 5,
    strike(random, bench) {
      const { name, clock } = agentOf(random, bench);
      const [seconds, ms] = [random.int(-DAY_S, DAY_S), random.int(500, 10_000)];
      if (!clock) return null;
      clock.set(seconds);
      bench.later(ms, () => clock.set(0));
      return `${name} by ${seconds} s for ${ms} ms`;
    },
  },
  {
    name: 'coordinator clock jumps',
    weight: 4,
    strike(random, bench) {
      const { clock } = bench.workshop.coordinator;
      const [seconds, ms] = [random.int(-DAY_S, DAY_S), random.int(500, 10_000)];
      if (!clock) return null;
      clock.set(seconds);
      bench.later(ms, () => clock.set(0));
      return `by ${seconds} s for ${ms} ms`;
    },
  },
];

const FORGES: readonly FaultKind[] = [
  {
    name: 'forge answers 500',
    weight: 4,
    strike: async (_, { workshop }) =>
      (await workshop.forge.trouble({ kind: 'refuses' }, REQUEST_MS)) ? 'a request' : null,
  },
  {
    name: 'forge acts, then breaks',
    weight: 4,
    strike: async (_, { workshop }) =>
      (await workshop.forge.trouble({ kind: 'acts_and_breaks' }, REQUEST_MS)) ? 'a push' : null,
  },
  {
    name: 'forge acts, then hangs',
    weight: 3,
    async strike(random, { workshop }) {
      const ms = random.int(2_000, 12_000);
      const isHit = await workshop.forge.trouble({ kind: 'acts_and_hangs', ms }, REQUEST_MS);
      return isHit ? `a push for ${ms} ms` : null;
    },
  },
];

const STALE: readonly FaultKind[] = [
  {
    name: 'stale attempt pushes',
    weight: 4,
    strike: async (random, { ghosts }) => await ghosts.push(random),
  },
];

export const FAULT_KINDS: readonly FaultKind[] = [
  ...KILLS,
  ...PAUSES,
  ...LINKS,
  ...DISKS,
  ...POWER,
  ...CLOCKS,
  ...FORGES,
  ...HUB_FAULTS,
  ...STALE,
];
