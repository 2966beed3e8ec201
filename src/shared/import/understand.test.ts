/** Drops as browsers, file managers and editors really make them, and what is understood of each. */
import { describe, expect, it } from 'vitest';
import type { Codec } from './files.ts';
import { MOST_BYTES, MOST_ITEMS, type Payload, type Understood } from './payload.ts';
import { atOnce } from './slices.ts';
import { understand } from './understand.ts';

const CODEC: Codec = {
  bytes: (base64) => new Uint8Array(Buffer.from(base64, 'base64')),
  text(bytes, encoding) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Bytes of another encoding are what the caller tries next.
      return null;
    }
  },
};

const ISSUE = 'https://github.com/acme/shop/issues/12';
const PULL = 'https://github.com/acme/shop/pull/7';

function text(plain: string, rest: Partial<Extract<Payload, { kind: 'text' }>> = {}): Payload {
  return { kind: 'text', text: plain, ...rest };
}

function file(name: string, content: string | Uint8Array): Payload {
  const base64 = Buffer.from(content).toString('base64');
  return { kind: 'files', files: [{ kind: 'file', name, base64 }] };
}

function itemsOf(payload: Payload): Understood[] {
  return atOnce(understand(payload, CODEC)).items;
}

function brief(payload: Payload): [string, string | null][] {
  return itemsOf(payload).map(({ kind, ref, title, repo, problem }) => [
    problem?.code ?? kind,
    ref === null ? (title ?? repo) : `${ref.ref} ${title ?? '-'}`,
  ]);
}

describe('one link', () => {
  it.each([
    [
      'Chrome',
      text(ISSUE, {
        uriList: ISSUE,
        html: `<a href="${ISSUE}">Fix the <b>total</b> &amp; tax</a>`,
      }),
    ],
    [
      'Firefox',
      text(ISSUE, {
        uriList: ISSUE,
        mozUrl: `${ISSUE}\nFix the total & tax`,
        html: `<a href="${ISSUE}">Fix the total &amp; tax</a>`,
      }),
    ],
    [
      'the address bar of Firefox',
      text(ISSUE, {
        uriList: ISSUE,
        mozUrl: `${ISSUE}\nFix the total & tax · Issue #12 · acme/shop`,
      }),
    ],
    ['Markdown', text(`- [Fix the total & tax](${ISSUE})`)],
    ['a line', text(`* ${ISSUE} - Fix the total & tax`)],
  ])('of %s has its title', (_, payload) => {
    expect(brief(payload)).toEqual([['issue', 'acme/shop#12 Fix the total & tax']]);
  });

  it('of Safari, which gives the address alone, has none', () => {
    expect(brief(text(ISSUE, { uriList: `${ISSUE}\r\n` }))).toEqual([['issue', 'acme/shop#12 -']]);
  });

  it('names the repository to work on, and the issue in the body', () => {
    expect(itemsOf(text(ISSUE))[0]).toMatchObject({
      repo: 'https://github.com/acme/shop.git',
      body: `${ISSUE}\n`,
      source: { file: null, line: null },
    });
  });
});

describe('many links', () => {
  it('are items in their order, the same one once, and what is none says so', () => {
    const list = `Sprint 4\n${ISSUE} Fix the total\n\n<${PULL}>\nsee ${ISSUE}#note, please\nhttps://example.com/x`;
    expect(brief(text(list))).toEqual([
      ['issue', 'acme/shop#12 Fix the total'],
      ['pull_request', 'acme/shop#7 -'],
      ['not_a_reference', null],
      ['not_a_reference', null],
    ]);
    expect(itemsOf(text(list))[2]).toMatchObject({
      text: 'Sprint 4',
      source: { file: null, line: 1 },
    });
  });

  it('in a selection of a page are those to issues, with their titles', () => {
    const html =
      `<div><a class=x href='/acme'>acme</a><a href=${ISSUE} id="a">Fix the total</a>` +
      `<a href="https://github.com/acme/shop/labels/bug">bug</a><a href="${PULL}"><span title="a>b">Add tax</span></a></div>`;
    expect(brief(text('Fix the total bug\nAdd tax', { html }))).toEqual([
      ['issue', 'acme/shop#12 Fix the total'],
      ['pull_request', 'acme/shop#7 Add tax'],
    ]);
  });

  it('of bookmarks in Firefox keep their titles apart', () => {
    const mozUrl = `${ISSUE}\nOne\n${PULL}\nTwo`;
    expect(brief(text(`${ISSUE}\n${PULL}`, { mozUrl }))).toEqual([
      ['issue', 'acme/shop#12 One'],
      ['pull_request', 'acme/shop#7 Two'],
    ]);
  });

  it('beyond the limit are counted', () => {
    const lines = Array.from({ length: MOST_ITEMS + 20 }, (_, i) => `acme/shop#${i + 1}`);
    const { items, left } = atOnce(understand(text(lines.join('\n')), CODEC));
    expect([items.length, left]).toEqual([MOST_ITEMS, 20]);
  });
});

