/** Set-up, step by step. Every step looks first and does nothing when all is there. */
import { ensureElectron } from './electron.mjs';
import { ensureNode } from './node-version.mjs';
import { ensureClaudeCode, ensurePackages } from './packages.mjs';
import { ensureSystem } from './system.mjs';
import { ensureTestHosts } from './test-hosts.mjs';

/** What every command needs: a Node that can run the scripts, git, the packages. */
export async function prepare() {
  ensureNode();
  await ensureSystem([]);
  await ensurePackages();
}

/** What a window needs on top. */
export async function prepareWindow() {
  await ensureSystem(['window']);
  await ensureElectron();
}

/** What the tests need on top: what agents work with, an engine to drive, and the system of hosts. */
export async function prepareTests() {
  await ensureSystem(['tests']);
  ensureClaudeCode();
  await ensureTestHosts();
}

/** What the tests of the installed app need on top: what its package depends on, so that it comes alone and goes alone. */
export async function prepareInstallTests() {
  await ensureSystem(['window', 'display', 'install']);
  await ensureElectron();
}

/** What the tests of the window need on top: a window, and a display without a screen. */
export async function prepareWindowTests() {
  await ensureSystem(['window', 'display']);
  await ensureElectron();
}
