/* What one process left in folders for the next one to go on from: options, journals and position of a run, finished
 * parts of a study. The first byte chooses which of them the others are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aliasfree/archive.h"
#include "core/core.h"
#include "fuzz.h"
#include "report/parts.h"
#include "resume.h"
#include "training/run_describe.h"
#include "training/run_folder.h"
#include "training/run_journal.h"
#include "training/run_state.h"

static const json_t *our_options(void)
{
    static json_t *ours;

    if (!ours) ours = json_loads(FUZZ_RUN_OPTIONS, 0, NULL);
    return ours;
}

/* --- options of a run ----------------------------------------------------------------------------------------------- */

/* Which of the runs in a folder is taken, where there is one; and that only where it is the same. */
static bool is_found(alf_ctx *ctx, const char *outdir)
{
    char      *folder = NULL, *other_data = NULL;
    alf_status status = alf_run_folder_find(ctx, outdir, "-ours", our_options(), &folder, &other_data);

    fuzz_check(status == ALF_OK || (!folder && !other_data), "a failure with a folder");
    fuzz_check(!folder || !other_data, "one run is found twice");
    const bool found = fuzz_took(ctx, status, NULL) && folder;
    alf_mem_free(folder);
    alf_mem_free(other_data);
    return found;
}

/* The same options have the same fingerprint. */
static alf_run_likeness likeness_of(alf_ctx *ctx, const json_t *a, const json_t *b)
{
    alf_run_fingerprint of_a, of_b;
    alf_run_likeness    likeness;

    if (alf_run_compare(ctx, a, b, &likeness) || alf_run_fingerprint_of(ctx, a, &of_a) ||
        alf_run_fingerprint_of(ctx, b, &of_b))
        fuzz_check(false, "options cannot be compared: %s", alf_ctx_message(ctx));
    fuzz_check(likeness != ALF_RUN_SAME || strcmp(of_a.text, of_b.text) == 0, "the same, and another");
    return likeness;
}

static void try_options(alf_ctx *ctx, const uint8_t *data, size_t size)
{
    alf_json         theirs = {.root = NULL};
    alf_run_likeness likeness = ALF_RUN_OTHER;
    bool             missing = true;

    fuzz_make_folder("options");
    fuzz_make_folder("options/00000-theirs");
    (void)fuzz_file("options/00000-theirs/" ALF_RUN_OPTIONS_FILE, data, size);
    alf_status status = alf_run_options_read(ctx, fuzz_path("options/00000-theirs"), &theirs, &missing);
    fuzz_check(status || !missing, "a file is not seen");
    if (fuzz_took(ctx, status, NULL) && theirs.root) {
        fuzz_check(json_is_object(theirs.root), "options that are no object");
        fuzz_check(likeness_of(ctx, theirs.root, theirs.root) == ALF_RUN_SAME, "a run is not like itself");
        likeness = likeness_of(ctx, theirs.root, our_options());
        fuzz_check(likeness == likeness_of(ctx, our_options(), theirs.root), "likeness of one side");
    }
    alf_json_release(&theirs);
    fuzz_check(is_found(ctx, fuzz_path("options")) == (likeness == ALF_RUN_SAME), "another run is continued");
}

/* --- journals ------------------------------------------------------------------------------------------------------- */

static void try_journal(alf_ctx *ctx, const uint8_t *data, size_t size)
{
    fuzz_make_folder("journals");
    (void)fuzz_file("journals/" ALF_RUN_STATS, data, size);
    double     seconds = -7;
    alf_status status =
        alf_run_journal_last(ctx, fuzz_path("journals"), ALF_RUN_STATS, "Timing/total_sec", 7, &seconds);
    if (fuzz_took(ctx, status, NULL))
        fuzz_check(isfinite(seconds), "%g seconds", seconds);
    else
        fuzz_check(seconds == -7, "a failure with a number");
}

/* --- the position --------------------------------------------------------------------------------------------------- */

static int64_t size_of(const char *name)
{
    struct stat info;

    return stat(fuzz_path(name), &info) ? -1 : (int64_t)info.st_size;
}

/* A journal of 10 bytes is cut to what the position says, or goes where it says nothing. */
static void cut(alf_ctx *ctx, const json_t *lengths)
{
    const char *const     metrics[] = {"swd8"};
    const alf_run_options options = {.metrics = metrics, .num_metrics = 1};
    const json_t         *length = json_object_get(lengths, ALF_RUN_LOG);
    const json_int_t      most = json_integer_value(length);

    (void)fuzz_file("state/00000-ours/" ALF_RUN_LOG, "123456789\n", 10);
    if (!fuzz_took(ctx, alf_run_journal_cut(ctx, fuzz_path("state/00000-ours"), &options, lengths), NULL)) return;
    const int64_t left = size_of("state/00000-ours/" ALF_RUN_LOG);
    fuzz_check(left == (!length     ? -1
                        : most < 10 ? most
                                    : 10),
               "%lld of 10 bytes are left of %lld", (long long)left, (long long)most);
}

