/**
 * What repositories tell of their tasks: the rules of `.koubou.yaml` and the files that name tools, from the mirror. Looked at
 * once a minute at most, and never waited for long: what is not there in time is said to be missing, and is there for the next task.
 */
import { parseDocument } from 'yaml';
import type { Clock } from '../../../../shared/clock.ts';
import type { Known } from '../../../../shared/domain/analyse.ts';
import { isMark } from '../../../../shared/domain/analyse-paths.ts';
import type { RepoRef } from '../../../../shared/domain/task.ts';
import {
  LARGEST_REPO_CONFIG,
  mistakeOf,
  REPO_CONFIG,
  RepoConfig,
} from '../../../../shared/repo-config.ts';
import { cleanLine } from '../../../../shared/text.ts';
import type { Forge, Survey } from '../../forge/port.ts';

export type Look = Pick<Known, 'repository' | 'missing'>;

export interface Repositories {
  /** At once where it was looked at lately; else within `mostMs`. Never rejects. */
  of(repo: RepoRef, mostMs: number): Look | Promise<Look>;
}

const FRESH_MS = 60_000;
const MOST_KEPT = 500;

interface Kept {
  /** On the monotonic clock; `null`: it is being looked at for the first time. */
  at: number;
  look: Look | null;
  underWay: Promise<Look> | null;
}

export function openRepositories(
  forge: Pick<Forge, 'survey'>,
  clock: Pick<Clock, 'monotonic' | 'after'>,
): Repositories {
  const kept = new Map<string, Kept>();

  function entryOf(key: string): Kept {
    const entry = kept.get(key) ?? { at: Number.NEGATIVE_INFINITY, look: null, underWay: null };
    // The one that was asked for last stays longest.
    kept.delete(key);
    kept.set(key, entry);
    for (const [oldest] of kept) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return entry;
  }

  async function lookAgain(entry: Kept, repo: RepoRef): Promise<Look> {
    const look = await lookAt(forge, repo);
    // What was known of it holds until it can be read again.
    const known = look.repository ? look : (entry.look ?? look);
    entry.at = clock.monotonic();
    entry.look = known;
    entry.underWay = null;
    return known;
  }

  return {
    of(repo, mostMs) {
      const entry = entryOf(JSON.stringify([repo.url, repo.base]));
      if (entry.look && clock.monotonic() - entry.at < FRESH_MS) return entry.look;
      entry.underWay ??= lookAgain(entry, repo);
      const late = entry.look ?? LATE;
      return within(entry.underWay, mostMs, late, clock);
    },
  };
}

const LATE: Look = { repository: null, missing: 'the repository could not be read in time' };

async function within<T>(
  work: Promise<T>,
  ms: number,
  otherwise: T,
  clock: Pick<Clock, 'after'>,
): Promise<T> {
  return await new Promise<T>((resolve) => {
    const cancel = clock.after(ms, () => resolve(otherwise));
    void work.then((value) => {
      cancel();
      resolve(value);
    });
  });
}

async function lookAt(forge: Pick<Forge, 'survey'>, repo: RepoRef): Promise<Look> {
  const query = { isWanted: isMark, file: REPO_CONFIG, mostBytes: LARGEST_REPO_CONFIG };
  const survey = await forge.survey(repo, query).catch(() => null); // Whoever works on it is told what is wrong.
  if (!survey?.ok) return { repository: null, missing: 'the repository could not be read' };
  return lookOf(survey.value);
}

function lookOf({ found, text }: Survey): Look {
  const { rules, missing } = text === null ? NO_RULES : rulesIn(text);
  return { repository: { rules, marks: found }, missing };
}

interface Rules {
  readonly rules: RepoConfig['tasks'];
  readonly missing: string | null;
}

const NO_RULES: Rules = { rules: undefined, missing: null };

/** A mistake in it fails the attempts, which say where it is; here it only means that nothing is known. */
function rulesIn(text: string): Rules {
  const bad = (why: string): Rules => {
    return {
      rules: undefined,
      missing: cleanLine(`${REPO_CONFIG} is not as it must be: ${why}`, 200),
    };
  };
  if (text.length > LARGEST_REPO_CONFIG) return bad('it is too large');
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) return bad(error.message);
  const value: unknown = document.toJS({ maxAliasCount: 10 }) ?? {};
  const parsed = RepoConfig.safeParse(value);
  return parsed.success
    ? { rules: parsed.data.tasks, missing: null }
    : bad(mistakeOf(parsed.error).reason);
}
