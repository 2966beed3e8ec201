import { createElement, useState } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { useRows, type Rows } from './use-rows.ts';

interface Row {
  readonly id: string;
}

interface Input {
  readonly rows: readonly Row[];
  readonly id: string | null;
}

const ROWS = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

/** What a list gets that is drawn once with each of these. */
function drawn(inputs: readonly Input[]): Rows<string>[] {
  const got: Rows<string>[] = [];
  function List() {
    const [turn, setTurn] = useState(0);
    const { rows, id } = inputs[turn] ?? { rows: [], id: null };
    got.push(useRows(rows, id));
    // Drawn again at once, and it keeps what it remembers.
    if (turn < inputs.length - 1) setTurn(turn + 1);
    return null;
  }
  renderToString(createElement(List));
  return got;
}

describe('the rows of a list', () => {
  it('are known by their ids, and past the end by their place', () => {
    const [rows] = drawn([{ rows: ROWS, id: null }]);
    expect([0, 1, 2, 3].map((index) => rows?.keyOf(index))).toEqual(['a', 'b', 'c', 3]);
  });

  it('tell where the keyboard is, and that it is nowhere', () => {
    const ats = drawn(['a', 'c', 'gone', null].map((id) => ({ rows: ROWS, id })));
    expect(ats.map(({ at }) => at)).toEqual([0, 2, -1, -1]);
  });

  it('follow the one that the keyboard is at when the rows change', () => {
    const shown = drawn([
      { rows: ROWS, id: 'c' },
      { rows: ROWS.toReversed(), id: 'c' },
    ]);
    expect(shown.map(({ at }) => at)).toEqual([2, 0]);
    expect(shown.map(({ keyOf }) => keyOf(0))).toEqual(['a', 'c']);
  });

  it('are not looked through again while they are the same', () => {
    let looks = 0;
    const rows: Row[] = [];
    for (const { id } of ROWS)
      rows.push({
        get id() {
          looks += 1;
          return id;
        },
      });
    const same = { rows, id: 'c' };
    const [first, second, third] = drawn([same, same, { rows, id: 'b' }]);
    expect(looks).toBe(3 + 2);
    expect(second?.keyOf).toBe(first?.keyOf);
    // Moving the keyboard measures no row again.
    expect(third?.keyOf).toBe(first?.keyOf);
  });
});
