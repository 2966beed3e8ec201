/** What the text of a task says of itself: files that it names, how large it is, what it asks for in so many words. Pure, and in time that grows with the text. */
import type { Fact, Found, TaskSize } from './analysis.ts';

/** So much of a text is read. */
const MOST_TEXT = 20_000;
const MOST_PATHS = 100;
const LONGEST_PATH = 300;

const PATH = /^(?:\.\/)?[\w.@-]+(?:\/[\w.@-]+)*\/?$/;
const FILE = /\.[a-z][a-z0-9]{0,5}$/i;
/** Kinds of files that may stand without a folder: of others `e.g.` and `example.com` would be some. */
const KNOWN_FILE =
  /^[\w@-]+(?:[._-]\w+)*\.(?:tsx?|jsx?|mjs|cjs|css|scss|html|vue|svelte|md|mdx|rst|py|go|rs|java|kt|rb|php|cs|swift|sql|ya?ml|json|toml|sh|tf)$|^(?:Dockerfile|Makefile)$/;
/** Products whose names look like files. */
const PRODUCT = /^(?:node|next|nuxt|vue|react|express|d3|three|chart|discord|socket)\.js$/i;

/** Files and folders that a task names, each once, in the order they stand. */
export function pathsIn(title: string, body: string): string[] {
  const found = new Set<string>();
  const text = `${title}\n${body.slice(0, MOST_TEXT)}`.replaceAll(/\bhttps?:\/\/\S+/g, ' ');
  for (const token of text.split(/[\s`'"()<>[\],;|]+/)) {
    if (token.length > LONGEST_PATH || found.size >= MOST_PATHS) continue;
    const path = token.replace(/[.:!?]+$/, '').replace(/(?::\d{1,7}){1,2}$/, '');
    if (isPath(path)) found.add(path.replace(/^\.\//, ''));
  }
  return [...found];
}

function isPath(text: string): boolean {
  if (!text.includes('/')) return KNOWN_FILE.test(text) && !PRODUCT.test(text);
  // `and/or`, `24/7` and `w/o` are none: a file has an ending, a folder a slash at its end.
  return PATH.test(text) && (FILE.test(text) || text.endsWith('/')) && !/^\d/.test(text);
}

const SMALL =
  /\b(typos?|rename|bump|misspell\w*|spelling|wording|one[- ]liner|trivial)\b|誤字|脱字/i;
const LARGE =
  /\b(rewrite|redesign|re-?architect\w*|overhaul|migrate (all|every|the whole)|from scratch)\b|全面|作り直/i;
const ENTRY = /^\s{0,20}[-*+]\s+\[[ x]\]\s/gim;

export function sizeOfText(title: string, body: string, paths: number): Fact<TaskSize> {
  const found = (value: TaskSize, why: string): Fact<TaskSize> => ({ value, from: 'words', why });
  const read = body.slice(0, MOST_TEXT);
  const entries = read.match(ENTRY)?.length ?? 0;
  const large = LARGE.exec(title)?.[0];
  if (large !== undefined) return found('large', `“${large}”`);
  if (entries >= 8) return found('large', `${entries} entries to tick off`);
  if (paths >= 10) return found('large', `names ${paths} files`);
  const small = SMALL.exec(title)?.[0];
  if (small !== undefined && entries < 3) return found('small', `“${small}”`);
  if (body.length < 300 && paths === 1) return found('small', 'a short text about one file');
  if (body.length > 6_000) return found('large', 'a long text');
  return { value: 'medium', from: 'default' };
}

const GPU = /\b(?:gpu|cuda|nvidia|rocm)\b/i;
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['os.windows', /\b(?:only )?on windows\b/i],
  ['os.macos', /\bon (?:macos|os x|a mac)\b/i],
  ['os.linux', /\bonly on linux\b/i],
];
const MEMORY = /\b(\d{1,4})\s?gb (?:of )?(?:ram|memory)\b/i;
const CONFIDENTIAL =
  /\b(?:this|strictly|company|highly) (?:is |issue is |task is )?confidential\b|\bdo not share (?:this )?(?:outside|publicly)\b|社外秘|極秘|機密扱い/i;

/** What it asks for in so many words: a machine, or to be kept close. */
export function askedInText(title: string, body: string): Pick<Found, 'needs' | 'security'> {
  const text = `${title}\n${body.slice(0, MOST_TEXT)}`;
  const needs: Fact<string>[] = [];
  const need = (value: string, said: string): number =>
    needs.push({ value, from: 'words', why: `“${said.slice(0, 100)}”` });
  const gpu = GPU.exec(text);
  if (gpu) need('gpu', gpu[0]);
  for (const [system, words] of SYSTEMS) {
    const said = words.exec(text);
    if (said) need(system, said[0]);
  }
  const memory = MEMORY.exec(text);
  if (memory) need(`memory.${Number(memory[1])}g`, memory[0]);
  const secret = CONFIDENTIAL.exec(text)?.[0];
  return {
    needs,
    ...(secret !== undefined && {
      security: { value: 'confidential', from: 'words', why: `“${secret}”` },
    }),
  };
}
