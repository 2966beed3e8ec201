/** How a workflow is spread out: the same each time, in an order, and whole. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cycleIn } from './graph.ts';
import { expandWorkflow, WorkflowFile, workflowProblem } from './workflow.ts';

/** Any workflow whose steps come after earlier ones, some of them for several items. */
const workflows = fc
  .array(fc.record({ after: fc.array(fc.nat(20), { maxLength: 3 }), items: fc.nat(4) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) =>
    WorkflowFile.parse({
      ...{ name: 'All of it', repo: '/srv/shop' },
      steps: steps.map(({ after, items }, n) => ({
        ...{ id: `s${n}`, title: items > 0 ? 'Tidy {{ item }}' : 'Tidy' },
        after: n === 0 ? [] : after.map((other) => `s${other % n}`),
        ...(items > 0 && { forEach: { items: Array.from({ length: items }, (_, i) => `i${i}`) } }),
      })),
    }),
  );

it('makes the same of the same, and joins whole steps', () => {
  fc.assert(
    fc.property(workflows, (workflow) => {
      expect(workflowProblem(workflow)).toBeNull();
      const spread = () => expandWorkflow(workflow, ({ forEach }) => forEach?.items ?? []);
      const made = spread();
      expect(spread()).toEqual(made);
      expect(new Set(made.map(({ key }) => key)).size).toBe(made.length);
      expect(cycleIn(made)).toBeNull();
      for (const step of workflow.steps) {
        const own = made.filter(({ key }) => key === step.id || key.startsWith(`${step.id}[`));
        expect(own.length).toBe(step.forEach?.items?.length ?? 1);
        const before = made.filter(({ key }) => step.after.includes(key.replace(/\[.*/, '')));
        for (const { after, task } of own) {
          expect(new Set(after)).toEqual(new Set(before.map(({ key }) => key)));
          expect(task.title).not.toContain('{{');
        }
      }
    }),
  );
});
