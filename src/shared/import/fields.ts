/** Tasks that are given field by field, as JSON and CSV have them: validated as the API validates, with `url` and `labels`. */
import { z } from 'zod';
import { ENGINE_FORMS, EngineChoice, readEngine } from '../domain/engine.ts';
import { NewTask } from '../domain/task.ts';
import { cleanLine, cleanParagraphs } from '../text.ts';
import { item, titleOf, unknown, type Source } from './item.ts';
import type { Understood } from './payload.ts';
import { readReference } from './reference.ts';

/** As the command line has it, too: `codex`, or `command:PROGRAM ARGS`. */
const Engine = z.union([
  EngineChoice,
  z.string().transform((text, ctx) => {
    const engine = readEngine(text);
    if (engine) return engine;
    ctx.addIssue(`an engine is ${ENGINE_FORMS}`);
    return z.NEVER;
  }),
]);

const Fields = NewTask.omit({ origin: true, source: true, blockers: true, again: true })
  .extend({
    title: z.string(),
    body: z.string(),
    engine: Engine,
    labels: z.array(z.string().max(100)).max(50),
    url: z.string().max(2_000),
  })
  .partial();

export const FIELD_NAMES = Object.keys(Fields.shape);

export function itemOfFields(given: unknown, source: Source): Understood {
  const parsed = Fields.safeParse(given);
  const text = nameOf(given);
  if (!parsed.success) return unknown(source, text, 'wrong_field', sentenceOf(parsed.error));
  const {
    title,
    body = '',
    url,
    labels = [],
    repo,
    base,
    priority,
    engine,
    localOnly,
    needs,
    after,
    at,
    specialty,
  } = parsed.data;
  const reference = url === undefined ? null : readReference(url);
  if (url !== undefined && !reference) {
    const message = 'url: is no issue, pull request or repository of a forge';
    return unknown(source, text, 'wrong_field', message);
  }
  const name = titleOf(title ?? '');
  if (name === null && !reference?.origin)
    return unknown(source, text, 'wrong_field', 'title: is missing');
  const link = reference?.origin ? `${reference.origin.url}\n` : '';
  return item(reference?.origin ? reference.kind : 'task', source, {
    text: cleanLine(reference?.origin?.ref ?? name ?? '', 300),
    ref: reference?.origin ?? null,
    title: name,
    body: body === '' ? link : cleanParagraphs(body, 200_000),
    repo: repo ?? reference?.repo ?? null,
    base: base ?? reference?.base ?? null,
    priority: priority ?? null,
    engine: engine ?? null,
    localOnly: localOnly ?? false,
    needs: needs ?? [],
    labels: labels.map((label) => cleanLine(label, 100)).filter((label) => label !== ''),
    after: after ?? [],
    at: at ?? null,
    specialty: specialty ?? null,
  });
}

/** What a person knows it by. */
function nameOf(given: unknown): string {
  const isNamed = typeof given === 'object' && given !== null && 'title' in given;
  const title = isNamed && typeof given.title === 'string' ? titleOf(given.title) : null;
  return title ?? JSON.stringify(given) ?? '';
}

function sentenceOf(error: z.ZodError): string {
  const parts = error.issues.slice(0, 5).map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return `${issue.keys.slice(0, 5).join(', ')}: not a known field; known are ${FIELD_NAMES.join(', ')}`;
    }
    const path = issue.path.join('.');
    return path === '' ? 'give an object with at least a title' : `${path}: ${issue.message}`;
  });
  return cleanLine(parts.join('; '), 1_000);
}
