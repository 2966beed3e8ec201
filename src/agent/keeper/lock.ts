/** Where the process number of a home's living keeper lies. */
import path from 'node:path';
import type { Home } from '../host/home.ts';

/** A folder for `takeLock` and `holderOf`. */
export function keeperLock(home: Home): string {
  return path.join(home.lock, 'keeper');
}
