/** What paths say: those that a task names, and the files of a repository that tell which tools it takes. Pure. */
import type { Fact } from './analysis.ts';
import type { Specialty } from './specialty.ts';

/** The first that fits a path counts for it. */
const SPECIALTY_PATHS: readonly (readonly [Specialty, RegExp])[] = [
  ['testing', /(^|\/)(tests?|__tests__|e2e|spec|fixtures)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_/],
  [
    'devops',
    /(^|\/)(\.github|\.gitlab|docker|deploy|k8s|helm|terraform|ansible)\/|(^|\/)(Dockerfile|Makefile|Jenkinsfile|docker-compose)[^/]*$|\.tf$/,
  ],
  ['database', /(^|\/)(migrations?|db|sql|schema)\/|\.sql$|\.prisma$/],
  ['security', /(^|\/)(auth|security|crypto|permissions?)(\/|\.[a-z]+$)/],
  ['documentation', /(^|\/)docs?\/|\.(md|mdx|rst|adoc)$/],
  [
    'frontend',
    /(^|\/)(ui|web|frontend|client|renderer|components|pages|styles|views)\/|\.(tsx|jsx|css|scss|html|vue|svelte)$/,
  ],
  [
    'backend',
    /(^|\/)(api|server|backend|services?|handlers?|routes)\/|\.(go|rs|java|kt|py|rb|php|cs)$/,
  ],
];

/** The specialty that most of the paths are of; of equals the first in the table. */
export function specialtyOfPaths(paths: readonly string[]): Fact<Specialty> | undefined {
  let best: { specialty: Specialty; path: string; count: number } | undefined;
  for (const [specialty] of SPECIALTY_PATHS) {
    const own = paths.filter((path) => specialtyOfPath(path) === specialty);
    const [path] = own;
    if (path !== undefined && own.length > (best?.count ?? 0))
      best = { specialty, path, count: own.length };
  }
  if (!best) return undefined;
  const more = best.count > 1 ? ` and ${best.count - 1} more` : '';
  return { value: best.specialty, from: 'path', why: `${best.path.slice(0, 150)}${more}` };
}

function specialtyOfPath(path: string): Specialty | undefined {
  return SPECIALTY_PATHS.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Files that tell which tool a project takes, by name. */
const MARKS: Readonly<Record<string, string>> = {
  'go.mod': 'go',
  'Cargo.toml': 'cargo',
  'package.json': 'node',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lockb': 'bun',
  'bun.lock': 'bun',
  'deno.json': 'deno',
  'deno.lock': 'deno',
  'pyproject.toml': 'python3',
  'requirements.txt': 'python3',
  'setup.py': 'python3',
  Pipfile: 'python3',
  'uv.lock': 'uv',
  'pom.xml': 'mvn',
  'build.gradle': 'java',
  'build.gradle.kts': 'java',
  Gemfile: 'ruby',
  'composer.json': 'php',
  'CMakeLists.txt': 'cmake',
  'global.json': 'dotnet',
};

/** True for a file that tells which tool its project takes. */
export function isMark(path: string): boolean {
  return Object.hasOwn(MARKS, nameOf(path));
}

/** Of the project at the top, and of those that the paths are in. @param marks paths for which `isMark` */
export function needsOfFiles(marks: readonly string[], paths: readonly string[]): Fact<string>[] {
  return marks.flatMap((mark) => {
    const name = nameOf(mark);
    const folder = mark.slice(0, mark.length - name.length);
    const need = Object.hasOwn(MARKS, name) ? MARKS[name] : undefined;
    const isAbout = folder === '' || paths.some((path) => path.startsWith(folder));
    return need !== undefined && isAbout
      ? [{ value: need, from: 'language', why: mark.slice(0, 200) } as const]
      : [];
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Whether a path is of a pattern: `src/ui/` and all below it, `*.tsx` in any folder, `src/*.ts` in that one, `docs/**`. Takes
 * time that does not grow faster than both are long, times each other.
 */
export function isOfPattern(path: string, pattern: string): boolean {
  const plain = pattern.replace(/^\.?\//, '');
  const whole = plain.endsWith('/') ? `${plain}**` : plain;
  const anywhere = whole.includes('/') ? whole : `**/${whole}`;
  // A folder that is named itself is of the pattern for what is in it.
  const named = path.endsWith('/') && whole.endsWith('/**') ? `${path}x` : path;
  return fits(named.split('/'), anywhere.split('/'));
}

/** By rows: how much of the path the pattern so far can have taken. */
function fits(parts: readonly string[], patterns: readonly string[]): boolean {
  let taken = new Set([0]);
  for (const pattern of patterns) {
    const next = new Set<number>();
    for (const at of taken) {
      if (pattern === '**') for (let to = at; to <= parts.length; to += 1) next.add(to);
      else if (at < parts.length && fitsPart(parts[at] ?? '', pattern)) next.add(at + 1);
    }
    taken = next;
  }
  return taken.has(parts.length);
}

/** `*` is any run of letters of one name. */
function fitsPart(part: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!part.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return part === first;
  let at = first.length;
  for (const piece of rest) {
    const found = part.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return part.length - last.length >= at && part.endsWith(last);
}
