/** What of an issue was not taken, and why: as a value that the window puts in words of its own, and in English for everybody else. Pure. */
import { z } from 'zod';
import { assertNever } from '../result.ts';
import { line } from '../text.ts';

/** Where something was asked for: a label as it is, or a field of front matter as `name: value`. */
export const AskedIn = z.strictObject({ in: z.enum(['label', 'front_matter']), text: line(300) });
export type AskedIn = z.infer<typeof AskedIn>;

/** What was asked for with a word that it cannot be. */
export const ASKED_FOR = ['priority', 'specialty', 'engine', 'need', 'switch'] as const;

export const Remark = z.discriminatedUnion('code', [
  /** It must not leave its agent, so the engine that it names was left out. */
  z.strictObject({ code: z.literal('local_only'), engine: z.string() }),
  z.strictObject({ code: z.literal('front_matter_refused') }),
  z.strictObject({ code: z.literal('front_matter_unreadable'), why: z.string() }),
  z.strictObject({ code: z.literal('front_matter_empty') }),
  z.strictObject({ code: z.literal('unknown'), where: AskedIn }),
  z.strictObject({
    code: z.literal('wrong'),
    where: AskedIn,
    what: z.enum(ASKED_FOR),
    /** What it may be; empty where that is no short list. */
    allowed: z.array(z.string()),
  }),
  z.strictObject({ code: z.literal('text_cut'), of: z.int(), taken: z.int() }),
  z.strictObject({ code: z.literal('comments_left'), count: z.int() }),
  z.strictObject({ code: z.literal('attachments') }),
  z.strictObject({ code: z.literal('moved'), from: z.string(), to: z.string() }),
  z.strictObject({ code: z.literal('unseen'), refs: z.array(z.string()) }),
  z.strictObject({ code: z.literal('circle'), ref: z.string() }),
]);
export type Remark = z.infer<typeof Remark>;

/** The remark as one English sentence. */
export function remarkInWords(remark: Remark): string {
  switch (remark.code) {
    case 'local_only':
      return `it is local only, so ${remark.engine} was left out`;
    case 'front_matter_refused':
      return 'its front matter was left out: its author may not write to the repository. Use labels instead';
    case 'front_matter_unreadable':
      return `its front matter is no YAML: ${remark.why}`;
    case 'front_matter_empty':
      return 'its front matter has no fields below "koubou:"';
    case 'unknown':
      return `${placeOf(remark.where)} is not known`;
    case 'wrong':
      return `${placeOf(remark.where)} is ${WRONG[remark.what]}${
        remark.allowed.length === 0 ? '' : `: ${remark.allowed.join(', ')}`
      }`;
    case 'text_cut':
      return `its text has ${remark.of} characters, of which the first ${remark.taken} were taken`;
    case 'comments_left':
      return `${remark.count} of its comments were left out, because they are long`;
    case 'attachments':
      return 'it has pictures or files that only who is signed in at the forge can open: what they show is not in the text';
    case 'moved':
      return `${remark.from} was moved, and is ${remark.to} now`;
    case 'unseen':
      return `it depends on ${remark.refs.join(', ')}, which this account cannot see: not waited for`;
    case 'circle':
      return `${remark.ref} waits for it in turn: not waited for`;
    default:
      return assertNever(remark);
  }
}

const WRONG: Readonly<Record<(typeof ASKED_FOR)[number], string>> = {
  priority: 'no priority',
  specialty: 'no specialty',
  engine: 'no engine that an issue may name',
  need: 'no need that an issue may have',
  switch: 'neither true nor false',
};

function placeOf(where: AskedIn): string {
  return `${where.in === 'label' ? 'label' : 'front matter'} "${where.text}"`;
}
