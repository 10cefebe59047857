#!/bin/sh
# Makes the reference documentation, whose warnings are errors, and looks whether everything that the headers declare is
# in it, and whether what is not documented would be found.
# Usage: docs.sh DOXYGEN DOXYFILE (as configured; DOXYGEN ends in NOTFOUND where there is none)
set -eu
doxygen=$1 doxyfile=$2
cd "$(dirname "$0")/../.."
case $doxygen in
    *NOTFOUND) echo "skipped: no doxygen"; exit 77 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What stands in a Doxyfile twice holds as it stands last.
make_docs() {
    { cat "$doxyfile"; printf '%s\n' "OUTPUT_DIRECTORY = $folder" "$@"; } | "$doxygen" - > "$folder/log" 2>&1
}

make_docs || { cat "$folder/log"; exit 1; }

pages=$folder/html
words() { grep -ohE '\b(alf|ALF)_[A-Za-z0-9_]+' "$@" | LC_ALL=C sort -u; }
cat include/aliasfree/*.h | sed 's|/\*.*||' | words > "$folder/declared"
words "$pages"/group__header__*.html "$pages"/structalf__*.html > "$folder/documented"
count=$(wc -l < "$folder/declared")
[ "$count" -gt 400 ] || { echo "only $count names were found: the check looks in the wrong place"; exit 1; }
if LC_ALL=C comm -23 "$folder/declared" "$folder/documented" | grep .; then
    echo "the names above are not in the documentation"
    exit 1
fi

# A page for each header but the umbrella, and one of the examples as they stand in their files.
for header in include/aliasfree/*.h; do
    module=$(basename "$header" .h)
    [ "$module" = aliasfree ] || [ -s "$pages/group__header__$module.html" ] || { echo "no page of $module.h"; exit 1; }
done
for example in tests/examples/*.c; do
    grep -q "@include $(basename "$example")" tests/examples/examples.dox ||
        { echo "$example is not on the page of examples"; exit 1; }
done
grep -q 'alf_measure_source_equivariance' "$pages/examples.html" || { echo "examples are not linked"; exit 1; }

# What has no comment, or names what is not there, is an error. Each line below is one.
broken() {
    printf '/* A header. */\n%s\n' "$1" > "$folder/broken.h"
    if make_docs "INPUT = $folder/broken.h" "FILTER_PATTERNS = \"*.h=awk -f src/package/docs/headers.awk\""; then
        echo "doxygen let pass: $1"
        exit 1
    fi
    grep -q 'broken.h' "$folder/log" || { cat "$folder/log"; exit 1; }
}
broken 'int alf_bare(void);'
broken '/* Some. */
typedef enum { ALF_ONE, /* one */
ALF_BARE } alf_some;'
broken '/* Some. */
typedef struct { int known; /* it */
int bare; } alf_some;'
broken '/* See alf_nobody(). */
int alf_somebody(void);'

echo "docs: $count names, $(ls "$pages"/*.html | wc -l) pages"
