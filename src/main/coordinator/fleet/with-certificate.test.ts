/** Links of agents that came in with a certificate, beside those of this PC that show a token. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentProfile } from '../../../shared/domain/agent.ts';
import { AgentId } from '../../../shared/ids.ts';
import { CLOSE } from './link.ts';
import { LOCAL, openTestFleet, VITALS, type TestFleet } from './testing.ts';

const ATELIER = AgentId.parse('atelier');

let workshop: TestFleet;

beforeEach(async () => {
  workshop = await openTestFleet();
  await workshop.submit({
    ...{ type: 'agent.enrol', agentId: ATELIER, name: 'Atelier', profile: AgentProfile.parse({}) },
    enrolment: { via: 'invitation', keyHash: '0'.repeat(64), host: null, at: 1 },
  });
});
afterEach(async () => await workshop.close());

test('a certificate is enough, and makes nobody else', async () => {
  const agent = await workshop.dial('', ATELIER);
  await agent.hello({ agentId: ATELIER });
  expect(workshop.journal.agent(ATELIER)).toMatchObject({ connected: true, name: 'Atelier' });
  const liar = await workshop.dial(`token-of-${LOCAL}`, ATELIER);
  await expect(liar.hello({ agentId: LOCAL })).rejects.toThrow(`closed with ${CLOSE.unauthorized}`);
  expect(workshop.journal.agent(LOCAL)).toBeUndefined();
});

test('an agent that has a certificate does not come in with a token', async () => {
  const agent = await workshop.dial(`token-of-${ATELIER}`);
  await expect(agent.hello({ agentId: ATELIER })).rejects.toThrow(
    `closed with ${CLOSE.unauthorized}`,
  );
  expect(workshop.journal.agent(ATELIER)?.connected).toBe(false);
});

test('the link of a removed agent is closed with the reason, that of this PC stays', async () => {
  const agent = await workshop.dial('', ATELIER);
  await agent.hello({ agentId: ATELIER });
  const own = await workshop.dial();
  await own.hello();
  await workshop.submit({ type: 'agent.remove', agentId: LOCAL });
  await workshop.submit({ type: 'agent.remove', agentId: ATELIER });
  expect((await agent.frame('goodbye')).why).toContain('removed from the workshop');
  expect(await agent.closed).toBe(CLOSE.unauthorized);
  own.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  expect(await own.frame('heartbeat')).toEqual({ type: 'heartbeat', n: 1 });
});
