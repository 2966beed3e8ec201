/** How much one round takes on, on a real queue: the event loop must have its turn between two of them. */
import { expect, it } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import { Settings } from '../../../shared/settings.ts';
import { ALICE, connect, must, mustCreate } from '../journal/testing.ts';
import { createGates } from './gates.ts';
import { openRound } from './round.ts';
import { NO_SUPPLY, openWorkshop, type Workshop } from './testing.ts';

/** How many tasks a round takes of a hundred, with so many agents that have nothing to do. */
async function takenAmong({ journal, queue, clock }: Workshop, count: number): Promise<number> {
  await must(journal, connect(ALICE, 4));
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const taskId = await mustCreate(journal);
      await must(journal, { type: 'task.analyse', taskId, specialty: 'general' });
    }),
  );
  const alike = journal
    .agents()
    .flatMap((agent) =>
      Array.from({ length: count }, (_, n) => ({ ...agent, id: AgentId.parse(`agent-${n}`) })),
    );
  const deps = {
    ...{ journal: { ...journal, agents: () => alike }, queue, clock, supply: NO_SUPPLY },
    settings: { current: () => Settings.parse({}) },
  };
  return openRound(deps, createGates(deps).now(), new Set()).ready.length;
}

it.each([
  [1, 4],
  [100, 64],
  [1_000, 24],
  [10_000, 8],
])(
  'with %i agents takes %i tasks: the more have to be judged, the fewer',
  async (agents, tasks) => {
    await using workshop = openWorkshop();
    expect(await takenAmong(workshop, agents)).toBe(tasks);
  },
);
