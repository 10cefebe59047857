/* The command line of a study: words to checked values, and help. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/choice.h"
#include "report/files.h"
#include "report/study_internal.h"
#include "report/wrapped.h"

static const alf_study_option common[] = {
    {.name = "scale",
     .value = "tiny|small|full",
     .fallback = "small",
     .kind = ALF_STUDY_CHOICE,
     .help = "how much is measured: seconds for a test, minutes for a look, what the committed reports were made with"},
    {.name = "outdir",
     .value = "DIR",
     .help = "pictures, tables, arrays, finished parts, the notebook; default results/NAME/SCALE"},
    {.name = "export",
     .value = "DIR",
     .help = "folder that gets NAME/NAME.ipynb and the files that it shows, after a whole run; default: none"},
    {.name = "seed",
     .value = "N",
     .fallback = "0",
     .kind = ALF_STUDY_INT,
     .low = 0,
     .high = UINT32_MAX,
     .help = "decides all that is random"},
    {.name = "threads",
     .value = "N",
     .fallback = "0",
     .kind = ALF_STUDY_INT,
     .low = 0,
     .high = 256,
     .help = "threads, which change no number; 0: $ALIASFREE_THREADS, else one per processor"},
    {.name = "max-memory",
     .value = "BYTES",
     .fallback = "0",
     .kind = ALF_STUDY_BYTES,
     .help = "most memory to use, with K, M or G; 0: $ALIASFREE_MAX_MEMORY, else no limit"},
    {.name = "help", .kind = ALF_STUDY_FLAG, .help = "this text"},
    {.name = NULL}};

/* The option at a position of the joined table (own, common); NULL beyond its end. */
static const alf_study_option *option_at(const alf_study *study, int index)
{
    const alf_study_option *own = study->options;
    while (own && own->name && index > 0) own++, index--;
    if (own && own->name) return own;
    const int count = (int)(sizeof common / sizeof *common) - 1;
    return index < count ? &common[index] : NULL;
}

/* Position of the option whose name is the first `length` letters; -1: there is none. */
static int find_option(const alf_study *study, const char *name, size_t length)
{
    const alf_study_option *o;
    for (int i = 0; (o = option_at(study, i)); i++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0) return i;
    return -1;
}

/* --- values --------------------------------------------------------------------------------------------------------- */

/* strtoll and strtod would skip white space, and strtod reads hexadecimal, "inf" and "nan". */
static bool looks_decimal(const char *text)
{
    return *text && strspn(text, "+-.0123456789eE") == strlen(text);
}

static bool read_int(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (!looks_decimal(text) || end == text || *end || errno == ERANGE) return false;
    *out = value;
    return true;
}

static bool read_real(const char *text, double *out)
{
    char  *end;
    double value = strtod(text, &end);
    if (!looks_decimal(text) || end == text || *end || !isfinite(value)) return false;
    *out = value;
    return true;
}

bool alf_study_read_bytes(const char *text, int64_t *out)
{
    static const char units[] = "KMG";

    const size_t length = strlen(text);
    const char  *unit = length > 0 ? strchr(units, text[length - 1]) : NULL;
    const int    shift = unit ? 10 * (1 + (int)(unit - units)) : 0;
    char         number[24];
    int64_t      value;
    snprintf(number, sizeof number, "%.*s", (int)length - (unit ? 1 : 0), text);
    if (length >= sizeof number || !read_int(number, &value)) return false;
    if (value < 0 || value > INT64_MAX >> shift) return false;
    *out = value << shift;
    return true;
}

static bool is_inside(const alf_study_option *o, double value)
{
    return o->low == o->high || (value >= o->low && value <= o->high);
}

static bool value_fits(const alf_study_option *o, const char *text)
{
    int64_t whole;
    double  real;
    switch (o->kind) {
    case ALF_STUDY_INT: return read_int(text, &whole) && is_inside(o, (double)whole);
    case ALF_STUDY_REAL: return read_real(text, &real) && is_inside(o, real);
    case ALF_STUDY_CHOICE: return alf_choice_place(o->value, text) >= 0;
    case ALF_STUDY_BYTES: return alf_study_read_bytes(text, &whole);
    case ALF_STUDY_TEXT: return *text != '\0';
    case ALF_STUDY_FLAG: break;
    }
    return false;
}

static void describe_expected(const alf_study_option *o, char *text, size_t size)
{
    static const char *const nouns[] = {[ALF_STUDY_TEXT] = "a text",
                                        [ALF_STUDY_INT] = "a whole number",
                                        [ALF_STUDY_REAL] = "a number",
                                        [ALF_STUDY_BYTES] = "a number of bytes, with K, M or G",
                                        [ALF_STUDY_FLAG] = "no value"};
    if (o->kind == ALF_STUDY_CHOICE)
        snprintf(text, size, "%s", o->value);
    else if (o->low != o->high)
        snprintf(text, size, "%s from %.16g to %.16g", nouns[o->kind], o->low, o->high);
    else
        snprintf(text, size, "%s", nouns[o->kind]);
}

