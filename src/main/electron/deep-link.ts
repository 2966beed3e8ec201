/**
 * Links into the desktop app: `koubou://task/42`, `koubou://agent/atelier`, `koubou://import?url=https://…`. Anybody can make
 * one, so they only show something: nothing is created or changed by one. Pure.
 */
import type { DeepLink } from '../../shared/bridge.ts';
import { AGENT_ID, TASK_ID } from '../../shared/id-patterns.ts';

export const LINK_SCHEME = 'koubou';

const LONGEST = 2_000;
const UNKNOWN: DeepLink = { kind: 'unknown' };

/** `null`: not a link of ours at all. */
export function readDeepLink(text: string): DeepLink | null {
  if (!/^koubou:/i.test(text)) return null;
  if (text.length > LONGEST) return UNKNOWN;
  const [, what = '', rest = ''] = /^koubou:\/\/([a-z]+)([/?].*)$/i.exec(text) ?? [];
  switch (what.toLowerCase()) {
    case 'task':
      return pageOf('tasks', rest.replace(/^\/(?=\d)/, '/task-'), TASK_ID);
    case 'agent':
      return pageOf('agents', rest, AGENT_ID);
    case 'import':
      return importOf(rest);
    default:
      return UNKNOWN;
  }
}

/** The first link among the arguments of a command line; `null`: there is none. */
export function linkIn(argv: readonly string[]): DeepLink | null {
  for (const argument of argv) {
    const link = readDeepLink(argument);
    if (link) return link;
  }
  return null;
}

function pageOf(screen: 'tasks' | 'agents', rest: string, pattern: RegExp): DeepLink {
  const id = /^\/([a-z0-9-]+)\/?$/.exec(rest)?.[1];
  return id !== undefined && pattern.test(id)
    ? { kind: 'page', path: `/${screen}/${id}` }
    : UNKNOWN;
}

function importOf(rest: string): DeepLink {
  const query = /^\/?\?([^#]*)$/.exec(rest)?.[1];
  const given = new URLSearchParams(query ?? '');
  const url = URL.parse(given.get('url') ?? '');
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  // A name and a password in an address are for nobody's eyes, and only an address is asked for.
  if (!isWeb || url.username !== '' || url.password !== '' || given.size !== 1) return UNKNOWN;
  return { kind: 'import', url: url.href };
}
