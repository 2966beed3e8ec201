/** What goes wrong at the GitHub of the laboratory: its calls, its webhooks, and the people there. */
import type { Bench, FaultKind } from './fault-kind.ts';
import { HUB_REPO, type Hub } from './hub.ts';
import type { Random } from './random.ts';

/** Time until a trouble has to find a request. */
const REQUEST_MS = 10_000;
const WRITE = /^(POST|PUT|PATCH) \/api\/v3\/repos\//;

export const HUB_FAULTS: readonly FaultKind[] = [
  {
    name: 'GitHub refuses',
    weight: 2,
    strike: async (random, { workshop }) =>
      await met(workshop.hub, random.pick([500, 502, 503]), false),
  },
  {
    name: 'GitHub acts, then breaks',
    weight: 4,
    strike: async (_, { workshop }) => await met(workshop.hub, 502, true),
  },
  {
    name: 'GitHub asks for a pause',
    weight: 2,
    async strike(random, { workshop }) {
      const seconds = random.int(1, 3);
      const headers = { 'retry-after': String(seconds) };
      const fault = { match: /\/api\/v3\/repos\//, status: 403, headers };
      return (await workshop.hub.trouble(fault, REQUEST_MS)) ? `of ${seconds} s` : null;
    },
  },
  {
    name: 'webhooks are lost',
    weight: 2,
    strike: (random, bench) => treated(random, bench, { copies: 0 }),
  },
  {
    name: 'webhooks come twice',
    weight: 2,
    strike: (random, bench) => treated(random, bench, { copies: 2 }),
  },
  {
    name: 'webhooks come late, the last one first',
    weight: 2,
    strike(random, { workshop, later }) {
      const { webhooks } = workshop.hub.standIn;
      const ms = random.int(500, 6_000);
      webhooks.treat({ hold: true });
      later(ms, () => webhooks.release((held) => held.toReversed()));
      return `after ${ms} ms`;
    },
  },
  {
    name: 'a person writes on an issue',
    weight: 3,
    strike(random, { workshop }) {
      const name = issueOf(workshop.hub, random);
      if (name === null) return null;
      const { standIn } = workshop.hub;
      if (random.chance(0.5)) standIn.comment(name, `Think of ${random.int(1, 999)}.`);
      else standIn.label(name, random.pick(['koubou:high', 'koubou:low', 'later']));
      return name;
    },
  },
  {
    name: 'a person closes an issue',
    weight: 1,
    strike(random, { workshop }) {
      const name = issueOf(workshop.hub, random);
      if (name === null) return null;
      workshop.hub.standIn.closeIssue(name, 'not_planned');
      return name;
    },
  },
];

async function met(hub: Hub, status: number, afterActing: boolean): Promise<string | null> {
  const match = afterActing ? WRITE : /\/api\/(v3\/repos\/|graphql)/;
  const isHit = await hub.trouble({ match, status, afterActing }, REQUEST_MS);
  return isHit ? `a request, with ${status}` : null;
}

function treated(
  random: Random,
  { workshop, later }: Bench,
  treatment: { copies: number },
): string {
  const { webhooks } = workshop.hub.standIn;
  const ms = random.int(500, 6_000);
  webhooks.treat(treatment);
  later(ms, () => webhooks.treat({}));
  return `for ${ms} ms`;
}

/** An open issue, by its name; `null`: there is none. */
function issueOf({ standIn }: Hub, random: Random): string | null {
  const open = [...standIn.repo(HUB_REPO).issues.values()].filter(
    ({ pull, state }) => pull === null && state === 'open',
  );
  return open.length === 0 ? null : `${HUB_REPO}#${random.pick(open).number}`;
}
