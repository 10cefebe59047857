# shellcheck shell=sh
# What scripts that try the program alone begin with: $1 is the program, $scripts this folder, and the script goes on in
# $folder, which is empty but for logs/ and is removed at its end. Sourced.
case $1 in /*) program=$1 ;; *) program=$PWD/$1 ;; esac
scripts=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir logs
. "$scripts/checks.sh"
