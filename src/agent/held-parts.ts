/** What a held attempt is made with, and the parts it opens on its folder. */
import type { Logger } from 'pino';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import {
  treeFolder,
  useReserve,
  type AttemptFolder,
  type AttemptRecord,
} from './attempt-folder.ts';
import type { MachineClock } from './clock.ts';
import type { BooksDeps } from './close-books.ts';
import type { Environment } from './config.ts';
import type { Git } from './git.ts';
import type { Link } from './link.ts';
import { openRelay, type Relay } from './relay.ts';
import type { Program } from './start-supervisor.ts';
import type { Workspaces } from './workspace.ts';

export interface HeldDeps {
  readonly dir: string;
  /** Which start of the machine this is. */
  readonly boot: string;
  readonly coordinator: string;
  /** Folder with the agent's key and certificate. */
  readonly identity: string | null;
  readonly workspaces: Workspaces;
  readonly git: Git;
  readonly clock: MachineClock;
  readonly environment: Environment;
  readonly log: Logger;
  readonly link: Omit<Link, 'close' | 'connected' | 'silentFor'>;
  readonly program: Program;
  /** The disk does not take what an attempt says; `null`: it does again. */
  readonly trouble: (attemptId: AttemptId, message: string | null) => void;
}

const NOTHING = { terminal: 0, transcript: 0 };

/** The recording of an attempt, on its way; nothing of it may be read yet. */
export async function openRelayFor(
  { link }: HeldDeps,
  { streams: files }: AttemptFolder,
  { attemptId, fence }: AttemptRecord['spec'],
): Promise<Relay> {
  return await openRelay(
    {
      attemptId,
      files,
      link,
      sendEnd: (lengths) => link.send({ type: 'output_end', attemptId, fence, ...lengths }),
    },
    NOTHING,
  );
}

/** What is done when its supervisor is gone. */
export function booksOf(
  { dir, clock, log, trouble }: HeldDeps,
  folder: AttemptFolder,
  { attemptId }: Pick<AttemptSpec, 'attemptId'>,
): BooksDeps {
  return {
    folder,
    mark: { attemptId, dir },
    treeFolder: treeFolder(dir, attemptId),
    clock,
    warn: (message) => log.warn({ attempt: attemptId }, message),
    trouble(message) {
      if (message !== null) void useReserve(folder);
      trouble(attemptId, message);
    },
  };
}
