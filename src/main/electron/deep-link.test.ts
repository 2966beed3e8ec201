import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeepLink } from '../../shared/bridge.ts';
import { linkIn, readDeepLink } from './deep-link.ts';
import { AgentId, TaskId } from '../../shared/ids.ts';

const UNKNOWN = { kind: 'unknown' };

describe('a deep link', () => {
  it.each([
    ['koubou://task/42', '/tasks/task-42'],
    ['koubou://task/task-42/', '/tasks/task-42'],
    ['KOUBOU://Task/7', '/tasks/task-7'],
    ['koubou://agent/atelier-2', '/agents/atelier-2'],
    ['koubou://agent/42', '/agents/42'],
  ])('%s opens a screen', (link, path) =>
    expect(readDeepLink(link)).toEqual({ kind: 'page', path }),
  );

  it('brings one address to the import sheet', () => {
    const url = 'https://forge.example/a/b/issues/1?x=1&y=%20#c';
    const link = `koubou://import?url=${encodeURIComponent(url)}`;
    expect(readDeepLink(link)).toEqual({ kind: 'import', url });
  });

  it.each([
    'koubou:',
    'koubou://',
    'koubou://task/0',
    'koubou://task/42/../../agents',
    'koubou://task/42?approve=1',
    'koubou://task/%34%32',
    'koubou://agent/UPPER',
    'koubou://import',
    'koubou://import?url=file:///etc/passwd',
    'koubou://import?url=javascript:alert(1)',
    'koubou://import?url=https://user:secret@forge.example/',
    'koubou://import?url=https://a.example&url=https://b.example',
    'koubou://import?url=https://a.example&go=1',
    'koubou://delete/42',
    `koubou://task/${'4'.repeat(3_000)}`,
  ])('that we do not know says only so: %s', (link) => expect(readDeepLink(link)).toEqual(UNKNOWN));

  it('is found on a command line among what is none', () => {
    expect(linkIn(['--data', '/x', 'koubou://task/3'])).toEqual({
      kind: 'page',
      path: '/tasks/task-3',
    });
    expect(linkIn(['--demo', '/x', 'https://koubou.example', 'not koubou://task/3'])).toBeNull();
  });

  it('never leads anywhere but to a task, an agent, or a web address to look at', () => {
    const piece = fc.constantFrom(
      'task',
      'agent',
      'import',
      '/',
      '?',
      'url=',
      '..',
      '%2e',
      '#',
      '&',
      '@',
      '42',
      'a',
      ':',
      'https:',
      'file:',
      '\\',
      '\n',
      ' ',
    );
    const text = fc.oneof(
      fc.array(piece).map((list) => list.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (rest) => {
        expect(isHarmless(readDeepLink(`koubou://${rest}`))).toBe(true);
      }),
    );
  });
});

function isHarmless(link: DeepLink | null): boolean {
  switch (link?.kind) {
    case 'page': {
      const [, screen, id, ...more] = link.path.split('/');
      const schema = screen === 'tasks' ? TaskId : AgentId;
      return (
        (screen === 'tasks' || screen === 'agents') &&
        more.length === 0 &&
        schema.safeParse(id).success
      );
    }
    case 'import':
      return /^https?:\/\/[^/@]+\//.test(link.url);
    case 'unknown':
      return true;
    case undefined:
      return false;
  }
}
