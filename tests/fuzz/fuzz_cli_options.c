/* Command lines: the bytes are its words, one a line, and the table has an option of every kind. */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/values.h"
#include "fuzz.h"

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

static void check_values(const alf_cli *c)
{
    int64_t     pair[2], seeds;
    double      shift[2];
    int         count;
    const char *mode = alf_cli_text(c, "mode"), *text = alf_cli_text(c, "name");

    fuzz_check(c->argument_count >= 1 && c->argument_count <= 3, "%d arguments", c->argument_count);
    fuzz_check(alf_cli_int(c, "count") >= 1 && alf_cli_int(c, "count") <= 10, "a count beyond its range");
    fuzz_check(alf_cli_real(c, "ratio") >= -1 && alf_cli_real(c, "ratio") <= 1, "a ratio beyond its range");
    fuzz_check(!alf_cli_given(c, "name") || *text, "an empty name");
    fuzz_check(alf_cli_is_choice("one|two|three", mode), "'%s' is no mode", mode);
    fuzz_check(alf_cli_int(c, "bytes") >= 0, "a negative number of bytes");
    alf_cli_pair(c, "shift", shift);
    fuzz_check(shift[0] >= -4 && shift[0] <= 4 && shift[1] >= -4 && shift[1] <= 4, "a shift beyond its range");
    alf_cli_grid_size(c, "size", pair);
    fuzz_check(!alf_cli_given(c, "size") || (pair[0] >= 1 && pair[0] <= 64 && pair[1] >= 1 && pair[1] <= 64),
               "a size beyond its range");
    alf_cli_grid_size(c, "grid", pair);
    const char **list = alf_cli_list(c, "from", &count);
    fuzz_check(count >= 0 && (count == 0 || list), "a list without texts");
    for (int i = 0; i < count; i++) fuzz_check(list[i] != NULL, "text %d of a list is not there", i);
    free(list);
    free(alf_cli_seeds(c, "seeds", &seeds));
    (void)alf_cli_flag(c, "flag");
    (void)alf_cli_flag(c, "mirror");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 24 };
    char   *text = fuzz_alloc(size + 1, 1), *words[MOST], message[512] = "", *rest = NULL;
    int     count = 0;
    alf_cli c = {.command = &command};

    if (size) memcpy(text, data, size);
    text[size] = '\0';
    for (char *word = strtok_r(text, "\n", &rest); word && count < MOST; word = strtok_r(NULL, "\n", &rest))
        words[count++] = word;
    (void)alf_cli_wants_help(count, words);
    if (alf_cli_parse(&c, count, words, message, sizeof message))
        check_values(&c);
    else
        fuzz_check(*message, "a refusal without a text");
    free(text);
    return 0;
}
