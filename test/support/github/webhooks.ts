/**
 * Deliveries of webhooks: signed as GitHub signs, in the order things happened, one after another for each hook.
 * Tests may hold, reorder, repeat and drop them. Payloads are built at the moment of the change, from `shapes/`.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { type Hook, type Repo, type User } from './model.ts';
import { repoShape, type Shape, userShape } from './shapes/basic.ts';
import { nodeId, type World } from './world.ts';

export interface Delivery {
  /** GitHub's X-GitHub-Delivery. */
  id: string;
  event: string;
  action: string | null;
  url: string;
  hookId: number;
  headers: Record<string, string>;
  body: string;
  /** The receiver's answer; null while it is not sent or could not be. */
  status: number | null;
}

/** What becomes of deliveries from now on. */
export interface Treatment {
  /** They wait until `release`. */
  hold?: boolean;
  /** How often each is sent; 1 unless said. 0 drops them. */
  copies?: number;
}

export interface Webhooks {
  /** Tells every hook that wants to know. */
  emit(event: string, action: string | null, about: About): void;
  /** Tells one hook, whatever it wants to know. */
  emitTo(hook: Hook, event: string, about: About): void;
  treat(treatment: Treatment): void;
  /** Sends what was held, in the order that `arrange` gives; then no more is held. */
  release(arrange?: (held: Delivery[]) => Delivery[]): void;
  /** Sends an earlier delivery again, byte for byte, as somebody at GitHub pressing "Redeliver". */
  redeliver(delivery: Delivery): void;
  /** Sent, or to be sent, from the first on. */
  readonly deliveries: readonly Delivery[];
  /** Resolves when nothing is on its way. Held deliveries do not count. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface About {
  repo: Repo | null;
  sender: User;
  payload: Shape;
}

export interface WebhookChecks {
  /** Finds whether GitHub would send such a payload. */
  checkDelivery(event: string, action: string | null, payload: Shape): void;
}

/** How long a receiver may take, in ms, as at GitHub. */
const PATIENCE = 10_000;

export function openWebhooks(world: World, checks: WebhookChecks): Webhooks {
  const deliveries: Delivery[] = [];
  const held: Delivery[] = [];
  const closing = new AbortController();
  let treatment: Treatment = {};
  /** By hook: the end of what is on its way there. */
  const ways = new Map<number, Promise<void>>();

  const send = (delivery: Delivery) => {
    const before = ways.get(delivery.hookId) ?? Promise.resolve();
    ways.set(
      delivery.hookId,
      before.then(() => deliver(delivery, closing.signal)),
    );
  };

  const tell = (hooks: Hook[], event: string, action: string | null, about: About) => {
    const payload = wholePayload(world, action, about);
    checks.checkDelivery(event, action, payload);
    for (const hook of hooks) {
      const delivery = signed(hook, event, action, payload);
      deliveries.push(delivery);
      if (treatment.hold) held.push(delivery);
      else for (let copy = 0; copy < (treatment.copies ?? 1); copy += 1) send(delivery);
    }
  };

  return {
    deliveries,
    emit(event, action, about) {
      const all = [...world.hooks, ...(about.repo?.hooks ?? [])];
      const hooks = all.filter((hook) => wants(hook, event));
      if (hooks.length > 0) tell(hooks, event, action, about);
    },
    emitTo(hook, event, about) {
      tell([hook], event, null, about);
    },
    treat(next) {
      treatment = next;
    },
    release(arrange = (all) => all) {
      treatment = { ...treatment, hold: false };
      arrange(held.splice(0)).forEach(send);
    },
    redeliver: send,
    async settled() {
      const seen = [...ways.values()];
      await Promise.all(seen);
      if ([...ways.values()].some((way, index) => way !== seen[index])) await this.settled();
    },
    async close() {
      closing.abort();
      await Promise.all(ways.values());
    },
  };
}

function wants(hook: Hook, event: string): boolean {
  return hook.isActive && (hook.events.includes('*') || hook.events.includes(event));
}

function wholePayload(world: World, action: string | null, about: About): Shape {
  const installation = world.apps
    .flatMap((app) => app.installations)
    .find((one) => about.repo && (one.repos === null || one.repos.has(about.repo.id)));
  return {
    ...(action !== null && { action }),
    ...about.payload,
    ...(about.repo && { repository: { ...repoShape(world, about.repo), custom_properties: {} } }),
    sender: userShape(world, about.sender),
    ...(installation && {
      installation: { id: installation.id, node_id: nodeId('app', installation.id) },
    }),
  };
}

function signed(hook: Hook, event: string, action: string | null, payload: Shape): Delivery {
  const body = JSON.stringify(payload);
  const id = randomUUID();
  const mac = (algorithm: string) => createHmac(algorithm, hook.secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/0a1b2c3',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(hook.repo?.id ?? 1),
    'x-github-hook-installation-target-type': hook.repo ? 'repository' : 'integration',
    ...(hook.secret && {
      'x-hub-signature': `sha1=${mac('sha1')}`,
      'x-hub-signature-256': `sha256=${mac('sha256')}`,
    }),
  };
  return { id, event, action, url: hook.url, hookId: hook.id, headers, body, status: null };
}

async function deliver(delivery: Delivery, closing: AbortSignal): Promise<void> {
  if (closing.aborted) return;
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(PATIENCE)]);
    const { url, headers, body } = delivery;
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    await answer.arrayBuffer();
    delivery.status = answer.status;
  } catch {
    // GitHub does not send again by itself either: the receiver has to find out by asking.
    delivery.status = null;
  }
}
