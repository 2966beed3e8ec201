/** What following GitHub costs: an import of many issues beside a plain loop of Octokit calls, a quiet poll, a flood of webhooks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { Octokit } from '@octokit/core';
import { readIssues } from '../../src/main/coordinator/forge/github/issues/read.ts';
import { openTestClient, quickClock } from '../../src/main/coordinator/forge/github/testing.ts';
import type { Origin } from '../../src/shared/domain/origin.ts';
import { SyncWorkshop } from '../contract/github/sync-workshop.ts';
import type { GitHubStandIn } from '../support/github/start-github.ts';
import { row, type Print } from './measure.ts';

const ISSUES = 1_000;
const REPOS = 100;
const DELIVERIES = 10_000;
const MINUTE_MS = 60_000;
/** Ten thousand in a minute, for so long. */
const STEADY = { perSecond: DELIVERIES / 60, seconds: 15 };
/** The loop would be stopped at 900 requests in a minute, and the clock of this GitHub stands still. */
const LARGE = 1e9;
const NO_LIMITS = {
  ...{ core: LARGE, search: LARGE, graphql: LARGE, concurrent: LARGE },
  ...{ restPointsPerMinute: LARGE, graphqlPointsPerMinute: LARGE },
};

export async function benchGitHub(print: Print): Promise<void> {
  await benchImport(print);
  await benchQuiet(print);
  await benchFlood(print);
}

async function benchImport(print: Print): Promise<void> {
  print(`Import of ${ISSUES.toLocaleString('en')} issues with a comment and two labels each`);
  const w = await SyncWorkshop.open([], NO_LIMITS);
  try {
    const { github } = w;
    for (let n = 1; n <= ISSUES; n += 1) {
      const labels = ['koubou', 'bug'];
      github.createIssue('acme/shop', { title: `Issue ${n}`, body: 'It should be 3.', labels });
      github.comment(`acme/shop#${n}`, 'Really.', 'bob');
    }
    const token = github.createToken('importer');
    const ours = await counted(github, async () => await readAll(w, token));
    const theirs = await counted(github, async () => await plainLoop(github, token));
    print(row('ours: requests / s', figure(ours), ''));
    print(row('a plain loop of Octokit calls: requests / s', figure(theirs), ''));
    const share = theirs.requests / ours.requests;
    print(row('requests of the loop for one of ours', share.toFixed(0), '≥ 10'));
    w.rules = [{ repo: `${github.web}/acme/shop`, label: 'koubou' }];
    const byRule = await counted(github, async () => {
      while (w.journal.workshop().lastTask < ISSUES) await w.polled();
    });
    print(row('by a rule, until all are tasks: requests / s', figure(byRule), ''));
  } finally {
    await w.close();
  }
}

interface Cost {
  readonly requests: number;
  readonly ms: number;
}

const figure = ({ requests, ms }: Cost): string => `${requests} / ${(ms / 1_000).toFixed(1)}`;

async function counted(github: GitHubStandIn, run: () => Promise<void>): Promise<Cost> {
  const before = github.requests.length;
  const begun = performance.now();
  await run();
  return { requests: github.requests.length - before, ms: performance.now() - begun };
}

async function readAll(w: SyncWorkshop, token: string): Promise<void> {
  const opened = openTestClient(w.github.web, { token, clock: quickClock() });
  try {
    const origins: Origin[] = [];
    for (let n = 1; n <= ISSUES; n += 1) origins.push(w.originOf(`acme/shop#${n}`));
    const read = await readIssues(opened.client, origins);
    const all = [...read.values()].filter((one) => one.ok).length;
    if (all !== ISSUES) throw new Error(`${all} issues were read`);
  } finally {
    opened.close();
  }
}

async function plainLoop({ api }: GitHubStandIn, token: string): Promise<void> {
  const octokit = new Octokit({ baseUrl: api, auth: token });
  for (let n = 1; n <= ISSUES; n += 1) {
    const at = { owner: 'acme', repo: 'shop', issue_number: n };
    await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', at);
    await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', at);
    await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', at);
  }
}

