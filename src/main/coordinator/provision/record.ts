/**
 * One provisioning as people watch it: its steps, what they print, and the question that waits for an answer. Only what
 * may be shown is in it; answers pass through and are not kept.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../../../shared/clock.ts';
import { rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import {
  STEPS_OF,
  type PreflightItem,
  type Provisioning,
  type ProvisioningId,
  type ProvisioningKind,
  type ProvisioningStep,
  type Question,
  type StepName,
  type StepSaid,
} from '../../../shared/provisioning.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Changed } from './notices.ts';
import { sentenceOf } from './words.ts';

/** As much as `ProvisioningStep.output` takes. */
const MOST_OUTPUT = 16_384;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type NewQuestion = DistributiveOmit<Question, 'n'>;

export interface RecordDeps {
  readonly id: ProvisioningId;
  readonly kind: ProvisioningKind;
  readonly target: string;
  readonly agentId: AgentId | null;
  readonly clock: Clock;
  /** Called after each change. */
  readonly changed: Changed;
}

interface LiveStep extends ProvisioningStep {
  /** Monotonic ms since it runs; `null` while it does not. */
  since: number | null;
}

interface Asked {
  readonly question: Question;
  readonly answer: (answers: readonly string[] | null) => void;
}

export class RunRecord {
  readonly id: ProvisioningId;
  readonly #deps: RecordDeps;
  #steps: readonly LiveStep[];
  #about: About;
  #asked: Asked | null = null;
  #questions = 0;

  constructor(deps: RecordDeps) {
    this.id = deps.id;
    this.#deps = deps;
    this.#steps = STEPS_OF[deps.kind].map(emptyStep);
    this.#about = emptyAbout(deps);
  }

  snapshot(): Provisioning {
    const { id, kind, target } = this.#deps;
    const { state } = this.#about;
    return {
      ...{ id, kind, target, ...this.#about },
      state: state === 'running' && this.#asked !== null ? 'asking' : state,
      steps: this.#steps.map((step) => this.#shown(step)),
      question: this.#asked?.question ?? null,
    };
  }

  /** All steps wait again; nothing of the run before is shown. */
  reset(): void {
    const { agentId } = this.#about;
    this.#steps = STEPS_OF[this.#deps.kind].map(emptyStep);
    this.#about = { ...emptyAbout(this.#deps), agentId };
    this.#deps.changed();
  }

  start(): void {
    this.#set({ state: 'running', startedAt: this.#deps.clock.now() });
  }

  /** A step that was ended before goes on, and its time with it. */
  begin(name: StepName): void {
    const { clock } = this.#deps;
    this.#change(name, (step) => ({
      state: 'running',
      startedAt: step.startedAt ?? clock.now(),
      since: step.since ?? clock.monotonic(),
    }));
  }

  /** It went well; mostly it has something to say. */
  end(name: StepName, state: 'done' | 'warned', said: StepSaid | null): void {
    const words = said ? { said, message: sentenceOf(said) } : {};
    this.#change(name, (step) => ({ ...this.#stopped(step), state, ...words }));
  }

  /** @param message what was wrong and what to do */
  fail(name: StepName, message: string): void {
    this.#change(name, (step) => ({ ...this.#stopped(step), state: 'failed', message }));
  }

  say(name: StepName, text: string): void {
    this.#change(name, ({ output }) => ({ output: tailOf(output + readable(text)) }));
  }

  progress(name: StepName, done: number, total: number): void {
    this.#change(name, () => ({ progress: { done, total } }));
  }

  /** Resolves with the answers, or `null` when none is given or the signal ends it. */
  async ask(
    name: StepName,
    question: NewQuestion,
    signal: AbortSignal,
  ): Promise<readonly string[] | null> {
    if (signal.aborted) return null;
    const n = ++this.#questions;
    const before = this.#steps.find((step) => step.name === name)?.state ?? 'running';
    const { promise, resolve } = Promise.withResolvers<readonly string[] | null>();
    const onAbort = (): void => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#asked = { question: { ...question, n }, answer: resolve };
    this.#change(name, () => ({ state: 'asking' }), 'urgent');
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#asked = null;
      this.#change(name, (step) => (step.state === 'asking' ? { state: before } : {}));
    }
  }

  answer(n: number, answers: readonly string[] | null): Result<void> {
    const { id } = this;
    if (this.#asked?.question.n !== n)
      return fail(rejection('not_asked', `${id} does not ask this any more`, { id, n }));
    this.#asked.answer(answers);
    return ok(undefined);
  }

  setReport(report: readonly PreflightItem[]): void {
    this.#set({ report: [...report] });
  }

  setTunnel(tunnel: boolean): void {
    this.#set({ tunnel });
  }

  setAgent(agentId: AgentId): void {
    this.#set({ agentId });
  }

  /** What still waits is passed over. */
  finish(state: 'done' | 'failed' | 'cancelled', error: Provisioning['error']): void {
    this.#steps = this.#steps.map((step) => {
      if (step.state === 'waiting') return { ...step, state: 'skipped' };
      if (step.state !== 'running' && step.state !== 'asking') return step;
      return { ...step, ...this.#stopped(step), state: 'failed' };
    });
    this.#set({ state, error, endedAt: this.#deps.clock.now() }, 'urgent');
  }

  #set(about: Partial<About>, ...how: Parameters<Changed>): void {
    this.#about = { ...this.#about, ...about };
    this.#deps.changed(...how);
  }

  #change(
    name: StepName,
    edit: (step: LiveStep) => Partial<LiveStep>,
    ...how: Parameters<Changed>
  ): void {
    this.#steps = this.#steps.map((step) =>
      step.name === name ? { ...step, ...edit(step) } : step,
    );
    this.#deps.changed(...how);
  }

  #stopped(step: LiveStep): Pick<LiveStep, 'since' | 'ms'> {
    return { since: null, ms: this.#msOf(step) };
  }

  #shown({ since, ...step }: LiveStep): ProvisioningStep {
    return { ...step, ms: Math.round(this.#msOf({ since, ms: step.ms })) };
  }

  #msOf({ since, ms }: Pick<LiveStep, 'since' | 'ms'>): number {
    return ms + (since === null ? 0 : this.#deps.clock.monotonic() - since);
  }
}

function emptyStep(name: StepName): LiveStep {
  return {
    name,
    state: 'waiting',
    startedAt: null,
    ms: 0,
    message: '',
    output: '',
    progress: null,
    since: null,
  };
}

type About = Pick<
  Provisioning,
  'agentId' | 'state' | 'startedAt' | 'endedAt' | 'report' | 'tunnel' | 'error'
>;

function emptyAbout({ agentId, clock }: RecordDeps): About {
  return {
    agentId,
    state: 'waiting',
    startedAt: clock.now(),
    endedAt: null,
    report: [],
    tunnel: false,
    error: null,
  };
}

/** What a terminal would act on goes; lines stay lines. */
function readable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '');
}

function tailOf(text: string): string {
  if (text.length <= MOST_OUTPUT) return text;
  const tail = text.slice(-MOST_OUTPUT);
  const line = tail.indexOf('\n');
  return line === -1 ? tail : tail.slice(line + 1);
}
