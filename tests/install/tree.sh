# shellcheck shell=sh disable=SC2034,SC2154 # variables that come from there and go there
# Sourced by the tests beside it, with $build, the build folder: installs it into $work/first, a temporary folder with a
# space and letters beyond ASCII in its name, and moves that away to $prefix.
here=$(cd "$(dirname "$0")" && pwd)
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
work="$base/with a space ä 画像"
mkdir "$work"
prefix=$work/moved

fail() {
    echo "install: $1" >&2
    exit 1
}

# Runs a command that is only worth reading when it fails.
quietly() {
    "$@" > "$work/log" 2>&1 || { cat "$work/log"; fail "failed: $*"; }
}

# The functions that headers declare, without what stands in comments.
declared() {
    cat "$@" | tr '\n' ' ' | sed 's|/[*][^*]*[*]\{1,\}\([^/*][^*]*[*]\{1,\}\)*/| |g' | grep -oE '\balf_[a-z0-9_]+\(' |
        tr -d '(' | LC_ALL=C sort -u
}

# Installs with the given arguments. The build's list of what was installed, which people uninstall by, stays theirs.
install_with() {
    manifest=$build/install_manifest.txt
    [ ! -f "$manifest" ] || mv "$manifest" "$base/manifest"
    quietly cmake --install "$build" "$@"
    rm -f "$manifest"
    [ ! -f "$base/manifest" ] || mv "$base/manifest" "$manifest"
}

install_with --prefix "$work/first"
mv "$work/first" "$prefix"
