/**
 * What V8 made of the main script when it first read it: with that in the executable a start takes a third less time. Only the Node
 * that is put in can make it, so only executables for this kind of machine have it; another V8 passes it over.
 */
import { execFileSync } from 'node:child_process';
import { NAMES } from './sea.mjs';

/** V8 orders what it writes by numbers it draws, from here on the same ones; unlike other settings it is none that V8 minds. */
const SAME_BYTES = '--random-seed=1';

const SCRIPT = `
const main = require('node:fs').readFileSync(0, 'utf8');
const [filename, ...names] = process.argv.slice(1);
const { cachedData } = require('node:vm').compileFunction(main, names, { filename, produceCachedData: true });
require('node:fs').writeFileSync(1, cachedData);
`;

/**
 * @param {string} node the program, which has to run here
 * @param {{ name: string, main: string }} content
 * @returns {Buffer} the same for the same content
 */
export function codeCache(node, { name, main }) {
  return execFileSync(node, [SAME_BYTES, '-e', SCRIPT, '--', name, ...NAMES], {
    input: main,
    // Options in there would make it one that no other process takes.
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 64 * 1024 * 1024,
  });
}
