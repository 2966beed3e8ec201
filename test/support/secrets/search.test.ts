/** That the search for secrets would find one, however it is written down and wherever it lies. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitAll, git } from '../history-repo.ts';
import { searcherFor } from './search.ts';
import { spellingsOf } from './spellings.ts';

const VALUE = 'sk-marked/A+b=c~0123456789&xyz';
const searcher = searcherFor([{ name: 'token', value: VALUE }]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = Buffer.from(VALUE).toString('hex');
const split = (by: string): string => VALUE.replaceAll(/.{7}/g, `$&${by}`);

describe('in a text', () => {
  test.each([
    ['plain', `x${VALUE}y`],
    ['reversed', `x${Buffer.from(Buffer.from(VALUE).toReversed()).toString()}y`],
    ['url', `?q=${encodeURIComponent(VALUE)}&r`],
    ['url of each character', hex.replaceAll(/../g, '%$&')],
    ['URL OF EACH CHARACTER', hex.toUpperCase().replaceAll(/../g, '%$&')],
    ['hex', `00${hex}00`],
    ['HEX', hex.toUpperCase()],
    ['base64 +0', base64(`${VALUE}tail`)],
    ['base64 +1', base64(`x${VALUE}t`)],
    ['base64 +2', base64(`xy${VALUE}`)],
    ['base64url +0', base64url(`${VALUE}?`)],
    ['base64url +1', base64url(`x${VALUE}`)],
    ['base64url +2', base64url(`xy${VALUE}???`)],
  ])('%s', (how, text) => {
    // Where both alphabets of base64 spell it alike, the first is named.
    const found = searcher.text('here', text);
    expect(found).toHaveLength(1);
    expect([how, how.replace('url', '')].map((one) => `token: ${one} in here`)).toContain(found[0]);
  });

  test.each([
    ['lines', split('\r\n')],
    ['colours', split('\u001b[1;31m')],
    ['moves of the cursor', split('\u001b[2K\u001b[10;3H')],
    ['a title', split('\u001b]0;title\u0007')],
    ['zeros', split('\0')],
    ['recordings in JSON', JSON.stringify(split('\u001b[0m\r\n'))],
    ['base64 of several lines', base64(`x${VALUE}`).replaceAll(/.{9}/g, '$&\n')],
    ['hex with blanks', hex.replaceAll(/..../g, '$& ')],
  ])('split by %s', (_, text) => {
    expect(searcher.text('here', text)).toHaveLength(1);
  });

  test('in every spelling, whatever stands around it; and nothing where there is nothing', () => {
    const around = fc.tuple(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }));
    const value = fc.stringMatching(/^[!-~]{12,40}$/);
    fc.assert(
      fc.property(value, around, (secret, [before, after]) => {
        const one = searcherFor([{ name: 'x', value: secret }]);
        const { text } = one;
        expect(text('', `${before}${secret}${after}`)).not.toEqual([]);
        expect(text('', Buffer.from(`${before}${secret}${after}`).toString('base64'))).not.toEqual(
          [],
        );
        for (const spelling of spellingsOf(secret))
          expect(text('', `${before}${spelling.text}${after}`)).not.toEqual([]);
        // Two ends of it are not it.
        expect(text('', `${secret.slice(0, 6)}${secret.slice(7)}`)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('in a folder', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'koubou-search-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test.each([
    ['as it is', (bytes: Buffer) => bytes],
    ['gzip', gzipSync],
    ['zlib', deflateSync],
    ['zstd', zstdCompressSync],
  ])('in a file: %s', (_, pack) => {
    mkdirSync(path.join(dir, 'a/b'), { recursive: true });
    writeFileSync(path.join(dir, 'a/b/c'), pack(Buffer.from(`${'-'.repeat(9_999)}${VALUE}`)));
    expect(searcher.folder(dir)).toEqual(['token: plain in a/b/c']);
    expect(searcher.folder(dir, { skip: (one) => one === 'a/b' })).toEqual([]);
  });

  test('in names, links, and commits that nothing leads to any more', () => {
    writeFileSync(path.join(dir, hex), '');
    symlinkSync(`/nowhere/${base64(VALUE)}`, path.join(dir, 'link'));
    expect(searcher.folder(dir)).toEqual([
      `token: hex in the name ${hex}`,
      'token: base64 +0 in link',
    ]);
    const repo = path.join(dir, 'repo');
    mkdirSync(repo);
    git(repo, 'init', '-q', '-b', 'main');
    writeFileSync(path.join(repo, 'a'), 'one\n');
    commitAll(repo, 'Begin');
    writeFileSync(path.join(repo, 'a'), VALUE);
    commitAll(repo, 'Leak');
    git(repo, 'repack', '-adq');
    git(repo, 'reset', '-q', '--hard', 'HEAD~1');
    expect(searcher.folder(repo)).toEqual(['token: plain in .git']);
  });
});
