/**
 * The steps of a release, which the workflow release.yml calls one by one:
 *
 *   node scripts/release.mjs check TAG         the tag names the version of package.json, and the list of changes has it
 *   node scripts/release.mjs gather FROM TO    all files of the release in one folder, with their checksums; none may be missing
 *   node scripts/release.mjs notes             what is new in this version
 */
import fs from 'node:fs';
import { changesOf } from './release/changes.mjs';
import { gather } from './release/files.mjs';
import { fromRoot } from './setup/paths.mjs';
import { runMain, say, SetupError } from './setup/say.mjs';

const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));

const STEPS = {
  check(tag) {
    if (tag !== `v${version}`)
      throw new SetupError(
        `the tag is ${tag}, and package.json says ${version}: the tag of it is v${version}`,
      );
    changesOf(version);
    say(`${tag} can be released`);
  },
  gather(from, to) {
    for (const name of gather({ from, to, version })) say(name);
  },
  notes() {
    process.stdout.write(`${changesOf(version)}\n`);
  },
};

await runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  const step = Object.hasOwn(STEPS, name ?? '') ? STEPS[name] : undefined;
  if (step?.length !== args.length)
    throw new SetupError('say which step: check TAG, gather FROM TO, or notes');
  step(...args);
});
