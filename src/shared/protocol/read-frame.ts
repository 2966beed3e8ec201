/**
 * Reads what the other end says when it may be newer than we are: what it has learned since is dropped, so that an
 * update can go over the workshop one PC at a time. Of an end that is as old as we are, or older, a frame that is not
 * as agreed is a mistake. Pure.
 */
import { z } from 'zod';

export type ReadFrame<T> =
  | { readonly kind: 'frame'; readonly frame: T }
  /** A frame that a newer build has and we do not. */
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'bad'; readonly why: string };

const Typed = z.looseObject({ type: z.string() });

/**
 * @param value as it came out of `JSON.parse`; what is dropped is dropped in it
 * @param isNewer the other end speaks a higher protocol version than ours
 */
export function readFrame<S extends z.ZodType>(
  schema: S,
  value: unknown,
  isNewer: boolean,
): ReadFrame<z.output<S>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'frame', frame: parsed.data };
  const { issues } = parsed.error;
  const typed = Typed.safeParse(value);
  if (isNewer && typed.success) {
    // A frame that is known has a type that is right.
    if (issues.some(({ path }) => path.join('.') === 'type'))
      return { kind: 'unknown', type: typed.data.type.slice(0, 100) };
    dropFrom(value, issues);
    const again = schema.safeParse(value);
    if (again.success) return { kind: 'frame', frame: again.data };
  }
  const [issue] = issues;
  const where = issue?.path.join('.');
  return {
    kind: 'bad',
    why: issue ? `${where === '' ? 'frame' : where}: ${issue.message}` : 'unknown reason',
  };
}

type Issues = z.core.$ZodIssue[];

/** Takes out the fields that nobody here knows. */
function dropFrom(value: unknown, issues: Issues): void {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = at(value, issue.path);
    for (const key of issue.keys) if (holder) Reflect.deleteProperty(holder, key);
  }
}

function at(value: unknown, path: readonly PropertyKey[]): object | undefined {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Reflect.get(here, key);
  }
  return typeof here === 'object' && here !== null ? here : undefined;
}
