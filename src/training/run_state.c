/* The state of a run on disk, in two generations. */
#include "training/run_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "core/digest.h"
#include "io/atomic.h"
#include "io/escape.h"
#include "io/file_map.h"

/* Metadata of the state. */
static const char POSITION[] = "run", DIGEST[] = "digest";

void alf_run_position_clear(alf_run_position *position)
{
    json_decref(position->lengths);
    alf_json_release(&position->read);
    *position = (alf_run_position){.lengths = NULL};
}

/* --- the digest --------------------------------------------------------------------------------------------------------- */

static void add_array(alf_digest *digest, const alf_array *array)
{
    int32_t head[2] = {(int32_t)array->dtype, array->ndim};

    alf_digest_text(digest, array->name);
    alf_digest_bytes(digest, head, sizeof head);
    alf_digest_bytes(digest, array->shape, (size_t)array->ndim * sizeof array->shape[0]);
    alf_digest_bytes(digest, array->data, (size_t)array->count * alf_dtype_size(array->dtype));
}

/* Of everything in the archive but the digest itself. */
static alf_digest digest_of(const alf_archive *archive)
{
    alf_digest digest = alf_digest_start();

    for (int64_t i = 0; i < alf_archive_count(archive); i++) add_array(&digest, alf_archive_at(archive, i));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) {
        const char *key = alf_archive_meta_key(archive, i);
        if (strcmp(key, DIGEST) == 0) continue;
        alf_digest_text(&digest, key);
        alf_digest_text(&digest, alf_archive_meta(archive, key));
    }
    return digest;
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

static alf_status put_position(alf_ctx *ctx, alf_archive *archive, const alf_run_fingerprint *options,
                               const alf_run_position *p)
{
    json_t    *json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:b, s:O}", "isa", alf_isa_name(alf_ctx_isa(ctx)), "options",
                                options->text, "tick", (json_int_t)p->tick, "tick_start", (json_int_t)p->tick_start,
                                "images", (json_int_t)p->images, "finished", p->finished, "lengths", p->lengths);
    char      *text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
    alf_status status = text ? alf_archive_set_meta(archive, POSITION, text)
                             : alf_fail(ctx, ALF_ERR_MEMORY, "run: no memory for where it stands");

    free(text);
    json_decref(json);
    return status;
}

static alf_status put_digest(alf_archive *archive)
{
    alf_digest digest = digest_of(archive);
    char       text[24];

    alf_digest_show(&digest, text, sizeof text);
    return alf_archive_set_meta(archive, DIGEST, text);
}

static alf_status write_next(alf_ctx *ctx, const char *next, const alf_trainer *trainer,
                             const alf_run_fingerprint *options, const alf_run_position *position)
{
    alf_archive *archive = NULL;
    alf_status   status = alf_archive_create(ctx, &archive);

    if (!status) status = alf_trainer_state_to_archive(trainer, archive);
    if (!status) status = put_position(ctx, archive, options, position);
    if (!status) status = put_digest(archive);
    if (!status) status = alf_archive_save(archive, next);
    alf_archive_destroy(archive);
    return status;
}

/* The paths of the generations in a folder. */
typedef struct {
    char *newest, *previous, *next;
} generations;

static alf_status name_them(alf_ctx *ctx, const char *folder, generations *g)
{
    g->newest = alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_STATE);
    g->previous = g->newest ? alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_STATE_PREVIOUS) : NULL;
    g->next = g->previous ? alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_STATE_NEXT) : NULL;
    return g->next ? ALF_OK : alf_ctx_status(ctx);
}

static void release_names(generations *g)
{
    alf_mem_free(g->newest);
    alf_mem_free(g->previous);
    alf_mem_free(g->next);
}

static alf_status rename_one(alf_ctx *ctx, const char *from, const char *to, bool must_exist)
{
    if (rename(from, to) == 0 || (errno == ENOENT && !must_exist)) return ALF_OK;
    return alf_fail_errno(ctx, "rename", from, errno);
}

static alf_status remove_one(alf_ctx *ctx, const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? ALF_OK : alf_fail_errno(ctx, "remove", path, errno);
}

/* At every moment one of the two names stands for a whole state. */
static alf_status move_on(alf_ctx *ctx, const char *folder, const generations *g, bool finished)
{
    alf_status status = finished ? remove_one(ctx, g->previous) : rename_one(ctx, g->newest, g->previous, false);

    if (!status) status = rename_one(ctx, g->next, g->newest, true);
    return status ? status : alf_sync_folder(ctx, folder);
}

alf_status alf_run_state_save(alf_ctx *ctx, const char *folder, const alf_trainer *trainer,
                              const alf_run_fingerprint *options, const alf_run_position *position)
{
    generations g = {NULL, NULL, NULL};
    alf_status  status = name_them(ctx, folder, &g);

    if (!status) status = write_next(ctx, g.next, trainer, options, position);
    if (!status) status = move_on(ctx, folder, &g, position->finished);
    release_names(&g);
    return status;
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */

bool alf_run_state_damaged(alf_status status)
{
    return status && status != ALF_ERR_IO && status != ALF_ERR_MEMORY && status != ALF_ERR_CANCELLED;
}

/* Opens without looking at the arrays' bytes. */
static alf_status open_unchecked(alf_ctx *ctx, const char *path, alf_archive **archive)
{
    struct stat info;

    *archive = NULL;
    if (stat(path, &info)) return errno == ENOENT ? ALF_OK : alf_fail_errno(ctx, "examine", path, errno);
    return alf_archive_open(ctx, path, archive);
}

static alf_status check_digest(alf_ctx *ctx, const alf_archive *archive)
{
    alf_digest  digest = digest_of(archive);
    const char *stored = alf_archive_meta(archive, DIGEST);
    char        text[24];

    alf_digest_show(&digest, text, sizeof text);
    if (stored && strcmp(stored, text) == 0) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is damaged: its digest is %s, expected %s", alf_archive_path(archive),
                    text, alf_escape(stored ? stored : "one to be stored in it").text);
}

