/* Making data sets: pictures of sources, or of a procedure, one after another into a pack. */
#include <string.h>

#include "core/core.h"
#include "data/origin.h"
#include "data/picture_fit.h"
#include "data/recipe.h"
#include "data/sheet.h"
#include "io/picture_codec.h"

typedef struct {
    alf_ctx                  *ctx;
    const alf_dataset_recipe *recipe;
    alf_pack                 *pack;
    alf_sheet                 sheet;
    alf_dataset_report        report; /* resolution and channels of all pictures are 0 until the first */
} building;

/* A picture on its way into the set. */
typedef struct {
    const char       *label; /* where it comes from, for messages */
    alf_picture      *picture;
    alf_placement     placement;
    bool              placed;
    const alf_labels *labels; /* NULL: none */
    int64_t           file;
} entrant;

/* --- one picture -------------------------------------------------------------------------------------------------------- */

static alf_status check_first(building *b, const entrant *e)
{
    const alf_picture *p = e->picture;

    if (p->width != p->height)
        return alf_fail(b->ctx, ALF_ERR_FORMAT,
                        "'%s' has %lld x %lld pixels, expected a square; a resolution or a transform makes it one",
                        e->label, (long long)p->width, (long long)p->height);
    b->report.resolution = p->width;
    b->report.channels = p->channels;
    return ALF_OK;
}

/* All pictures are like the first; grey ones become what the others are. */
static alf_status make_uniform(building *b, entrant *e)
{
    const alf_picture *p;

    if (alf_picture_widen(b->ctx, &e->picture, b->recipe->keep_alpha ? 4 : b->report.channels))
        return alf_ctx_status(b->ctx);
    p = e->picture;
    if (b->report.resolution == 0) return check_first(b, e);
    if (p->width != b->report.resolution || p->height != b->report.resolution)
        return alf_fail(b->ctx, ALF_ERR_FORMAT,
                        "'%s' has %lld x %lld pixels, expected %lld x %lld as the pictures before it; a resolution "
                        "makes them equal",
                        e->label, (long long)p->width, (long long)p->height, (long long)b->report.resolution,
                        (long long)b->report.resolution);
    if (p->channels == b->report.channels) return ALF_OK;
    return alf_fail(b->ctx, ALF_ERR_FORMAT,
                    "'%s' is in colour, expected grey as the first picture (grey ones among coloured ones are taken "
                    "when a coloured one comes first)",
                    e->label);
}

static alf_status add_to_sheet(building *b, const entrant *e, const char *name)
{
    alf_status status = ALF_OK;

    if (e->labels) status = alf_sheet_add_label(&b->sheet, name, e->labels, e->file);
    if (!status && e->placed) status = alf_sheet_add_placement(&b->sheet, name, &e->placement);
    return status;
}

static alf_status write_picture(building *b, const entrant *e)
{
    char       name[64];
    uint8_t   *bytes = NULL;
    size_t     size = 0;
    alf_status status = alf_picture_encode_png(b->ctx, e->picture, &bytes, &size);

    alf_format(name, sizeof name, "%05lld/img%08lld.png", (long long)(b->report.written / 1000),
               (long long)b->report.written);
    if (!status) status = alf_pack_add(b->pack, name, bytes, size);
    if (!status) status = add_to_sheet(b, e, name);
    if (!status) b->report.written++;
    alf_mem_free(bytes);
    return status;
}

static alf_status take(building *b, entrant *e)
{
    alf_status status = make_uniform(b, e);

    return status ? status : write_picture(b, e);
}

/* --- from sources ------------------------------------------------------------------------------------------------------- */

static alf_status fit(building *b, entrant *e)
{
    alf_picture *in = e->picture;
    alf_status   status = ALF_OK;

    e->placed = b->recipe->fit == ALF_FIT_NONALIGNED;
    if (e->placed)
        status = alf_placement_draw(b->ctx, b->recipe, b->report.written, (double)in->width / (double)in->height,
                                    &e->placement);
    if (status) return status;
    e->picture = NULL;
    status = alf_picture_fit(b->ctx, b->recipe, &e->placement, in, &e->picture);
    alf_picture_destroy(in);
    return status;
}

