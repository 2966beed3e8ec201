/** The parts of the probe that ask for one kind of thing each; `script.ts` says how they are put together. */

/** Folders an agent could live in: room, whether they take files and run programs, and what of Koubou is there. */
export const PLACES = String.raw`
number=0
place() {
  number=$((number + 1))
  at=$2
  while [ ! -d "$at" ] && [ -n "$at" ]; do at=$(dirname "$at"); done
  writes=no; runs=unknown
  try=$at/.koubou-probe-$$
  if mkdir "$try"; then
    if printf '#!/bin/sh\nexit 7\n' >"$try/run" && [ -s "$try/run" ]; then
      writes=yes; runs=no
      chmod 700 "$try/run"
      "$try/run" >/dev/null 2>&1
      [ $? = 7 ] && runs=yes
    else
      writes=full
    fi
    rm -rf "$try"
  fi
  df -Pk "$at" | {
    read -r heads
    read -r device total used free rest
    say place "$number$tab$1$tab$free$tab$total$tab$writes$tab$runs$tab$2"
  }
  inside "$number" "$2"
}
inside() {
  [ -d "$2" ] || return
  say found "$1$tab$(ls -ld "$2" | { read -r mode links owner rest; printf %s "$owner"; })"
  [ -r "$2/manifest.json" ] && say manifest "$1$tab$(head -c 65536 "$2/manifest.json" | tr -d '\r\n')"
  [ -h "$2/current" ] && say current "$1$tab$(readlink "$2/current")"
  for version in "$2"/versions/*; do
    [ -d "$version" ] || continue
    if [ -r "$version/valid.json" ]; then
      say valid "$1$tab$(wc -c <"$version/koubou" | tr -d ' ')$tab$(head -c 4096 "$version/valid.json" | tr -d '\r\n')$tab$version"
    else
      for packed in "$version"/koubou*.gz; do
        [ -f "$packed" ] && say partial "$1$tab$(wc -c <"$packed" | tr -d ' ')$tab$version"
      done
    fi
  done
}
[ -n "$known_home" ] && place known "$known_home"
place user "$HOME/.local/share/koubou-agent"
place system /opt/koubou-agent
for base in /srv /data /scratch/"$user" /scratch /var/tmp; do
  [ -d "$base" ] && [ -w "$base" ] && place other "$base/koubou-agent-$user"
done
`;

/** Who starts services, who may, and as whom. */
export const SERVICES = String.raw`
if [ -d /run/systemd/system ]; then
  say service "systemd-system$tab$(limited 2 systemctl is-system-running | first_line)"
  [ -n "$XDG_RUNTIME_DIR" ] || { XDG_RUNTIME_DIR=/run/user/$uid; export XDG_RUNTIME_DIR; }
  say service "systemd-user$tab$(limited 2 systemctl --user is-system-running | first_line)"
  linger=no
  if [ -e /var/lib/systemd/linger/"$user" ]; then linger=yes
  elif [ "$uid" = 0 ] || limited 2 pkcheck --action-id org.freedesktop.login1.set-self-linger --process $$ >/dev/null 2>&1; then linger=may
  fi
  say linger "$linger"
fi
daemons=' '
for comm in /proc/[0-9]*/comm; do
  { read -r name <"$comm"; } 2>/dev/null && daemons="$daemons$name "
done
[ -d /run/openrc ] && have rc-service && say service openrc
have sv && { [ -d /run/runit ] || [ -d /etc/runit/runsvdir ] || case $daemons in *' runsvdir '*) true ;; *) false ;; esac; } && say service runit
[ "$(uname -s)" = Darwin ] && say service launchd
if have crontab; then
  case $daemons in *' cron '*|*' crond '*) state=runs ;; *) state=stopped ;; esac
  limited 2 crontab -l 2>&1 >/dev/null | grep -qi 'not allowed' && state=forbidden
  say service "cron$tab$state"
fi
if [ "$uid" = 0 ]; then say sudo root
elif ! have sudo; then say sudo none
elif limited 3 sudo -n true >/dev/null 2>&1; then say sudo nopasswd
else say sudo asks
fi
for wall in firewalld ufw; do
  case $daemons in *" $wall "*) say firewall "$wall" ;; esac
done
grep -q '^ENABLED=yes' /etc/ufw/ufw.conf && say firewall ufw
set -- $SSH_CONNECTION
if [ -n "$3" ] && have ip; then
  link=$(ip -o addr show | grep -F " $3/" | { read -r index name rest; printf %s "$name"; })
  [ -n "$link" ] && say mac "$(cat "/sys/class/net/$link/address")"
fi
`;

