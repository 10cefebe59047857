/* Command lines. The bytes are words, one a line: each is read as a value of every kind, and all of them as the words of
 * a command whose table has an option of every kind. What is read is what stands there. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/values.h"
#include "fuzz.h"

/* --- values --------------------------------------------------------------------------------------------------------- */

static void check_numbers(const char *text)
{
    int64_t whole = 7, again;
    double  real = 7, same;
    char    shown[64];

    if (alf_cli_read_int(text, &whole)) {
        snprintf(shown, sizeof shown, "%" PRId64, whole);
        fuzz_check(alf_cli_read_int(shown, &again) && again == whole, "%s became %s", text, shown);
    } else {
        fuzz_check(whole == 7, "the output was touched");
    }
    if (alf_cli_read_real(text, &real)) {
        snprintf(shown, sizeof shown, "%.17g", real);
        fuzz_check(isfinite(real) && alf_cli_read_real(shown, &same) && same == real, "%s became %s", text, shown);
    } else {
        fuzz_check(real == 7, "the output was touched");
    }
    whole = 7;
    fuzz_check(alf_cli_read_bytes(text, &whole) ? whole >= 0 : whole == 7, "'%s' is %" PRId64 " bytes", text, whole);
}

static void check_pairs(const char *text)
{
    double  pair[2] = {7, 7};
    int64_t size[2] = {7, 7}, grid[2] = {7, 7};

    fuzz_check(alf_cli_read_pair(text, pair) ? isfinite(pair[0]) && isfinite(pair[1]) : pair[0] == 7 && pair[1] == 7,
               "'%s' is the pair %g, %g", text, pair[0], pair[1]);
    bool is_grid = alf_cli_read_grid(text, grid), is_size = alf_cli_read_size(text, size);
    fuzz_check(!is_grid || (is_size && memcmp(size, grid, sizeof size) == 0), "'%s' is a grid and no size", text);
    fuzz_check(is_grid || (grid[0] == 7 && grid[1] == 7), "the grid was touched");
    fuzz_check(is_size || (size[0] == 7 && size[1] == 7), "the size was touched");
}

/* Either way round a word is one of these, or none. */
static void check_truth(const char *text)
{
    bool from_no = false, from_yes = true;
    bool is_one = alf_cli_read_bool(text, &from_no), again = alf_cli_read_bool(text, &from_yes);

    fuzz_check(is_one == again && (is_one ? from_no == from_yes : !from_no && from_yes), "'%s' is %s a truth value",
               text, is_one ? "half" : "not, but read as");
    fuzz_check(!is_one || strchr("tTyY1oOfFnN0", *text), "'%s' is a truth value", text);
}

static void check_seeds(const char *text)
{
    int64_t count = 7, again;

    if (!alf_cli_read_seeds(text, &count, NULL)) {
        fuzz_check(count == 7, "the output was touched");
        return;
    }
    fuzz_check(count >= 1 && count <= ALF_CLI_MAX_SEEDS, "'%s' are %" PRId64 " seeds", text, count);
    uint32_t *seeds = fuzz_alloc((size_t)count, sizeof *seeds);
    fuzz_check(alf_cli_read_seeds(text, &again, seeds) && again == count, "'%s' is read in two ways", text);
    free(seeds);
}

static void check_word(const char *text, const char *before)
{
    check_numbers(text);
    check_pairs(text);
    check_truth(text);
    check_seeds(text);
    fuzz_check(alf_cli_distance(text, before) == alf_cli_distance(before, text), "a distance that is no distance");
    fuzz_check(strlen(text) > 63 || alf_cli_distance(text, text) == 0, "'%s' is far from itself", text);
    fuzz_check(strchr(text, '|') || !*text || alf_cli_is_choice(text, text), "'%s' is not among itself", text);
    (void)alf_cli_is_choice(text, before);
}

/* --- a command ------------------------------------------------------------------------------------------------------ */

