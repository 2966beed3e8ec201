/**
 * A GitHub of one's own for tests. It speaks the real protocol on a real port: REST checked by GitHub's published
 * description on both sides, git over HTTP on real bare repositories, webhooks that are signed.
 *
 *   const github = await startGitHub();
 *   await github.createRepo('acme/shop', { files: { 'README.md': '# Shop' } });
 *   const token = github.createToken('bot');                        // or { scopes: ['repo'] }, { permissions: {…} }
 *   const issue = github.createIssue('acme/shop', { title: 'It breaks' });   // by the person `alice`
 *   github.hook('http://127.0.0.1:1234/webhooks', 'secret');        // hears of everything from now on
 *   … new Octokit({ baseUrl: github.api, auth: token }) …           // github.web: pages and git; github.graphql
 *   await github.settled();                                         // all deliveries have been answered
 *   expect(github.violations).toEqual([]);                          // both sides kept to GitHub's description
 *   await github.close();
 *
 * How it is built: `doors/` take requests in, `rest/` and `graphql/` read and answer, `acts/` change the state (of
 * model.ts, kept by world.ts) and tell the webhooks, `shapes/` write things as GitHub shows them, `sign-in/` knows who may
 * do what. `people.ts` is what tests do by hand. The state is in memory; the repositories are in a temporary folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Context } from './context.ts';
import { type House, type LoggedRequest } from './doors/house.ts';
import { type Fault, openFaults } from './faults.ts';
import { GITHUB_LIMITS, type Ledger, type Limits, openLedger } from './limits.ts';
import { openJudge } from './openapi.ts';
import { type People, openPeople } from './people.ts';
import { openPorts } from './server.ts';
import { openWebhooks, type Webhooks } from './webhooks.ts';
import { type Addresses, makeWorld } from './world.ts';

export interface GitHubOptions {
  /** `enterprise` (so unless said): everything below one address. `github.com`: REST and GraphQL at an address of their own. */
  style?: 'enterprise' | 'github.com';
  /** Where the time comes from: for limits, tokens that expire and times of change. */
  clock?: { now(): number };
  /** Instead of GitHub's own figures. */
  limits?: Partial<Limits>;
  /** Whether the first question whether something can be merged is answered with "not worked out yet". */
  isLateWithMergeable?: boolean;
}

export interface GitHubStandIn extends People, Addresses {
  /** What broke GitHub's description, on either side. Tests expect none. */
  readonly violations: string[];
  /** Every request, with what it cost. */
  readonly requests: LoggedRequest[];
  /** What goes wrong from now on; the answer takes it back. */
  fault(fault: Fault): () => void;
  clearFaults(): void;
  /** Deliveries: look at them, hold, reorder, repeat, drop them. */
  readonly webhooks: Webhooks;
  readonly limits: Ledger;
  /** Resolves when no request is being answered and every delivery has been. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const now = () => options.clock?.now() ?? Date.now();
  const judge = openJudge();
  const [ports, root] = await Promise.all([
    openPorts(options.style ?? 'enterprise'),
    mkdtemp(path.join(tmpdir(), 'github-stand-in-')),
  ]);
  const world = makeWorld(ports.at, now);
  const hooks = openWebhooks(world, {
    checkDelivery(event, action, payload) {
      for (const problem of judge.deliveryProblems(event, action, payload)) {
        world.violations.push(`delivery ${event} ${action ?? ''}: ${problem}`);
      }
    },
  });
  const isLateWithMergeable = options.isLateWithMergeable ?? false;
  const context: Context = { world, hooks, root, isLateWithMergeable };
  const ledger = openLedger({ ...GITHUB_LIMITS, ...options.limits }, now);
  const faults = openFaults();
  const house: House = { context, judge, ledger, faults, requests: [], running: new Set() };
  ports.serve(house);
  const settled = async () => {
    await Promise.all(house.running);
    await hooks.settled();
  };
  return {
    ...ports.at,
    ...openPeople(context),
    violations: world.violations,
    requests: house.requests,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    webhooks: hooks,
    limits: ledger,
    settled,
    async close() {
      await ports.close();
      await hooks.close();
      await Promise.all(house.running);
      await rm(root, { recursive: true, force: true });
    },
  };
}
