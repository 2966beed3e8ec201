/**
 * Finds the coordinator: KOUBOU_URL and KOUBOU_TOKEN when both are set, else `serve.json` and `token` in the data folder.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultDataDir, SERVE_FILE, ServeInfo, TOKEN_FILE } from '../shared/data-dir.ts';
import { CliError, EXIT, type CliIo } from './io.ts';

export interface Address {
  /** Origin of the API: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string;
}

export const HOW_TO_START = 'start it with "koubou serve", or open the Koubou app';

/** @throws CliError (not reachable) that says what was looked at and how to start one */
export async function findCoordinator(io: CliIo, dataOption: string | undefined): Promise<Address> {
  const { KOUBOU_URL: url, KOUBOU_TOKEN: token } = io.env;
  if (dataOption === undefined && url !== undefined) {
    if (token === undefined)
      throw new CliError(EXIT.wrongUse, 'KOUBOU_URL is set and KOUBOU_TOKEN is not: set both');
    return { url: originOf(url), token };
  }
  const dir = dataDirOf(io, dataOption);
  const info = await readServeInfo(dir);
  if (!info) throw new CliError(EXIT.notReachable, `no coordinator serves ${dir}: ${HOW_TO_START}`);
  return { url: info.url, token: await readToken(dir) };
}

export function dataDirOf(io: CliIo, dataOption: string | undefined): string {
  return dataOption === undefined
    ? defaultDataDir(io.env, io.platform, io.home)
    : path.resolve(io.cwd, dataOption);
}

/** Who serves the data folder, by its own word; `undefined` when nobody does. */
export async function readServeInfo(dir: string): Promise<ServeInfo | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(dir, SERVE_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliError(EXIT.notReachable, `cannot read ${path.join(dir, SERVE_FILE)}`, {
      cause: error,
    });
  }
  try {
    return ServeInfo.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(
      EXIT.notReachable,
      `${path.join(dir, SERVE_FILE)} is damaged: restart the coordinator`,
      {
        cause: error,
      },
    );
  }
}

async function readToken(dir: string): Promise<string> {
  const file = path.join(dir, TOKEN_FILE);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.notReachable, `cannot read the token ${file}: ${why}`, {
      cause: error,
    });
  }
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch (error) {
    throw new CliError(EXIT.wrongUse, `KOUBOU_URL is not an address: ${JSON.stringify(url)}`, {
      cause: error,
    });
  }
}
