/**
 * What runs on a host around an upload. Text in, text out.
 *
 * A build counts from the moment its `valid.json` has its name: that is the last thing done, after the executable was unpacked,
 * found to have the right checksum there, and is on the disk. Whatever is cut short before leaves what was valid as it was.
 * Several coordinators may do so at once: each has files of its own until the last step, which is a rename of equal bytes.
 */
import { quote } from './ssh/quote.ts';

export interface BuildOnHost {
  /** The agent's folder. */
  readonly home: string;
  readonly build: string;
  readonly version: string;
  /** Of the executable, unpacked. */
  readonly size: number;
  readonly sha256: string;
  /** Where its upload is put together. */
  readonly packed: string;
  readonly packedSize: number;
}

/** Exit code of `prepareScript` when the folders could not be made. */
export const FOLDER_REFUSED = 64;

/** Folders that had to be made above the home are written down in it: uninstalling removes them again when they are empty. */
export function prepareScript({ home, packed }: Pick<BuildOnHost, 'home' | 'packed'>): string {
  return `umask 077
home=${quote(home)}
made=
above=$(dirname "$home")
while [ ! -d "$above" ]; do made="$made$above
"; above=$(dirname "$above"); done
mkdir -p "$home/versions" ${quote(dirname(packed))} || exit ${FOLDER_REFUSED}
[ -z "$made" ] || [ -e "$home/parents" ] || printf %s "$made" >"$home/parents"
`;
}

/** The shell function `checksum`: SHA-256 of its standard input. The first program is four times as quick as the second. */
export const CHECKSUM = `checksum() {
  if command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r
  elif command -v sha256sum >/dev/null 2>&1; then sha256sum
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256
  else python3 -c 'import hashlib,sys; h=hashlib.sha256(); [h.update(b) for b in iter(lambda: sys.stdin.buffer.read(65536), b"")]; print(h.hexdigest())'
  fi | cut -d ' ' -f 1
}`;

/**
 * Unpacks standard input into the file of its first argument, keeps the packed bytes in that of its second when there is one, and
 * prints the checksum: all in one pass, with half the work of `tee`, `gunzip` and `sha256sum` together, on two processors. It ends
 * with 3 before it reads anything where Python lacks a part; a stand-in for a Python that is not there, with 126 or 127. What is
 * damaged it leaves half unpacked: then the checksum tells.
 */
const PYTHON = `import sys
try:
  import hashlib, queue, threading, zlib
except ImportError:
  sys.exit(3)
found = hashlib.sha256()
waiting = queue.Queue(16)
failed = []
def take():
  try:
    with open(sys.argv[1], "wb") as own:
      for plain in iter(waiting.get, None):
        found.update(plain)
        own.write(plain)
  except Exception as error:
    failed.append(error)
    for plain in iter(waiting.get, None): pass
worker = threading.Thread(target=take, daemon=True)
worker.start()
try:
  unpacked = zlib.decompressobj(31)
  kept = open(sys.argv[2], "wb") if len(sys.argv) > 2 else None
  for piece in iter(lambda: sys.stdin.buffer.raw.read(262144), b""):
    if kept: kept.write(piece)
    waiting.put(unpacked.decompress(piece))
    if failed: break
  if kept: kept.close()
except zlib.error as error:
  sys.stderr.write("%s\\n" % error)
except Exception as error:
  failed.append(error)
waiting.put(None)
worker.join()
if failed: sys.exit("%s" % failed[0])
print(found.hexdigest())`;

/** Exit code of `finishScript` when what came is not what was sent. */
export const WRONG_CHECKSUM = 65;
/** Exit code when not all of it came; what did is kept. */
export const CUT_SHORT = 66;

/**
 * @param source `file`: the packed executable is there. `stdin`: it comes on standard input, is written down, so that a later try can
 * go on with it, and unpacked meanwhile; that is as quick as the slowest of the three. Then only a `file` that is wrong is removed: a
 * later try may be writing to it already, while this one has not heard yet that its connection is gone.
 */
export function finishScript(about: BuildOnHost, source: 'file' | 'stdin'): string {
  const { home, build, size, sha256, version, packed, packedSize } = about;
  const [bytes, quick] =
    source === 'file'
      ? ['cat "$packed"', '"$own" <"$packed"']
      : ['tee "$packed"', '"$own" "$packed"'];
  const validity = JSON.stringify({ sha256, size, version, build }, null, 2);
  return `umask 077
set -e
home=${quote(home)}
packed=${quote(packed)}
version="$home/versions"/${quote(build)}
partial="$version.partial"
unpack() {
  if command -v gunzip >/dev/null 2>&1; then gunzip -c
  elif command -v gzip >/dev/null 2>&1; then gzip -dc
  else python3 -c 'import gzip,shutil,sys; shutil.copyfileobj(gzip.GzipFile(fileobj=sys.stdin.buffer), sys.stdout.buffer)'
  fi
}
${CHECKSUM}
through() { sync "$1" 2>/dev/null || sync; }
own="$partial/koubou.$$"
trap 'rm -f "$own" "$own.json"' EXIT
mkdir -p "$partial" "$version"
# Where macOS has no Python, a program of that name asks the person at it to install one.
code=3
if [ "$(uname -s)" = Linux ] && command -v python3 >/dev/null 2>&1; then
  code=0
  found=$(python3 -ISc ${quote(PYTHON)} ${quick}) || code=$?
fi
case $code in
  0) ;;
  3 | 126 | 127) found=$(${bytes} | unpack | tee "$own" | checksum) ;;
  *) exit "$code" ;;
esac
size=$(($(wc -c <"$own")))
if [ "$found" != ${quote(sha256)} ] || [ "$size" != ${size} ]; then
  [ $(($(wc -c <"$packed"))) = ${packedSize} ] || exit ${CUT_SHORT}
  echo "the checksum on the host is $found, $size bytes" >&2
  ${source === 'file' ? 'rm -f "$packed"' : ':'}
  exit ${WRONG_CHECKSUM}
fi
chmod 755 "$version" "$own"
through "$own"
mv "$own" "$version/koubou"
cat >"$own.json" <<'KOUBOU'
${validity}
KOUBOU
chmod 644 "$own.json"
through "$own.json"
mv "$own.json" "$version/valid.json"
through "$version"
through "$home/versions"
rm -f "$packed"
rmdir "$partial" 2>/dev/null || :
`;
}

/** The last words of a program on the host, for a sentence about it. */
export function lastWords(text: string): string {
  const lines = plain(text).trim().split('\n');
  return lines.at(-1)?.trim().slice(0, 300) ?? '';
}

/** Without what a shell puts before its own words: the name it was started under, which is a script in Base64. */
export function plain(text: string): string {
  return text.replaceAll(/^[\w+/=]{40,}: (?:(?:line )?\d+: )?/gm, '');
}

function dirname(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
