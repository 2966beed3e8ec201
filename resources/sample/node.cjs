/**
 * Plays `node FILE` and `node --test` for the sample inside of the single executable, on machines without a Node of
 * their own: `koubou sample-node ARGUMENTS`.
 */
const { run } = require('node:test');
const { spec } = require('node:test/reporters');
const { pathToFileURL } = require('node:url');

const [first, ...rest] = process.argv.slice(3);

if (first === '--test') {
  const tests = run({ cwd: process.cwd(), isolation: 'none' });
  tests.on('test:fail', () => {
    process.exitCode = 1;
  });
  tests.compose(new spec()).pipe(process.stdout);
} else {
  process.argv = [process.argv[0], first, ...rest];
  import(pathToFileURL(first).href);
}
