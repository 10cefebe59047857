/* Texts of option values: what is read is what stands there. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "fuzz.h"

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
    bool    yes;

    fuzz_check(alf_cli_read_pair(text, pair) ? isfinite(pair[0]) && isfinite(pair[1]) : pair[0] == 7 && pair[1] == 7,
               "'%s' is the pair %g, %g", text, pair[0], pair[1]);
    bool is_grid = alf_cli_read_grid(text, grid), is_size = alf_cli_read_size(text, size);
    fuzz_check(!is_grid || (is_size && memcmp(size, grid, sizeof size) == 0), "'%s' is a grid and no size", text);
    fuzz_check(is_grid || (grid[0] == 7 && grid[1] == 7), "the output was touched");
    (void)alf_cli_read_bool(text, &yes);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes b = {data, size};
    char      *text = fuzz_text(&b, 255), *other = fuzz_text(&b, 255);

    check_numbers(text);
    check_pairs(text);
    check_seeds(text);
    fuzz_check(alf_cli_distance(text, other) == alf_cli_distance(other, text), "a distance that is no distance");
    fuzz_check(strchr(text, '|') || !*text || alf_cli_is_choice(text, text), "'%s' is not among itself", text);
    (void)alf_cli_is_choice(text, other);
    free(text);
    free(other);
    return 0;
}
