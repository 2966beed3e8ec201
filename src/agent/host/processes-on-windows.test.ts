/** What PowerShell says of processes, read; written by hand from its manual, no Windows was asked. */
import { expect, test } from 'vitest';
import { readList } from './processes-on-windows.ts';

test('only what runs from the home counts, however its name is written', () => {
  const said = [
    '12\tC:\\Users\\Ada\\AppData\\Local\\koubou-agent\\versions\\b1\\koubou.exe',
    '13\tc:\\users\\ada\\appdata\\local\\KOUBOU-AGENT\\current\\koubou.exe',
    '14\tC:\\Users\\Ada\\AppData\\Local\\koubou-agent-2\\versions\\b1\\koubou.exe',
    '15\t',
    '',
  ].join('\r\n');
  const found = readList(said, String.raw`C:\Users\Ada\AppData\Local\koubou-agent`);
  expect(found.map(({ pid }) => pid)).toEqual([12, 13]);
});
