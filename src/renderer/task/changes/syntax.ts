/**
 * The kinds of words in a line of code, for its colours: comments, strings, numbers, keywords. It looks at one line alone, and only
 * at lines that are drawn, so that it costs nothing for what is not seen. Pure.
 */

export type TokenKind = 'plain' | 'comment' | 'string' | 'number' | 'keyword';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export interface Language {
  readonly keywords: ReadonlySet<string>;
  /** A comment to the end of the line begins with it. */
  readonly comments: readonly string[];
}

const C_LIKE =
  'abstract as async await break case catch class const continue default delete do else enum export extends false final finally for from function get if implements import in instanceof interface let new null of package private protected public readonly return set static super switch this throw true try type typeof undefined var void while with yield';
const WORDS = {
  js: C_LIKE,
  rust: 'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while',
  go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map nil package range return select struct switch type var true false',
  python:
    'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield match case',
  shell:
    'case do done elif else esac exit export fi for function if in local return set then until while',
  ruby: 'begin break case class def do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield require',
  c: `${C_LIKE} bool char double float int long short signed sizeof struct union unsigned namespace template using virtual auto extern fun val when override internal string var func guard let`,
  sql: 'select from where insert into values update set delete create table index drop alter add primary key foreign references join left right inner outer on group by order having limit and or not null as distinct union all case when then else end begin commit SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE INDEX DROP ALTER ADD PRIMARY KEY FOREIGN REFERENCES JOIN LEFT RIGHT INNER OUTER ON GROUP BY ORDER HAVING LIMIT AND OR NOT NULL AS DISTINCT UNION ALL CASE WHEN THEN ELSE END BEGIN COMMIT',
  data: 'true false null yes no',
} as const;
const SLASHES = ['//', '/*', '* ', '*/'];
const COMMENTS = {
  js: SLASHES,
  rust: SLASHES,
  go: SLASHES,
  c: SLASHES,
  python: ['#'],
  shell: ['#'],
  ruby: ['#'],
  sql: ['--'],
  data: ['#'],
} as const;
const FAMILIES = {
  js: 'ts tsx js jsx mjs cjs mts cts vue svelte dart',
  rust: 'rs',
  go: 'go',
  c: 'c h cc cpp hpp cs java kt swift scala php css scss zig',
  python: 'py pyi',
  shell: 'sh bash zsh Makefile Dockerfile mk',
  ruby: 'rb ex exs',
  sql: 'sql',
  data: 'json yaml yml toml ini',
} as const;

/** By the name of a file; `null`: not one that is coloured. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = name.slice(name.lastIndexOf('.') + 1);
  for (const family of FAMILY_NAMES) {
    if (!FAMILIES[family].split(' ').includes(ending)) continue;
    return { keywords: new Set(WORDS[family].split(' ')), comments: COMMENTS[family] };
  }
  return null;
}

const FAMILY_NAMES = ['js', 'rust', 'go', 'c', 'python', 'shell', 'ruby', 'sql', 'data'] as const;

/** Longer lines are not looked at. */
const LONGEST = 1_000;
const PIECE =
  /(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`?)|(?<number>\b\d[\w.]*)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<rest>[\s\S])/gu;

/** The line in pieces; put together they are the line. */
export function tokensOf(line: string, language: Language | null): Token[] {
  if (!language || line.length > LONGEST) return [{ kind: 'plain', text: line }];
  const tokens: { kind: TokenKind; text: string }[] = [];
  const push = (kind: TokenKind, text: string): void => {
    const last = tokens.at(-1);
    if (last?.kind === kind) last.text += text;
    else tokens.push({ kind, text });
  };
  let at = 0;
  for (const found of line.matchAll(PIECE)) {
    if (found.index < at) continue;
    const rest = line.slice(found.index);
    const isStart = line.slice(0, found.index).trim() === '';
    // `* ` is one only where the line begins with it: the inside of a long comment.
    if (
      language.comments.some((mark) => rest.startsWith(mark) && (isStart || !mark.startsWith('* ')))
    ) {
      push('comment', rest);
      return tokens;
    }
    at = found.index + found[0].length;
    push(kindOf(found.groups ?? {}, language), found[0]);
  }
  return tokens;
}

function kindOf(
  groups: Readonly<Record<string, string | undefined>>,
  language: Language,
): TokenKind {
  if (groups['string'] !== undefined) return 'string';
  if (groups['number'] !== undefined) return 'number';
  const word = groups['word'];
  return word !== undefined && language.keywords.has(word) ? 'keyword' : 'plain';
}