describe('files with one link', () => {
  it.each([
    [
      'Fix the total · Issue #12 · acme_shop.url',
      `[InternetShortcut]\r\nURL=${ISSUE}\r\nIconIndex=0\r\n`,
    ],
    ['Fix the total.desktop', `[Desktop Entry]\nType=Link\nURL[$e]=${ISSUE}\n`],
    [
      'Fix the total.webloc',
      `<?xml version="1.0"?><plist version="1.0"><dict>\n<key>URL</key>\n<string>${ISSUE}</string></dict></plist>`,
    ],
    ['Fix the total.webloc', binaryPlist(ISSUE)],
    ['Fix the total.url', utf16(`[InternetShortcut]\r\nURL=${ISSUE}\r\n`)],
  ])('%s', (name, content) => {
    expect(brief(file(name, content))).toEqual([['issue', 'acme/shop#12 Fix the total']]);
  });

  it('that point elsewhere say so', () => {
    expect(brief(file('x.url', '[InternetShortcut]\nURL=https://example.com'))).toEqual([
      ['not_a_reference', null],
    ]);
  });
});

/** As macOS writes it: a dictionary with one key. */
function binaryPlist(url: string): Uint8Array {
  const head = Buffer.from('bplist00');
  const dict = Buffer.from([0xd1, 1, 2, 0x53, ...Buffer.from('URL'), 0x5f, 0x10, url.length]);
  return Buffer.concat([head, dict, Buffer.from(url), Buffer.from([8, 11, 15]), Buffer.alloc(32)]);
}

function utf16(content: string): Uint8Array {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]);
}

describe('a task list of Markdown', () => {
  const LIST = [
    '# Release 2',
    'Some words before.',
    '- [ ] Round **prices** half up',
    '  Two items at 0.125 give 0.24.',
    '',
    '      code stays indented',
    '  - [ ] and a part of it',
    '- [x] Already there',
    `* [ ] [Fix the total](${ISSUE})`,
    '1. [ ] ',
    '```',
    '- [ ] not this one',
    '```',
    '- [ ] Last one\ttabbed',
  ].join('\n');

  it('gives a task an entry, with what is below it as body', () => {
    expect(brief(file('plan.md', LIST))).toEqual([
      ['task', 'Round prices half up'],
      ['done', 'Already there'],
      ['issue', 'acme/shop#12 Fix the total'],
      ['task', null],
      ['task', 'Last one tabbed'],
    ]);
    const [first] = itemsOf(file('plan.md', LIST));
    expect(first?.source).toEqual({ file: 'plan.md', line: 3 });
    expect(first?.body).toBe(
      'Two items at 0.125 give 0.24.\n\n    code stays indented\n- [ ] and a part of it',
    );
  });

  it('is the same when it is pasted', () => {
    expect(brief(text(LIST))).toEqual(brief(file('plan.md', LIST)));
  });
});

describe('JSON', () => {
  it('is validated task by task, and names the line of what is wrong', () => {
    const content = `[\n  {"title": "One", "repo": "/srv/shop", "priority": "high", "labels": ["a,[b"]},\n\n  {"titel": "Two"}, {"title": ""},\n  7,\n  {"url": "${ISSUE}", "engine": "command:make", "needs": ["gpu"]}\n]`;
    const items = itemsOf(file('tasks.json', content));
    expect(items.map(({ kind, source }) => [kind, source.line])).toEqual([
      ['task', 2],
      ['unknown', 4],
      ['unknown', 4],
      ['unknown', 5],
      ['issue', 6],
    ]);
    expect(items[0]).toMatchObject({
      title: 'One',
      repo: '/srv/shop',
      priority: 'high',
      labels: ['a,[b'],
    });
    expect(items[1]?.problem?.code).toBe('wrong_field');
    expect(items[1]?.problem?.message).toContain('titel: not a known field');
    expect(items[4]).toMatchObject({
      engine: { kind: 'command', run: 'make' },
      needs: ['gpu'],
      ref: { ref: 'acme/shop#12' },
    });
  });

  it('may be one object a line, of which a broken one is told', () => {
    expect(brief(file('tasks.ndjson', '{"title":"One"}\n{"title":\n{"title":"Three"}\n'))).toEqual([
      ['task', 'One'],
      ['unreadable', null],
      ['task', 'Three'],
    ]);
  });

  it('that is broken says where', () => {
    expect(itemsOf(file('tasks.json', '[{"title": "One",}]'))[0]?.problem?.message).toMatch(
      /not JSON.*line 1 column 18/,
    );
  });
});

