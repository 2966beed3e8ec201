import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOf } from './ui-file.ts';

const DIR = path.resolve('/srv/dist/ui');

describe('an address of the user interface', () => {
  it('means a file of the built interface', () => {
    expect(fileOf(DIR, 'app://ui/')).toBe(path.join(DIR, 'index.html'));
    expect(fileOf(DIR, 'app://ui/#/tasks')).toBe(path.join(DIR, 'index.html'));
    expect(fileOf(DIR, 'app://ui/assets/a%20b.js?x=1')).toBe(path.join(DIR, 'assets', 'a b.js'));
  });

  it.each([
    'app://other/index.html',
    'app://ui/..%2f..%2fetc/passwd',
    'app://ui/%zz',
    'app://ui/a%00b',
    'not an address',
  ])('never leaves its folder: %s', (address) => expect(fileOf(DIR, address)).toBeNull());

  it('never leaves its folder, whatever is asked for', () => {
    const parts = fc.constantFrom('..', '%2e%2e', '/', '%2f', '\\', '%5c', 'a', '.', '%00', '%');
    fc.assert(
      fc.property(fc.array(parts), (list) => {
        const file = fileOf(DIR, `app://ui/${list.join('')}`);
        expect(file === null || file.startsWith(DIR + path.sep)).toBe(true);
      }),
    );
  });
});
