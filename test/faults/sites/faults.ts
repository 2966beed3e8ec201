/** The kinds of faults on several coordinators and their Redis. Each answers what it hit, or `null` when there was nothing to hit. */
import { signal } from '../processes.ts';
import type { Random } from '../random.ts';
import type { SitesWorkshop } from './workshop.ts';

export interface SitesBench {
  readonly workshop: SitesWorkshop;
  /** Redis is killed or stopped just now: one such fault at a time. */
  readonly redis: { isHit: boolean };
  /** Undoes a fault after so many ms, or when the faults are over; once. */
  later(ms: number, heal: () => void | Promise<void>): void;
}

export interface SitesFault {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  strike(random: Random, bench: SitesBench): Promise<string | null> | string | null;
}

/** Others take over what a coordinator leads that is not heard of for so long. */
const LEASE_MS = 30_000;

function stop(pid: number | undefined, who: string, ms: number, bench: SitesBench): string | null {
  if (pid === undefined || !signal(pid, 'SIGSTOP')) return null;
  bench.later(ms, () => void signal(pid, 'SIGCONT'));
  return `${who} for ${ms} ms`;
}

/** Mostly a moment, now and then so long that it is stood in for. */
function stillness(random: Random): number {
  return random.chance(0.25)
    ? random.int(LEASE_MS + 2_000, LEASE_MS + 12_000)
    : random.int(300, 6_000);
}

export const SITES_FAULTS: readonly SitesFault[] = [
  {
    name: 'kill coordinator',
    weight: 8,
    strike(random, { workshop }) {
      const { name, service } = random.pick(workshop.sites);
      return service.pid !== undefined && signal(service.pid, 'SIGKILL') ? name : null;
    },
  },
  {
    name: 'lose coordinator',
    weight: 3,
    strike(random, { workshop, later }) {
      const { name, service } = random.pick(workshop.sites);
      const ms = random.int(LEASE_MS + 2_000, LEASE_MS + 12_000);
      const { promise, resolve } = Promise.withResolvers<void>();
      const over = service.interrupt(async () => await promise);
      later(ms, async () => {
        resolve();
        await over;
      });
      return `${name} for ${ms} ms`;
    },
  },
  {
    name: 'stop coordinator',
    weight: 5,
    strike(random, bench) {
      const { name, service } = random.pick(bench.workshop.sites);
      return stop(service.pid, name, stillness(random), bench);
    },
  },
  {
    name: 'kill agent',
    weight: 6,
    strike(random, { workshop }) {
      const { agent } = random.pick(workshop.sites);
      return agent.pid !== undefined && signal(agent.pid, 'SIGKILL') ? agent.name : null;
    },
  },
  {
    name: 'stop agent',
    weight: 4,
    strike(random, bench) {
      const { agent } = random.pick(bench.workshop.sites);
      return stop(agent.pid, agent.name, random.int(200, 20_000), bench);
    },
  },
  {
    name: 'kill Redis',
    weight: 4,
    async strike(random, { workshop, redis, later }) {
      const ms = random.int(0, 8_000);
      if (redis.isHit) return null;
      redis.isHit = true;
      await workshop.redis.kill();
      later(ms, async () => {
        await workshop.redis.start();
        redis.isHit = false;
      });
      return `for ${ms} ms`;
    },
  },
  {
    name: 'stop Redis',
    weight: 4,
    strike(random, { workshop, redis, later }) {
      const ms = random.int(200, 6_000);
      if (redis.isHit) return null;
      redis.isHit = true;
      workshop.redis.freeze();
      later(ms, () => {
        workshop.redis.goOn();
        redis.isHit = false;
      });
      return `for ${ms} ms`;
    },
  },
  {
    name: 'cut from Redis',
    weight: 6,
    strike(random, { workshop }) {
      const { name, wire } = random.pick(workshop.sites);
      return wire.cut() > 0 ? name : null;
    },
  },
];
