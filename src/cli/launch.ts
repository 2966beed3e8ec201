/**
 * How a program of this PC starts (dist/launch.cjs): with what V8 made of dist/koubou.cjs the last time, so that no start compiles
 * six megabytes anew. Knows of the roles only that they use different parts; the roles themselves are picked in `main.ts`.
 */
import { createRequire, enableCompileCache } from 'node:module';
import path from 'node:path';

/** The first process of a kind leaves what it used; a kept file is not added to. So each kind has its own. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['serve', 'serve'],
  ['agent run', 'agent'],
  ['agent supervise', 'supervisor'],
]);

const [role = '', part = ''] = process.argv.slice(2);
const kind = KINDS.get(role) ?? KINDS.get(`${role} ${part}`) ?? 'client';
// Beside the program, where only those write who may change the program. Where that is nobody, each start compiles.
enableCompileCache(path.join(import.meta.dirname, '.compiled', kind));
createRequire(import.meta.filename)('./koubou.cjs');
