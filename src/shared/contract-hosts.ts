/** The part of the contract that is about hosts: adding PCs as agents, updating and removing them. */
import { z } from 'zod';
import { Agent, AgentProfile } from './domain/agent.ts';
import { AgentId } from './ids.ts';
import { operation } from './operation.ts';
import { HostSuggestion, NewHost, Provisioning, ProvisioningId } from './provisioning.ts';
import { Rollout } from './rollout.ts';

const byAgent = z.strictObject({ id: AgentId });
const byProvisioning = z.strictObject({ id: ProvisioningId });
const nothing = z.strictObject({});

export const HOST_OPERATIONS = {
  'agents.add': operation({
    method: 'POST',
    path: '/api/v1/agents',
    summary: 'Make hosts agents over SSH; each is watched as a provisioning',
    permission: 'admin',
    status: 202,
    input: z.strictObject({ hosts: z.array(NewHost).min(1).max(500) }),
    output: z.strictObject({ provisionings: z.array(Provisioning) }),
  }),
  'agents.change': operation({
    method: 'PUT',
    path: '/api/v1/agents/{id}',
    summary: 'Change the name and the profile of an agent',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      id: AgentId,
      name: z.string().trim().min(1).max(100).optional(),
      profile: AgentProfile.optional(),
    }),
    output: Agent,
  }),
  'agents.update': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/update',
    summary: 'Try the newest build on an agent, and let it take over when it is good',
    permission: 'admin',
    status: 202,
    input: byAgent,
    output: Rollout,
  }),
  'agents.uninstall': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/uninstall',
    summary: 'Remove the agent from its host over SSH, with all that was made there',
    permission: 'admin',
    status: 202,
    input: byAgent,
    output: Provisioning,
  }),
  'provisionings.list': operation({
    method: 'GET',
    path: '/api/v1/provisionings',
    summary: 'The provisionings of this run of the coordinator, newest first',
    permission: 'admin',
    status: 200,
    input: nothing,
    output: z.strictObject({ provisionings: z.array(Provisioning) }),
  }),
  'provisionings.get': operation({
    method: 'GET',
    path: '/api/v1/provisionings/{id}',
    summary: 'One provisioning',
    permission: 'admin',
    status: 200,
    input: byProvisioning,
    output: Provisioning,
  }),
  'provisionings.answer': operation({
    method: 'POST',
    path: '/api/v1/provisionings/{id}/answer',
    summary: 'Answer the question a provisioning waits for; answers are not stored',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      id: ProvisioningId,
      n: z.int().min(1),
      /** To a host key: `["yes"]`. `null`: no answer, it ends. */
      answers: z.array(z.string().max(4_096)).max(20).nullable(),
    }),
    output: Provisioning,
  }),
  'provisionings.retry': operation({
    method: 'POST',
    path: '/api/v1/provisionings/{id}/retry',
    summary: 'Try a failed provisioning again; what is on the host already is used',
    permission: 'admin',
    status: 202,
    input: byProvisioning,
    output: Provisioning,
  }),
  'provisionings.cancel': operation({
    method: 'POST',
    path: '/api/v1/provisionings/{id}/cancel',
    summary: 'End a provisioning; the host keeps what it had before',
    permission: 'admin',
    status: 200,
    input: byProvisioning,
    output: Provisioning,
  }),
  'hosts.check': operation({
    method: 'POST',
    path: '/api/v1/hosts/check',
    summary: 'Look whether a host can be an agent, and change nothing there',
    permission: 'admin',
    status: 202,
    input: z.strictObject({ target: z.string().trim().min(1).max(300) }),
    output: Provisioning,
  }),
  'hosts.suggest': operation({
    method: 'GET',
    path: '/api/v1/hosts',
    summary: 'Hosts of this LAN that could be agents',
    permission: 'admin',
    status: 200,
    input: nothing,
    output: z.strictObject({ hosts: z.array(HostSuggestion) }),
  }),
  'hosts.parse': operation({
    method: 'POST',
    path: '/api/v1/hosts/parse',
    summary: 'Read a list of hosts as people write it: lines, ranges, CSV',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ text: z.string().max(200_000) }),
    output: z.strictObject({
      hosts: z.array(NewHost),
      mistakes: z.array(z.strictObject({ line: z.int().min(1), message: z.string() })),
    }),
  }),
  'invitations.create': operation({
    method: 'POST',
    path: '/api/v1/invitations',
    summary: 'Make a token that lets one PC join; it lives for minutes and works once',
    permission: 'admin',
    status: 201,
    input: z.strictObject({
      name: z.string().trim().min(1).max(100).optional(),
      profile: AgentProfile.prefault({}),
    }),
    output: z.strictObject({
      token: z.string(),
      url: z.string(),
      /** To be run on the other PC. */
      command: z.string(),
      expiresAt: z.number(),
    }),
  }),
  'rollouts.get': operation({
    method: 'GET',
    path: '/api/v1/rollout',
    summary: 'The rollout under way, or the last one',
    permission: 'read',
    status: 200,
    input: nothing,
    output: Rollout,
  }),
  'rollouts.start': operation({
    method: 'POST',
    path: '/api/v1/rollout',
    summary: 'Update the fleet to the newest build, a few agents at a time',
    permission: 'admin',
    status: 202,
    input: z.strictObject({
      /** All that have an older build when left out. */
      agents: z.array(AgentId).max(10_000).optional(),
      atOnce: z.int().min(1).max(100).default(1),
    }),
    output: Rollout,
  }),
  'rollouts.pause': operation({
    method: 'POST',
    path: '/api/v1/rollout/pause',
    summary: 'Begin no further agent',
    permission: 'admin',
    status: 200,
    input: nothing,
    output: Rollout,
  }),
  'rollouts.resume': operation({
    method: 'POST',
    path: '/api/v1/rollout/resume',
    summary: 'Go on, past agents that failed',
    permission: 'admin',
    status: 200,
    input: nothing,
    output: Rollout,
  }),
} as const;
