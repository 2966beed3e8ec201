/**
 * The executable installs itself on its host: it makes its key there, and a signing request for it comes back over the
 * verified connection; with the certificate it sets up its service. The key never leaves the host.
 */
import { hostname } from 'node:os';
import type { NewHost } from '../../../../shared/provisioning.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { slugOf } from '../../../../shared/text.ts';
import { familyOf } from '../families/choose.ts';
import { talk, type HostAnswer } from '../host-dialogue.ts';
import type { HostFacts } from '../probe/facts.ts';
import { done, needed, warned, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem, type Problem } from '../problem.ts';

export async function install(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found, host, deps } = context;
  const family = familyOf(context);
  const release = needed(found.release, 'the executable');
  const executable = await family.executable(context, voice, release);
  if (!executable.ok) return executable;
  const owner = await deps.workshopId();
  if (!owner.ok) return problem(owner.error.code, owner.error.message);
  const coordinator = await wayBack(context, voice);
  if (!coordinator.ok) return coordinator;
  found.coordinator = coordinator.value;
  const { path: home, kind } = needed(found.place, 'the folder');
  const { build } = release;
  const name = nameOf(context);
  const workshop = { id: owner.value, name: hostname() };
  const agent = {
    coordinator: coordinator.value,
    agentId: slugOf(name) || 'agent',
    name,
    slots: host.slots ?? slotsFor(needed(found.facts, 'the host')),
  };
  const answer = await talk({
    executable: executable.value,
    command: 'install',
    say: voice.say,
    order: {
      type: 'install',
      ...{ home, build, owner: workshop, config: agent },
      scope: kind === 'system' ? 'system' : 'user',
      folders: await family.foldersAbove(context, voice),
    },
    reply: async (said) =>
      said.type === 'request'
        ? await certify(context, said, { home, owner: workshop, agent })
        : null,
  });
  if (!answer.ok) return answer;
  if (answer.value.type !== 'installed')
    return problem(
      'host_failed',
      'The program on the host answered what it was not asked. Update this coordinator.',
    );
  const { service, note, changed } = answer.value;
  const said = { code: 'installed', service, changed, note } as const;
  return note === null ? done(said) : warned(said);
}

interface Orders {
  readonly home: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly agent: Readonly<Record<string, unknown>>;
}

/** Signs what the host asks for, and tells it who it is now. */
async function certify(
  context: RunContext,
  { request }: Extract<HostAnswer, { type: 'request' }>,
  { home, owner, agent }: Orders,
): Promise<Result<Readonly<Record<string, unknown>>, Problem>> {
  const { deps, found, host } = context;
  const enrolled = await deps.enrolments.enrol({
    name: nameOf(context),
    profile: profileOf(host, needed(found.facts, 'the host')),
    via: 'ssh',
    host: addressFor(context),
    request,
  });
  if (!enrolled.ok) return fail({ code: enrolled.error.code, message: enrolled.error.message });
  const { agentId, certificate, authority } = enrolled.value;
  found.agentId = agentId;
  context.setAgent(agentId);
  const config = { ...agent, agentId, name: enrolled.value.name };
  return ok({ type: 'certificate', home, owner, certificate, authority, config });
}

function nameOf({ host, found }: RunContext): string {
  const own = needed(found.facts, 'the host').hostname.split('.')[0] ?? '';
  return (host.name ?? (own === '' ? host.target : own)).slice(0, 100);
}

/** The network card is known by now; what people said counts more. */
function profileOf({ profile }: NewHost, { hardwareAddress }: HostFacts): NewHost['profile'] {
  return { ...profile, wakeAddress: profile.wakeAddress ?? hardwareAddress };
}

/** How to come back: the user and port that worked, with the name of the SSH configuration where one was given. */
function addressFor({ found }: RunContext): string {
  const { hop, route } = needed(found.connection, 'the connection');
  const { name } = route.target;
  return `${hop.user}@${name.includes(':') ? `[${name}]` : name}:${hop.port}`.slice(0, 300);
}

/** Two cores for each task, with some memory. */
function slotsFor({ cpus, memoryBytes }: HostFacts): number {
  const byCpu = Math.floor((cpus ?? 2) / 2);
  const byMemory = Math.floor((memoryBytes ?? 0) / (4 * 1024 ** 3));
  return Math.min(8, Math.max(1, Math.min(byCpu, byMemory)));
}

/** The address that the agent finds us by: one that the host reached, else a tunnel through this connection. */
async function wayBack(context: RunContext, voice: Voice): Promise<Result<string, Problem>> {
  const { deps, found } = context;
  const { reaches } = needed(found.facts, 'the host');
  const good = reaches.find(({ answer }) => answer === 'yes');
  if (good) return ok(originOf(good.host, good.port));
  const door = await deps.door.open();
  if (!door.ok) return fail({ code: door.error.code, message: door.error.message });
  const isCut = reaches.length > 0 && reaches.every(({ answer }) => answer === 'no');
  if (!isCut) return ok(door.value.origin);
  voice.say('The host cannot reach this PC: a tunnel through the SSH connection is made.\n');
  const { route } = needed(found.connection, 'the connection');
  const first = { route, memory: context.memory };
  const tunnel = await deps.tunnels.open(addressFor(context), first, context.signal);
  if (!tunnel.ok) return tunnel;
  context.setTunnel(true);
  return ok(originOf('127.0.0.1', tunnel.value.port));
}

function originOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