alf_status alf_run_state_open(alf_ctx *ctx, const char *folder, const char *name, alf_archive **archive)
{
    char        *path = alf_mem_printf(ctx, "%s/%s", folder, name);
    alf_archive *opened = NULL;
    alf_status   status = path ? open_unchecked(ctx, path, &opened) : alf_ctx_status(ctx);

    if (!status && opened) status = check_digest(ctx, opened);
    if (status)
        alf_archive_destroy(opened);
    else
        *archive = opened;
    alf_mem_free(path);
    return status;
}

/* Nothing: it does not say. */
static alf_status read_position(alf_ctx *ctx, const alf_archive *archive, alf_json *out)
{
    const char  *text = alf_archive_meta(archive, POSITION);
    json_error_t error;

    *out = (alf_json){.root = NULL};
    return text ? alf_json_parse(ctx, text, strlen(text), out, &error) : ALF_OK;
}

static alf_status check_number(alf_ctx *ctx, const char *path, const char *name, int64_t value, int64_t most)
{
    if (value >= 0 && value <= most) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s': its metadata '%s': %s is %lld, expected 0 to %lld", path, POSITION,
                    name, (long long)value, (long long)most);
}

/* What files are cut back to. */
static alf_status check_lengths(alf_ctx *ctx, const char *path, const json_t *lengths)
{
    const char *name;
    json_t     *length;
    alf_status  status = ALF_OK;

    if (!json_is_object(lengths))
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s': its metadata '%s': lengths is no object of lengths by name", path,
                        POSITION);
    json_object_foreach((json_t *)(uintptr_t)lengths, name, length)
    {
        if (!json_is_integer(length))
            status = alf_fail(ctx, ALF_ERR_FORMAT, "'%s': its metadata '%s': the length of %s is no integer", path,
                              POSITION, alf_escape(name).text);
        else
            status = check_number(ctx, path, alf_escape(name).text, json_integer_value(length), INT64_MAX);
        if (status) break;
    }
    return status;
}

/* Each tick shows images. */
static alf_status check_position(alf_ctx *ctx, const char *path, const alf_run_position *p)
{
    alf_status status = check_number(ctx, path, "images", p->images, ALF_RUN_MAX_IMAGES);

    if (!status) status = check_number(ctx, path, "tick_start", p->tick_start, p->images);
    if (!status) status = check_number(ctx, path, "tick", p->tick, p->images);
    return status ? status : check_lengths(ctx, path, p->lengths);
}

alf_status alf_run_state_position(alf_ctx *ctx, const alf_archive *archive, const alf_run_fingerprint *options,
                                  alf_run_position *out)
{
    const char      *theirs = NULL, *isa = NULL, *path = alf_archive_path(archive);
    alf_run_position p = {.lengths = NULL};
    json_int_t       tick, tick_start, images;
    int              finished;
    alf_status       status = read_position(ctx, archive, &p.read);

    if (status) return status;
    if (!p.read.root ||
        json_unpack(p.read.root, "{s:s, s:s, s:I, s:I, s:I, s:b, s:o}", "isa", &isa, "options", &theirs, "tick", &tick,
                    "tick_start", &tick_start, "images", &images, "finished", &finished, "lengths", &p.lengths))
        status =
            alf_fail(ctx, ALF_ERR_FORMAT, "'%s': its metadata '%s' does not say where the run stands", path, POSITION);
    else if (strcmp(theirs, options->text) != 0)
        status = alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is the state of a run with other options (%s, expected %s)", path,
                          alf_escape(theirs).text, options->text);
    else {
        p.tick = tick, p.tick_start = tick_start, p.images = images, p.finished = finished != 0;
        alf_format(p.isa, sizeof p.isa, "%s", alf_escape(isa).text);
        status = check_position(ctx, path, &p);
    }
    json_incref(p.lengths); /* else it is root's */
    if (status)
        alf_run_position_clear(&p);
    else
        *out = p;
    return status;
}

alf_status alf_run_state_fall_back(alf_ctx *ctx, const char *folder)
{
    generations g = {NULL, NULL, NULL};
    alf_status  status = name_them(ctx, folder, &g);

    if (!status) status = rename_one(ctx, g.previous, g.newest, true);
    if (!status) status = alf_sync_folder(ctx, folder);
    release_names(&g);
    return status;
}

alf_status alf_run_state_finished(alf_ctx *ctx, const char *folder, bool *out)
{
    char        *path = alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_STATE);
    alf_archive *archive = NULL;
    alf_status   status = path ? open_unchecked(ctx, path, &archive) : alf_ctx_status(ctx);
    alf_json     json = {.root = NULL};

    if (archive) status = read_position(ctx, archive, &json);
    *out = json_is_true(json_object_get(json.root, "finished"));
    if (alf_run_state_damaged(status)) { /* the previous state, which a finished run has not, will be tried */
        alf_ctx_clear_error(ctx);
        status = ALF_OK;
    }
    alf_json_release(&json);
    alf_archive_destroy(archive);
    alf_mem_free(path);
    return status;
}
