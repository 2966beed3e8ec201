/**
 * The engine of the demo: works on the sample shop the way an engineer would, slowly enough to be followed. It stands
 * in for a model: the prompt comes on standard input, the change is made in the current folder, the exit code counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const FILE = 'src/discount.js';
const WRONG = 'return percentOf(article.price, best);';
const RIGHT = 'return percentOf(article.price * quantity, best);';

const paint = (code) => (words) => `\u001b[${code}m${words}\u001b[0m`;
const [bold, dim, red, green, cyan] = [1, 2, 31, 32, 36].map(paint);

async function say(words, ms = 500) {
  console.log(words);
  await pause(ms);
}

async function think(words) {
  await say(`${cyan('●')} ${words}`, 700);
}

async function runTests() {
  await say(dim('$ node --test'), 300);
  const { status } = spawnSync('node', ['--test', '--test-reporter=spec'], { stdio: 'inherit' });
  await pause(500);
  return status === 0;
}

/** Prints the lines around `needle` with their numbers, that line marked. */
async function show(file, needle) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(needle));
  await say(dim(`── ${file}`), 200);
  for (let i = Math.max(0, at - 3); i <= Math.min(lines.length - 1, at + 1); i++) {
    const line = `${String(i + 1).padStart(4)}  ${lines[i]}`;
    await say(i === at ? red(line) : dim(line), 120);
  }
}

async function repair() {
  await think('First I want to see it fail.');
  if (await runTests()) throw new Error('all tests pass already: there is nothing to repair');
  await think('One mug is right, three are not. So the quantity is lost on the way. Where are savings counted?');
  await show(FILE, WRONG);
  await think(`There: ${bold('savedOnLine')} takes ${bold('quantity')} and never uses it. The share must be of the whole line.`);
  const before = readFileSync(FILE, 'utf8');
  writeFileSync(FILE, before.replace(WRONG, RIGHT));
  await say(red(`-  ${WRONG}`), 150);
  await say(green(`+  ${RIGHT}`), 600);
}

/** The bug is repaired and a person asked for more: say it as a test. */
async function addCase() {
  let number = 1;
  while (existsSync(`test/review-${number}.test.js`)) number += 1;
  const file = `test/review-${number}.test.js`;
  await think(`The repair is in. The review asked for more; I pin the behaviour with another case in ${bold(file)}.`);
  writeFileSync(
    file,
    `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, emptyCart } from '../src/cart.js';
import { savings } from '../src/discount.js';

test('${number + 3} pieces save ${number + 3} times as much as one', () => {
  const tea = { sku: 'tea', name: 'Green tea', price: 850 };
  const discounts = [{ sku: 'tea', percent: 20 }];
  const one = savings(addToCart(emptyCart(), tea), discounts);
  assert.equal(savings(addToCart(emptyCart(), tea, ${number + 3}), discounts), ${number + 3} * one);
});
`,
  );
  await pause(500);
}

const prompt = await text(process.stdin);
const title = prompt.split('\n').find((line) => line.trim() !== '') ?? 'the task';
await say(`${bold('Sample engine')} ${dim('(a script that stands in for a model)')}`, 400);
await think(`I was asked: ${bold(title.replace(/^#+\s*/, ''))}`);
await (readFileSync(FILE, 'utf8').includes(WRONG) ? repair() : addCase());
await think('And now all of them again.');
if (!(await runTests())) {
  console.log(red('The tests still fail; I give up.'));
  process.exit(1);
}
await say(`${green('✔')} Done: a discount now counts for every piece of a line.`, 300);
