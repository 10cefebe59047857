# Rows of `aliasfree bench --json` as lines of fields between tabs: for each object of the list `list` (rows, targets,
# or machine, which is one), the values of `fields` (names between commas); null is empty.
BEGIN { count = split(fields, field, ",") }
$1 == "\"" list "\":" { inside = 1; next }
inside && /^  []}]/ { if (list == "machine") flush_row(); inside = 0 }
inside && /^    }/ { flush_row() }
inside && /^ *"/ {
    name = $1
    gsub(/[":]/, "", name)
    text = $0
    sub(/^ *"[^"]*": /, "", text)
    sub(/,$/, "", text)
    if (text == "null") text = ""
    gsub(/^"|"$/, "", text)
    value[name] = text
}
function flush_row(   i) {
    for (i = 1; i <= count; i++) printf "%s%s", value[field[i]], i < count ? "\t" : "\n"
    split("", value)
}
