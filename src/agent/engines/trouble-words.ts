/** What went wrong, by the words of providers and of programs that pass them on; where a status is known, that counts first. */
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';

/** The first that fits counts: a limit is told inside of a broken stream, an expired key inside of a status. */
const WORDS: readonly (readonly [TroubleClass, RegExp])[] = [
  [
    'sign_in_expired',
    /\b40[13] [A-Z]|unauthorized|forbidden|invalid.api.key|incorrect api key|(sign|log)(ging|ned)? ?in( again)?\b|token is expired|quota exceeded|billing|insufficient_quota|credit balance/i,
  ],
  [
    'context_too_long',
    /context (window|length)|context_length_exceeded|prompt is too long|maximum context|ran out of room/i,
  ],
  ['rate_limited', /usage.limit|rate.?limit|too many requests|\b429 [A-Z]/i],
  ['refused', /content.?(filter|policy)|usage polic|cyber_policy|flagged|refus(al|ed to answer)/i],
  [
    'overloaded',
    /overloaded|at capacity|high demand|server had an error|internal server error|bad gateway|\b5\d\d [A-Z]|status:? 5\d\d/i,
  ],
  [
    'invalid_request',
    /invalid_request_error|does not exist|model.?not.?found|unsupported model|bad request|\b4(00|04|22) [A-Z]/i,
  ],
  [
    'network',
    /connect|disconnected|error sending request|network|socket|timed? ?out|fetch failed|stream|unexpected eof|json parsing|ECONN|ENOTFOUND|EAI_AGAIN/i,
  ],
];

/** `null`: they tell nothing. */
export function troubleInWords(text: string): TroubleClass | null {
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? null;
}

/** @param status of HTTP */
export function troubleOfStatus(status: number): TroubleClass | null {
  if (status === 401 || status === 402 || status === 403) return 'sign_in_expired';
  if (status === 413) return 'context_too_long';
  if (status === 429) return 'rate_limited';
  if (status === 408) return 'network';
  if (status >= 500) return 'overloaded';
  return status >= 400 ? 'invalid_request' : null;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** When to try again, as it is told to people: after a time, or at one of this day or the next. @param now epoch ms */
export function untilInWords(text: string, now: number): number | null {
  const [, amount, unit] = /again in ([\d.]+) ?(ms|s|m|h)(?:ec|in|ou|illi|\b)/i.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return Math.ceil(now + Number(amount) * (UNITS[unit.toLowerCase()] ?? 0));
  }
  const [, day, clock] =
    /again at (?:([A-Z][a-z]{2} \d{1,2})(?:st|nd|rd|th)?,? )?((?:\d{4} )?\d{1,2}:\d{2} [AP]M)/.exec(
      text,
    ) ?? [];
  if (clock === undefined) return null;
  if (day !== undefined) return epochOf(`${day} ${clock}`);
  const today = epochOf(`${new Date(now).toDateString()} ${clock}`);
  if (today === null || today > now) return today;
  const next = new Date(today);
  // Not 24 hours: clocks are put forward and back.
  next.setDate(next.getDate() + 1);
  return next.getTime();
}

function epochOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : null;
}
