/**
 * The first three steps, which one connection goes through: connect, verify the host's key, sign in. With jumps it does so at
 * each host on the way; a step then begins again, and its time goes on.
 */
import type { StepName, StepSaid } from '../../../../shared/provisioning.ts';
import { assertNever, fail, ok, type Result } from '../../../../shared/result.ts';
import type { RunRecord } from '../record.ts';
import type { Ask } from '../ssh/ask.ts';
import { SshError, type SshErrorCode } from '../ssh/errors.ts';
import type { KnownHosts } from '../ssh/known-hosts-files.ts';
import type { Hop, Route } from '../ssh/route.ts';
import { addressOf } from '../ssh/target.ts';
import type { RunContext } from './step.ts';
import type { Problem } from '../problem.ts';

type Phase = Extract<StepName, 'connect' | 'host_key' | 'sign_in'>;

/** Opens the connection into `found`; the error has ended the step it belongs to. */
export async function connect(
  route: Route,
  context: RunContext,
  record: RunRecord,
): Promise<Result<void, Problem>> {
  const { deps, memory, signal, found } = context;
  const stages = createStages(record);
  stages.enter('connect', route.hops[0]);
  for (const note of route.notes) record.say('connect', `${note}\n`);
  const ask: Ask = async (question, stop) => {
    const phase = question.kind === 'host_key' ? 'host_key' : 'sign_in';
    stages.enter(phase);
    const shown =
      question.kind === 'host_key' ? question : { ...question, prompts: [...question.prompts] };
    const answers = await record.ask(phase, shown, stop);
    if (question.kind === 'host_key' && answers !== null) stages.accepted(question.fingerprint);
    return answers;
  };
  try {
    found.connection = await deps.ssh.open(route, {
      ...{ ask, memory, signal },
      known: watched(deps.ssh.known, stages),
      log: (line) => record.say(stages.current(), `${line}\n`),
    });
  } catch (error) {
    if (!(error instanceof SshError)) throw error;
    stages.fail(phaseOf(error.code), error.message);
    return fail({ code: error.code, message: error.message });
  }
  stages.succeed(found.connection.route, passwordWasUsed(context));
  return ok(undefined);
}

export function passwordWasUsed({ memory }: Pick<RunContext, 'memory'>): boolean {
  return memory.passwords.size > 0;
}

interface Stages {
  enter(phase: Phase, hop?: Hop): void;
  current(): Phase;
  /** A person said that the key is the right one. */
  accepted(fingerprint: string): void;
  fail(phase: Phase, message: string): void;
  succeed(route: Route, withPassword: boolean): void;
}

function createStages(record: RunRecord): Stages {
  let now: Phase = 'connect';
  let accepted: StepSaid | null = null;
  const met = new Map<Phase, StepSaid>();
  const begun = new Set<Phase>();
  const settle = (phase: Phase): void => {
    for (const other of begun)
      if (other !== phase) record.end(other, 'done', met.get(other) ?? null);
  };
  const enter: Stages['enter'] = (phase, hop) => {
    if (hop) met.set(phase, { code: 'reached', host: addressOf(hop), through: [] });
    settle(phase);
    begun.add(phase);
    now = phase;
    record.begin(phase);
  };
  return {
    enter,
    current: () => now,
    accepted(fingerprint) {
      accepted = { code: 'key_accepted', fingerprint };
      enter('sign_in');
    },
    fail(phase, message) {
      settle(phase);
      record.begin(phase);
      record.fail(phase, message);
    },
    succeed(route, withPassword) {
      const last = route.hops.at(-1) ?? route.hops[0];
      const through = route.hops.slice(0, -1).map(addressOf);
      record.end('connect', 'done', { code: 'reached', host: addressOf(last), through });
      record.end('host_key', 'done', accepted ?? { code: 'key_known' });
      const by = withPassword ? 'password' : 'key';
      record.end('sign_in', 'done', { code: 'signed_in', user: last.user, by });
    },
  };
}

/** The same records, and a word when a host begins to be looked up and when its key has been judged. */
function watched(known: KnownHosts, stages: Stages): KnownHosts {
  return {
    ...known,
    async look(hop) {
      stages.enter('connect', hop);
      const record = await known.look(hop);
      return {
        ...record,
        judge(key) {
          stages.enter('host_key', hop);
          const verdict = record.judge(key);
          if (verdict.kind === 'known') stages.enter('sign_in', hop);
          return verdict;
        },
      };
    },
  };
}

function phaseOf(code: SshErrorCode): Phase {
  switch (code) {
    case 'host_key_changed':
    case 'host_key_refused':
    case 'host_key_revoked':
      return 'host_key';
    case 'auth_failed':
    case 'too_many_tries':
    case 'no_shell':
      return 'sign_in';
    case 'target_invalid':
    case 'config_invalid':
    case 'unknown_name':
    case 'refused':
    case 'unreachable':
    case 'timeout':
    case 'not_ssh':
    case 'shut_out':
    case 'no_common_algorithm':
    case 'needs_system_ssh':
    case 'jump_refused':
    case 'forward_refused':
    case 'command_refused':
    case 'upload_failed':
    case 'lost':
    case 'cancelled':
      return 'connect';
    default:
      return assertNever(code);
  }
}
