import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentProfile } from '../../../../shared/domain/agent.ts';
import { AgentId } from '../../../../shared/ids.ts';
import { createInvitations, INVITATION_MS, type Invitations } from './invitations.ts';
import { makePc, openTestWorkshop, valueOf, type TestWorkshop } from './testing.ts';

let workshop: TestWorkshop;
let invitations: Invitations;

beforeEach(() => {
  workshop = openTestWorkshop();
  const { clock, identity } = workshop;
  const openDoor = async () => ({ ok: true, value: 'https://192.168.1.5:8443' }) as const;
  invitations = createInvitations({ ...identity, openDoor, clock });
});
afterEach(async () => await workshop.close());

test('ids are made from names, one for each PC, even at the same moment', async () => {
  const pcs = await Promise.all(Array.from({ length: 4 }, async () => await makePc()));
  const answers = await Promise.all(pcs.map(async (pc) => await workshop.enrol(pc, 'Atelier')));
  expect(answers.map(({ agentId }) => agentId).toSorted()).toEqual([
    ...['atelier', 'atelier-2', 'atelier-3', 'atelier-4'],
  ]);
  const [answer] = answers;
  expect(new X509Certificate(answer?.certificate ?? '').subject).toBe(`CN=${answer?.agentId}`);
});

test.each([
  ['工房', 'agent'],
  ['local-1', 'pc-local-1'],
  ['Büro PC', 'buro-pc'],
])('%s becomes %s', async (name, id) => {
  const { agentId } = await workshop.enrol(await makePc(), name);
  expect(agentId).toBe(id);
  expect(workshop.journal.agent(agentId)?.name).toBe(name);
});

test('a PC that comes again with its key is the agent it was, and nothing new is written', async () => {
  const pc = await makePc();
  const first = await workshop.enrol(pc, 'atelier');
  const seq = workshop.journal.seq();
  const second = await workshop.enrol(pc, 'atelier');
  expect(second.agentId).toBe(first.agentId);
  expect(workshop.journal.seq()).toBe(seq);
});

test('an agent that is enrolled anew has another key, and only that is renewed', async () => {
  const [old, fresh] = [await makePc(), await makePc()];
  const { agentId } = await workshop.enrol(old, 'atelier');
  const before = workshop.journal.agent(agentId)?.enrolment?.keyHash;
  await workshop.enrol(fresh, 'atelier', { agentId, via: 'ssh', host: 'me@atelier:22' });
  const now = workshop.journal.agent(agentId)?.enrolment;
  expect(now).toMatchObject({ via: 'ssh', host: 'me@atelier:22' });
  expect(now?.keyHash).not.toBe(before);
  const { renew } = workshop.identity.enrolments;
  expect(await renew(agentId, old.request)).toMatchObject({ error: { code: 'forbidden' } });
  expect((await renew(agentId, fresh.request)).ok).toBe(true);
  const nobody = AgentId.parse('nobody');
  expect(await renew(nobody, fresh.request)).toMatchObject({ error: { code: 'not_found' } });
});

async function accept(token: string): Promise<string> {
  const { request } = await makePc();
  const answer = await invitations.accept({ token, request, name: 'atelier' });
  return answer.ok ? answer.value.agentId : answer.error.code;
}

test('an invitation lets one PC in, once, under the name that it was given', async () => {
  const input = { name: 'Guest', profile: AgentProfile.parse({}) };
  const { token, command } = valueOf(await invitations.create(input));
  expect(command).toBe(`koubou agent join https://192.168.1.5:8443 --token ${token}`);
  const both = await Promise.all([accept(token), accept(token)]);
  expect(both.toSorted()).toEqual(['guest', 'unauthorized']);
  expect(await accept(token)).toBe('unauthorized');
});

test('an invitation that is wrong or has run out lets nobody in; a broken request does not use it up', async () => {
  const { clock } = workshop;
  const input = { profile: AgentProfile.parse({}) };
  const { token } = valueOf(await invitations.create(input));
  for (const wrong of ['', 'x', `x${token}`, token.slice(1), token.split('.')[1] ?? ''])
    expect(await accept(wrong)).toBe('unauthorized');
  const broken = await invitations.accept({ token, request: 'x', name: 'x' });
  expect(broken).toMatchObject({ error: { code: 'invalid_input' } });
  clock.advance(INVITATION_MS - 1);
  expect(await accept(token)).toBe('atelier');
  const late = valueOf(await invitations.create(input));
  clock.advance(INVITATION_MS);
  expect(await accept(late.token)).toBe('unauthorized');
});
