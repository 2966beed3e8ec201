/** Lists as people write them, and mistakes told by line. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHosts } from './parse-hosts.ts';

const targetsOf = (text: string): string[] => parseHosts(text).hosts.map(({ target }) => target);
const mistakesOf = (text: string): string[] =>
  parseHosts(text).mistakes.map(({ line, message }) => `${line}: ${message}`);

test('hosts stand on lines, beside each other, with comments and blank lines between', () => {
  const text = '# the workshop\nada@10.0.0.5\n\n  bob@atelier:2222  \r\nada@a, ada@b\nmill';
  expect(targetsOf(text)).toEqual(['ada@10.0.0.5', 'bob@atelier:2222', 'ada@a', 'ada@b', 'mill']);
  expect(mistakesOf(text)).toEqual([]);
});

test('what is said of a host beside it is kept', () => {
  const line =
    'ada@mill name="Big mill" group=west,big location="Tokyo, 3rd floor" clearance=public specialties=backend mac=00-1B-44-11-3A-B7 slots=3 install=system';
  expect(parseHosts(line)).toEqual({
    hosts: [
      {
        target: 'ada@mill',
        name: 'Big mill',
        slots: 3,
        install: 'system',
        profile: {
          groups: ['west', 'big'],
          location: 'Tokyo, 3rd floor',
          clearance: 'public',
          specialties: ['backend'],
          wakeAddress: '00:1b:44:11:3a:b7',
          standby: false,
          mayOrder: false,
        },
      },
    ],
    mistakes: [],
  });
});

test('ranges stand for all their hosts, and keep the width of a leading zero', () => {
  expect(targetsOf('ada@10.0.0.[9-11]')).toEqual([
    'ada@10.0.0.9',
    'ada@10.0.0.10',
    'ada@10.0.0.11',
  ]);
  expect(targetsOf('pc{08..10}.lan:2222')).toEqual([
    'pc08.lan:2222',
    'pc09.lan:2222',
    'pc10.lan:2222',
  ]);
  expect(targetsOf('r[1,3]n[1-2]')).toEqual(['r1n1', 'r1n2', 'r3n1', 'r3n2']);
  expect(targetsOf('ada@[fe80::1]:22')).toEqual(['ada@[fe80::1]:22']);
});

test('a table with a header gives the same hosts as lines do', () => {
  const csv =
    'Host,User,Port,Name,Group,Location,Specialties,MAC\nmill,ada,2222,"Mill, the ""big"" one",west;big,"Tokyo, 3F",backend|testing,00:1B:44:11:3A:B7\n\n10.0.0.[1-2],bob,,,,,,\n';
  const { hosts, mistakes } = parseHosts(csv);
  expect(mistakes).toEqual([]);
  expect(hosts.map(({ target }) => target)).toEqual([
    'ada@mill:2222',
    'bob@10.0.0.1',
    'bob@10.0.0.2',
  ]);
  expect(hosts[0]).toMatchObject({
    name: 'Mill, the "big" one',
    profile: {
      groups: ['west', 'big'],
      location: 'Tokyo, 3F',
      specialties: ['backend', 'testing'],
    },
  });
});

test('each mistake is told with its line, and the other hosts still count', () => {
  const text = [
    'ada@good',
    'ada@',
    'ada@x colour=red',
    'ada@x clearance=secret',
    'ada@y[9-3]',
    'ada@y[1-2] name=one',
    'ada@good',
    'mac=00:1b:44:11:3a:b7',
    'ada@z "open',
    'ada@last mac=12',
  ].join('\n');
  expect(targetsOf(text)).toEqual(['ada@good']);
  const mistakes = mistakesOf(text);
  expect(mistakes.map((mistake) => Number(mistake.split(':')[0]))).toEqual([
    2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  const found = ['name a host', 'colour', 'clearance', 'before it begins', 'one host', 'line 1'];
  for (const [index, words] of found.entries()) expect(mistakes[index]).toContain(words);
});

test('a user or a port that is given twice has to be the same', () => {
  expect(mistakesOf('host,user\nada@mill,bob')).toEqual([expect.stringContaining('leave one out')]);
  expect(targetsOf('host,user\nada@mill,ada')).toEqual(['ada@mill']);
});

test('no more hosts than one call takes, however short their list is', () => {
  expect(parseHosts('pc[1-500]').hosts).toHaveLength(500);
  expect(mistakesOf('pc[1-501]')).toEqual([expect.stringContaining('more than 500')]);
  expect(mistakesOf('pc[1-400]\nother[1-101]\nlast')).toEqual([
    expect.stringContaining('2: that is more than'),
  ]);
  expect(mistakesOf('a[1-99][1-99][1-99][1-99]')).toEqual([expect.stringContaining('more than')]);
});

test('any text is read without an exception, and every host that comes out can be named again', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'host,user,port\n',
      '\n',
      '"',
      'ada@pc[1-3]',
      ' name=',
      '[',
      '{1..2}',
      ',',
      ';',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const { hosts, mistakes } = parseHosts(text);
      expect(hosts.length).toBeLessThanOrEqual(500);
      const lines = text.split(/\r\n|\n|\r/).length;
      for (const { line } of mistakes) expect(line).toBeLessThanOrEqual(lines);
      for (const { target } of hosts)
        expect(parseHosts(`host,user\n"${target.replaceAll('"', '""')}",`).hosts).toHaveLength(1);
    }),
  );
});
