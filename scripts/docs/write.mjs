/** Writes every generated page; run by `npm run docs`, on the pinned Node. */
import fs from 'node:fs';
import path from 'node:path';
import { fromRoot } from '../setup/paths.mjs';
import { generatedPages } from './pages.mjs';

for (const [file, text] of await generatedPages()) {
  fs.mkdirSync(path.dirname(fromRoot(file)), { recursive: true });
  fs.writeFileSync(fromRoot(file), text);
  console.log(file);
}
