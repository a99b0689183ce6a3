#!/bin/sh
# Installs the Debian packages that the tests use. Without root, or without
# apt, the tests that need a missing package skip and say so.
set -eu

missing() { ! command -v "$1" >/dev/null 2>&1; }

packages=
missing git && packages="$packages git"
missing dockerd && packages="$packages docker.io iptables"
# Of its own since Debian 13; before, docker.io brings it.
missing docker && packages="$packages $(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli || echo docker.io)"
missing docker-registry && packages="$packages docker-registry"
missing chromium && packages="$packages chromium"
missing unshare && packages="$packages util-linux"
missing busybox && packages="$packages busybox-static"
missing ip && packages="$packages iproute2"
missing sshd && [ ! -x /usr/sbin/sshd ] && packages="$packages openssh-server"

[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ] || missing apt-get; then
	echo "not installed, and tests that need them will skip:$packages" >&2
	exit 0
fi
echo "installing:$packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A machine without an init system must not start the services it installs.
apt-get install -y -qq --no-install-recommends $packages >/dev/null
