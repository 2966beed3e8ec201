/** What this machine can do: the tools on its path with their versions, its size, and the engines that are ready. */
import { availableParallelism, hostname, totalmem } from 'node:os';
import type { Capabilities, Tool } from '../shared/domain/agent.ts';
import type { AgentConfig, Environment } from './config.ts';
import { detectEngines } from './engines/detect.ts';
import { freeBytes } from './failure.ts';
import { firstLineOf, programPath } from './program.ts';

/** Tools that tasks may need, and how each tells its version. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  git: ['--version'],
  node: ['--version'],
  npm: ['--version'],
  pnpm: ['--version'],
  yarn: ['--version'],
  bun: ['--version'],
  deno: ['--version'],
  python3: ['--version'],
  pytest: ['--version'],
  uv: ['--version'],
  cargo: ['--version'],
  rustc: ['--version'],
  go: ['version'],
  make: ['--version'],
  cmake: ['--version'],
  gcc: ['--version'],
  clang: ['--version'],
  java: ['-version'],
  mvn: ['--version'],
  gradle: ['--version'],
  ruby: ['--version'],
  php: ['--version'],
  dotnet: ['--version'],
  docker: ['--version'],
};

/** The tools on the path. Asking each for its version takes a while; they rarely change while an agent runs. */
export async function findTools(env: Environment): Promise<Tool[]> {
  const found = await Promise.all(
    Object.entries(TOOLS).map(([name, args]) => findTool(name, args, env)),
  );
  return found.filter((tool) => tool !== null);
}

/** @param looked what `findTools` finds */
export async function findCapabilities(
  config: AgentConfig,
  env: Environment,
  looked: Promise<readonly Tool[]>,
): Promise<Capabilities> {
  const asked = [looked, detectEngines(env), freeBytes(config.dir)] as const;
  const [tools, engines, diskFreeBytes] = await Promise.all(asked);
  return {
    os: process.platform,
    arch: process.arch,
    hostname: hostname(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    diskFreeBytes,
    tools: [...tools],
    engines,
    specialties: config.specialties,
    labels: config.labels,
  };
}

async function findTool(
  name: string,
  args: readonly string[],
  env: Environment,
): Promise<Tool | null> {
  const found = await programPath(name, env);
  if (found === null) return null;
  const line = await firstLineOf(found, args, env);
  if (line === null) return null;
  return {
    name,
    version: /\d+(\.\d+)+[\w.+-]*/.exec(line)?.[0] ?? line.slice(0, 100),
    path: found,
  };
}
