/** Sends signed deliveries of webhooks to an address, eight at a time or so many in a second, and ends: a thread of `github.ts`. */
import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

const LANES = 8;
const { url, secret, web, count, perSecond } = z
  .object({
    ...{ url: z.string(), secret: z.string(), web: z.string(), count: z.int() },
    /** `null`: as fast as they are answered. */
    perSecond: z.number().nullable(),
  })
  .parse(workerData);

const agent = new Agent({ keepAlive: true, maxSockets: LANES });
/** Ten KB, as those of issues are. */
const filler = 'x'.repeat(10_000);
let sent = 0;
const begun = performance.now();

async function deliver(n: number): Promise<void> {
  const issue = { number: 1, html_url: `${web}/acme/shop/issues/1`, body: filler };
  const repository = { html_url: `${web}/acme/shop` };
  const body = JSON.stringify({ action: 'edited', n, repository, issue });
  const status = await new Promise<number>((resolve, reject) => {
    const headers = {
      ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ...{ 'x-github-event': 'issues', 'x-github-delivery': randomUUID() },
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end(body);
  });
  if (status !== 202) throw new Error(`a delivery was answered ${status}`);
}

async function lane(): Promise<void> {
  while (sent < count) {
    const n = sent++;
    const due = perSecond === null ? 0 : begun + (n / perSecond) * 1_000 - performance.now();
    if (due > 0) await pause(due);
    await deliver(n);
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
agent.destroy();
