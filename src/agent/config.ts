/**
 * What an agent is told at its start: a JSON file (mode 0600, it holds the token) and the environment. This is the
 * only file that reads `process.env`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Specialty } from '../shared/domain/specialty.ts';
import { OwnAgentId } from '../shared/ids.ts';
import { messageOf } from './failure.ts';

const Fields = z.strictObject({
  /** Address of the coordinator, without a path: `http://127.0.0.1:8080`. */
  coordinator: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https address such as http://127.0.0.1:8080',
    })
    .refine(
      (text) => ['/', ''].includes(new URL(text).pathname),
      'must be an address without a path',
    )
    .transform((text) => new URL(text).origin),
  agentId: OwnAgentId,
  name: z.string().trim().min(1, 'must not be empty').max(100, 'must be at most 100 characters'),
  /** Of an agent on the coordinator's own PC. */
  token: z
    .string()
    .min(1, 'must not be empty')
    .max(500, 'must be at most 500 characters')
    .nullable()
    .default(null),
  /** Folder with key and certificate, of an agent on another PC. */
  identity: z
    .string()
    .refine((text) => path.isAbsolute(text), 'must be an absolute path')
    .nullable()
    .default(null),
  slots: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1_000, 'must be at most 1000'),
  dir: z.string().refine((text) => path.isAbsolute(text), 'must be an absolute path'),
  /** Started by a coordinator on the same PC: ends by itself when that is gone for good. */
  local: z.boolean('must be true or false'),
  specialties: z.array(Specialty).default([]),
  labels: z.array(z.string().min(1).max(64)).max(50).default([]),
  /** Program and arguments that put this machine to sleep when the coordinator says it may rest; left out: it stays on. */
  restCommand: z.array(z.string().min(1)).min(1).max(50).optional(),
  /** Where the agent's own API listens (`local-api/`); `null`: nowhere. */
  api: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8_081),
    })
    .nullable()
    .default(null),
});

/** An agent proves who it is in one of two ways, each with its own kind of address. */
export const AgentConfig = Fields.superRefine(({ coordinator, token, identity }, context) => {
  if ((token === null) === (identity === null)) {
    const message = 'give one of both: a token, or an identity';
    return context.addIssue({ code: 'custom', path: ['identity'], message });
  }
  if (coordinator.startsWith('https:') === (identity !== null)) return;
  const message =
    identity === null
      ? 'must be an http address: over https an agent comes with an identity'
      : 'must be an https address: with an identity an agent comes over TLS only';
  context.addIssue({ code: 'custom', path: ['coordinator'], message });
});
export type AgentConfig = z.infer<typeof AgentConfig>;

/** The configuration cannot be used; the message names every wrong field. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError saying what is wrong with which field of which file */
export async function readConfig(file: string): Promise<AgentConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read the agent configuration ${file}: ${messageOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the file, and with it perhaps the token.
    throw new ConfigError(`the agent configuration ${file} is not JSON`);
  }
  const parsed = AgentConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(
    ({ path: where, message }) => `  ${where.join('.') || 'the file'}: ${message}`,
  );
  throw new ConfigError(`the agent configuration ${file} cannot be used:\n${wrong.join('\n')}`);
}

/** Environment variables as a plain record. */
export type Environment = Readonly<Record<string, string>>;

export function readEnvironment(): Environment {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
