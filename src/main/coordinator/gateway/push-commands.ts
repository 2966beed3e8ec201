/**
 * The head of a push: pkt-lines `OLD NEW REF`, the first with the client's capabilities after a NUL, up to a flush packet;
 * the pack follows. Read before git sees any of it, so that what may not be pushed never reaches the repository.
 */
import { fail, ok, type Result } from '../../../shared/result.ts';

/** One branch is pushed; the rest may be lines about the edge of a shallow clone. */
const MOST_BYTES = 1024 * 1024;

export interface PushCommand {
  readonly from: string;
  readonly to: string;
  readonly ref: string;
}

export interface PushHead {
  readonly commands: readonly PushCommand[];
  readonly capabilities: ReadonlySet<string>;
  /** All that was read, to be handed on: the head, and what came in the same chunk behind it. */
  readonly bytes: Buffer;
}

/** @param chunks the body; what is not read stays there */
export async function readPushHead(
  chunks: AsyncIterator<Buffer>,
): Promise<Result<PushHead, string>> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const parsed = parse(bytes);
    if (parsed !== 'more') return parsed;
    if (bytes.length > MOST_BYTES) return fail('the push names too many branches');
    const next = await chunks.next();
    if (next.done === true) return fail('the push ends before its commands do');
    bytes = Buffer.concat([bytes, next.value]);
  }
}

/** Why the push is not this attempt's to make; `undefined`: it may go on. */
export function refusalOf(
  { commands }: Pick<PushHead, 'commands'>,
  branches: readonly string[],
): string | undefined {
  const allowed = branches.map((branch) => `refs/heads/${branch}`);
  const other = commands.find(({ ref }) => !allowed.includes(ref));
  if (other)
    return `this attempt may push ${allowed.join(' or ')} and nothing else, not ${other.ref}`;
  const deleted = commands.find(({ to }) => /^0+$/.test(to));
  if (deleted) return `this attempt may not delete ${deleted.ref}`;
  return commands.length > 1 ? 'one branch is pushed at a time' : undefined;
}

/** The answer of a server that took none of it, in git's own words; `undefined` when the client wants no report. */
export function refusalReport(
  { commands, capabilities }: PushHead,
  reason: string,
): Buffer | undefined {
  if (!capabilities.has('report-status') && !capabilities.has('report-status-v2')) return undefined;
  const lines = ['unpack ok\n', ...commands.map(({ ref }) => `ng ${ref} ${reason}\n`)];
  const report = Buffer.concat([...lines.map((line) => packet(Buffer.from(line))), FLUSH]);
  if (!capabilities.has('side-band-64k')) return report;
  return Buffer.concat([...bands(report), FLUSH]);
}

export const FLUSH = Buffer.from('0000');

export function packet(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}

function bands(report: Buffer): Buffer[] {
  const most = 65_000;
  const parts = [];
  for (let at = 0; at < report.length; at += most) {
    parts.push(packet(Buffer.concat([Buffer.from([1]), report.subarray(at, at + most)])));
  }
  return parts;
}

function parse(bytes: Buffer): Result<PushHead, string> | 'more' {
  const commands: PushCommand[] = [];
  let capabilities: string[] = [];
  let at = 0;
  for (;;) {
    if (bytes.length < at + 4) return 'more';
    const size = bytes.toString('latin1', at, at + 4);
    if (size === '0000') return ok({ commands, capabilities: new Set(capabilities), bytes });
    const length = /^[0-9a-f]{4}$/i.test(size) ? Number.parseInt(size, 16) : 0;
    if (length <= 4) return fail('the push is not in the form that git uses');
    if (bytes.length < at + length) return 'more';
    const [line = '', list = ''] = bytes.toString('utf8', at + 4, at + length).split('\0');
    if (commands.length === 0) capabilities = list.trim().split(' ');
    at += length;
    if (/^shallow [0-9a-f]+\n?$/.test(line)) continue;
    const found = /^(?<from>[0-9a-f]{40,64}) (?<to>[0-9a-f]{40,64}) (?<ref>[^\n]+)\n?$/.exec(line);
    if (!found?.groups) return fail('the push asks for something that attempts may not do');
    const { from = '', to = '', ref = '' } = found.groups;
    commands.push({ from, to, ref });
  }
}
