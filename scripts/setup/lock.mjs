/** Two `npm start` at once take turns. The lock is a folder that names the process that holds it. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from './paths.mjs';
import { say } from './say.mjs';

const LOCK = fromRoot('.setup', 'lock');
const RETRY_MS = 200;

/** Runs `work` while no other process of this checkout runs its own. */
export async function withLock(work) {
  await acquire();
  try {
    return await work();
  } finally {
    fs.rmSync(LOCK, { recursive: true, force: true });
  }
}

async function acquire() {
  let told = false;
  while (!tryAcquire()) {
    const holder = readHolder();
    if (holder !== undefined && !isAlive(holder)) {
      breakLock(holder);
      continue;
    }
    if (!told && holder !== undefined)
      say(`process ${holder} is setting this checkout up: waiting (if it is not, delete ${LOCK})`);
    told ||= holder !== undefined;
    await sleep(RETRY_MS);
  }
}

// Made elsewhere and renamed into place, so that a lock without its holder's name is never seen.
function tryAcquire() {
  const draft = `${LOCK}.${process.pid}`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  fs.writeFileSync(path.join(draft, 'pid'), String(process.pid));
  try {
    fs.renameSync(draft, LOCK);
    return true;
  } catch {
    fs.rmSync(draft, { recursive: true, force: true });
    return false;
  }
}

function readHolder() {
  try {
    return Number(fs.readFileSync(path.join(LOCK, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// Moved aside first: of several that see the same dead holder only one succeeds. Should it have caught the lock of
// somebody who was quicker still, it puts that back.
function breakLock(deadHolder) {
  const aside = `${LOCK}.dead.${process.pid}`;
  try {
    fs.renameSync(LOCK, aside);
    if (Number(fs.readFileSync(path.join(aside, 'pid'), 'utf8')) !== deadHolder) {
      fs.renameSync(aside, LOCK);
      return;
    }
  } catch {
    return;
  }
  fs.rmSync(aside, { recursive: true, force: true });
}