static void check_position(const alf_run_position *p)
{
    const char   *name;
    const json_t *length;

    fuzz_check(0 <= p->tick && 0 <= p->tick_start && p->tick_start <= p->images, "tick %lld, from %lld to %lld",
               (long long)p->tick, (long long)p->tick_start, (long long)p->images);
    fuzz_check(json_is_object(p->lengths), "lengths that are no object");
    json_object_foreach((json_t *)(uintptr_t)p->lengths, name, length)
        fuzz_check(json_is_integer(length) && json_integer_value(length) >= 0, "a length that is none");
}

/* The position stands in the metadata of a state. */
static alf_archive *state_with(alf_ctx *ctx, const uint8_t *data, size_t size)
{
    alf_archive *archive = NULL;
    char        *text = fuzz_alloc(size + 1, 1);

    if (size) memcpy(text, data, size);
    text[size] = '\0';
    alf_status status = alf_archive_create(ctx, &archive);
    if (!status) status = alf_archive_set_meta(archive, "run", text);
    if (!status) status = alf_archive_save(archive, fuzz_path("state/00000-ours/" ALF_RUN_STATE));
    free(text);
    if (fuzz_took(ctx, status, NULL)) return archive;
    alf_archive_destroy(archive);
    return NULL;
}

static void try_position(alf_ctx *ctx, const uint8_t *data, size_t size)
{
    const alf_run_fingerprint options = {"abc"};
    alf_run_position          position = {.lengths = NULL};
    bool                      finished = false;

    fuzz_make_folder("state");
    fuzz_make_folder("state/00000-ours");
    (void)fuzz_file("state/00000-ours/" ALF_RUN_OPTIONS_FILE, FUZZ_RUN_OPTIONS, strlen(FUZZ_RUN_OPTIONS));
    alf_archive *archive = state_with(ctx, data, size);
    if (!archive) return;
    if (fuzz_took(ctx, alf_run_state_finished(ctx, fuzz_path("state/00000-ours"), &finished), NULL))
        fuzz_check(is_found(ctx, fuzz_path("state")) == !finished, "a finished run is continued, or another is not");
    if (fuzz_took(ctx, alf_run_state_position(ctx, archive, &options, &position), &position.lengths)) {
        check_position(&position);
        cut(ctx, position.lengths);
    }
    alf_run_position_clear(&position);
    alf_archive_destroy(archive);
}

/* --- parts of a study ----------------------------------------------------------------------------------------------- */

/* Numbers are those again that they were when they are stored once more. */
static void store_again(alf_ctx *ctx, const double values[3])
{
    double  again[3] = {7, 7, 7};
    json_t *result = json_pack("{s:o}", "values", alf_part_numbers(3, values));

    fuzz_check(result && alf_part_read(ctx, result, "values", 3, again) == ALF_OK, "numbers are not read back");
    for (int i = 0; i < 3; i++)
        fuzz_check(again[i] == values[i] || (isnan(again[i]) && isnan(values[i])), "%g became %g", values[i], again[i]);
    json_decref(result);
}

static void try_part(alf_ctx *ctx, const uint8_t *data, size_t size)
{
    json_t *settings = json_pack("{s:i}", "samples", 8), *result = NULL;
    double  values[3] = {7, 7, 7};

    fuzz_check(settings != NULL, "no memory");
    fuzz_make_folder("study");
    fuzz_make_folder("study/parts");
    (void)fuzz_file("study/parts/part.json", data, size);
    if (fuzz_took(ctx, alf_part_find(ctx, fuzz_path("study"), "part", settings, &result), NULL) && result)
        if (fuzz_took(ctx, alf_part_read(ctx, result, "values", 3, values), NULL)) store_again(ctx, values);
    json_decref(result);
    json_decref(settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(alf_ctx *, const uint8_t *, size_t) = {try_options, try_journal, try_position,
                                                                        try_part};
    if (size == 0) return 0;
    alf_ctx *ctx = fuzz_open_for((int64_t)8 << 20, data, size);

    tries[data[0] % 4](ctx, data + 1, size - 1);
    fuzz_close(ctx);
    return 0;
}
