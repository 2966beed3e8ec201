/** Reasons by code are worded in both languages; older ones stay as they were said. */
import { expect, test } from 'vitest';
import { AgentId } from '../../shared/ids.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { placementWords, refusalWords } from './reasons.ts';

const agentId = AgentId.parse('local-1');
const passed = { agentId, score: null, parts: {}, why: 'as it was said' };

test('an agent that was passed over', () => {
  expect(placementWords({ ...passed, lack: { code: 'full' } }, en)).toBe('has no free slot');
  expect(placementWords({ ...passed, lack: { code: 'missing', about: 'gpu' } }, ja)).toBe(
    'gpu がありません',
  );
  const engine = { ...passed, lack: { code: 'no_engine', about: 'claude-code' } } as const;
  expect(placementWords(engine, ja)).toBe('Claude Code がありません');
  const trouble = { ...passed, lack: { code: 'trouble', about: 'disk_full' } } as const;
  expect(placementWords(trouble, en)).toContain(en.troubles.conditions.disk_full.short);
  expect(placementWords(passed, ja)).toBe('as it was said');
});

test('an agent that was chosen', () => {
  const chosen = { agentId, score: 6, parts: { freeSlots: 4, cached: 2, idleCpu: 0 }, why: 'x' };
  expect(placementWords(chosen, ja)).toBe(
    `${ja.task.why.parts.freeSlots}・${ja.task.why.parts.cached}`,
  );
});

test('an engine that was chosen, and those that came before it', () => {
  const engine = { kind: 'codex', passed: [{ kind: 'claude-code', why: 'limited' }] } as const;
  const chosen = {
    ...{ agentId, score: 4, parts: { freeSlots: 4 }, why: 'x' },
    engine: { ...engine, passed: [...engine.passed] },
  };
  expect(placementWords(chosen, en)).toBe(
    'Codex, not Claude Code (its limit is reached); Free slots',
  );
  expect(placementWords(chosen, ja)).toContain('Claude Code は利用上限に到達');
});

test('a merge that was refused', () => {
  const merge = { state: 'refused' as const, at: 0, message: 'as git said', files: [] };
  const change = { branch: 'koubou/task-1', base: 'main' };
  expect(refusalWords({ ...merge, code: 'moved' }, change, ja)).toContain('main が動いて');
  expect(refusalWords({ ...merge, code: 'not_taken' }, change, ja)).toBe('as git said');
  expect(refusalWords(merge, change, ja)).toBe('as git said');
});
