/**
 * The script that looks at a host: POSIX sh, given to `sh` on its standard input, so that no login shell reads it. Each
 * line of its answer begins with a mark nobody can guess; all else that a host prints is passed over (`parse.ts`).
 * It changes nothing: what it makes to try whether a folder takes files and runs programs, it removes.
 */
import { MEASURES, NETWORK, PLACES, SERVICES, TOOLS } from './script-parts.ts';

export interface ProbeQuestions {
  /** Random letters and digits, new for each probe. */
  readonly mark: string;
  /** Where the coordinator listens, by its own addresses: the host tries to reach them. */
  readonly coordinators: readonly { readonly host: string; readonly port: number }[];
  /** The folder of an agent that is known to be there. */
  readonly home: string | null;
}

/** @returns the text for the standard input of `sh`; arguments stand in it quoted */
export function probeScript({ mark, coordinators, home }: ProbeQuestions): string {
  const settings = [
    `mark=${quoted(mark)}`,
    `known_home=${quoted(home ?? '')}`,
    `coordinators=${quoted(coordinators.map(({ host, port }) => `${host} ${port}`).join('\n'))}`,
  ];
  // One function, called at the end: `sh` has read all before it begins, and a script cut short does nothing.
  return [
    'koubou_probe() {',
    ...settings,
    HELPERS,
    'say begin 1',
    BASICS,
    PLACES,
    SERVICES,
    // The measures stand alone, then all that only waits goes at the same time.
    MEASURES,
    TOOLS,
    NETWORK,
    'wait',
    '[ -d "$elsewhere" ] && rm -rf "$elsewhere"',
    'say end 1',
    '}',
    'koubou_probe </dev/null 2>/dev/null',
    'exit 0',
    '',
  ].join('\n');
}

/** Inside single quotes only a single quote means something to sh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const HELPERS = String.raw`
LC_ALL=C; export LC_ALL
umask 077
tab=$(printf '\t')
printf '\n'
say() { printf '%s %s\n' "$mark" "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
if timeout 1 true 2>/dev/null; then limits=yes; else limits=no; fi
limited() {
  seconds=$1; shift
  if [ "$limits" = yes ]; then timeout "$seconds" "$@"; return; fi
  "$@" & worker=$!
  ( sleep "$seconds"; kill -9 "$worker" ) >/dev/null 2>&1 & watcher=$!
  wait "$worker"; code=$?
  kill "$watcher" 2>/dev/null
  return "$code"
}
first_line() { head -n 1 | tr -d '\r\t'; }
user=$(id -un)
uid=$(id -u)
for more in "$HOME/.local/bin" "$HOME/bin" /usr/local/bin /usr/local/sbin /usr/sbin /sbin /opt/homebrew/bin /snap/bin "$HOME/.npm-global/bin" "$HOME/.cargo/bin" "$HOME/.bun/bin" "$HOME/.deno/bin" "$HOME"/.nvm/versions/node/*/bin; do
  [ -d "$more" ] && PATH=$PATH:$more
done
export PATH
`;

const BASICS = String.raw`
say clock "$(date +%s.%N)"
say kernel "$(uname -s)"
say machine "$(uname -m)"
say release "$(uname -r)"
say hostname "$(hostname || uname -n)"
say user "$user"
say uid "$uid"
say groups "$(id -Gn)"
say shell "$SHELL"
say home_dir "$HOME"
if have sw_vers; then
  say os "macos$tab$(sw_vers -productVersion)$tab$(sw_vers -productName) $(sw_vers -productVersion)"
elif [ -r /etc/os-release ]; then
  ( . /etc/os-release; say os "$ID$tab$VERSION_ID$tab$PRETTY_NAME" )
fi
libc=$(getconf GNU_LIBC_VERSION)
if [ -z "$libc" ]; then
  libc=$(ldd --version 2>&1 | tr '\n' ' ')
  case $libc in
    *musl*|*GLIBC*|*glibc*|*"GNU libc"*) ;;
    *) libc=$(ls /lib/ld-musl-* | first_line) ;;
  esac
fi
say libc "$libc"
case $(uname -s) in
  Darwin) say cpus "$(sysctl -n hw.ncpu)"; say memory "$(sysctl -n hw.memsize)" ;;
  *)
    say cpus "$(nproc || getconf _NPROCESSORS_ONLN || grep -c ^processor /proc/cpuinfo)"
    while read -r name size unit; do
      case $name in MemTotal:) say memory_kib "$size" ;; esac
    done </proc/meminfo ;;
esac
`;
