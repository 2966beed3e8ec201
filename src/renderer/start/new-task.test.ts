import { describe, expect, it } from 'vitest';
import { NewTask } from '../../shared/domain/task.ts';
import { EMPTY_DRAFT, inputOf, lackingFields } from './new-task.ts';

const filled = { ...EMPTY_DRAFT, repo: ' /srv/shop ', title: ' Fix it ' };

describe('the form of a new task', () => {
  it('needs repository and title, and of a command what to run', () => {
    expect(lackingFields(EMPTY_DRAFT)).toEqual(['repo', 'title']);
    expect(lackingFields({ ...filled, repo: '  ' })).toEqual(['repo']);
    expect(lackingFields({ ...filled, engine: 'command' })).toEqual(['run']);
    expect(lackingFields(filled)).toEqual([]);
  });

  it('makes what the contract takes', () => {
    expect(NewTask.parse(inputOf(filled))).toMatchObject({
      repo: '/srv/shop',
      title: 'Fix it',
    });
    expect(inputOf(filled).engine).toBeUndefined();
    expect(inputOf({ ...filled, engine: 'auto', model: 'opus' }).engine).toEqual({ kind: 'auto' });
    const command = inputOf({ ...filled, engine: 'command', run: ' ./fix.sh ', base: 'dev' });
    expect(NewTask.parse(command)).toMatchObject({
      base: 'dev',
      engine: { kind: 'command', run: './fix.sh' },
    });
    expect(inputOf({ ...filled, engine: 'claude-code', model: 'opus' }).engine).toEqual({
      kind: 'claude-code',
      model: 'opus',
    });
  });

  it('leaves out what nobody filled in below, and takes words and times as they are typed', () => {
    expect(Object.keys(inputOf(filled))).toEqual(['repo', 'title', 'body', 'priority']);
    const more = inputOf({
      ...filled,
      ...{ security: 'confidential', location: ' London ', needs: 'gpu, python3', after: 'task-1' },
      ...{ concurrency: 'path:src', upstream: 'skip', at: '2026-11-22T18:00' },
    });
    expect(NewTask.parse(more)).toMatchObject({
      ...{ security: 'confidential', location: 'London', needs: ['gpu', 'python3'] },
      ...{ after: ['task-1'], upstream: 'skip', concurrency: ['path:src'] },
      at: new Date(2026, 10, 22, 18).getTime(),
    });
  });

  it('names nothing but ollama for what must not leave its agent', () => {
    const local = { ...filled, localOnly: true, engine: 'codex', model: 'gpt' } as const;
    expect(inputOf(local)).toMatchObject({ localOnly: true, engine: { kind: 'ollama' } });
    expect(inputOf({ ...local, engine: 'ollama' }).engine).toEqual({
      kind: 'ollama',
      model: 'gpt',
    });
  });
});
