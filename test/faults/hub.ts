/**
 * A GitHub among the forges: tasks are made from its issues, and its calls and webhooks fail. It lives in the laboratory's own
 * process, so that what stands there is looked at as it is, and not through the workshop.
 */
import type { Origin } from '../../src/shared/domain/origin.ts';
import type { Fault } from '../support/github/faults.ts';
import { startGitHub, type GitHubStandIn } from '../support/github/start-github.ts';
import type { Client } from './client.ts';
import { CHECK, git, type Repo } from './repos.ts';

export interface Hub {
  readonly repo: Repo;
  readonly standIn: GitHubStandIn;
  /** Signs the workshop in, and has it told by a webhook. @param url of the coordinator */
  join(client: Client, url: string): Promise<void>;
  issueFor(title: string): Origin;
  /** The next request that it matches meets the fault. @returns false when none came in time */
  trouble(fault: Fault, withinMs: number): Promise<boolean>;
  heal(): void;
  close(): Promise<void>;
}

export const HUB_REPO = 'acme/work';
/** The login of the workshop there. */
export const HUB_BOT = 'koubou-bot';

export async function openHub(): Promise<Hub> {
  const standIn = await startGitHub();
  const files = {
    'README.md': 'A repository of the laboratory.\n',
    'work/first.txt': 'first\n',
    '.koubou.yaml': 'test: sh check.sh\n',
    'check.sh': CHECK,
  };
  const { dir } = await standIn.createRepo(HUB_REPO, { files });
  git(dir, 'config', 'gc.auto', '0');
  const address = `${standIn.web}/${HUB_REPO}`;
  return {
    repo: { name: 'hub', address, dir, hasTree: false },
    standIn,
    async join(client, url) {
      const token = standIn.createToken(HUB_BOT);
      const order = { with: 'token', host: standIn.web, token } as const;
      const signed = await client.call('github.sign_in', { order });
      const hook = await client.call('github.webhook', { renew: false });
      if (!signed.ok || !hook.ok) throw new Error('the workshop cannot be signed in at its GitHub');
      standIn.hook(`${url}${hook.value.path}`, hook.value.secret ?? '');
    },
    issueFor(title) {
      const { number } = standIn.createIssue(HUB_REPO, { title });
      const url = `${address}/issues/${number}`;
      return { forge: 'github', url, ref: `${HUB_REPO}#${number}` };
    },
    async trouble(fault, withinMs) {
      return await new Promise((resolve) => {
        const undo = standIn.fault({ ...fault, onHit: () => resolve(true) });
        setTimeout(() => {
          undo();
          resolve(false);
        }, withinMs).unref();
      });
    },
    heal() {
      standIn.clearFaults();
      standIn.webhooks.treat({});
      standIn.webhooks.release();
    },
    close: async () => await standIn.close(),
  };
}