describe('a table', () => {
  it.each([
    [
      'commas',
      'Title,Body,Priority,Needs\r\n"One, two","He said ""no""\nand left",HIGH,"gpu python3"\r\nThree,,,\r\n',
      ',',
    ],
    [
      'semicolons and a mark',
      '\ufefftitle;body;priority;needs\n"One, two";"He said ""no""\nand left";high;gpu,python3\nThree\n',
      ';',
    ],
    [
      'tabs',
      'title\tbody\tpriority\tneeds\n"One, two"\t"He said ""no""\nand left"\thigh\tgpu;python3\nThree\t\t\t',
      '\t',
    ],
  ])('with %s', (_, content) => {
    const items = itemsOf(file('tasks.csv', content));
    expect(items).toMatchObject([
      {
        kind: 'task',
        title: 'One, two',
        body: 'He said "no"\nand left',
        priority: 'high',
        needs: ['gpu', 'python3'],
        source: { line: 2 },
      },
      { kind: 'task', title: 'Three', source: { line: 4 } },
    ]);
  });

  it('reads what Excel writes in UTF-16, and in Japanese', () => {
    expect(brief(file('t.csv', utf16('title\tbody\n合計\t直す\n')))).toEqual([['task', '合計']]);
    const shiftJis = Buffer.from([
      ...Buffer.from('title,body\n'),
      0x8d,
      0x87,
      0x8c,
      0x76,
      ...Buffer.from(',x\n'),
    ]);
    expect(brief(file('t.csv', shiftJis))).toEqual([['task', '合計']]);
  });

  it('tells of columns that it does not know, of wrong cells and of open quotation marks', () => {
    expect(brief(text('title,assignee,priority\nOne,me,soon\nTwo,me,\n"Three,me'))).toEqual([
      ['wrong_field', null],
      ['task', 'Two'],
      ['unreadable', null],
      ['unknown_columns', null],
    ]);
  });
});

describe('what is none of these', () => {
  it.each([
    ['a picture', file('x.png', Buffer.from([0x89, 0x50, 0, 0, 1, 2])), 'unreadable'],
    ['an empty file', file('x.md', ' \n'), 'nothing'],
    ['nothing', text(''), 'nothing'],
    ['no files', { kind: 'files', files: [] } satisfies Payload, 'nothing'],
    [
      'a page',
      text('https://example.com/', { uriList: 'https://example.com/' }),
      'not_a_reference',
    ],
    ['too much', text('x'.repeat(MOST_BYTES + 1)), 'too_large'],
    ['a page of bookmarks without one', file('b.html', '<p>no links</p>'), 'nothing'],
  ])('%s says why', (_, payload, code) => {
    const [first, ...rest] = itemsOf(payload);
    expect([first?.kind, first?.problem?.code, rest]).toEqual(['unknown', code, []]);
    expect(first?.problem?.message).not.toBe('');
  });

  it('plain writing is one task', () => {
    expect(itemsOf(text('\n## Repair the total\n\nIt is wrong.\n'))).toMatchObject([
      { kind: 'task', title: 'Repair the total', body: 'It is wrong.', repo: null },
    ]);
  });

  it('a folder is a repository', () => {
    const payload: Payload = { kind: 'files', files: [{ kind: 'folder', path: '/srv/shop' }] };
    expect(itemsOf(payload)).toMatchObject([{ kind: 'repository', repo: '/srv/shop' }]);
  });
});

it('takes out of a title what would deceive or reach a terminal', () => {
  const title = 'Pay \u202eeerf\u202c \u001b[31mnow\u0007';
  const payload = text(ISSUE, { uriList: ISSUE, html: `<a href="${ISSUE}">${title}</a>` });
  expect(itemsOf(payload)[0]?.title).toBe('Pay eerf [31mnow');
});
