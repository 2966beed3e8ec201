import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInline, parseMarkdown, type Inline } from './markdown.ts';

const plain = (inlines: readonly Inline[]): string => inlines.map(({ text }) => text).join('');

describe('markdown', () => {
  it('knows what issues are written in', () => {
    const blocks = parseMarkdown(
      [
        '# Title',
        '',
        'Two lines',
        'of text',
        '- one',
        '  goes on',
        '- [x] two',
        '',
        '> said',
        '',
        '| a | b |',
        '| --- | ---: |',
        '| 1 | `2` |',
        '',
        '```js',
        '# not a heading',
        '```',
        'after',
      ].join('\n'),
    );
    expect(blocks.map(({ type }) => type)).toEqual([
      ...['heading', 'paragraph', 'list', 'quote', 'table', 'code', 'paragraph'],
    ]);
    expect(blocks[2]).toMatchObject({
      items: [[{ text: 'one goes on' }], [{ text: '☑ two' }]],
    });
    expect(blocks[4]).toMatchObject({ rows: [[[{ text: '1' }], [{ type: 'code', text: '2' }]]] });
    expect(blocks[5]).toEqual({ type: 'code', text: '# not a heading' });
  });

  it('marks words inside a line', () => {
    expect(parseInline('a `b` **c** *d* [e](https://x.test) snake_case_name 2*3*4')).toEqual([
      { type: 'text', text: 'a ' },
      { type: 'code', text: 'b' },
      { type: 'text', text: ' ' },
      { type: 'strong', text: 'c' },
      { type: 'text', text: ' ' },
      { type: 'emphasis', text: 'd' },
      { type: 'text', text: ' ' },
      { type: 'link', text: 'e', url: 'https://x.test' },
      { type: 'text', text: ' snake_case_name 2*3*4' },
    ]);
  });

  it('makes no link of anything but the web', () => {
    expect(parseInline('[x](javascript:alert)')).toEqual([
      { type: 'text', text: '[x](javascript:alert)' },
    ]);
  });

  it('ends on any text, and loses no word of a paragraph', () => {
    const anything = fc.array(
      fc.constantFrom('a', '`', '*', '|', '\n', '- ', '#', '```', ' ', '>', '[', '](http:', ')'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(anything, (parts) => {
        expect(parseMarkdown(parts.join('')).length).toBeLessThan(62);
      }),
    );
    const words = fc.stringMatching(/^[a-z]+( [a-z]+)*$/);
    fc.assert(
      fc.property(words, (text) => {
        const [block] = parseMarkdown(text);
        expect(block?.type === 'paragraph' ? plain(block.lines.flat()) : null).toBe(text);
      }),
    );
  });
});
