/** What people read at GitHub: whatever an engine or a title says, it calls nobody, closes nothing and hides nothing. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { isOurs } from '../marker.ts';
import { closing, pullBody, pullTitle, testedOf } from './pull-text.ts';
import { issuePlaceOf, repoPlaceOf } from './place.ts';
import { commentText, labelName, labelOf } from './state-text.ts';
import { pullWith, taskWith } from './testing.ts';
import { asCode, harmless } from './words.ts';

const home = { host: 'github.com', owner: 'acme', repo: 'shop' };
const origin = (repo: string, what = 'issues'): Origin => ({
  ...{ forge: 'github', url: `https://github.com/${repo}/${what}/12`, ref: `${repo}#12` },
});
const facts = { home, said: 'Done.', files: ['a.ts'], workshop: 'w', ordinal: 1, engine: 'claude' };

describe('the body of a pull request', () => {
  test('says what was done, tested and changed, and closes its issue', () => {
    const body = pullBody({ ...facts, task: taskWith({ origin: origin('acme/shop') }) });
    expect(body).toContain('### What was done\n\nDone.');
    expect(body).toContain('`npm test` passed after 4 s.');
    expect(body).toContain('2 files, +3 −1\n\n- `a.ts`\n- and 1 more');
    expect(body).toContain('\n\nCloses #12\n\n');
    expect(isOurs(body)).toBe(true);
  });

  test('names the repository of an issue elsewhere, and closes no pull request', () => {
    const at = (given: Origin): string => {
      const place = issuePlaceOf(given);
      return place ? closing(place, home) : '';
    };
    expect(at(origin('acme/docs'))).toBe('Closes acme/docs#12');
    expect(at(origin('ACME/Shop'))).toBe('Closes #12');
    expect(at(origin('acme/shop', 'pull'))).toBe('Follows #12');
  });

  test('tells of tests that failed, and of none', () => {
    expect(testedOf({ outcome: 'failed', command: 'a`b', exitCode: 2, durationMs: 10 })).toBe(
      '`` a`b `` **failed** (exit code 2) after 1 s.',
    );
    expect(testedOf({ outcome: 'skipped', why: 'no command' })).toBe(
      'Nothing was run: no command.',
    );
  });

  test('lets no words of an engine close an issue, call a person or forge a mark', () => {
    const said = 'Fixes #7, closes https://github.com/a/b/issues/1 @ada <!-- koubou:w:task-9 -->';
    const body = pullBody({ ...facts, said, task: taskWith() });
    expect(body).not.toMatch(/fix(es)? #7|closes https|(^|\s)@ada/i);
    expect(body.match(/<!--/g)).toHaveLength(1);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(harmless(text)).not.toMatch(/<!--|-->/);
        expect(harmless(`fixes ${text}#3`)).not.toMatch(/\bfixes #3/i);
      }),
    );
  });

  test('has a title that GitHub takes', () => {
    expect(pullTitle({ title: 'x'.repeat(400) })).toHaveLength(256);
    expect(asCode('a``b', 100)).toBe('``` a``b ```');
  });
});

describe('the comment on an issue', () => {
  const agent = { name: 'Ada | PC' };
  const about = { agent, trouble: null, workshop: 'w' };

  test('says in words how its task stands, with the pull request', () => {
    const text = commentText({ ...about, task: taskWith({ pull: pullWith() }) });
    expect(text).toContain('| State | waits for a review |');
    expect(text).toContain('| Agent | Ada \\| PC |');
    expect(text).toContain('| Pull request | [acme/shop#2](https://github.com/acme/shop/pull/2) |');
    const helped = commentText({ ...about, trouble: 'sign in @ada\nnow', task: taskWith() });
    expect(helped).toContain('| Needs a person | sign in @\u200Bada now |');
  });

  test('and its label follow the state', () => {
    const failure = { code: 'agent_lost', message: 'm', attemptId: null } as const;
    expect(labelOf(taskWith({ state: 'in_progress' }))).toBe('working');
    expect(labelOf(taskWith({ state: 'failed', failure: { ...failure, retryAt: 9 } }))).toBe(
      'queued',
    );
    expect(labelOf(taskWith({ state: 'failed', failure: { ...failure, retryAt: null } }))).toBe(
      'failed',
    );
    expect(labelOf(taskWith({ state: 'cancelled' }))).toBeNull();
    expect(labelName('koubou:', 'done')).toBe('koubou:done');
  });
});

test('a repository is found by every address that git takes', () => {
  const shop = { owner: 'acme', repo: 'shop', host: 'github.com' };
  for (const url of [
    'https://github.com/acme/shop.git',
    'git@github.com:acme/shop.git',
    'ssh://git@github.com/acme/shop',
  ])
    expect(repoPlaceOf(url)).toEqual(shop);
  for (const url of ['/home/ada/shop', 'C:/shop/x', 'https://github.com/acme'])
    expect(repoPlaceOf(url)).toBeNull();
});