/** Quick and rough: a few dozen milliseconds each. */
export const MEASURES = String.raw`
milliseconds() {
  now=$(date +%s%3N)
  case $now in
    ''|*[!0-9]*) now=$(perl -MTime::HiRes=time -e 'printf "%d", time * 1000') || now= ;;
  esac
  [ -n "$now" ] || { read -r up rest </proc/uptime; now=$(printf %s "$up" | tr -d .)0; }
  printf %s "$now"
}
hash_of() { if have sha256sum; then sha256sum; elif have shasum; then shasum -a 256; else openssl dgst -sha256; fi; }
began=$(milliseconds)
dd if=/dev/zero bs=1048576 count=8 | hash_of >/dev/null
say measured "cpu$tab$(($(milliseconds) - began))$tab"8388608
began=$(milliseconds)
dd if=/dev/zero of=/dev/null bs=8388608 count=8
say measured "memory$tab$(($(milliseconds) - began))$tab"67108864
at=$HOME/.koubou-probe-$$
began=$(milliseconds)
if dd if=/dev/zero of="$at" bs=1048576 count=8 conv=fsync || { dd if=/dev/zero of="$at" bs=1048576 count=8 && sync; }; then
  say measured "disk$tab$(($(milliseconds) - began))$tab"8388608
fi
rm -f "$at"
`;

/**
 * Programs with the first line they print about their version. Each is asked beside the others, and not for long, with a home
 * folder that goes away afterwards: some make folders in it however little one asks of them.
 */
export const TOOLS = String.raw`
elsewhere=$(mktemp -d) || elsewhere=/nonexistent
[ -d "$HOME/.pyenv" ] && { PYENV_ROOT=$HOME/.pyenv; export PYENV_ROOT; }
[ -d "$HOME/.rustup" ] && { RUSTUP_HOME=$HOME/.rustup; export RUSTUP_HOME; }
[ -d "$HOME/.cargo" ] && { CARGO_HOME=$HOME/.cargo; export CARGO_HOME; }
developer=yes
[ "$(uname -s)" = Darwin ] && ! xcode-select -p >/dev/null 2>&1 && developer=no
tool() {
  name=$1; shift
  where=$(command -v "$name") || return
  case $where in
    /usr/bin/*) [ "$developer" = no ] && case $name in git|python3|make|gcc) return ;; esac ;;
    /*) ;;
    *) return ;;
  esac
  say tool "$name$tab$where$tab$(HOME=$elsewhere limited 5 "$name" "$@" 2>&1 | first_line)"
}
for name in git python3 node npm claude codex gemini opencode aider ollama docker podman make gcc cargo rustc curl tar gunzip; do
  tool "$name" --version &
done
tool go version &
tool java -version &
if have docker; then
  { say docker "$(limited 3 docker version --format 'ready {{.Server.Version}}' 2>&1 | first_line)"; } &
fi
`;

/** Names, time, and the way back to the coordinator; the address that the host sees us under is tried first. */
export const NETWORK = String.raw`
reach() {
  [ -n "$2" ] || return 1
  if have bash; then limited 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" </dev/null >/dev/null 2>&1
  elif have python3; then limited 3 python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)' "$1" "$2" >/dev/null 2>&1
  elif have perl; then limited 3 perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2)' "$1" "$2" >/dev/null 2>&1
  elif have nc; then limited 3 nc -z -w 2 "$1" "$2" </dev/null >/dev/null 2>&1
  else say reach "unknown$tab$1$tab$2"; return 1
  fi
  if [ $? = 0 ]; then say reach "yes$tab$1$tab$2"; else say reach "no$tab$1$tab$2"; return 1; fi
}
ways() {
  seen=$(set -- $SSH_CONNECTION; printf %s "$1")
  mine=$(printf '%s\n' "$coordinators" | while read -r host port; do [ "$host" = "$seen" ] && printf '%s %s' "$host" "$port"; done)
  [ -n "$mine" ] && reach $mine && return
  printf '%s\n' "$coordinators" | {
    while read -r host port; do
      [ "$host" = "$seen" ] || reach "$host" "$port" &
    done
    wait
  }
}
[ -n "$coordinators" ] && ways &
names() {
  if limited 1 getent hosts github.com >/dev/null 2>&1 || limited 1 nslookup github.com >/dev/null 2>&1; then say names yes
  elif have getent || have nslookup; then say names no
  else say names unknown
  fi
}
names &
have timedatectl && { say synchronised "$(limited 2 timedatectl show -p NTPSynchronized --value | first_line)"; } &
`;
