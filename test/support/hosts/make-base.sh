#!/bin/sh
# Makes the file system all test hosts start from: make-base.sh RELEASE TARGET. TARGET appears whole or not at all. Takes
# its packages from where this PC's own apt takes them, if it runs Debian. Started in mount and process namespaces of its
# own, so that what is mounted on the way goes away however it ends.
set -eu
release=$1 target=$2 partial=$2.partial
[ ! -e "$target" ] || exit 0
rm -rf --one-file-system "$partial"

polkit=polkitd
[ "$release" != bullseye ] || polkit=policykit-1
# Not all of trixie's can be installed beside systemd.
managers=
[ "$release" != bookworm ] || managers=runit,openrc,
packages=${managers}openssh-server,systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,$polkit,cron,sudo,git,iproute2,procps,tini,fish,csh

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null | grep -v security | head -n 1) || mirror=
options=$(mktemp)
trap 'rm -f "$options"' EXIT
apt-config dump | grep -i '^Acquire::.*Proxy' > "$options" || :

# Documents are left out by a hook: as an option it would send every first package through a slow filter, for 20 s more.
slim='for folder in doc man locale; do echo "path-exclude=/usr/share/$folder/*"; done > "$1/etc/dpkg/dpkg.cfg.d/slim"'
mmdebstrap --mode=root --variant=minbase --include="$packages" --aptopt="$options" \
  --dpkgopt=force-unsafe-io --extract-hook="$slim" \
  "$release" "$partial" "${mirror:-http://deb.debian.org/debian}"

useradd --root "$partial" --create-home --shell /bin/bash agent
rm -f "$partial"/etc/ssh/ssh_host_* "$partial/etc/machine-id" "$partial/etc/resolv.conf"
# What wakes up by itself would show in a comparison of before and after.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer man-db.timer \
  fstrim.timer systemd-tmpfiles-clean.timer console-getty.service; do
  ln -sf /dev/null "$partial/etc/systemd/system/$unit"
done
mv -T "$partial" "$target"