/* --- parsing -------------------------------------------------------------------------------------------------------- */

/* Reads the option at argv[*i], and its value if that is the next word; moves *i to the last word read. */
static bool parse_option(const alf_study *study, int argc, char *const argv[], int *i, alf_study_values *out,
                         char *message, size_t size)
{
    const char  *name = argv[*i] + 2;
    const size_t length = strcspn(name, "=");
    const char  *value = name[length] ? name + length + 1 : NULL;
    const int    index = find_option(study, name, length);
    if (index < 0) {
        snprintf(message, size, "unknown option '--%.*s'", (int)length, name);
        return false;
    }
    const alf_study_option *o = option_at(study, index);
    if (o->kind != ALF_STUDY_FLAG && !value && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0) value = argv[++*i];
    if (o->kind == ALF_STUDY_FLAG ? value != NULL : !value || !value_fits(o, value)) {
        char expected[256];
        describe_expected(o, expected, sizeof expected);
        snprintf(message, size, "--%s: %s%s%s: expected %s", o->name, value ? "'" : "", value ? value : "no value",
                 value ? "'" : "", expected);
        return false;
    }
    out->values[index] = value;
    out->given[index] = true;
    if (strcmp(o->name, "help") == 0) out->help = true;
    return true;
}

bool alf_study_parse(const alf_study *study, int argc, char *const argv[], alf_study_values *out, char *message,
                     size_t size)
{
    const alf_study_option *o;
    *out = (alf_study_values){.help = false};
    for (int i = 0; (o = option_at(study, i)); i++) {
        if (i >= ALF_STUDY_MAX_OPTIONS) abort(); /* the study's own table is too long */
        out->values[i] = o->fallback;
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0) {
            out->help = true;
        } else if (strncmp(argv[i], "--", 2) != 0) {
            snprintf(message, size, "unexpected argument '%s'", argv[i]);
            return false;
        } else if (!parse_option(study, argc, argv, &i, out, message, size)) {
            return false;
        }
    }
    return true;
}

/* --- values by name ------------------------------------------------------------------------------------------------- */

static int known_option(const alf_study_run *run, const char *name)
{
    int index = find_option(run->study, name, strlen(name));
    if (index < 0) abort(); /* the study asks for an option that its own table does not have */
    return index;
}

const char *alf_study_text(const alf_study_run *run, const char *option)
{
    return run->state->values.values[known_option(run, option)];
}

bool alf_study_given(const alf_study_run *run, const char *option)
{
    return run->state->values.given[known_option(run, option)];
}

int64_t alf_study_int(const alf_study_run *run, const char *option)
{
    const char *text = alf_study_text(run, option);
    int64_t     value = 0;
    return text && read_int(text, &value) ? value : 0;
}

double alf_study_real(const alf_study_run *run, const char *option)
{
    const char *text = alf_study_text(run, option);
    double      value = 0;
    return text && read_real(text, &value) ? value : 0;
}

/* --- texts ---------------------------------------------------------------------------------------------------------- */

static void put_option(FILE *to, const alf_study_option *o)
{
    enum { INDENT = 30 };
    char      text[1024], range[80] = "", fallback[80] = "";
    const int column = fprintf(to, o->value ? "  --%s=%s" : "  --%s", o->name, o->value);
    if (o->kind != ALF_STUDY_CHOICE && o->low != o->high)
        snprintf(range, sizeof range, "; %.16g to %.16g", o->low, o->high);
    if (o->fallback) snprintf(fallback, sizeof fallback, "; default %s", o->fallback);
    snprintf(text, sizeof text, "%s%s%s", o->help, range, fallback);
    alf_put_wrapped(to, column, INDENT, text);
}

void alf_study_print_help(const alf_study *study, FILE *to)
{
    const alf_study_option *o;
    fprintf(to, "%s: %s\n\n", study->name, study->title);
    alf_put_wrapped(to, 0, 0, study->summary);
    fprintf(to, "\nusage: %s [options]\n\n", study->name);
    for (int i = 0; (o = option_at(study, i)); i++) {
        if (i > 0 && o == common) fputc('\n', to);
        put_option(to, o);
    }
    fputc('\n', to);
    alf_put_wrapped(to, 0, 0,
                    "A study that was stopped keeps its finished parts: the same command goes on. Exit codes: 0 done, "
                    "1 failed or stopped, 2 wrong usage.");
}

/* A word as a shell reads it back. */
static void put_word(FILE *to, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word; word++) fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, to);
    fputc('\'', to);
}

char *alf_study_command(const alf_study *study, int argc, char *const argv[])
{
    char  *text = NULL;
    size_t size;
    FILE  *to = open_memstream(&text, &size);
    if (!to) return NULL;
    fputs(study->name, to);
    for (int i = 1; i < argc; i++) {
        fputc(' ', to);
        put_word(to, argv[i]);
    }
    if (fclose(to) == 0) return text;
    free(text);
    return NULL;
}
