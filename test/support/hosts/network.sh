#!/bin/sh
# The first process of the test hosts' namespaces: makes the bridge, says "ready", and lives as long as its standard
# input is open. With it the kernel ends every process of every host, and takes mounts and networks away.
set -eu
mount -t tmpfs -o mode=755 koubou-hosts /run
mkdir -p /run/netns /run/systemd/nspawn
ip link set lo up
ip link add bridge type bridge
ip addr add "$1/24" dev bridge
ip link set bridge up
echo ready
while read -r _; do :; done