async function benchQuiet(print: Print): Promise<void> {
  print(`\nA quiet poll of ${REPOS} repositories`);
  const w = await SyncWorkshop.open([], NO_LIMITS);
  try {
    const { github } = w;
    for (let n = 0; n < REPOS; n += 1) {
      await github.createRepo(`acme/repo-${n}`);
      github.createIssue(`acme/repo-${n}`, { title: 'Quiet' });
    }
    w.rules = Array.from({ length: REPOS }, (_, n) => ({
      ...{ repo: `${github.web}/acme/repo-${n}`, label: 'koubou' },
    }));
    // The first look finds its place, the second what stands there.
    for (let i = 0; i < 4; i += 1) await w.polled();
    const before = github.requests.length;
    const { ms } = await counted(github, async () => await w.polled());
    const asked = github.requests.slice(before);
    const unchanged = asked.filter(({ status }) => status === 304).length;
    print(row('requests', `${asked.length}`, `≤ ${REPOS}`));
    print(row('of them “nothing changed” (304)', `${unchanged}`, `${asked.length}`));
    const costs = asked.filter(({ cost }) => cost > 0).length;
    print(row('counted by GitHub', `${costs}`, '0'));
    print(row('time', `${(ms / 1_000).toFixed(1)} s`, ''));
  } finally {
    await w.close();
  }
}

async function benchFlood(print: Print): Promise<void> {
  print(`\nWebhooks: ${DELIVERIES.toLocaleString('en')} deliveries of one issue`);
  const w = await SyncWorkshop.open([], NO_LIMITS);
  try {
    w.github.createIssue('acme/shop', { title: 'Busy' });
    await w.imported('acme/shop#1');
    await w.polled();
    const secret = await w.hook();
    const idle = await delays(async () => await new Promise((done) => setTimeout(done, 2_000)));
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const before = w.github.requests.length;
    let ms = 0;
    const busy = await delays(async () => {
      const begun = performance.now();
      await flood(w, secret, DELIVERIES, null);
      ms = performance.now() - begun;
    });
    const steady = await delays(async () => await steadily(w, secret));
    const bare = await delays(async () => await steadilyToNobody(w, secret));
    await w.settled();
    globalThis.gc?.();
    const grown = (process.memoryUsage().heapUsed - heap) / 1e6;
    const perMinute = (DELIVERIES / ms) * MINUTE_MS;
    print(
      row(
        'as fast as they are answered: in a minute',
        Math.round(perMinute).toLocaleString('en'),
        '≥ 10,000',
      ),
    );
    print(
      row('event loop at 10,000 in a minute, p99 / longest', delayOf(steady), 'longest ≤ 20 ms'),
    );
    print(row('the same, taken by a server that only reads them', delayOf(bare), ''));
    print(row('as fast as they are answered, p99 / longest', delayOf(busy), ''));
    print(row('the same while nothing is done', delayOf(idle), ''));
    print(row('requests to GitHub after it', `${w.github.requests.length - before}`, ''));
    print(row('memory kept', `${grown.toFixed(1)} MB`, ''));
  } finally {
    await w.close();
  }
}

type Delays = ReturnType<typeof monitorEventLoopDelay>;

function delayOf(seen: Delays): string {
  const shown = (ns: number): string => (ns / 1e6).toFixed(1);
  return `${shown(seen.percentile(99))} / ${shown(seen.max)} ms`;
}

async function delays(run: () => Promise<void>): Promise<Delays> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await run();
  histogram.disable();
  return histogram;
}

async function steadily(to: Target, secret: string): Promise<void> {
  const { perSecond, seconds } = STEADY;
  await flood(to, secret, perSecond * seconds, perSecond);
}

/** What the machine, HTTP and the sender beside it cost by themselves. */
async function steadilyToNobody({ github }: SyncWorkshop, secret: string): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => void response.writeHead(202).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await steadily({ github, hookUrl: `http://127.0.0.1:${port}/` }, secret);
  server.closeAllConnections();
  server.close();
}

type Target = Pick<SyncWorkshop, 'hookUrl' | 'github'>;

/** Sent by a thread of its own, so that only taking them is measured. */
async function flood(
  { hookUrl, github }: Target,
  secret: string,
  count: number,
  perSecond: number | null,
): Promise<void> {
  const sender = new Worker(new URL('github-sender.ts', import.meta.url), {
    workerData: { url: hookUrl, secret, web: github.web, count, perSecond },
  });
  const code: unknown = (await once(sender, 'exit'))[0];
  if (code !== 0) throw new Error('not every delivery was taken');
}