static const alf_cli_option own[] = {
    {.name = "flag", .kind = ALF_CLI_FLAG, .help = "a flag"},
    {.name = "mirror", .kind = ALF_CLI_BOOL, .help = "a truth value"},
    {.name = "count", .kind = ALF_CLI_INT, .value = "N", .fallback = "4", .low = 1, .high = 10, .help = "a number"},
    {.name = "ratio", .kind = ALF_CLI_REAL, .value = "F", .low = -1, .high = 1, .help = "a ratio"},
    {.name = "name", .kind = ALF_CLI_TEXT, .value = "NAME", .help = "a text"},
    {.name = "mode", .kind = ALF_CLI_CHOICE, .value = "one|two|three", .fallback = "one", .help = "a choice"},
    {.name = "bytes", .kind = ALF_CLI_BYTES, .value = "BYTES", .help = "bytes"},
    {.name = "seeds", .kind = ALF_CLI_SEEDS, .value = "LIST", .help = "seeds"},
    {.name = "shift", .kind = ALF_CLI_PAIR, .value = "X,Y", .low = -4, .high = 4, .help = "a pair"},
    {.name = "grid", .kind = ALF_CLI_GRID, .value = "CxR", .low = 1, .high = 64, .help = "a grid"},
    {.name = "size", .kind = ALF_CLI_SIZE, .value = "WxH", .low = 1, .high = 64, .help = "a size"},
    {.name = "from", .kind = ALF_CLI_LIST, .value = "FILE...", .help = "files"},
    {.name = NULL}};
static const alf_cli_command command = {.name = "try",
                                        .summary = "a command for tests",
                                        .arguments = "SRC",
                                        .argument_count = 1,
                                        .argument_most = 3,
                                        .options = own};

/* What was asked for is within its range, and what was not is the default. */
static void check_scalars(const alf_cli *c)
{
    const char *bytes = alf_cli_text(c, "bytes");
    int64_t     stands = 0;

    fuzz_check(alf_cli_int(c, "count") >= 1 && alf_cli_int(c, "count") <= 10, "a count beyond its range");
    fuzz_check(alf_cli_given(c, "count") || alf_cli_int(c, "count") == 4, "a default that is another");
    fuzz_check(alf_cli_real(c, "ratio") >= -1 && alf_cli_real(c, "ratio") <= 1, "a ratio beyond its range");
    fuzz_check(!alf_cli_given(c, "name") || *alf_cli_text(c, "name"), "an empty name");
    fuzz_check(alf_cli_is_choice("one|two|three", alf_cli_text(c, "mode")), "'%s' is no mode", alf_cli_text(c, "mode"));
    fuzz_check(alf_cli_given(c, "bytes") ? alf_cli_read_bytes(bytes, &stands) && alf_cli_int(c, "bytes") == stands
                                         : alf_cli_int(c, "bytes") == 0,
               "%" PRId64 " bytes", alf_cli_int(c, "bytes"));
    (void)alf_cli_flag(c, "flag");
    (void)alf_cli_flag(c, "mirror");
}

static void check_tuples(const alf_cli *c)
{
    int64_t pair[2], seeds = 0;
    double  shift[2];
    int     count;

    alf_cli_pair(c, "shift", shift);
    fuzz_check(shift[0] >= -4 && shift[0] <= 4 && shift[1] >= -4 && shift[1] <= 4, "a shift beyond its range");
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "grid" : "size";
        alf_cli_grid_size(c, name, pair);
        fuzz_check(!alf_cli_given(c, name) || (pair[0] >= 1 && pair[0] <= 64 && pair[1] >= 1 && pair[1] <= 64),
                   "a %s beyond its range", name);
    }
    const char **list = alf_cli_list(c, "from", &count);
    fuzz_check(count >= 0 && (count == 0 || list), "a list without texts");
    for (int i = 0; i < count; i++) fuzz_check(list[i] != NULL, "text %d of a list is not there", i);
    free(list);
    free(alf_cli_seeds(c, "seeds", &seeds));
    fuzz_check(!alf_cli_given(c, "seeds") || seeds >= 1, "no seeds");
}

static void check_command(int count, char *words[])
{
    char    message[512] = "";
    alf_cli c = {.command = &command};

    (void)alf_cli_wants_help(count, words);
    if (!alf_cli_parse(&c, count, words, message, sizeof message)) {
        fuzz_check(*message, "a refusal without a text");
        return;
    }
    fuzz_check(c.argument_count >= 1 && c.argument_count <= 3, "%d arguments", c.argument_count);
    check_scalars(&c);
    check_tuples(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 24 };
    char *text = fuzz_alloc(size + 1, 1), *words[MOST], *rest = NULL;
    int   count = 0;

    if (size) memcpy(text, data, size);
    text[size] = '\0';
    for (char *word = strtok_r(text, "\n", &rest); word && count < MOST; word = strtok_r(NULL, "\n", &rest))
        words[count++] = word;
    for (int i = 0; i < count; i++) check_word(words[i], i ? words[i - 1] : "");
    check_command(count, words);
    free(text);
    return 0;
}
