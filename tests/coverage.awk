# What gcov says of many objects (its text, one after the other), added up: a line that several objects were made of, such
# as one of a kernel's template, is covered when one of them ran it. Prints "file|folder|part NAME COVERED LINES"; -v
# missed=FILE gets file, number and text of each line that did not run. Called by coverage.sh.

function add(name, covered) {
    if (!(name in lines)) names[++count] = name
    lines[name]++
    done[name] += covered
}

# "        5:   12:text", "    #####:   12:text" (never run), "        -:    0:Source:src/io/png.c"; a count may end in *.
{
    at = index($0, ":")
    if (at == 0) next
    state = substr($0, 1, at - 1)
    rest = substr($0, at + 1)
    at = index(rest, ":")
    if (at == 0) next
    number = substr(rest, 1, at - 1) + 0
    text = substr(rest, at + 1)
    gsub(/[ *]/, "", state)
}
number == 0 {
    if (text ~ /^Source:/) source = substr(text, 8)
    next
}
source ~ /^(src|dsp)\// && state != "-" {
    key = source SUBSEP number
    ran = state !~ /^[#=]/
    if (!(key in best)) {
        keys[++total] = key
        best[key] = 0
        shown[key] = text
    }
    if (ran) best[key] = 1
}

END {
    for (i = 1; i <= total; i++) {
        key = keys[i]
        split(key, part, SUBSEP)
        file = part[1]
        folder = file
        sub(/\/[^\/]*$/, "", folder)
        top = file
        sub(/\/.*/, "", top)
        add("file " file, best[key])
        add("folder " folder, best[key])
        add("part " top, best[key])
        if (!best[key]) print file "\t" part[2] "\t" shown[key] > missed
    }
    for (i = 1; i <= count; i++) print names[i], done[names[i]], lines[names[i]]
}
