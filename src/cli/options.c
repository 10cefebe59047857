#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "report/choice.h"
#include "values.h"

/* In the order of alf_cli_takes: what a command takes begins somewhere and ends with the table. */
static const alf_cli_option common[] = {
    {.name = "conv",
     .kind = ALF_CLI_CHOICE,
     .value = "auto|direct|fast",
     .fallback = "auto",
     .help = "method of 3x3 convolutions, fast with fewer multiplications and twice the rounding error; auto: "
             "$ALIASFREE_CONV, else by shape"},
    {.name = "backend",
     .kind = ALF_CLI_CHOICE,
     .value = "cpu|reference",
     .fallback = "cpu",
     .help = "cpu computes in float32, reference naively in double"},
    {.name = "precision",
     .kind = ALF_CLI_CHOICE,
     .value = "auto|float32|bf16",
     .fallback = "auto",
     .help =
         "of what direct convolutions multiply, outside of training; bf16: images of stylegan3-r sooner, with an error "
         "of about -50 dB, on processors with AVX512_BF16; auto: $ALIASFREE_PRECISION, else float32"},
    {.name = "threads",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 256,
     .help = "threads; 0: $ALIASFREE_THREADS, else one per processor"},
    {.name = "isa",
     .kind = ALF_CLI_CHOICE,
     .value = "auto|scalar|avx2|avx512",
     .fallback = "auto",
     .help = "instruction set; auto: $ALIASFREE_ISA, else the best there is"},
    {.name = "files",
     .kind = ALF_CLI_CHOICE,
     .value = "auto|map|read",
     .fallback = "auto",
     .help = "map: files are used where they lie, and one that is shortened meanwhile ends the program; read: they are "
             "copied first; auto: $ALIASFREE_FILES, else map"},
    {.name = "max-memory",
     .kind = ALF_CLI_BYTES,
     .value = "BYTES",
     .fallback = "0",
     .help = "most memory to use, with K, M or G; 0: $ALIASFREE_MAX_MEMORY, else no limit"},
    {.name = "help", .kind = ALF_CLI_FLAG, .help = "this text, also as -h"},
    {.name = NULL}};

static int table_length(const alf_cli_option *table)
{
    int length = 0;
    while (table && table[length].name) length++;
    return length;
}

static const alf_cli_option *common_of(const alf_cli_command *command)
{
    static const char *const firsts[] = {
        [ALF_CLI_TAKES_ALL] = "conv",    [ALF_CLI_TAKES_NUMBERS] = "backend",   [ALF_CLI_TAKES_THREADS] = "threads",
        [ALF_CLI_TAKES_FILES] = "files", [ALF_CLI_TAKES_MEMORY] = "max-memory", [ALF_CLI_TAKES_NOTHING] = "help",
    };
    const alf_cli_option *first = common;
    while (strcmp(first->name, firsts[command->group ? ALF_CLI_TAKES_NOTHING : command->takes]) != 0) first++;
    return first;
}

alf_cli_table alf_cli_table_at(const alf_cli_command *command, int index)
{
    const alf_cli_table tables[ALF_CLI_TABLES] = {
        {"options", command->options},
        {command->shared_title, command->shared},
        {"common options", common_of(command)},
    };
    return tables[index];
}

const alf_cli_option *alf_cli_option_at(const alf_cli_command *command, int index)
{
    for (int i = 0; i < ALF_CLI_TABLES; i++) {
        const alf_cli_option *table = alf_cli_table_at(command, i).options;
        int                   length = table_length(table);
        if (index < length) return &table[index];
        index -= length;
    }
    return NULL;
}

/* Position of the option whose name is the first `length` letters; -1: there is none. */
static int find_option(const alf_cli_command *command, const char *name, size_t length)
{
    const alf_cli_option *o;
    for (int i = 0; (o = alf_cli_option_at(command, i)); i++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0) return i;
    return -1;
}

/* --- values --------------------------------------------------------------------------------------------------------- */

static bool in_range(const alf_cli_option *o, double value)
{
    return (o->low == 0 && o->high == 0) || (value >= o->low && value <= o->high);
}

/* Bounds are whole and no larger than 2^53, but a value beyond that would be rounded onto its bound as a double. */
static bool whole_in_range(const alf_cli_option *o, int64_t value)
{
    return (o->low == 0 && o->high == 0) || (value >= (int64_t)o->low && value <= (int64_t)o->high);
}

