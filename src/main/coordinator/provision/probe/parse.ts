/**
 * Reads what the probe printed. A host may print anything before, between and after: only what follows the mark counts, and a
 * line that makes no sense is as good as not there. No I/O.
 */
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { HostFacts, Place, PlaceContent, ServiceKind } from './facts.ts';

/** `cut_short`: the end is missing. `nothing`: not even the beginning is there. */
export type ProbeMistake = 'nothing' | 'cut_short';

export function parseProbe(output: string, mark: string): Result<HostFacts, ProbeMistake> {
  const answers = answersOf(output, mark);
  const one = (key: string): string => answers.get(key)?.[0] ?? '';
  if (one('begin') === '') return fail('nothing');
  if (one('end') === '') return fail('cut_short');
  const fields = (key: string): string[][] =>
    (answers.get(key) ?? []).map((text) => text.split('\t').map((field) => field.trim()));
  const [id = '', version = '', name = ''] = fields('os')[0] ?? [];
  return ok({
    kernel: one('kernel'),
    release: one('release'),
    machine: one('machine'),
    os: { id, version, name: name === '' ? one('kernel') : name },
    hostname: one('hostname'),
    user: one('user'),
    isRoot: one('uid') === '0',
    shell: one('shell'),
    homeDir: one('home_dir'),
    libc: libcOf(one('libc')),
    cpus: numberOf(one('cpus')),
    memoryBytes: memoryOf(one('memory'), one('memory_kib')),
    places: placesOf(fields),
    services: servicesOf(fields('service')),
    linger: oneOf(['yes', 'may', 'no'], one('linger')) ?? 'no',
    sudo: oneOf(['root', 'nopasswd', 'asks', 'none'], one('sudo')) ?? 'none',
    tools: toolsOf(fields('tool')),
    docker: dockerOf(one('docker')),
    firewalls: [...new Set(answers.get('firewall'))],
    clockMs: clockOf(one('clock')),
    clockIsKept: { yes: true, no: false }[one('synchronised')] ?? null,
    names: oneOf(['yes', 'no', 'unknown'], one('names')) ?? 'unknown',
    reaches: reachesOf(fields('reach')),
    hardwareAddress: hardwareAddressOf(one('mac')),
    speeds: speedsOf(fields('measured')),
  });
}

/** Longest answer that is looked at: a manifest. */
const MOST_TEXT = 80_000;

function answersOf(output: string, mark: string): ReadonlyMap<string, readonly string[]> {
  const answers = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    // Junk without a line break may stand before the mark.
    const at = line.lastIndexOf(`${mark} `);
    if (at === -1) continue;
    const said = withoutControls(line.slice(at + mark.length + 1, at + MOST_TEXT));
    const space = said.indexOf(' ');
    if (space < 1) continue;
    const key = said.slice(0, space);
    const text = said.slice(space + 1).trim();
    const before = answers.get(key);
    if (text === '') continue;
    if (before) before.push(text);
    else answers.set(key, [text]);
  }
  return answers;
}

