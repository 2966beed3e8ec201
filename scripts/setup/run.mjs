/** Starting other programs. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { MODULES, NODE, ROOT } from './paths.mjs';

/** Is there a program of this name on the PATH (or in the folders where Debian keeps daemons)? */
export function hasProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && fs.existsSync(path.join(folder, name)));
}

/** Runs a short command to its end: exit code and what it wrote. Never throws. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', ...options });
  return {
    code: result.error ? 127 : (result.status ?? 1),
    out: result.stdout ?? '',
    err: result.stderr ?? '',
  };
}

/**
 * Runs a program in the foreground and passes signals on; resolves with its exit code.
 * A program that dies of a signal takes this process with it, so that the caller's shell sees the same; one that is
 * ended by its `timeout` just fails.
 */
export async function foreground(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    ...withShell(command),
    ...options,
  });
  const stopPassing = passSignals(child);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  stopPassing();
  if (signal && !options.timeout) process.kill(process.pid, signal);
  return code ?? 1;
}

/** Runs JavaScript on the pinned Node. */
export function foregroundNode(args, options) {
  return foreground(NODE, args, options);
}

/** The script behind a command that a package installs, for `foregroundNode`. */
export function packageScript(name, file) {
  return path.join(MODULES, name, file);
}

// Windows starts npm.cmd only through a shell.
function withShell(command) {
  return { shell: command.endsWith('.cmd') };
}

function passSignals(child) {
  const pass = (signal) => {
    // Ctrl-C on a terminal reaches the whole group: passing it on as well would be a second one.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return () => signals.forEach((signal) => process.off(signal, pass));
}
