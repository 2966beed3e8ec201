/**
 * `node scripts/fuses.mjs BINARY`: sets the fuses of a packaged app and reads them back; with `--check`, reads them only. Exit
 * code 1 when one does not stand as it has to.
 */
import { readFuses, setFuses, wrongFuses } from './desktop/fuses.mjs';
import { runMain, SetupError } from './setup/say.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  const [binary, ...more] = args.filter((argument) => argument !== '--check');
  if (binary === undefined || more.length > 0)
    throw new SetupError('say which binary: node scripts/fuses.mjs [--check] BINARY');
  if (!args.includes('--check')) await setFuses(binary);
  for (const [name, on] of Object.entries(await readFuses(binary)))
    process.stdout.write(`${name}: ${on}\n`);
  const wrong = await wrongFuses(binary);
  if (wrong.length > 0) throw new SetupError(`not as they have to be: ${wrong.join(', ')}`);
});
