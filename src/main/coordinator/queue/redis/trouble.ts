/** What an error of Redis or of the way to it means, in words that say what to do. Pure. */
import { SharedQueueError, type QueueTrouble } from '../shared-port.ts';

/** How Redis and Node begin, or name, what they refuse. The first that fits. */
const MEANINGS: readonly (readonly [RegExp, QueueTrouble, string])[] = [
  [
    /WRONGPASS|NOAUTH|invalid username-password|invalid password|AUTH.*without any password/i,
    'sign_in',
    'Redis takes neither this user nor this password: check --queue, or the file of the password',
  ],
  [
    /NOPERM/,
    'not_allowed',
    'the user of Redis lacks a right: give it ~{koubou}* +@all -@dangerous +info',
  ],
  [
    /READONLY|MISCONF/,
    'read_only',
    'Redis takes no writes now: it is a copy of another one, or cannot save to its disk; name its master, or look at its disk',
  ],
  [
    /^OOM|command not allowed when used memory/,
    'full',
    'the memory of Redis is full: raise its maxmemory; nothing of what it holds is lost',
  ],
  [
    /certificate|CERT|SELF_SIGNED|altnames|wrong version number|EPROTO|ssl3|tls/i,
    'certificate',
    'no safe connection to Redis: check that it speaks TLS, and that ca= names who signed its certificate',
  ],
  [/LOADING/, 'away', 'Redis is reading its data from disk'],
  [/ENOTFOUND|EAI_AGAIN/, 'away', 'the name of the PC of Redis is not known'],
  [/ECONNREFUSED/, 'away', 'Redis does not run there, or not at this port'],
  [/[Ss]entinel/, 'away', 'the sentinels are not there, or do not know that master'],
  [
    /CLUSTERDOWN|Cluster|slots cache|ClusterAllFailed|None of startup nodes/,
    'away',
    'the cluster of Redis cannot work now',
  ],
  [
    /Connection is closed|max retries per request|Stream isn't writeable|timed out|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|socket|MASTERDOWN|TRYAGAIN|UNBLOCKED|flushed from|Command aborted/i,
    'away',
    'Redis cannot be reached, or does not answer',
  ],
];

/** @param shown the address for people */
export function troubleOf(error: unknown, shown: string): SharedQueueError {
  if (error instanceof SharedQueueError) return error;
  const said = wordsOf(error);
  for (const [sign, trouble, words] of MEANINGS)
    if (sign.test(said))
      return new SharedQueueError(trouble, `${shown}: ${words} (${short(said)})`, { cause: error });
  return new SharedQueueError('internal', `${shown}: ${short(said)}`, { cause: error });
}

/** Clients of several servers put what happened inside. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const inner = 'lastNodeError' in error ? wordsOf(error.lastNodeError) : '';
  const many = error instanceof AggregateError ? error.errors.map(wordsOf).join('; ') : '';
  return [inner, error.message, code, many].filter((one) => one !== '').join(' ');
}

function short(text: string): string {
  return text.split('\n')[0]?.slice(0, 200) ?? '';
}