static bool value_fits(const alf_cli_option *o, const char *text)
{
    int64_t whole, size[2];
    double  real, pair[2];
    bool    yes;
    switch (o->kind) {
    case ALF_CLI_FLAG: return false;
    case ALF_CLI_BOOL: return alf_cli_read_bool(text, &yes);
    case ALF_CLI_INT: return alf_cli_read_int(text, &whole) && whole_in_range(o, whole);
    case ALF_CLI_REAL: return alf_cli_read_real(text, &real) && in_range(o, real);
    case ALF_CLI_TEXT: return *text != '\0';
    case ALF_CLI_CHOICE: return alf_cli_is_choice(o->value, text);
    case ALF_CLI_BYTES: return alf_cli_read_bytes(text, &whole);
    case ALF_CLI_SEEDS: return alf_cli_read_seeds(text, &whole, NULL);
    case ALF_CLI_PAIR: return alf_cli_read_pair(text, pair) && in_range(o, pair[0]) && in_range(o, pair[1]);
    case ALF_CLI_GRID: return alf_cli_read_grid(text, size) && whole_in_range(o, size[0]) && whole_in_range(o, size[1]);
    case ALF_CLI_SIZE: return alf_cli_read_size(text, size) && whole_in_range(o, size[0]) && whole_in_range(o, size[1]);
    case ALF_CLI_LIST: return *text != '\0';
    }
    return false;
}

/* What a value should have been. */
static void describe_expected(const alf_cli_option *o, char *text, size_t size)
{
    static const char *const nouns[] = {
        [ALF_CLI_FLAG] = "no value",
        [ALF_CLI_BOOL] = "true or false, or no value",
        [ALF_CLI_INT] = "a whole number",
        [ALF_CLI_REAL] = "a number",
        [ALF_CLI_TEXT] = "a text",
        [ALF_CLI_CHOICE] = "one of",
        [ALF_CLI_BYTES] = "bytes such as 4096, 500M or 8G",
        [ALF_CLI_SEEDS] = "seeds such as 0,2,5-9, from 0 to 4294967295, ranges rising, at most 1000000",
        [ALF_CLI_PAIR] = "two numbers such as 0.25,-0.1, each",
        [ALF_CLI_GRID] = "columns and rows such as 4x2, each",
        [ALF_CLI_SIZE] = "width and height such as 64x48, or one number for both, each",
        [ALF_CLI_LIST] = "texts",
    };
    if (o->kind == ALF_CLI_CHOICE)
        snprintf(text, size, "%s %s", nouns[o->kind], o->value);
    else if (o->low != 0 || o->high != 0)
        snprintf(text, size, "%s from %.16g to %.16g", nouns[o->kind], o->low, o->high);
    else
        snprintf(text, size, "%s", nouns[o->kind]);
}

/* --- parsing -------------------------------------------------------------------------------------------------------- */

const char *alf_cli_nearest(const char *name, int count, const char *const names[])
{
    const char *best = NULL;
    int         least = 1 + (int)(strlen(name) + 2) / 3; /* a third of the letters may be wrong */
    for (int i = 0; i < count; i++) {
        int distance = alf_cli_distance(name, names[i]);
        if (distance < least) {
            least = distance;
            best = names[i];
        }
    }
    return best;
}

static void say_unknown(const alf_cli_command *command, const char *name, int length, char *message, size_t size)
{
    const char           *names[ALF_CLI_MAX_OPTIONS];
    int                   count = 0;
    const alf_cli_option *o;
    while (count < ALF_CLI_MAX_OPTIONS && (o = alf_cli_option_at(command, count))) names[count++] = o->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", length, name);
    const char *near = alf_cli_nearest(word, count, names);
    if (near)
        snprintf(message, size, "unknown option '--%.*s'; did you mean '--%s'?", length, name, near);
    else
        snprintf(message, size, "unknown option '--%.*s'", length, name);
}

/* The value that stands in the next word, which a truth value may do without; NULL: there is none. */
static const char *next_word(const alf_cli_option *o, int argc, char *const argv[], int *i)
{
    bool yes;
    if (*i + 1 >= argc || strncmp(argv[*i + 1], "--", 2) == 0) return NULL;
    if (o->kind == ALF_CLI_BOOL && !alf_cli_read_bool(argv[*i + 1], &yes)) return NULL;
    return argv[++*i];
}

/* Reads the option at argv[*i], and its value if that is the next word; moves *i to the last word read. */
static bool parse_option(alf_cli *c, int argc, char *const argv[], int *i, char *message, size_t size)
{
    const char *name = argv[*i] + 2;
    size_t      length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    int         index = find_option(c->command, name, length);
    if (index < 0) {
        say_unknown(c->command, name, (int)length, message, size);
        return false;
    }
    const alf_cli_option *o = alf_cli_option_at(c->command, index);
    char                  expected[256];
    describe_expected(o, expected, sizeof expected);
    if (o->kind != ALF_CLI_FLAG) {
        if (!value) value = next_word(o, argc, argv, i);
        if (!value && o->kind == ALF_CLI_BOOL) value = "true";
        if (!value || !value_fits(o, value)) {
            snprintf(message, size, "--%s: %s%s%s: expected %s", o->name, value ? "'" : "", value ? value : "no value",
                     value ? "'" : "", expected);
            return false;
        }
    } else if (value) {
        snprintf(message, size, "--%s: '%s': expected %s", o->name, value, expected);
        return false;
    }
    c->values[index] = value ? value : "";
    c->given[index] = true;
    while (o->kind == ALF_CLI_LIST && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0) ++*i;
    return true;
}

