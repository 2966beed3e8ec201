/**
 * Reads lists of hosts as people write them: `user@host[:port] [name=…]` by lines, ranges, or CSV with a header. What cannot
 * be read is told by line; the rest still counts. No I/O.
 */
import type { z } from 'zod';
import { NewHost } from '../../../shared/provisioning.ts';
import type { OutputOf } from '../../../shared/contract.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { hostLinesOf, type Field, type HostLine } from './host-lines.ts';
import { expandRanges } from './host-ranges.ts';
import { SshError } from './ssh/errors.ts';
import { parseTarget } from './ssh/target.ts';

/** As many as one call of `agents.add` takes. */
const MOST_HOSTS = 500;
const MOST_MISTAKES = 100;

type Parsed = OutputOf<'hosts.parse'>;

export function parseHosts(text: string): Parsed {
  const hosts: NewHost[] = [];
  const mistakes: Parsed['mistakes'] = [];
  const lineOf = new Map<string, number>();
  for (const written of hostLinesOf(text)) {
    if (mistakes.length >= MOST_MISTAKES) break;
    const { line } = written;
    const read = hostsOf(written, MOST_HOSTS - hosts.length);
    if (!read.ok) {
      mistakes.push({ line, message: read.error });
      continue;
    }
    for (const host of read.value) {
      const first = lineOf.get(host.target);
      if (first === undefined) hosts.push(host);
      else mistakes.push({ line, message: `${host.target} stands on line ${first} already` });
      lineOf.set(host.target, first ?? line);
    }
  }
  return { hosts, mistakes: mistakes.slice(0, MOST_MISTAKES) };
}

function hostsOf({ fields }: HostLine, room: number): Result<NewHost[], string> {
  if (!fields.ok) return fields;
  const of = (field: Field): string | undefined => fields.value.get(field);
  const host = of('host');
  if (host === undefined) return fail('there is no host on this line');
  if (room < 1) return fail(`that is more than ${MOST_HOSTS} hosts; add them in several goes`);
  const names = expandRanges(host, room);
  if (!names.ok) return names;
  if (names.value.length > 1 && (of('name') !== undefined || of('mac') !== undefined))
    return fail('a name and a hardware address belong to one host: leave them out with a range');
  const hosts: NewHost[] = [];
  for (const name of names.value) {
    const target = targetOf(name, of('user'), of('port'));
    if (!target.ok) return target;
    const read = NewHost.safeParse(settingsOf(target.value, of));
    if (!read.success) return fail(sentenceOf(read.error));
    hosts.push(read.data);
  }
  return ok(hosts);
}

/** A user and a port from columns of their own go where they belong. */
function targetOf(
  host: string,
  user: string | undefined,
  port: string | undefined,
): Result<string, string> {
  try {
    const target = parseTarget(host);
    if (user !== undefined && target.user !== null && target.user !== user)
      return fail(`the user is ${target.user} in ${host} and ${user} beside it: leave one out`);
    if (port !== undefined && target.port !== null && String(target.port) !== port)
      return fail(`the port is ${target.port} in ${host} and ${port} beside it: leave one out`);
    const name = target.name.includes(':') ? `[${target.name}]` : target.name;
    const who = user ?? target.user;
    const where = port ?? target.port;
    const whole = `${who === null ? '' : `${who}@`}${name}${where === null ? '' : `:${where}`}`;
    parseTarget(whole);
    return ok(whole);
  } catch (error) {
    if (error instanceof SshError) return fail(error.message);
    throw error;
  }
}

function settingsOf(
  target: string,
  of: (field: Field) => string | undefined,
): Readonly<Record<string, unknown>> {
  const slots = of('slots');
  return {
    target,
    ...(of('name') !== undefined && { name: of('name') }),
    ...(slots !== undefined && { slots: Number(slots) }),
    ...(of('install') !== undefined && { install: of('install')?.toLowerCase() }),
    profile: {
      groups: listOf(of('group'), /[;|,]/),
      location: of('location') ?? null,
      ...(of('clearance') !== undefined && { clearance: of('clearance')?.toLowerCase() }),
      specialties: listOf(of('specialties')?.toLowerCase(), /[;|,\s]/),
      wakeAddress: of('mac')?.toLowerCase().replaceAll('-', ':') ?? null,
    },
  };
}

function listOf(text: string | undefined, separator: RegExp): string[] {
  const parts = (text ?? '').split(separator).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

const CALLED: Readonly<Record<string, string>> = {
  wakeAddress: 'mac',
  groups: 'group',
};

function sentenceOf(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'this line cannot be read';
  const key = issue.path.findLast((part) => typeof part === 'string') ?? 'host';
  return `${CALLED[key] ?? key}: ${issue.message}`;
}
