/** Puts what a run tests into its own folder. */
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * A copy of the built program, so that a build meanwhile changes nothing, and so that its processes name our folder.
 * @returns the program
 */
export function install(dist: string, folder: string): string {
  const place = path.join(folder, 'dist');
  mkdirSync(place, { recursive: true });
  for (const name of ['koubou.cjs', 'koubou.cjs.map', 'ui'])
    if (existsSync(path.join(dist, name)))
      cpSync(path.join(dist, name), path.join(place, name), { recursive: true });
  const root = path.resolve(import.meta.dirname, '../..');
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  copyFileSync(path.join(import.meta.dirname, 'engine.sh'), path.join(folder, 'engine.sh'));
  return path.join(place, 'koubou.cjs');
}
