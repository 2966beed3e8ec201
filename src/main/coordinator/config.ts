/** `<data>/config.yaml`: what a user may set. Absent by default; a wrong one stops the start and says where it is wrong. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AttemptLimits } from '../../shared/protocol/agent.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { DEFAULT_LIMITS } from './fleet/limits.ts';

const Config = z.strictObject({
  /** Bounds of attempts; those not given keep their defaults. */
  limits: AttemptLimits.partial()
    .default({})
    .transform((given) => AttemptLimits.parse({ ...DEFAULT_LIMITS, ...given })),
  /** Where agents of other PCs come in. Given, it is open from the start; else as soon as somebody needs it. */
  lan: z
    .strictObject({
      /** An address of this PC; `0.0.0.0`: all of them. */
      host: z.string().min(1).default('0.0.0.0'),
      port: z.int().min(0).max(65_535).default(8_443),
    })
    .nullable()
    .default(null),
  backups: z
    .strictObject({
      /** Hours between two backups, made only when something changed; 0: none by itself. */
      every: z.number().min(0).max(8_760).default(6),
      /** So many are kept. */
      keep: z.int().min(1).max(1_000).default(7),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;

/** Reads the configuration of a data folder; the error is a text for the user. */
export function readConfig(dataDir: string): Result<Config, string> {
  const file = path.join(dataDir, 'config.yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return ok(Config.parse({}));
    return fail(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake) return fail(`${file} is not YAML: ${mistake.message}`);
  const parsed = Config.safeParse(document.toJS() ?? {});
  if (parsed.success) return ok(parsed.data);
  return fail(`${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
}