static bool is_damage(alf_status status)
{
    return status == ALF_ERR_FORMAT || status == ALF_ERR_UNSUPPORTED || status == ALF_ERR_IO;
}

/* A damaged or unreadable picture is told of and passed over: then e->picture stays NULL. */
static alf_status read_picture(building *b, const alf_source *source, entrant *e)
{
    alf_status status = alf_file_set_picture(source->files, e->file, &e->picture);

    if (!b->recipe->skip_bad || !is_damage(status)) return status;
    if (b->recipe->warn) b->recipe->warn(b->recipe->warn_user, alf_ctx_message(b->ctx));
    alf_ctx_clear_error(b->ctx);
    b->report.skipped++;
    return alf_sheet_add_skipped(&b->sheet, alf_file_set_name(source->files, e->file));
}

static alf_status check_label(building *b, const entrant *e)
{
    if (!e->labels || alf_labels_has(e->labels, e->file)) return ALF_OK;
    return alf_fail(b->ctx, ALF_ERR_FORMAT, "'%s' has no label in %s", e->label, ALF_LABELS_FILE);
}

static alf_status add_file(building *b, const alf_source *source, int64_t file)
{
    char      *label = alf_file_set_label(source->files, file);
    entrant    e = {.label = label, .labels = source->labels.values ? &source->labels : NULL, .file = file};
    alf_status status = label ? check_label(b, &e) : alf_ctx_status(b->ctx);

    if (!status) status = read_picture(b, source, &e);
    if (!status && e.picture) status = fit(b, &e);
    if (!status && e.picture) status = take(b, &e);
    alf_picture_destroy(e.picture);
    alf_mem_free(label);
    return status;
}

static bool is_full(const building *b)
{
    return b->recipe->max_images > 0 && b->report.written >= b->recipe->max_images;
}

static alf_status add_sources(building *b, const alf_sources *sources)
{
    int64_t    total = sources->pictures, looked = 0;
    alf_status status = ALF_OK;

    if (b->recipe->max_images > 0 && b->recipe->max_images < total) total = b->recipe->max_images;
    for (int s = 0; s < sources->count; s++)
        for (int64_t i = 0; i < sources->items[s].count && !status && !is_full(b); i++) {
            status = alf_progress(b->ctx, "dataset", looked < total ? looked : total, total);
            if (!status) status = add_file(b, &sources->items[s], sources->items[s].pictures[i]);
            looked++;
        }
    if (!status && b->report.written == 0)
        status = alf_fail(b->ctx, ALF_ERR_FORMAT, "none of %lld pictures can be read", (long long)looked);
    return status ? status : alf_progress(b->ctx, "dataset", total, total);
}

/* --- from a procedure --------------------------------------------------------------------------------------------------- */

static alf_status draw_blob(building *b, entrant *e)
{
    alf_dataset_recipe recipe = *b->recipe;
    alf_canvas        *canvas = NULL;
    alf_status         status;

    if (recipe.fit == ALF_FIT_NONE) recipe.shift = recipe.rotation = 0; /* aligned: only the size varies */
    e->placed = true;
    status = alf_placement_draw(b->ctx, &recipe, b->report.written, 1.0, &e->placement);
    if (!status) status = alf_blob_draw(b->ctx, recipe.seed, b->report.written, recipe.width, &e->placement, &canvas);
    if (!status) status = alf_canvas_settle(b->ctx, &recipe, canvas, &e->picture);
    alf_canvas_destroy(canvas);
    return status;
}

