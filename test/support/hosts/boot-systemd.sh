#!/bin/sh
# Starts a host whose first process is systemd: boot-systemd.sh ROOT NAME NETWORK CGROUP.
set -u
root=$1 name=$2 network=$3 cgroup=$4
# A control group of its own: in a common one, a host's systemd would take the others' processes for its own.
for tree in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
  [ -w "$tree/cgroup.procs" ] || continue
  mkdir -p "$tree/$cgroup"
  echo 0 > "$tree/$cgroup/cgroup.procs"
done
while
  systemd-nspawn --quiet --register=no --keep-unit --machine="$name" --hostname="$name" --directory="$root" \
    --network-namespace-path="$network" --resolv-conf=off --timezone=off --link-journal=no \
    --console=read-only --boot
  # The host asked for a reboot.
  [ $? = 133 ]
do :; done
