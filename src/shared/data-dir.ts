/** Where a coordinator keeps its data, and how others find it there. Pure: the environment is passed in. */
import * as z from 'zod/mini';

/** Files of the data folder that programs beside the coordinator read. */
export const TOKEN_FILE = 'token';
export const SERVE_FILE = 'serve.json';

/** `serve.json`: who serves the data folder, and where. Removed at a clean end. */
export const ServeInfo = z.strictObject({
  pid: z.int().check(z.minimum(1)),
  host: z.string(),
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
  url: z.string(),
  startedAt: z.number(),
  version: z.string(),
});
export type ServeInfo = z.infer<typeof ServeInfo>;

/** The default data folder of this user. @param home the user's home folder */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  if (platform === 'win32') return `${env['LOCALAPPDATA'] ?? `${home}\\AppData\\Local`}\\Koubou`;
  if (platform === 'darwin') return `${home}/Library/Application Support/Koubou`;
  // An empty variable counts as not set, as the XDG specification has it.
  return `${env['XDG_DATA_HOME'] || `${home}/.local/share`}/koubou`;
}

/** Which versions brought the data to where it is; `versions.json`. An older program reads it to say whose data it is. */
export const VERSIONS_FILE = 'versions.json';
export const DataVersions = z.object({
  /** The newest program that opened the data, and the schema that it knows. */
  version: z.string(),
  schema: z.int(),
  /** Oldest first. */
  migrations: z.array(
    z.object({
      at: z.number(),
      /** The program that did it. */
      by: z.string(),
      /** Schemas. */
      from: z.int(),
      to: z.int(),
      /** The backup of the moment before. */
      backup: z.string(),
    }),
  ),
});
export type DataVersions = z.infer<typeof DataVersions>;
