/**
 * A workflow: steps with an order, of which one may be many tasks (a fan-out over files, repositories or any words). What a
 * step comes after it waits for as a whole, so that a step after a fan-out joins it. Pure: what is made depends on the
 * workflow and the items alone, in their order.
 */
import { z } from 'zod';
import { line, paragraphs } from '../text.ts';
import { EngineChoice, ENGINE_FORMS, readEngine } from './engine.ts';
import { cycleIn, wayInWords } from './graph.ts';
import { NewTask } from './task.ts';

/** Items of one step, and tasks of one workflow, at most. */
export const MOST_WORKFLOW_ITEMS = 200;
export const MOST_WORKFLOW_TASKS = 500;

const Engine = z.union([
  z.string().transform((text, ctx): EngineChoice => {
    const engine = readEngine(text);
    if (engine) return engine;
    ctx.addIssue(`an engine is ${ENGINE_FORMS}`);
    return z.NEVER;
  }),
  EngineChoice,
]);

const { priority, needs, concurrency, localOnly, specialty } = NewTask.shape;
const { security, location, upstream } = NewTask.shape;

/** What a step says, and `defaults` for those that do not. */
const Fields = z.strictObject({
  repo: line(2_000).optional(),
  base: line(200).optional(),
  body: paragraphs(200_000).optional(),
  priority: priority.unwrap().optional(),
  engine: Engine.optional(),
  localOnly,
  needs: needs.unwrap().optional(),
  specialty,
  security,
  location,
  concurrency,
  upstream,
});

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/, 'an id is a word of letters, digits, - and _');

const items = z.array(line(200)).min(1).max(MOST_WORKFLOW_ITEMS);

/** Exactly one of them. */
const ForEach = z
  .strictObject({
    /** A pattern of paths, of the repository at its base: `docs/*.md`. */
    files: line(500).optional(),
    repos: items.optional(),
    items: items.optional(),
  })
  .refine((each) => Object.values(each).filter((one) => one !== undefined).length === 1, {
    message: 'forEach has one of files, repos and items',
  });

export const WorkflowFileStep = Fields.extend({
  id: Id,
  title: line(500),
  after: z
    .union([Id.transform((one) => [one]), z.array(Id).max(100)])
    .optional()
    .default([]),
  forEach: ForEach.optional(),
});
export type WorkflowFileStep = z.infer<typeof WorkflowFileStep>;

export const WorkflowFile = z.strictObject({
  name: line(200),
  repo: line(2_000).optional(),
  base: line(200).optional(),
  defaults: Fields.optional().default({}),
  steps: z.array(WorkflowFileStep).min(1).max(MOST_WORKFLOW_TASKS),
});
export type WorkflowFile = z.infer<typeof WorkflowFile>;

/** What is wrong in a file, at the field where it is. */
export interface WorkflowProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What no schema sees: names that are not there or twice, circles, items that nobody gives. */
export function workflowProblem({ steps }: WorkflowFile): WorkflowProblem | null {
  const known = new Set<string>();
  for (const [n, { id }] of steps.entries()) {
    if (known.has(id)) return { path: ['steps', n, 'id'], message: `two steps are called ${id}` };
    known.add(id);
  }
  for (const [n, step] of steps.entries()) {
    const unknown = step.after.find((id) => !known.has(id));
    if (unknown !== undefined)
      return { path: ['steps', n, 'after'], message: `there is no step ${unknown}` };
    if (!step.forEach && ITEM.test([step.title, step.body, ...(step.concurrency ?? [])].join()))
      return { path: ['steps', n], message: `${step.id} names {{item}} and has no forEach` };
  }
  const way = cycleIn(steps.map(({ id: key, after }) => ({ key, after })));
  if (!way) return null;
  const at = steps.findIndex(({ id }) => id === way[0]);
  const message = `steps wait for each other: ${wayInWords(way)}`;
  return { path: ['steps', at, 'after'], message };
}

const ITEM = /\{\{\s*item\s*\}\}/;
const EVERY_ITEM = new RegExp(ITEM, 'g');

/** One task that a workflow makes. */
export interface PlannedTask {
  /** Its step, with its item where there are several: `fix[src/a.ts]`. */
  readonly key: string;
  readonly after: readonly string[];
  /** As over the API; `repo` left out where nothing names one. */
  readonly task: Omit<z.input<typeof NewTask>, 'repo'> & { repo?: string | undefined };
}

/** @param itemsOf the items of a step that has `forEach`, without repetitions */
export function expandWorkflow(
  workflow: WorkflowFile,
  itemsOf: (step: WorkflowFileStep) => readonly string[],
): PlannedTask[] {
  const keys = new Map<string, string[]>();
  const itemsBy = new Map(
    workflow.steps.map((step) => [step.id, step.forEach ? [...itemsOf(step)] : [null]] as const),
  );
  for (const [id, all] of itemsBy)
    keys.set(
      id,
      all.map((item) => keyOf(id, item)),
    );
  return workflow.steps.flatMap((step) =>
    (itemsBy.get(step.id) ?? []).map((item) => ({
      key: keyOf(step.id, item),
      after: [...new Set(step.after)].flatMap((id) => keys.get(id) ?? []),
      task: taskOf(workflow, step, item),
    })),
  );
}

/** Where the files of a step are looked for. */
export function placeOfStep(
  { repo, base, defaults }: WorkflowFile,
  step: WorkflowFileStep,
): { readonly repo: string | undefined; readonly base: string | undefined } {
  return {
    repo: step.repo ?? defaults.repo ?? repo,
    base: step.base ?? defaults.base ?? base,
  };
}

function keyOf(id: string, item: string | null): string {
  return item === null ? id : `${id}[${item}]`;
}

function taskOf(
  workflow: WorkflowFile,
  { id: _, after: __, forEach, ...own }: WorkflowFileStep,
  item: string | null,
): PlannedTask['task'] {
  const fill = (text: string): string =>
    item === null ? text : text.replaceAll(EVERY_ITEM, () => item);
  const step = { ...workflow.defaults, ...own };
  const place = placeOfStep(workflow, { id: _, after: __, ...own });
  return {
    ...step,
    ...place,
    ...(forEach?.repos && item !== null && { repo: item }),
    title: fill(step.title),
    ...(step.body !== undefined && { body: fill(step.body) }),
    ...(step.concurrency && { concurrency: step.concurrency.map(fill) }),
  };
}
