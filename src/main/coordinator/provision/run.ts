/** One provisioning from its first step to its end. Whatever happens, the connection is closed and the record has an end. */
import {
  STEPS_OF,
  type NewHost,
  type ProvisioningKind,
  type StepName,
} from '../../../shared/provisioning.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { upload } from './families/choose.ts';
import type { PlacesInLine } from './places-in-line.ts';
import type { RunRecord } from './record.ts';
import { createRunMemory } from './ssh/ask.ts';
import { SshError } from './ssh/errors.ts';
import type { Route } from './ssh/route.ts';
import { addressOf } from './ssh/target.ts';
import { connect } from './steps/connect.ts';
import { install } from './steps/install.ts';
import { preflight } from './steps/preflight.ts';
import { probe } from './steps/probe.ts';
import { remove } from './steps/remove.ts';
import { selfTest } from './steps/self-test.ts';
import { start } from './steps/start.ts';
import type { Found, ProvisionDeps, RunContext, Step } from './steps/step.ts';
import { problem, type Problem } from './problem.ts';

export interface RunOptions {
  readonly kind: ProvisioningKind;
  readonly host: NewHost;
  readonly agentId: AgentId | null;
  readonly record: RunRecord;
  readonly deps: ProvisionDeps;
  /** For connections to hosts. */
  readonly line: PlacesInLine;
  /** For reading the user's SSH configuration. */
  readonly reading: PlacesInLine;
  readonly signal: AbortSignal;
}

/** Steps after the connection stands. */
const STEPS: Readonly<Record<Exclude<StepName, 'connect' | 'host_key' | 'sign_in'>, Step>> = {
  probe,
  preflight,
  upload,
  install,
  start,
  self_test: selfTest,
  remove,
};

/** Resolves when it has ended, however it did; never rejects. */
export async function runProvisioning(options: RunOptions): Promise<void> {
  const { record, signal, deps } = options;
  const context = contextOf(options);
  try {
    const ended = await wholeWay(options, context);
    if (ended.ok) record.finish('done', null);
    else if (signal.aborted) record.finish('cancelled', null);
    else record.finish('failed', ended.error);
  } catch (error) {
    if (signal.aborted) return record.finish('cancelled', null);
    deps.log.error({ err: error, provisioning: record.id }, 'a provisioning failed by a mistake');
    const why = error instanceof Error ? error.message : String(error);
    const message = `Something went wrong inside Koubou: ${why}. Try again; the log of the coordinator says more.`;
    record.finish('failed', { code: 'internal', message });
  } finally {
    context.found.sudoPassword = null;
    await context.found.connection?.close();
  }
}

async function wholeWay(options: RunOptions, context: RunContext): Promise<Result<void, Problem>> {
  const { record, deps, host, line, reading, signal } = options;
  // Each is a program of its own; five hundred at once would be too many.
  const done = await reading.take(record.id, signal);
  const route = await routeTo(host.target, deps).finally(done);
  if (!route.ok) {
    record.begin('connect');
    record.fail('connect', route.error.message);
    return route;
  }
  const target = route.value.hops.at(-1) ?? route.value.hops[0];
  const leave = await line.take(addressOf(target), signal);
  try {
    record.start();
    const connected = await connect(route.value, context, record);
    return connected.ok ? await rest(options, context) : connected;
  } finally {
    leave();
  }
}

async function routeTo(target: string, deps: ProvisionDeps): Promise<Result<Route, Problem>> {
  try {
    return ok(await deps.ssh.route(target));
  } catch (error) {
    if (error instanceof SshError) return problem(error.code, error.message);
    throw error;
  }
}

async function rest(
  { kind, record, signal }: RunOptions,
  context: RunContext,
): Promise<Result<void, Problem>> {
  for (const name of STEPS_OF[kind]) {
    if (name === 'connect' || name === 'host_key' || name === 'sign_in') continue;
    signal.throwIfAborted();
    record.begin(name);
    const result = await inStep(STEPS[name], context, {
      say: (text) => record.say(name, text),
      progress: (done, total) => record.progress(name, done, total),
      ask: async (question) => await record.ask(name, question, signal),
    });
    if (!result.ok) {
      record.fail(name, result.error.message);
      return result;
    }
    record.end(name, result.value.state, result.value.said);
  }
  return ok(undefined);
}

async function inStep(...[step, context, voice]: [Step, ...Parameters<Step>]): ReturnType<Step> {
  try {
    return await step(context, voice);
  } catch (error) {
    if (error instanceof SshError) return problem(error.code, error.message);
    throw error;
  }
}

function contextOf({ kind, host, agentId, record, deps, signal }: RunOptions): RunContext {
  const found: Found = {
    connection: null,
    facts: null,
    clockAheadMs: null,
    clockErrorMs: 0,
    release: null,
    place: null,
    report: [],
    coordinator: null,
    sudoPassword: null,
    agentId,
    name: null,
  };
  return {
    ...{ kind, host, agentId, deps, signal, found },
    memory: createRunMemory(),
    setReport: (report) => record.setReport(report),
    setTunnel: (tunnel) => record.setTunnel(tunnel),
    setAgent: (id) => record.setAgent(id),
  };
}
