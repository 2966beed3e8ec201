#!/bin/sh
# Starts the executable for Windows under Wine, and looks whether its native parts load there: sh test/wine/check.sh [FOLDER], as root on
# Linux with mmdebstrap. FOLDER is dist/executables, after "npm run build:koubou -- win-x64". Not part of "npm test": Wine 10 comes from
# Debian 13, 1.2 GB in a minute, kept in the cache. Wine 8 is too old for the Node inside.
#
# It shows that the file starts, finds its parts and reads orders. Wine has no junctions, so nothing can be installed in it, and its
# PowerShell and task scheduler do nothing: Windows itself is not shown by this.
set -eu
folder=$(cd "${1:-dist/executables}" && pwd)
base=${XDG_CACHE_HOME:-$HOME/.cache}/koubou-test/wine-trixie
packed=$folder/win-x64/koubou.gz
[ -f "$packed" ] || { echo "no $packed: run npm run build:koubou -- win-x64" >&2; exit 1; }

if [ ! -d "$base" ]; then
  options=$(mktemp)
  apt-config dump | grep -i '^Acquire::.*Proxy' >"$options" || :
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)
  rm -rf --one-file-system "$base.partial"
  mkdir -p "$(dirname "$base")"
  mmdebstrap --mode=root --variant=minbase --include=wine,wine64 --aptopt="$options" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io trixie "$base.partial" "$mirror"
  rm -f "$options"
  mv -T "$base.partial" "$base"
fi

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
gzip -dc "$packed" >"$work/koubou.exe"
cat >"$work/inside.sh" <<'INSIDE'
export HOME=/work WINEPREFIX=/work/prefix WINEDEBUG=-all XDG_RUNTIME_DIR=/work
unset NODE_EXTRA_CA_CERTS
# What it complains of is its half for 32 bits, which is not there.
wineboot -i >/dev/null 2>&1 || :
winecfg -v win10 >/dev/null 2>&1
# To and from files: Node takes no pipe of Linux for one of Windows.
printf '%s\n' '{"type":"status","home":"C:\\koubou-agent"}' >/work/order
wine 'Z:\work\koubou.exe' version --json </dev/null >/work/version.json
wine 'Z:\work\koubou.exe' agent host status </work/order >/work/status.json
wineserver -k || :
INSIDE
# All that it starts and mounts goes with it.
unshare --mount --pid --fork --kill-child sh -eu -c '
  mount --bind "$1" "$1" && mkdir -p "$1/work" && mount --bind "$2" "$1/work"
  mount -t proc proc "$1/proc"
  exec timeout 120 chroot "$1" sh -eu /work/inside.sh' sh "$base" "$work"

problem() { echo "FAILED: $1" >&2; cat "$work/version.json" "$work/status.json" >&2; exit 1; }
grep -q '"platform": "win-x64"' "$work/version.json" || problem 'it does not say that it is for win-x64'
[ "$(grep -c '"loads": true' "$work/version.json")" = 2 ] || problem 'a native part does not load'
grep -q '"detail":"not installed"' "$work/status.json" || problem 'it does not answer an order'
echo 'ok: the executable for Windows starts under Wine, its native parts load, and it answers an order'
