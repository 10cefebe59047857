#!/bin/sh
# Installs those of the given Debian packages that are missing, with apt-get (through sudo when not root), and says so.
# Where nothing is missing it does nothing; where there is no dpkg it only names what is needed.
set -eu

if ! command -v dpkg-query > /dev/null; then
    echo "Not a Debian system. What is needed, by Debian's names: $*"
    exit 0
fi

missing=
for package in "$@"; do
    case $(dpkg-query -W -f='${db:Status-Status} ' "$package" 2> /dev/null || true) in
        "installed "*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    if ! command -v sudo > /dev/null; then
        echo "Packages are missing and there is no sudo. As root: apt-get install$missing" >&2
        exit 1
    fi
fi

echo "Installing with ${as_root:+$as_root }apt-get:$missing"
$as_root apt-get -q update
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
