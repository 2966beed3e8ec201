/** What tests of provisioning share: test hosts, a user with a key, and workshops on the coordinator's PC. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Provisioning } from '../../src/shared/provisioning.ts';
import type { Host } from './hosts/host.ts';
import { openHosts, type Hosts } from './hosts/hosts.ts';
import {
  makeUserKey,
  startProvisioningWorkshop,
  targetOf,
  told,
  TRUSTING,
  type Answer,
  type ProvisioningWorkshop,
  type WorkshopOptions,
} from './provisioning.ts';
import { untilAgent } from './workshop.ts';

/** For set-ups: the first run on a PC makes the hosts' file system. */
export const FIRST_MS = 300_000;

export interface Site {
  readonly hosts: Hosts;
  readonly scratch: string;
  readonly publicKey: string;
  /** A host that the user's key opens; gone after `closeHosts`. */
  host(options: Partial<Parameters<Hosts['add']>[0]> & { name: string }): Promise<Host>;
  /** A workshop; in the folder of an earlier one it is that one, started again. */
  start(more?: Partial<WorkshopOptions>): Promise<ProvisioningWorkshop>;
  closeHosts(): Promise<void>;
  /** Ends everything, workshops first. */
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-provision-test-'));
  const { file: key, publicKey } = await makeUserKey(path.join(scratch, 'user'));
  const hosts = await openHosts({ workDir: scratch });
  const opened: Host[] = [];
  const workshops: ProvisioningWorkshop[] = [];
  const closeHosts = async (): Promise<void> => {
    for (const host of opened.splice(0)) await host.close();
  };
  return {
    ...{ hosts, scratch, publicKey, closeHosts },
    async host(options) {
      const host = await hosts.add({ init: 'cron', signIn: { keys: [publicKey] }, ...options });
      opened.push(host);
      return host;
    },
    async start(more = {}) {
      const dir = path.join(scratch, `workshop-${workshops.length}`);
      // Each has a door of its own on this one PC.
      const args = ['--lan', String(18_400 + workshops.length)];
      const workshop = await startProvisioningWorkshop({ hosts, dir, key, args, ...more });
      workshops.push(workshop);
      return workshop;
    },
    async close() {
      for (const workshop of workshops) await workshop.close();
      await hosts.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Adds one host and follows it to its end. */
export async function add(
  workshop: ProvisioningWorkshop,
  host: Host | string,
  more: { install?: 'user' | 'system'; name?: string } = {},
  answer: Answer = TRUSTING,
): Promise<Provisioning> {
  const target = typeof host === 'string' ? host : targetOf(host);
  const [one] = await workshop.add([{ target, ...more }], answer);
  if (!one) throw new Error('nothing was begun');
  return one;
}

/** What happened stands in the message. */
export function expectDone(one: Provisioning): void {
  expect(one.state, told(one)).toBe('done');
}

/** For tests that have nothing else to hold. */
export async function untilConnected(at: ProvisioningWorkshop, id: string): Promise<true> {
  await untilAgent(at, id);
  return true;
}
