/**
 * What an issue asks of Koubou: in front matter at the top of its text, and by its labels. Pure. Neither can name a program to
 * run, and the text counts only where its author may write to the repository: anybody can open an issue, few can label one.
 */
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { isForAgent } from '../../../../../shared/domain/demand.ts';
import { NamedEngine, type EngineChoice } from '../../../../../shared/domain/engine.ts';
import { Priority, PRIORITIES } from '../../../../../shared/domain/task.ts';
import { Need } from '../../../../../shared/domain/need.ts';
import { Specialty } from '../../../../../shared/domain/specialty.ts';
import type { ASKED_FOR, AskedIn, Remark } from '../../../../../shared/import/remark.ts';
import { cleanLine } from '../../../../../shared/text.ts';

export interface Asked {
  readonly priority: Priority | null;
  readonly engine: EngineChoice | null;
  readonly localOnly: boolean;
  readonly specialty: Specialty | null;
  readonly needs: readonly string[];
  /** What was not understood or not allowed. */
  readonly remarks: readonly Remark[];
}

export const NOTHING_ASKED: Asked = {
  ...{ priority: null, engine: null, specialty: null },
  ...{ localOnly: false, needs: [], remarks: [] },
};

const MOST_REMARKS = 20;
const MOST_NEEDS = 20;

/** Both together; front matter says more exactly what is meant, and goes before labels. */
export function together(text: Asked, labels: Asked): Asked {
  const localOnly = text.localOnly || labels.localOnly;
  const engine = text.engine ?? labels.engine;
  const isAway = localOnly && engine !== null && engine.kind !== 'ollama';
  const remark: Remark = { code: 'local_only', engine: engine?.kind ?? '' };
  return {
    priority: text.priority ?? labels.priority,
    engine: isAway ? null : engine,
    localOnly,
    specialty: text.specialty ?? labels.specialty,
    needs: [...new Set([...text.needs, ...labels.needs])].slice(0, MOST_NEEDS),
    remarks: [...(isAway ? [remark] : []), ...text.remarks, ...labels.remarks].slice(
      0,
      MOST_REMARKS,
    ),
  };
}

/** Lines between `---`, in an HTML comment (which readers of the issue do not see), between fences, or as they are. */
const FRONTS = [
  /^\s*---[ \t]*\n([\s\S]{0,4000}?)\n---[ \t]*(?:\n|$)/,
  /^\s*<!--[ \t]*\n?([\s\S]{0,4000}?)-->[ \t]*(?:\n|$)/,
  /^\s*```[ \t]*(?:ya?ml|koubou)?[ \t]*\n([\s\S]{0,4000}?)\n```[ \t]*(?:\n|$)/,
  /^\s*(koubou:[ \t]*(?:\n[ \t]{1,20}\S[^\n]{0,300}){1,30})(?:\n|$)/,
];
const OURS = /^\s*koubou:/;

/**
 * Takes front matter off a text. What does not begin with `koubou:` is no front matter of ours and stays in the text.
 * @param mayAsk whether its author may write to the repository
 */
export function askedByText(body: string, mayAsk: boolean): { asked: Asked; rest: string } {
  const start = body.slice(0, 5_000);
  const found = FRONTS.map((front) => front.exec(start)).find((one) => OURS.test(one?.[1] ?? ''));
  const lines = found?.[1];
  if (!found || lines === undefined) return { asked: NOTHING_ASKED, rest: body };
  const rest = body.slice(found[0].length);
  if (!mayAsk) {
    return { asked: withRemark(NOTHING_ASKED, { code: 'front_matter_refused' }), rest };
  }
  return { asked: readFront(lines), rest };
}

function readFront(lines: string): Asked {
  let given: unknown;
  try {
    given = parse(lines);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [first = ''] = error.message.split('\n');
    const why = cleanLine(first, 200);
    return withRemark(NOTHING_ASKED, { code: 'front_matter_unreadable', why });
  }
  const parsed = z.object({ koubou: z.record(z.string(), z.unknown()) }).safeParse(given);
  if (!parsed.success) return withRemark(NOTHING_ASKED, { code: 'front_matter_empty' });
  let asked = NOTHING_ASKED;
  for (const [name, value] of Object.entries(parsed.data.koubou)) {
    const words = (Array.isArray(value) ? value : [value]).map(wordOf);
    for (const word of words)
      asked = ask(asked, name, word, { in: 'front_matter', text: `${name}: ${word}` });
  }
  return asked;
}

