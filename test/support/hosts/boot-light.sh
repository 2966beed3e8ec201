#!/bin/sh
# Starts a host without systemd: boot-light.sh ROOT NAME INIT. Called in namespaces of its own, as their first process.
set -eu
root=$1 name=$2 init=$3
hostname "$name"
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  : > "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/lock"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

case $init in
  cron) services='cron' ;;
  runit) services='setsid runsvdir -P /etc/service & ' ;;
  openrc) services='mkdir -p /run/openrc; : > /run/openrc/softlevel; openrc -n default' ;;
  *) services=':' ;;
esac
exec chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
  /usr/bin/tini -s -- /bin/sh -c "$services
exec /usr/sbin/sshd -D -e"
