#!/bin/sh
# Makes a Debian base the root of a container of ours: installs what is missing, then takes away what gives
# power (setuid programs) and what is only weight (lists, caches, manuals). Safe to run again with more packages.
# usage: rootfs.sh [package...]
set -eu

missing=
for package in ca-certificates tzdata "$@"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  # shellcheck disable=SC2086 # A list of package names: it is meant to be split.
  apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends $missing
fi

# Lambda's own user: some libraries look up who they are.
grep -q '^sbx_user1051:' /etc/passwd || {
  echo 'sbx_user1051:x:990:' >>/etc/group
  echo 'sbx_user1051:x:993:990::/tmp:/sbin/nologin' >>/etc/passwd
}

# Lambda sets LANG=en_US.UTF-8; glibc's C.utf8 under that name costs nothing and keeps programs from warning.
ln -sfn C.utf8 /usr/lib/locale/en_US.utf8

mkdir -p /kambda /opt /var/lang/bin /var/runtime /var/task

find / -xdev -type f -perm /6000 -exec chmod a-s {} +
rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* /usr/share/man/* /usr/share/info/* \
  /usr/share/locale/* /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /var/lib/dpkg/*-old
mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists/partial
