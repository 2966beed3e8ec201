/** Points of agents, as they are drawn. */
import { expect, it } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import { partsOf, pointsText, scaleOfReasons } from './points.ts';

const reason = (parts: Record<string, number>) => ({
  agentId: AgentId.parse('kiln'),
  score: 1,
  parts,
  why: '',
});

it('all agents share one scale and one list of parts', () => {
  const reasons = [reason({ freeSlots: 2 }), reason({ cached: -40, freeSlots: 1 })];
  expect(scaleOfReasons(reasons)).toBe(40);
  expect(partsOf(reasons)).toEqual(['freeSlots', 'cached']);
  expect([3, 2.44, -20].map(pointsText)).toEqual(['3', '2.4', '−20']);
});