function wordOf(value: unknown): string {
  return cleanLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 200);
}

/** `koubou:high`, `koubou:engine=claude-code`, `priority: high`, `koubou:needs=gpu`; all others are just labels. */
export function askedByLabels(labels: readonly string[]): Asked {
  let asked = NOTHING_ASKED;
  for (const label of labels) {
    const [, name, value] = /^koubou:\s*(?:(\w+)\s*[=:]\s*)?(.+)$/i.exec(label) ?? [];
    const [, plain] = /^priority\s*[:/=-]\s*(\w+)$/i.exec(label) ?? [];
    if (label.trim().toLowerCase() === LOCAL_ONLY) asked = { ...asked, localOnly: true };
    else if (value !== undefined) asked = askBy(asked, name?.toLowerCase(), value.trim(), label);
    else if (plain !== undefined && Priority.safeParse(plain.toLowerCase()).success)
      asked = ask(asked, 'priority', plain.toLowerCase(), inLabel(label));
  }
  return asked;
}

/** As a label with or without `koubou:`, and in front matter. */
const LOCAL_ONLY = 'local-only';

/** Labels that say how a task stands are ours, and ask nothing. */
const STATES = new Set(['queued', 'working', 'review', 'done', 'failed', 'cancelled']);

function askBy(asked: Asked, name: string | undefined, value: string, label: string): Asked {
  const where = inLabel(label);
  if (name !== undefined) return ask(asked, name, value, where);
  const word = value.toLowerCase();
  if (STATES.has(word)) return asked;
  if (word === LOCAL_ONLY) return { ...asked, localOnly: true };
  if (Priority.safeParse(word).success) return ask(asked, 'priority', word, where);
  if (Specialty.safeParse(word).success) return ask(asked, 'specialty', word, where);
  return withRemark(asked, { code: 'unknown', where });
}

function inLabel(label: string): AskedIn {
  return { in: 'label', text: cleanLine(label, 100) };
}

function ask(asked: Asked, name: string, value: string, where: AskedIn): Asked {
  const word = value.toLowerCase();
  switch (name) {
    case 'priority': {
      const priority = Priority.safeParse(word);
      if (priority.success) return { ...asked, priority: priority.data };
      return wrong(asked, where, 'priority', PRIORITIES);
    }
    case 'specialty': {
      const specialty = Specialty.safeParse(word);
      if (specialty.success) return { ...asked, specialty: specialty.data };
      return wrong(asked, where, 'specialty', Specialty.options);
    }
    case 'engine': {
      // By its name alone: a program to run would be one that a stranger chose.
      if (word === 'auto') return { ...asked, engine: { kind: 'auto' } };
      const kind = NamedEngine.safeParse(word);
      if (kind.success) return { ...asked, engine: { kind: kind.data } };
      return wrong(asked, where, 'engine', ['auto', ...NamedEngine.options]);
    }
    case 'needs': {
      const need = Need.safeParse(word);
      if (need.success && !isForAgent(word) && asked.needs.length < MOST_NEEDS)
        return { ...asked, needs: [...asked.needs, word] };
      return wrong(asked, where, 'need');
    }
    case LOCAL_ONLY:
      if (word === 'true' || word === 'yes') return { ...asked, localOnly: true };
      if (word === 'false' || word === 'no') return asked;
      return wrong(asked, where, 'switch');
    default:
      return withRemark(asked, { code: 'unknown', where });
  }
}

function wrong(
  asked: Asked,
  where: AskedIn,
  what: (typeof ASKED_FOR)[number],
  allowed: readonly string[] = [],
): Asked {
  return withRemark(asked, { code: 'wrong', where, what, allowed: [...allowed] });
}

function withRemark(asked: Asked, remark: Remark): Asked {
  return { ...asked, remarks: [...asked.remarks, remark].slice(0, MOST_REMARKS) };
}
