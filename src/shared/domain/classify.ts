/** A specialty from the words of a task: a guess that only ever sways placement. */
import type { Specialty } from './specialty.ts';

const WORDS: readonly (readonly [Specialty, RegExp])[] = [
  [
    'frontend',
    /\b(ui|css|html|react|vue|svelte|button|page|layout|render|browser|frontend|front-end|dark mode|responsive)\b/gi,
  ],
  [
    'backend',
    /\b(api|server|endpoint|http|rest|graphql|backend|back-end|request|route|service|parser?|queue)\b/gi,
  ],
  ['testing', /\b(tests?|coverage|flaky|fixture|assert(ion)?|e2e|unit test|regression)\b/gi],
  [
    'devops',
    /\b(ci|cd|docker|kubernetes|deploy(ment)?|pipeline|workflow|release|build|helm|terraform)\b/gi,
  ],
  [
    'database',
    /\b(sql|database|migration|schema|query|index(es)?|postgres|mysql|sqlite|redis|transaction)\b/gi,
  ],
  [
    'security',
    /\b(security|vulnerab\w+|cve|xss|csrf|injection|auth(entication|orization)?|token|secret|password|encrypt\w*)\b/gi,
  ],
  ['documentation', /\b(docs?|documentation|readme|typo|changelog|tutorial|comment|example)\b/gi],
];

/** Words in the title count three times. */
const TITLE_WEIGHT = 3;

/** The specialty whose words occur most, and which those are; `null` when none does. Ties: the first in the table. */
export function classify(
  title: string,
  body: string,
): { readonly value: Specialty; readonly why: string } | null {
  const excerpt = body.slice(0, 4_000);
  let best: { value: Specialty; why: string } | null = null;
  let most = 0;
  for (const [value, pattern] of WORDS) {
    const inTitle = title.match(pattern) ?? [];
    const inBody = excerpt.match(pattern) ?? [];
    const count = TITLE_WEIGHT * inTitle.length + inBody.length;
    if (count <= most) continue;
    const words = new Set([...inTitle, ...inBody].map((word) => word.toLowerCase()));
    best = { value, why: [...words].slice(0, 5).join(', ').slice(0, 200) };
    most = count;
  }
  return best;
}
