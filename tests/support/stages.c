/* The table of stages, how one is run, and what two results have in common. */
#include "stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/dataset.h"
#include "aliasfree/tensor.h"
#include "core/core.h"

const stage STAGES[] = {
    {"upfirdn2d", 1e-6, ALF_CONV_AUTO, stage_upfirdn},
    {"filtered leaky ReLU", 1e-6, ALF_CONV_AUTO, stage_flrelu},
    {"convolution, direct", 1e-5, ALF_CONV_DIRECT, stage_convolution},
    {"convolution, fast", 1e-5, ALF_CONV_FAST, stage_convolution},
    {"generator, StyleGAN2", 1e-5, ALF_CONV_AUTO, stage_generator_2},
    {"generator, StyleGAN3-T", 1e-5, ALF_CONV_AUTO, stage_generator_t},
    {"generator, StyleGAN3-R", 1e-5, ALF_CONV_AUTO, stage_generator_r},
    {"discriminator", 1e-5, ALF_CONV_AUTO, stage_discriminator},
    {"training iteration", 1e-5, ALF_CONV_AUTO, stage_training},
    {"equivariance", 1e-4, ALF_CONV_DIRECT, stage_equivariance},
    {"texture sticking", 1e-3, ALF_CONV_DIRECT, stage_sticking},
    {"sliced Wasserstein distance", 1e-3, ALF_CONV_AUTO, stage_swd},
    {"data set", 1e-2, ALF_CONV_AUTO, stage_data_set},
};
const int STAGE_COUNT = sizeof STAGES / sizeof STAGES[0];

/* --- running ---------------------------------------------------------------------------------------------------------- */

static alf_status run_in(alf_ctx *ctx, const stage *s, const char *parent, const char *name, stage_result *out)
{
    char       folder[4200];
    alf_status status = stage_path(ctx, folder, parent, name) ? alf_make_folder(ctx, folder) : alf_ctx_status(ctx);
    alf_scope *scope = alf_scope_open(ctx);
    if (!status) status = s->run(ctx, folder, out);
    if (!status) status = alf_ctx_status(ctx); /* of operations, which return tensors */
    alf_scope_close(scope, NULL);
    return status;
}

alf_status stage_run(const stage *s, alf_isa isa, int threads, const char *parent, const char *name, char message[512],
                     stage_result *out)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx;
    options.isa = isa;
    options.threads = threads;
    options.conv = s->conv;
    *out = (stage_result){.bytes = alf_digest_start()};
    alf_status status = alf_ctx_create(&options, message, 512, &ctx);
    if (status) return status;
    status = run_in(ctx, s, parent, name, out);
    if (status) alf_format(message, 512, "%s: %s", s->name, alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status;
}

void stage_release(stage_result *result)
{
    free(result->values);
    result->values = NULL;
}

double stage_error(const stage_result *got, const stage_result *expected)
{
    double worst = 0;
    if (got->groups != expected->groups || got->count != expected->count) return INFINITY;
    for (int64_t g = 0, i = 0; g < got->groups; g++) {
        double error = 0, largest = 0;
        if (got->ends[g] != expected->ends[g]) return INFINITY;
        for (; i < got->ends[g]; i++) {
            if (!isfinite(got->values[i]) || !isfinite(expected->values[i])) return INFINITY;
            error = fmax(error, fabs(got->values[i] - expected->values[i]));
            largest = fmax(largest, fabs(expected->values[i]));
        }
        if (error > 0) worst = fmax(worst, error / largest);
    }
    return worst;
}

/* --- results ---------------------------------------------------------------------------------------------------------- */

/* Room for `count` more values, which are a group; NULL with the error recorded. */
static double *group_of(alf_ctx *ctx, stage_result *out, int64_t count)
{
    const int64_t most = sizeof out->ends / sizeof out->ends[0];
    if (out->groups == most) {
        (void)alf_fail(ctx, ALF_ERR_RANGE, "more than %d groups of values", (int)most);
        return NULL;
    }
    if (out->count + count > out->room) {
        const int64_t room = 2 * (out->count + count);
        double       *more = realloc(out->values, (size_t)room * sizeof *more);
        if (!more) {
            (void)alf_fail(ctx, ALF_ERR_MEMORY, "no memory for the values of a stage");
            return NULL;
        }
        out->values = more;
        out->room = room;
    }
    double *values = out->values + out->count;
    out->ends[out->groups++] = out->count += count;
    return values;
}

alf_status stage_values(alf_ctx *ctx, stage_result *out, int64_t count, const double values[])
{
    double *to = group_of(ctx, out, count);
    if (!to) return alf_ctx_status(ctx);
    memcpy(to, values, (size_t)count * sizeof *to);
    stage_bytes(out, (size_t)count * sizeof *to, to);
    return ALF_OK;
}

alf_status stage_floats(alf_ctx *ctx, stage_result *out, int64_t count, const float values[])
{
    double *to = group_of(ctx, out, count);
    if (!to) return alf_ctx_status(ctx);
    for (int64_t i = 0; i < count; i++) to[i] = (double)values[i];
    stage_bytes(out, (size_t)count * sizeof *to, to);
    return ALF_OK;
}

alf_status stage_tensor(alf_ctx *ctx, stage_result *out, const alf_tensor *x)
{
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    const int64_t count = alf_tensor_count(x);
    double       *to = group_of(ctx, out, count);
    if (!to) return alf_ctx_status(ctx);
    alf_status status = alf_tensor_read(ctx, x, to);
    if (!status) stage_bytes(out, (size_t)count * sizeof *to, to);
    return status;
}

void stage_bytes(stage_result *out, size_t size, const void *bytes)
{
    alf_digest_bytes(&out->bytes, bytes, size);
}

alf_status stage_file(alf_ctx *ctx, stage_result *out, const char *path)
{
    char  block[4096];
    FILE *file = fopen(path, "rb");
    if (!file) return alf_fail(ctx, ALF_ERR_IO, "'%s' cannot be read", path);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) stage_bytes(out, got, block);
    fclose(file);
    return ALF_OK;
}

const char *stage_path(alf_ctx *ctx, char path[4200], const char *folder, const char *name)
{
    if (alf_format(path, 4200, "%s/%s", folder, name) < 4200) return path;
    (void)alf_fail(ctx, ALF_ERR_RANGE, "'%s': the name is too long", folder);
    return NULL;
}

alf_status stage_synthesize(alf_ctx *ctx, const char *path, int64_t images, int64_t size)
{
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.width = recipe.height = size;
    recipe.max_images = images;
    return alf_dataset_synthesize(ctx, "textured-blobs", path, &recipe, &report);
}

alf_status stage_open_data(alf_ctx *ctx, const char *folder, int64_t images, int64_t size, alf_dataset **out)
{
    char path[4200];
    if (!stage_path(ctx, path, folder, "data.zip")) return alf_ctx_status(ctx);
    alf_status status = stage_synthesize(ctx, path, images, size);
    return status ? status : alf_dataset_open(ctx, path, NULL, out);
}