static alf_status add_blobs(building *b)
{
    int64_t    total = b->recipe->max_images;
    alf_status status = ALF_OK;

    while (b->report.written < total && !status) {
        entrant e = {.label = "a blob"};
        status = alf_progress(b->ctx, "dataset", b->report.written, total);
        if (!status) status = draw_blob(b, &e);
        if (!status) status = take(b, &e);
        alf_picture_destroy(e.picture);
    }
    return status ? status : alf_progress(b->ctx, "dataset", total, total);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static alf_status build(building *b, const alf_sources *sources, const char *kind, const char *dest)
{
    alf_sheet_facts facts = {.recipe = b->recipe, .sources = sources, .synthetic = kind};
    alf_status      status = alf_pack_open(b->ctx, dest, alf_pack_is_zip(dest), &b->pack);

    b->sheet = (alf_sheet){b->ctx, {.ctx = b->ctx}, {.ctx = b->ctx}, {.ctx = b->ctx}};
    if (!status) status = sources ? add_sources(b, sources) : add_blobs(b);
    facts.made = b->report;
    if (!status) status = alf_sheet_pack(&b->sheet, &facts, b->pack);
    if (!status) status = alf_pack_finish(b->pack);
    alf_sheet_release(&b->sheet);
    alf_pack_destroy(b->pack);
    return status;
}

/* Builds with what the sheet shall say, where the recipe does not. */
static alf_status build_from(building *b, const alf_sources *sources, const char *const paths[], const char *dest)
{
    alf_dataset_recipe recipe = *b->recipe;
    alf_origin         origin;
    alf_status         status = alf_origin_find(sources, paths, &origin);

    if (status) return status;
    if (!recipe.source_note) recipe.source_note = origin.source;
    if (!recipe.licence) recipe.licence = origin.licence;
    b->recipe = &recipe;
    status = build(b, sources, NULL, dest);
    b->recipe = NULL;
    alf_origin_release(&origin);
    return status;
}

static alf_status check_arguments(alf_ctx *ctx, const char *who, const void *from, const char *dest,
                                  const alf_dataset_recipe *recipe, const void *out)
{
    if (!from || !dest || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: %s is NULL", who, !from ? "the source" : !dest ? "dest" : "out");
    if (!*dest) return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: dest is empty", who);
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    return alf_recipe_check(ctx, recipe);
}

alf_status alf_dataset_build(alf_ctx *ctx, int sources, const char *const source[], const char *dest,
                             const alf_dataset_recipe *recipe, alf_dataset_report *out)
{
    alf_dataset_recipe standard = alf_dataset_recipe_default();
    building           b = {.ctx = ctx, .recipe = recipe ? recipe : &standard};
    alf_sources        opened = {.items = NULL};
    alf_status         status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    status = check_arguments(ctx, "alf_dataset_build", source, dest, b.recipe, out);
    if (status) return status;
    if (sources < 1) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_dataset_build: %d sources, expected some", sources);
    for (int i = 0; i < sources; i++)
        if (!source[i]) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_dataset_build: source %d is NULL", i);
    status = alf_sources_open(ctx, sources, source, b.recipe->labels, &opened);
    if (status) return status;
    status = build_from(&b, &opened, source, dest);
    b.report.classes = opened.classes;
    alf_sources_close(&opened);
    if (!status) *out = b.report;
    return status;
}

alf_status alf_dataset_synthesize(alf_ctx *ctx, const char *kind, const char *dest, const alf_dataset_recipe *recipe,
                                  alf_dataset_report *out)
{
    alf_dataset_recipe noted;
    building           b = {.ctx = ctx, .recipe = &noted};
    alf_status         status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!recipe) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_dataset_synthesize: recipe is NULL");
    status = check_arguments(ctx, "alf_dataset_synthesize", kind, dest, recipe, out);
    if (status) return status;
    if (strcmp(kind, "textured-blobs") != 0)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "the procedural set '%s' is unknown, expected textured-blobs", kind);
    if (recipe->max_images == 0 || recipe->width == 0)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "a procedural set needs a resolution and max_images");
    if (recipe->labels || (recipe->fit != ALF_FIT_NONE && recipe->fit != ALF_FIT_NONALIGNED))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "a procedural set has %s",
                        recipe->labels ? "no labels" : "no transform but none and nonaligned");
    noted = *recipe;
    if (!noted.source_note) noted.source_note = kind;
    status = build(&b, NULL, kind, dest);
    if (!status) *out = b.report;
    return status;
}
