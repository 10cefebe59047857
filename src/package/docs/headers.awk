# Shows the public headers to doxygen. They are written for people: a plain comment stands above what it tells of, up to
# the next blank line, or behind it on its line; this makes of them what doxygen reads, so that it need not stand there.
#
#   the first comment          a module, named like the header, that holds everything in it
#   /* --- title --- */        a section of the module
#   /* text */ above           of all declarations up to the next blank line; what has a comment behind it as well takes
#                              the one above only where it comes first
#   /* text */ behind          of what stands before it: declaration, field, value; of each of `double low, high;`
#   /* text */ within a struct of the field below, or a heading where that has a comment of its own
#
# Names of functions, types and values become links, which doxygen checks; indented lines stay as they are.

BEGIN { RS = "\001" }

{ header = FILENAME; sub(/.*\//, "", header); scan($0) }

# --- text of comments ----------------------------------------------------------------------------------------------------

function trim(s) { gsub(/^[ \t\n]+|[ \t\n]+$/, "", s); return s }

# Nothing in it is a command; names are links.
function linked(s,    out, word, before) {
    gsub(/[\\@#%]/, "\\\\&", s)
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s) # else what is quoted would be left as it is
    gsub(/--/, "\\--", s)
    gsub(/[.][.] /, "..\\&nbsp;", s) # ends no sentence
    gsub(/ al[.] /, " al.\\&nbsp;", s)
    gsub(/`[^`]*`/, "<code>&</code>", s)
    gsub(/`/, "", s)
    out = ""
    while (match(s, /(alf|ALF)_[A-Za-z0-9_]+|[a-z]+\.h/)) {
        before = substr(s, RSTART - 1, RSTART > 1)
        word = substr(s, RSTART, RLENGTH)
        out = out substr(s, 1, RSTART - 1)
        s = substr(s, RSTART + RLENGTH)
        if (before ~ /[A-Za-z0-9_\/]/ || s ~ /^\*/) out = out word
        else if (word ~ /\.h$/) out = out "@ref header_" substr(word, 1, length(word) - 2) " \"" word "\""
        else if (s ~ /^[(][^)]/) out = out "@ref " word " \"" word "\""
        else out = out "#" word
    }
    return out s
}

# The lines between the comment's marks, without the stars and the spaces that align them. `block`: lines that are
# indented further stay as they are.
function content(comment, block,    lines, count, i, line, out, as_is, now) {
    count = split(substr(comment, 3, length(comment) - 4), lines, "\n")
    for (i = 1; i <= count; i++) {
        line = lines[i]
        if (i > 1) sub(/^[ \t]*\*/, "", line)
        sub(/[ \t]+$/, "", line)
        now = block && i > 1 && (line ~ /^   / || (as_is && line == "" && lines[i + 1] ~ /^ \*   /))
        if (now != as_is) out = out (now ? "\n@verbatim\n" : "\n@endverbatim\n")
        as_is = now
        out = out (now ? line : linked(trim(line))) "\n"
    }
    return trim(out (as_is ? "@endverbatim" : ""))
}

# --- what comments belong to ---------------------------------------------------------------------------------------------

# Lines keep their numbers as far as what is added leaves room, so that warnings point to the header's.
function write(s) {
    for (; written < line; written++) print ""
    print s
    written += 1 + gsub(/\n/, "", s)
}

function document(text) { if (text != "") write("/** " text " */") }

function end_section() { if (section) write("/** @} */"); section = 0 }

function begin_section(title) {
    end_section()
    write("/** @name " title "\n@{ */")
    section = 1
}

# `int a, *b[4];` gives `int a;` and `int *b[4];`, each with the comment; what has parentheses stays whole.
function write_fields(statement, above, behind,    parts, count, i, type) {
    count = statement ~ /[(]/ ? 1 : split(statement, parts, /, */)
    type = parts[1]
    sub(/[ *]*[A-Za-z0-9_]+(\[[^]]*\])*$/, "", type)
    for (i = 1; i <= count; i++) {
        document(above)
        write((count == 1 ? statement : i == 1 ? parts[1] : type " " parts[i]) ";" (behind != "" ? " /**< " behind " */" : ""))
    }
}

# A statement is complete and what stands behind it is known.
function finish(behind) {
    if (!complete) return
    complete = 0
    if (depth == 0 && !closes) {
        document(behind == "" || first ? run : "")
        first = 0
        write(ended ";" (behind != "" ? " /**< " behind " */" : ""))
    } else if (closes) {
        write(ended ";" (behind != "" ? " /**< " behind " */" : ""))
        closes = 0
    } else if (enumeration) {
        document(held)
        if (behind == "" && held == "") behind = "@undocumented_value" # which doxygen does not know, and says so
        write(ended "," (behind != "" ? " /**< " behind " */" : ""))
        held = ""
    } else {
        if (held != "" && behind != "") { begin_section(held); held = "" }
        write_fields(ended, held, behind)
        held = ""
    }
    ended = ""
}

function complete_statement(s) {
    finish("")
    ended = trim(s)
    gsub(/[ \t]*\n[ \t]*/, " ", ended)
    complete = ended != ""
}

# --- the walk ------------------------------------------------------------------------------------------------------------

function new_line() {
    line++
    finish("")
    if (statement ~ /^[ \t\n]*#/) preprocess(trim(statement))
    else if (statement ~ /[^ \t\n]/ && !foreign) { statement = statement "\n"; return }
    else if (blank && depth == 0) { run = ""; first = 0 }
    statement = ""
    blank = 1
}

# Only macros are of interest; what C++ sees is not.
function preprocess(line) {
    if (line ~ /^#ifdef __cplusplus/) { foreign = 1; return }
    if (line ~ /^#endif/ && foreign) { foreign = 0; return }
    if (line ~ /^#(include|ifndef ALIASFREE_|define ALIASFREE_)/) return
    if (line ~ /^#define/ && run != "") document(run)
    if (line !~ /^#endif/ || conditions > 0) write(line)
    conditions += (line ~ /^#if/) - (line ~ /^#endif/)
}

function see_code(code,    i, c) {
    for (i = 1; i <= length(code); i++) {
        c = substr(code, i, 1)
        if (c == "\n") { new_line(); continue }
        if (c !~ /[ \t]/) { if (complete) finish(""); blank = 0 }
        if (statement ~ /^[ \t\n]*#/ || foreign) { statement = statement c; continue }
        if (c == "{") {
            document(run)
            first = 0
            enumeration = statement ~ /enum/
            write(trim(statement) " {")
            statement = held = ""
            depth++
        } else if (c == "}") {
            if (statement ~ /[^ \t\n]/) complete_statement(statement)
            finish("")
            if (depth == 1) end_section()
            depth--
            section = 0
            statement = "}"
        } else if (c == ";" || (c == "," && enumeration && depth == 1)) {
            closes = statement ~ /^}/
            complete_statement(statement)
            statement = ""
            if (closes) enumeration = 0
        } else statement = statement c
    }
}

function see_comment(comment,    lines) {
    lines = gsub(/\n/, "&", comment)
    line += lines
    if (!opened) {
        opened = 1
        sub(/\.h$/, "", header)
        write("/** @defgroup header_" header " " header ".h\n" content(comment, 1) " */\n/** @addtogroup header_" header "\n@{ */")
    } else if (foreign) return
    else if (complete) finish(content(comment, 0))
    else if (statement ~ /[^ \t\n]/ && enumeration) { complete_statement(statement); statement = ""; finish(content(comment, 0)) }
    else if (statement ~ /^[ \t\n]*#define/) { write(trim(statement) " /**< " content(comment, 0) " */"); statement = "" }
    else if (statement ~ /[^ \t\n]/) return
    else if (comment ~ /^\/\* ---/) {
        sub(/^\/\* -+ */, "", comment)
        sub(/ *-* *\*\/$/, "", comment)
        outer_section(linked(comment))
    } else if (depth > 0) held = content(comment, 1)
    else { run = content(comment, 1); first = 1 }
    blank = 0
}

# Sections of a module, beside those within its structs.
function outer_section(title) {
    if (outer) write("/** @} */")
    write("/** @name " title "\n@{ */")
    outer = 1
}

function scan(text,    at, end) {
    while ((at = index(text, "/*")) > 0) {
        see_code(substr(text, 1, at - 1))
        end = index(substr(text, at), "*/") + 1
        see_comment(substr(text, at, end))
        text = substr(text, at + end)
    }
    see_code(text)
    finish("")
    if (outer) write("/** @} */")
    write("/** @} */")
}