/** Tabs part the fields; all else that a terminal would act on goes. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]/gu, '');
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function oneOf<const T extends string>(
  words: readonly T[],
  text: string | undefined,
): T | undefined {
  return words.find((word) => word === text);
}

function memoryOf(bytes: string, kib: string): number | null {
  const inKib = numberOf(kib);
  return numberOf(bytes) ?? (inKib === null ? null : inKib * 1024);
}

function libcOf(text: string): HostFacts['libc'] {
  const version = /(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? '';
  if (/musl/i.test(text)) return { kind: 'musl', version };
  return { kind: /glibc|gnu libc/i.test(text) ? 'glibc' : 'other', version };
}

function clockOf(text: string): number | null {
  const [, seconds, fraction] = /^(\d{9,11})(?:\.(\d{3})\d*)?/.exec(text) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1_000 + Number(fraction ?? 0);
}

function placesOf(fields: (key: string) => string[][]): Place[] {
  const places: Place[] = [];
  for (const [number, kindText, free, total, writesText, runsText, path] of fields('place')) {
    const kind = oneOf(['known', 'user', 'system', 'other'], kindText);
    if (number === undefined || kind === undefined || path === undefined) continue;
    if (!/^(?:\/|[A-Za-z]:\\)/.test(path) || places.some((place) => place.path === path)) continue;
    places.push({
      kind,
      path,
      freeBytes: bytesOfKib(free),
      totalBytes: bytesOfKib(total),
      writes: oneOf(['yes', 'no', 'full'], writesText) ?? 'no',
      runs: oneOf(['yes', 'no', 'unknown'], runsText) ?? 'unknown',
      content: contentOf(number, fields),
    });
  }
  return places;
}

function bytesOfKib(text: string | undefined): number | null {
  const kib = numberOf(text);
  return kib === null ? null : kib * 1024;
}

function contentOf(number: string, fields: (key: string) => string[][]): PlaceContent | null {
  const here = (key: string): string[][] =>
    fields(key)
      .filter(([first]) => first === number)
      .map(([, ...rest]) => rest);
  const [found] = here('found');
  if (!found) return null;
  const [current] = here('current')[0] ?? [];
  return {
    owner: found[0] ?? '',
    manifest: here('manifest')[0]?.join(' ') ?? null,
    current: current === undefined ? null : buildOf(current),
    valid: here('valid').flatMap(([size, validity, path]) => {
      const [build, bytes] = [buildOf(path ?? ''), numberOf(size)];
      if (build === null || bytes === null || validity === undefined) return [];
      return [{ build, size: bytes, validity }];
    }),
    partial: here('partial').flatMap(([size, path]) => {
      const [build, bytes] = [buildOf((path ?? '').replace(/\.partial$/, '')), numberOf(size)];
      return build === null || bytes === null ? [] : [{ build, size: bytes }];
    }),
  };
}

/** The last part of `versions/<build>`, which Windows parts otherwise. */
function buildOf(path: string): string | null {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name) ? name : null;
}

const SERVICES: readonly ServiceKind[] = [
  'systemd-system',
  'systemd-user',
  'openrc',
  'runit',
  'launchd',
  'windows',
  'cron',
];

function servicesOf(fields: string[][]): HostFacts['services'] {
  return fields.flatMap(([kindText, state = '']) => {
    const kind = oneOf(SERVICES, kindText);
    return kind === undefined ? [] : [{ kind, state }];
  });
}

function toolsOf(fields: string[][]): HostFacts['tools'] {
  const tools = fields.flatMap(([name, path, said = '']) => {
    if (name === undefined || path === undefined || !/^[a-z0-9.+-]{1,40}$/.test(name)) return [];
    return [{ name, path: path.slice(0, 1_000), version: versionIn(said) }];
  });
  return tools.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** `2.39.5` of `git version 2.39.5`; what was said when there is no number in it. */
function versionIn(said: string): string {
  return /\d+(?:\.\d+)+(?:[-+.\w]*\w)?/.exec(said)?.[0].slice(0, 60) ?? said.slice(0, 60);
}

function dockerOf(said: string): HostFacts['docker'] {
  if (said === '') return null;
  const version = /^ready (\S+)/.exec(said)?.[1];
  return { ready: version !== undefined, said: version ?? said.slice(0, 300) };
}

function reachesOf(fields: string[][]): HostFacts['reaches'] {
  return fields.flatMap(([answerText, host, portText]) => {
    const [answer, port] = [oneOf(['yes', 'no', 'unknown'], answerText), numberOf(portText)];
    return answer === undefined || host === undefined || port === null
      ? []
      : [{ host, port, answer }];
  });
}

function hardwareAddressOf(text: string): string | null {
  const address = text.toLowerCase();
  const isOne = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(address) && address !== '00:00:00:00:00:00';
  return isOne ? address : null;
}

function speedsOf(fields: string[][]): HostFacts['speeds'] {
  const of = (what: string): number | null => {
    const [, ms, bytes] = fields.find(([name]) => name === what) ?? [];
    const [took, size] = [numberOf(ms), numberOf(bytes)];
    return took === null || size === null ? null : Math.round(size / (Math.max(took, 1) / 1_000));
  };
  return { cpu: of('cpu'), memory: of('memory'), disk: of('disk') };
}
