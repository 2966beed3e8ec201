/** `koubou github webhook`: how GitHub tells this workshop what changes. The secret is printed once, when it is made. */
import type { Command } from 'commander';
import { OPERATIONS, type OutputOf } from '../shared/contract.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from './io.ts';
import { clockTime } from './print.ts';
import { safeLine } from './safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from './session.ts';

interface WebhookOptions extends CommonOptions {
  readonly renew?: boolean;
  readonly install?: string;
  readonly url?: string;
}

export function addWebhookCommand(github: Command, io: CliIo): void {
  withCommonOptions(
    github
      .command('webhook')
      .description('have GitHub tell what changes, instead of being asked; prints the secret once')
      .option('--renew', 'make a new secret in the place of the old one')
      .option('--install <repository>', 'set it up at acme/shop, with --url')
      .option('--url <address>', 'where GitHub reaches this workshop: https://hooks.example.com'),
  ).action(async (options: WebhookOptions) => {
    if (options.install === undefined) return await show(io, options);
    return await install(io, options, options.install);
  });
}

async function install(io: CliIo, options: WebhookOptions, repo: string): Promise<void> {
  const { url, renew } = options;
  if (url === undefined)
    throw new CliError(EXIT.wrongUse, 'say with --url where GitHub reaches this workshop');
  if (renew === true)
    throw new CliError(EXIT.wrongUse, 'renew the secret first, then install it at each repository');
  const { client, json } = await openSession(io, options);
  const hook = await client.call(OPERATIONS['github.hook_install'], { repo, url });
  if (json) return await writeJson(io, hook);
  const done = hook.state === 'made' ? 'tells' : 'was set up before, and is right now: it tells';
  await writeLine(io, `${safeLine(hook.repo)} ${done} ${safeLine(hook.url)}`);
}

async function show(io: CliIo, options: WebhookOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const renew = options.renew === true;
  const hook = await client.call(OPERATIONS['github.webhook'], { renew });
  if (json) return await writeJson(io, hook);
  for (const line of linesOf(hook)) await writeLine(io, line);
}

function linesOf({ path, secret, events, status }: OutputOf<'github.webhook'>): string[] {
  const { accepted, ignored, wrongSignatures, lastAt } = status;
  const last = lastAt === null ? 'none came yet' : `the last at ${clockTime(lastAt)}`;
  return [
    `address  the one by which GitHub reaches this PC, with ${path}`,
    secret === null
      ? 'secret   was shown when it was made; --renew makes another one'
      : `secret   ${secret} (shown only now)`,
    'type     application/json',
    `events   ${events.join(', ')}`,
    `so far   ${accepted} taken, ${ignored} ignored, ${wrongSignatures} with a wrong signature; ${last}`,
  ];
}
