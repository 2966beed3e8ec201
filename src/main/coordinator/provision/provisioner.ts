/** Runs provisionings, so many at a time, and knows those of this run of the coordinator. */
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import {
  NewHost,
  ProvisioningId,
  type HostSuggestion,
  type Provisioning,
  type ProvisioningKind,
} from '../../../shared/provisioning.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { createNotices, type Notices } from './notices.ts';
import { createPlacesInLine } from './places-in-line.ts';
import type { Provisioner } from './port.ts';
import { RunRecord } from './record.ts';
import { runProvisioning } from './run.ts';
import { parseTarget } from './ssh/target.ts';
import { SshError } from './ssh/errors.ts';
import type { ProvisionDeps } from './steps/step.ts';

/** Connections that are open to hosts at once; one for each host. */
const MOST_AT_ONCE = 8;
/** Readings of the SSH configuration at once. */
const MOST_READING = 4;
/** Runs that have not ended. */
const MOST_UNDER_WAY = 500;
/** Ended ones that are remembered for people to look at. */
const MOST_ENDED = 500;

export interface ProvisionerDeps extends ProvisionDeps {
  readonly suggest: () => Promise<HostSuggestion[]>;
}

interface Entry {
  readonly kind: ProvisioningKind;
  readonly host: NewHost;
  readonly agentId: AgentId | null;
  readonly record: RunRecord;
  /** `null` when it has ended. */
  under: { readonly stop: AbortController; readonly ended: Promise<void> } | null;
}

type Wanted = Pick<Entry, 'kind' | 'host' | 'agentId'>;

export function createProvisioner(deps: ProvisionerDeps): Provisioner {
  return new Provisionings(deps);
}

class Provisionings implements Provisioner {
  readonly #deps: ProvisionerDeps;
  readonly #entries = new Map<ProvisioningId, Entry>();
  readonly #notices: Notices;
  readonly #line = createPlacesInLine(MOST_AT_ONCE);
  readonly #reading = createPlacesInLine(MOST_READING);
  #made = 0;
  #isClosed = false;

  constructor(deps: ProvisionerDeps) {
    this.#deps = deps;
    this.#notices = createNotices(deps.clock);
  }

  list(): Provisioning[] {
    return [...this.#entries.values()].map(({ record }) => record.snapshot()).toReversed();
  }

  get(id: ProvisioningId): Provisioning | undefined {
    return this.#entries.get(id)?.record.snapshot();
  }

  add(hosts: readonly NewHost[]): Result<Provisioning[]> {
    return this.#beginAll(hosts.map((host) => ({ kind: 'add', host, agentId: null })));
  }

  check(target: string): Result<Provisioning> {
    return this.#beginOne({ kind: 'check', host: NewHost.parse({ target }), agentId: null });
  }

  uninstall(agentId: AgentId): Result<Provisioning> {
    const agent = this.#deps.journal.agent(agentId);
    if (!agent) return fail(rejection('not_found', `there is no agent ${agentId}`));
    const target = agent.enrolment?.host ?? null;
    if (target !== null)
      return this.#beginOne({ kind: 'uninstall', host: NewHost.parse({ target }), agentId });
    const message = `${agentId} was not added over SSH: run "koubou agent service uninstall" on its PC, then "koubou agents remove ${agentId}"`;
    return fail(rejection('agent_unavailable', message));
  }

  answer(id: ProvisioningId, n: number, answers: readonly string[] | null): Result<Provisioning> {
    const entry = this.#find(id);
    if (!entry.ok) return entry;
    const taken = entry.value.record.answer(n, answers);
    return taken.ok ? ok(entry.value.record.snapshot()) : taken;
  }

  retry(id: ProvisioningId): Result<Provisioning> {
    const entry = this.#find(id);
    if (!entry.ok) return entry;
    const { record, under } = entry.value;
    if (this.#isClosed) return closing();
    if (under !== null) return fail(rejection('not_asked', `${id} is still under way`, { id }));
    if (record.snapshot().state === 'done')
      return fail(rejection('not_asked', `${id} ended well; there is nothing to try again`));
    record.reset();
    return ok(this.#launch(entry.value));
  }

  cancel(id: ProvisioningId): Result<Provisioning> {
    const entry = this.#find(id);
    if (!entry.ok) return entry;
    entry.value.under?.stop.abort();
    return ok(entry.value.record.snapshot());
  }

  async suggest(): Promise<HostSuggestion[]> {
    return await this.#deps.suggest();
  }

  onChange(listener: (provisioning: Provisioning) => void): () => void {
    return this.#notices.listen(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#entries.values()].flatMap(({ under }) => under ?? []);
    for (const { stop } of open) stop.abort();
    await Promise.all(open.map(({ ended }) => ended));
    this.#notices.close();
    await this.#deps.tunnels.closeAll();
  }

  #find(id: ProvisioningId): Result<Entry> {
    const entry = this.#entries.get(id);
    return entry ? ok(entry) : fail(rejection('not_found', `there is no ${id}`, { id }));
  }

  #beginOne(wanted: Wanted): Result<Provisioning> {
    const begun = this.#beginAll([wanted]);
    if (!begun.ok) return begun;
    const [first] = begun.value;
    if (!first) throw new Error('nothing was begun');
    return ok(first);
  }

  #beginAll(wanted: readonly Wanted[]): Result<Provisioning[]> {
    if (this.#isClosed) return closing();
    for (const { host } of wanted) {
      const mistake = mistakeIn(host.target);
      if (mistake !== null) return fail(rejection('invalid_input', mistake));
    }
    const open = [...this.#entries.values()].filter(({ under }) => under !== null).length;
    if (open + wanted.length <= MOST_UNDER_WAY) return ok(wanted.map((one) => this.#begin(one)));
    const message = `${open} provisionings are under way, and no more than ${MOST_UNDER_WAY} can be: wait until some have ended`;
    return fail(rejection('not_asked', message));
  }

  #begin(wanted: Wanted): Provisioning {
    const id = ProvisioningId.parse(`provisioning-${++this.#made}`);
    const { kind, agentId, host } = wanted;
    const { clock } = this.#deps;
    const changed = this.#notices.channel(() => record.snapshot());
    const record = new RunRecord({ id, kind, agentId, target: host.target, clock, changed });
    const entry: Entry = { ...wanted, record, under: null };
    forgetSome(this.#entries);
    this.#entries.set(id, entry);
    return this.#launch(entry);
  }

  #launch(entry: Entry): Provisioning {
    const stop = new AbortController();
    const ended = runProvisioning({
      ...entry,
      deps: this.#deps,
      line: this.#line,
      reading: this.#reading,
      signal: stop.signal,
    }).then(() => {
      entry.under = null;
    });
    entry.under = { stop, ended };
    return entry.record.snapshot();
  }
}

function closing(): ReturnType<typeof fail<Rejection>> {
  return fail(rejection('shutting_down', 'the coordinator is closing'));
}

/** What is told at once; everything else a run finds out. */
function mistakeIn(target: string): string | null {
  try {
    parseTarget(target);
    return null;
  } catch (error) {
    if (error instanceof SshError) return error.message;
    throw error;
  }
}

function forgetSome(entries: Map<ProvisioningId, Entry>): void {
  const ended = [...entries].filter(([, { under }]) => under === null);
  for (const [id] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) entries.delete(id);
}
