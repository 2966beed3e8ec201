/** The analysis of a new task: a specialty from its words. A guess that only ever sways placement. */
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

/** The specialty whose words occur most; `general` when none does. Ties: the first in the table. */
export function classify(title: string, body: string): Specialty {
  const excerpt = body.slice(0, 4_000);
  let best: Specialty = 'general';
  let most = 0;
  for (const [specialty, words] of WORDS) {
    const count =
      TITLE_WEIGHT * (title.match(words)?.length ?? 0) + (excerpt.match(words)?.length ?? 0);
    if (count > most) [best, most] = [specialty, count];
  }
  return best;
}
