/**
 * A folder of programs that a PC pretends to be a Mac with: those that only macOS has answer as recorded from its manual, those that it
 * has not are not there, and those that it has from BSD refuse the flags that only GNU's have, and note that they were asked. What
 * Linux has besides (its kernel, /proc, the program that is installed) stays, so this shows what scripts ask for, not that a Mac does it.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface MacTools {
  /** The only folder on the PATH. */
  readonly bin: string;
  /** What was asked for in vain: the program with its arguments. */
  refused(): string[];
}

/** The same on both systems, as far as POSIX has it. */
const SHARED = [
  ...[
    'awk',
    'bash',
    'cat',
    'chmod',
    'chown',
    'cut',
    'dirname',
    'env',
    'gunzip',
    'gzip',
    'id',
    'ln',
  ],
  ...[
    'openssl',
    'perl',
    'ps',
    'rmdir',
    'sh',
    'shasum',
    'sleep',
    'sync',
    'tee',
    'touch',
    'tr',
    'git',
  ],
];

/** Recorded by hand, for a MacBook with macOS 15. */
const ANSWERS: Readonly<Record<string, string>> = {
  uname: `case $1 in -m) echo arm64 ;; -r) echo 24.1.0 ;; -n) echo anvil.local ;; *) echo Darwin ;; esac`,
  sw_vers: `case $1 in -productVersion) echo 15.1 ;; -productName) echo macOS ;; *) exit 1 ;; esac`,
  sysctl: `case $2 in hw.ncpu) echo 10 ;; hw.memsize) echo 34359738368 ;; *) exit 1 ;; esac`,
  hostname: `echo anvil.local`,
  launchctl: `exit 0`,
  crontab: `echo "crontab: no crontab for $(id -un)" >&2; exit 1`,
  getconf: `echo "getconf: $1: unknown variable" >&2; exit 1`,
  'xcode-select': `echo 'xcode-select: error: unable to get active developer directory' >&2; exit 2`,
  // Without the developer tools it opens a window that asks to install them.
  python3: `refuse "$@"`,
};

/** Per program, what of GNU's own it refuses: an extended regular expression for its arguments. */
const GNU_ONLY: Readonly<Record<string, string>> = {
  base64: '(^| )(-d|-w)',
  cp: '(^| )(--|-[a-zA-Z]*[TZ])',
  date: '(^| )(-d|-I|--)',
  dd: 'conv=[a-z,]*fsync|status=|iflag|oflag',
  df: '(^| )(--|-B|-T)',
  find: '-printf|-regextype|-delete ',
  grep: '(^| )(--|-[a-zA-Z]*P)',
  head: '(^| )(--|-[cn] ?-)',
  ls: '(^| )--',
  mkdir: '(^| )--',
  mktemp: '(^| )(--|-p)',
  mv: '(^| )(--|-[a-zA-Z]*[Tt])',
  readlink: '(^| )-[em]|--',
  rm: '(^| )--one',
  sed: '(^| )(-r|-z|-s|--|-i( |$))',
  sort: '(^| )(-V|--)',
  stat: '(^| )(-c|--)',
  tail: '(^| )--',
  tar: '(^| )--(zstd|sort|owner)',
  wc: '(^| )-L|--',
  xargs: '(^| )(-r|-d|--)',
};

/** @param dir a folder of its own */
export function makeMacTools(dir: string): MacTools {
  const bin = path.join(dir, 'bin');
  const log = path.join(dir, 'refused');
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  const write = (name: string, body: string): void => {
    const refuse = `refuse() { /bin/echo "${name} $*" >>'${log}'; echo "${name}: illegal option" >&2; exit 1; }`;
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${refuse}\n${body}\n`, { mode: 0o755 });
  };
  for (const [name, pattern] of Object.entries(GNU_ONLY)) {
    const real = realOf(name);
    const isGnu = `printf '%s' "$*" | ${realOf('grep')} -Eq -e '${pattern}'`;
    write(name, `if ${isGnu}; then refuse "$@"; fi\n${likeBsd(name, real)}`);
  }
  for (const [name, body] of Object.entries(ANSWERS)) write(name, body);
  for (const name of SHARED) {
    const place = path.join(bin, name);
    if (!existsSync(place)) symlinkSync(realOf(name), place);
  }
  return {
    bin,
    refused: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

/** Where BSD's takes the same and prints otherwise. */
function likeBsd(name: string, real: string): string {
  // Numbers stand in columns.
  if (name === 'wc') return `${real} "$@" | while read -r all; do printf '%8s\\n' "$all"; done`;
  // It knows no fractions of a second.
  if (name === 'date')
    return `case $1 in *N) exec ${real} "$(printf '%s' "$1" | tr -d 0-9 | tr % + | cut -c 2)%sN" ;; esac\nexec ${real} "$@"`;
  // Its own flag.
  if (name === 'base64') return `[ "$1" = -D ] && set -- -d\nexec ${real} "$@"`;
  return `exec ${real} "$@"`;
}

function realOf(name: string): string {
  const places = ['/usr/bin', '/bin'].map((folder) => path.join(folder, name));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`this PC has no ${name}`);
  return found;
}
