/**
 * `manifest.json` in the home: whose agent this is, and all that was made for it outside of the home. Each thing is noted
 * before it is made, so that whatever is cut off can be finished or undone.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { realDisk } from './durable.ts';
import { Scope, type Home } from './home.ts';
import { AgentOrders, HostError, Owner } from './orders.ts';
import { Made, ServiceKind } from './services/service.ts';

export const ManifestData = z.object({
  format: z.literal(1),
  /** `removing`: an uninstallation was begun and has to be finished. */
  state: z.enum(['installing', 'installed', 'removing']),
  /** `null`: installed by hand. */
  owner: Owner.nullable(),
  scope: Scope,
  service: ServiceKind.nullable(),
  /** Where `runsvdir` looked. */
  runit: z.string().nullable(),
  /** What the agent was told to be. */
  config: AgentOrders.nullable(),
  made: z.array(Made),
});
export type ManifestData = z.infer<typeof ManifestData>;

export interface Manifest {
  readonly data: ManifestData;
  /** Durable when it resolves. */
  set(change: Partial<ManifestData>): Promise<void>;
  record(made: Made): Promise<void>;
}

/** `null`: nothing was ever installed here. @throws HostError when it cannot be read */
export async function readManifest(home: Home): Promise<ManifestData | null> {
  let text: string;
  try {
    text = await readFile(home.manifest, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = ManifestData.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new HostError(
    'failed',
    `${home.manifest} cannot be read: it is damaged, or of a newer version of Koubou`,
  );
}

export function manifestOf(home: Home, data: ManifestData): Manifest {
  let now = data;
  async function set(change: Partial<ManifestData>): Promise<void> {
    now = { ...now, ...change };
    await realDisk.write(home.manifest, `${JSON.stringify(now, null, 2)}\n`);
  }
  return {
    get data() {
      return now;
    },
    set,
    async record(made) {
      const text = JSON.stringify(made);
      if (now.made.some((other) => JSON.stringify(other) === text)) return;
      await set({ made: [...now.made, made] });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
