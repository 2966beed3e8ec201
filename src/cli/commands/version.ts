/** `koubou version`: what this program is, what is inside of it, and what of it works on this machine. */
import type { Command } from 'commander';
import { isExecutable, listAssets, readAsset, type Asset } from '../../native/executable.ts';
import { loadNative, NATIVES, type NativeName } from '../../native/load.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';

/** The output of `koubou version --json`. */
export interface About {
  readonly version: string;
  /** Names the content. */
  readonly build: string;
  readonly protocol: number;
  readonly platform: string;
  /** The Node in it, or that it runs on. */
  readonly node: string;
  /** The single file, or a script on a Node. */
  readonly executable: boolean;
  readonly assets: readonly Asset[];
  readonly natives: readonly Native[];
}

interface Native {
  readonly name: NativeName;
  readonly loads: boolean;
  readonly why: string | null;
}

export function addVersionCommand(program: Command, io: CliIo): void {
  program
    .command('version')
    .description('which version this is')
    .option('--json', 'print JSON, for programs')
    .option('--licences', 'print the licences of everything in the executable')
    .action(async ({ json, licences }: { json?: boolean; licences?: boolean }) => {
      if (licences) return await io.write(readLicences());
      const about = aboutThis();
      if (json) return await writeJson(io, about);
      const { version, build, platform, node } = about;
      await writeLine(io, `koubou ${version} (${build}), Node ${node}, ${platform}`);
      for (const { why } of about.natives) if (why !== null) await writeLine(io, why);
    });
}

function aboutThis(): About {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return {
    version: __KOUBOU_VERSION__,
    build: __KOUBOU_BUILD__,
    protocol: PROTOCOL_VERSION,
    platform: `${system}-${process.arch}`,
    node: process.version,
    executable: isExecutable(),
    assets: listAssets(),
    natives: NATIVES.map(tryNative),
  };
}

function tryNative(name: NativeName): Native {
  try {
    loadNative(name);
    return { name, loads: true, why: null };
  } catch (error) {
    return { name, loads: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function readLicences(): string {
  if (isExecutable()) return new TextDecoder().decode(readAsset('licences.txt'));
  throw new CliError(
    EXIT.failed,
    'this is not the single executable: the licences are in node_modules',
  );
}
