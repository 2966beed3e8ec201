/** Node, our program and its assets, put together for one platform; looked at again before anybody gets it. */
import fs from 'node:fs';
import path from 'node:path';
import { assetsFor } from './assets.mjs';
import { blobIn, machineOf } from './check.mjs';
import { codeCache } from './code-cache.mjs';
import { stripElf } from './elf.mjs';
import { signAdHoc, wrongPages } from './macho.mjs';
import { lockedPackage, packageFolder } from './packages.mjs';
import { PLATFORMS, thisPlatform } from './platforms.mjs';
import { ignoreNodeOptions, putIn, seaBlob } from './sea.mjs';

/**
 * Writes the executable for a platform to the file `to`.
 * @param {string} main the script that it runs
 * @returns {Promise<Buffer>} its bytes
 */
export async function assemble(platform, main, to) {
  const { node: packageName } = PLATFORMS[platform];
  const { version } = lockedPackage(packageName);
  const binary = platform.startsWith('win-') ? 'bin/node.exe' : 'bin/node';
  const program = path.join(packageFolder(packageName), binary);
  let node = fs.readFileSync(program);
  if (platform.startsWith('linux-')) node = stripElf(node);
  ignoreNodeOptions(node, version);
  fs.writeFileSync(to, node, { mode: 0o755 });
  const script = { name: 'koubou.cjs', main };
  const cache = platform === thisPlatform() ? { codeCache: codeCache(program, script) } : {};
  const blob = seaBlob({ ...script, ...cache, assets: assetsFor(platform) }, version);
  await putIn(to, blob, platform);
  if (platform.startsWith('darwin-'))
    fs.writeFileSync(to, signAdHoc(fs.readFileSync(to), 'koubou'));
  const file = fs.readFileSync(to);
  check(file, platform, blob);
  return file;
}

function check(file, platform, blob) {
  if (machineOf(file) !== platform)
    throw new Error(`the executable for ${platform} is one for ${machineOf(file)}`);
  if (!blobIn(file).equals(blob))
    throw new Error(`${platform}: what was put in is not found again`);
  if (platform.startsWith('darwin-') && wrongPages(file).length > 0)
    throw new Error(`${platform}: the signature is not right`);
}
