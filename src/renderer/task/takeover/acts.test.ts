import { describe, expect, it } from 'vitest';
import { Console } from '../../../shared/console.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { AgentId, taskIdOf } from '../../../shared/ids.ts';
import { en } from '../../i18n/en.ts';
import { ja } from '../../i18n/ja.ts';
import { withConsole, NO_CONSOLES } from '../../store/consoles.ts';
import { EMPTY_DATA, type Data } from '../../store/data.ts';
import { EMPTY_LIVE } from '../../store/live.ts';
import { attemptOf } from '../../testing.ts';
import { takeOverActs, takeOverVerbs } from './acts.ts';

const agentId = AgentId.parse('kiln');

function dataWith(attempt: Attempt, consoleState?: 'opening' | 'open' | 'closed'): Data {
  const live = { ...EMPTY_LIVE, attempts: new Map([[attempt.id, attempt]]) };
  if (consoleState === undefined) return { ...EMPTY_DATA, live };
  const console = Console.parse({
    id: 'console-0123456789ab',
    agentId,
    attemptId: attempt.id,
    kind: 'shell',
    openedBy: 'user',
    openedAt: 1,
    writer: null,
    watchers: 0,
    cols: 80,
    rows: 24,
    state: consoleState,
    why: null,
    exit: null,
  });
  return { ...EMPTY_DATA, live, consoles: withConsole(NO_CONSOLES, console, 'me') };
}

function labelsFor(attempt: Attempt, data: Data, text = en): string[] {
  return takeOverActs({ id: taskIdOf(1), attemptId: attempt.id }, data, text).map(
    ({ label }) => label,
  );
}

describe('the palette', () => {
  const running = attemptOf(1);

  it('offers to take over what runs, and to hand back what is taken over', () => {
    expect(labelsFor(running, dataWith(running))).toEqual(['Take over task-1']);
    expect(labelsFor(running, dataWith(running, 'opening'))).toEqual(['Hand back task-1']);
    expect(labelsFor(running, dataWith(running, 'open'), ja)).toEqual(['task-1 を返す']);
    expect(labelsFor(running, dataWith(running, 'closed'))).toEqual(['Take over task-1']);
  });

  it('offers neither for what has ended or has not begun', () => {
    for (const state of ['assigned', 'failed', 'lost', 'succeeded'] as const) {
      const attempt = attemptOf(1, { state });
      expect(labelsFor(attempt, dataWith(attempt))).toEqual([]);
    }
    expect(takeOverActs({ id: taskIdOf(1), attemptId: null }, EMPTY_DATA, en)).toEqual([]);
  });

  it('knows the verbs of what it offers', () => {
    const verbs = takeOverVerbs(en).map(({ id }) => id);
    const offered = [dataWith(running), dataWith(running, 'open')].flatMap((data) =>
      takeOverActs({ id: taskIdOf(1), attemptId: running.id }, data, en).map(({ verb }) => verb),
    );
    expect(offered).toEqual(verbs);
  });
});
