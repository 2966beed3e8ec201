/**
 * What Electron runs when it is given a folder: `electron [switches] [-r module]... [-v | -a] APP [args]`.
 * Stands in for the default_app.asar of the stock download, which the fallback runtime lacks.
 *
 * An ES module on purpose: Electron holds back 'ready' until its top-level awaits are done, so that the app may
 * still register privileged schemes while it loads.
 */
import fs from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { app } from 'electron';

const { target, preloads } = readArgs(process.argv.slice(1));
const requireFromHere = createRequire(path.join(process.cwd(), 'any.js'));
for (const name of preloads) requireFromHere(name.startsWith('.') ? path.resolve(name) : name);
if (target === undefined) fail('no app given. Usage: electron [switches] [-r module] APP [args]');
await runApp(path.resolve(target));

function readArgs(args) {
  const modules = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '-r' || arg === '--require') modules.push(args[++i]);
    else if (arg === '-v' || arg === '--version') answer(`v${process.versions.electron}`);
    else if (arg === '-a' || arg === '--abi') answer(process.versions.modules);
    else if (arg.startsWith('--app='))
      return { target: arg.slice('--app='.length), preloads: modules };
    else if (!arg.startsWith('-')) return { target: arg, preloads: modules };
  }
  return { target: undefined, preloads: modules };
}

async function runApp(root) {
  Object.defineProperty(process, 'defaultApp', {
    value: true,
    enumerable: true,
    configurable: false,
  });
  const hasManifest = describeApp(path.join(root, 'package.json'));
  const entry = resolveEntry(root);
  app.setAppPath(hasManifest ? root : path.dirname(entry));
  try {
    await import(pathToFileURL(entry).href);
  } catch (error) {
    console.error('App threw an error during load');
    console.error(error?.stack ?? error);
    process.exit(1);
  }
}

/** Gives the process the app's name and version; false when there is no package.json. */
function describeApp(manifest) {
  if (!fs.existsSync(manifest)) return false;
  const described = parse(manifest);
  if (described.version) app.setVersion(described.version);
  app.name = described.productName ?? described.name ?? app.name;
  app.setDesktopName?.(described.desktopName ?? `${app.name}.desktop`);
  if (described.v8Flags) setFlagsFromString(described.v8Flags);
  return true;
}

function parse(manifest) {
  try {
    return JSON.parse(fs.readFileSync(manifest, 'utf8'));
  } catch (error) {
    return fail(`cannot read ${manifest}: ${error.message}`);
  }
}

function resolveEntry(root) {
  try {
    // What `require(root)` would load, package.json's "main" included.
    return Module._resolveFilename(root, null, true);
  } catch (error) {
    return fail(`no app at ${root}: ${error.message}`);
  }
}

function answer(text) {
  console.log(text);
  process.exit(0);
}

function fail(message) {
  console.error(`Error launching app: ${message}`);
  process.exit(1);
}
