/** A look at the code base: how large, which languages, and how it is tested. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Environment } from './config.ts';
import type { Git } from './git.ts';
import { programPath } from './program.ts';
import type { RepoConfig } from '../shared/repo-config.ts';
import { readRepoConfig } from './repo-config.ts';

/** Shell commands; `setup` runs before `test`. */
export interface TestPlan {
  readonly setup: string | null;
  readonly test: string;
}

export interface Analysis {
  readonly files: number;
  /** Most frequent first. */
  readonly languages: readonly string[];
  readonly config: RepoConfig;
  /** `null`: none was found, or the repository wants none (`config.test === false`). */
  readonly plan: TestPlan | null;
}

export interface AnalyseDeps {
  readonly git: Git;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** @throws StepFailure `config_invalid` */
export async function analyse(repo: string, { git, env, signal }: AnalyseDeps): Promise<Analysis> {
  const config = await readRepoConfig(repo);
  const { out } = await git(['ls-files', '-z'], { cwd: repo, signal });
  const files = out.split('\0').filter((name) => name !== '');
  return {
    files: files.length,
    languages: languagesOf(files),
    config,
    plan: await planTests(repo, config, env),
  };
}

/** How the repository is tested now; asked again after the engine worked, which may have added tests. */
export async function planTests(
  repo: string,
  config: RepoConfig,
  env: Environment,
): Promise<TestPlan | null> {
  if (config.test === false) return null;
  const found = await findPlan(repo, env);
  if (config.test !== undefined) return { setup: config.setup ?? null, test: config.test };
  return found && { ...found, setup: config.setup ?? found.setup };
}

/** One line for the timeline. */
export function summaryOf({ files, languages, plan, config }: Analysis): string {
  const tests = plan
    ? `test: ${plan.test}`
    : config.test === false
      ? 'tests switched off'
      : 'no tests found';
  return [`${files} ${files === 1 ? 'file' : 'files'}`, languages.slice(0, 3).join(', '), tests]
    .filter((part) => part !== '')
    .join(' · ');
}

const LANGUAGES: Readonly<Record<string, string>> = {
  c: 'C',
  h: 'C',
  cc: 'C++',
  cpp: 'C++',
  hpp: 'C++',
  cs: 'C#',
  css: 'CSS',
  dart: 'Dart',
  ex: 'Elixir',
  exs: 'Elixir',
  go: 'Go',
  html: 'HTML',
  java: 'Java',
  js: 'JavaScript',
  cjs: 'JavaScript',
  mjs: 'JavaScript',
  jsx: 'JavaScript',
  kt: 'Kotlin',
  lua: 'Lua',
  php: 'PHP',
  py: 'Python',
  rb: 'Ruby',
  rs: 'Rust',
  scala: 'Scala',
  sh: 'Shell',
  sql: 'SQL',
  svelte: 'Svelte',
  swift: 'Swift',
  ts: 'TypeScript',
  tsx: 'TypeScript',
  vue: 'Vue',
  zig: 'Zig',
};

function languagesOf(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const language = LANGUAGES[path.extname(file).slice(1).toLowerCase()];
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}

const NPM_PLACEHOLDER = 'no test specified';
const PYTHON_MARKS = [
  'pytest.ini',
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'conftest.py',
];

async function findPlan(repo: string, env: Environment): Promise<TestPlan | null> {
  const names = new Set(await readdir(repo));
  const node = names.has('package.json') ? await nodePlan(repo, names) : null;
  if (node) return node;
  if (names.has('Cargo.toml')) return { setup: null, test: 'cargo test' };
  if (names.has('go.mod')) return { setup: null, test: 'go test ./...' };
  if (await hasPythonTests(repo, names)) {
    return {
      setup: null,
      test:
        (await programPath('pytest', env)) !== null
          ? 'python3 -m pytest'
          : 'python3 -m unittest discover',
    };
  }
  const make = ['GNUmakefile', 'makefile', 'Makefile'].find((name) => names.has(name));
  if (make && /^(test|check)\s*:(?!=)/m.test(await text(path.join(repo, make)))) {
    const target = /^test\s*:(?!=)/m.test(await text(path.join(repo, make))) ? 'test' : 'check';
    return { setup: null, test: `make ${target}` };
  }
  return null;
}

const Package = z.looseObject({
  scripts: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});

async function nodePlan(repo: string, names: ReadonlySet<string>): Promise<TestPlan | null> {
  const manifest = Package.safeParse(json(await text(path.join(repo, 'package.json')))).data;
  const script = manifest?.scripts?.['test'];
  if (typeof script !== 'string' || script.trim() === '' || script.includes(NPM_PLACEHOLDER))
    return null;
  const wanted = { ...manifest?.dependencies, ...manifest?.devDependencies };
  const manager = MANAGERS.find(({ lock }) => names.has(lock)) ?? {
    run: 'npm',
    install: 'npm install --no-audit --no-fund',
  };
  const needsSetup = Object.keys(wanted).length > 0 && !names.has('node_modules');
  return { setup: needsSetup ? manager.install : null, test: `${manager.run} test` };
}

const MANAGERS = [
  { lock: 'package-lock.json', run: 'npm', install: 'npm ci --no-audit --no-fund' },
  { lock: 'npm-shrinkwrap.json', run: 'npm', install: 'npm ci --no-audit --no-fund' },
  { lock: 'pnpm-lock.yaml', run: 'pnpm', install: 'pnpm install --frozen-lockfile' },
  { lock: 'yarn.lock', run: 'yarn', install: 'yarn install' },
];

async function hasPythonTests(repo: string, names: ReadonlySet<string>): Promise<boolean> {
  const isTest = (name: string): boolean => /^test_.*\.py$|_test\.py$/.test(name);
  if ([...names].some(isTest)) return true;
  const folder = ['tests', 'test'].find((name) => names.has(name));
  const inside = folder
    ? await readdir(path.join(repo, folder), { recursive: true }).catch(() => [])
    : [];
  if (inside.some((name) => isTest(path.basename(name)))) return true;
  const marks = await Promise.all(
    PYTHON_MARKS.filter((name) => names.has(name)).map((name) => text(path.join(repo, name))),
  );
  return marks.some((content) => content.includes('pytest'));
}

/** The file's text, or nothing when it cannot be read: what cannot be read says nothing about tests. */
async function text(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

function json(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