/* Everything that must be there is there. */
static bool check_complete(const alf_cli *c, char *message, size_t size)
{
    const alf_cli_option *o;
    if (c->argument_count < c->command->argument_count) {
        snprintf(message, size, "missing argument: expected %s", c->command->arguments);
        return false;
    }
    for (int i = 0; (o = alf_cli_option_at(c->command, i)); i++) {
        if (o->required && !c->given[i]) {
            snprintf(message, size, "missing option --%s=%s", o->name, o->value);
            return false;
        }
    }
    return true;
}

bool alf_cli_parse(alf_cli *c, int argc, char *const argv[], char *message, size_t size)
{
    const alf_cli_option *o;
    int                   most = c->command->argument_most ? c->command->argument_most : c->command->argument_count;
    bool                  only_arguments = false; /* after "--" */
    c->argument_count = 0;
    c->word_count = argc;
    c->words = argv;
    for (int i = 0; (o = alf_cli_option_at(c->command, i)); i++) {
        if (i >= ALF_CLI_MAX_OPTIONS || most > ALF_CLI_MAX_ARGUMENTS)
            abort(); /* the program's own tables are too long */
        c->values[i] = o->fallback;
        c->given[i] = false;
    }
    for (int i = 0; i < argc; i++) {
        if (!only_arguments && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && strncmp(argv[i], "--", 2) == 0) {
            if (!parse_option(c, argc, argv, &i, message, size)) return false;
        } else if (c->argument_count < most) {
            c->arguments[c->argument_count++] = argv[i];
        } else {
            snprintf(message, size, "unexpected argument '%s'", argv[i]);
            return false;
        }
    }
    return check_complete(c, message, size);
}

bool alf_cli_wants_help(int argc, char *const argv[])
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

/* --- values by name ------------------------------------------------------------------------------------------------- */

static int known_option(const alf_cli *c, const char *name)
{
    int index = find_option(c->command, name, strlen(name));
    if (index < 0) abort(); /* the program asks for an option that its own table does not have */
    return index;
}

bool alf_cli_takes_option(const alf_cli_command *command, const char *name)
{
    return find_option(command, name, strlen(name)) >= 0;
}

bool alf_cli_given(const alf_cli *c, const char *name)
{
    return c->given[known_option(c, name)];
}

bool alf_cli_flag(const alf_cli *c, const char *name)
{
    const char *text = c->values[known_option(c, name)];
    bool        value = false;
    if (text && *text) return alf_cli_read_bool(text, &value) && value;
    return alf_cli_given(c, name);
}

const char *alf_cli_text(const alf_cli *c, const char *name)
{
    return c->values[known_option(c, name)];
}

int alf_cli_choice(const alf_cli *c, const char *name)
{
    const int index = known_option(c, name);
    return alf_choice_place(alf_cli_option_at(c->command, index)->value, c->values[index]);
}

int64_t alf_cli_int(const alf_cli *c, const char *name)
{
    const char *text = alf_cli_text(c, name);
    int64_t     value = 0;
    if (text && !alf_cli_read_bytes(text, &value)) (void)alf_cli_read_int(text, &value); /* 2G, -1 */
    return value;
}

double alf_cli_real(const alf_cli *c, const char *name)
{
    const char *text = alf_cli_text(c, name);
    double      value = 0;
    if (text) (void)alf_cli_read_real(text, &value);
    return value;
}

void alf_cli_pair(const alf_cli *c, const char *name, double out[2])
{
    const char *text = alf_cli_text(c, name);
    out[0] = out[1] = 0;
    if (text) (void)alf_cli_read_pair(text, out);
}

void alf_cli_grid_size(const alf_cli *c, const char *name, int64_t out[2])
{
    const char *text = alf_cli_text(c, name);
    out[0] = out[1] = 0;
    if (text) (void)alf_cli_read_size(text, out);
}

/* Walks the words as parsing did. A word of its own that no option takes is an argument, and belongs to no list. */
const char **alf_cli_list(const alf_cli *c, const char *name, int *count)
{
    int          wanted = known_option(c, name);
    const char **list = alf_cli_given(c, name) ? calloc((size_t)c->word_count + 1, sizeof *list) : NULL;
    bool         inside = false;
    *count = 0;
    for (int i = 0; list && i < c->word_count && strcmp(c->words[i], "--") != 0; i++) {
        const char *word = c->words[i];
        if (strncmp(word, "--", 2) == 0) {
            size_t length = strcspn(word + 2, "=");
            inside = find_option(c->command, word + 2, length) == wanted;
            word = word[2 + length] ? word + 2 + length + 1 : NULL;
        }
        if (inside && word) list[(*count)++] = word;
    }
    return list;
}

uint32_t *alf_cli_seeds(const alf_cli *c, const char *name, int64_t *count)
{
    const char *text = alf_cli_text(c, name);
    uint32_t   *seeds = NULL;
    *count = 0;
    if (!text || !alf_cli_read_seeds(text, count, NULL)) return NULL;
    seeds = malloc((size_t)*count * sizeof *seeds);
    if (seeds) (void)alf_cli_read_seeds(text, count, seeds);
    return seeds;
}
