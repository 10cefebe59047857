/* Stages that measure and that make data sets. */
#include "aliasfree/metrics.h"
#include "stages.h"

static alf_status generator(alf_ctx *ctx, int size, alf_generator **out)
{
    alf_config config;
    alf_status status = alf_config_named(ctx, "stylegan3-t", size, 256, 8, &config);
    config.z_dim = config.w_dim = 16;
    return status ? status : alf_generator_create(ctx, &config, 1, out);
}

/* --- metrics ----------------------------------------------------------------------------------------------------------- */

alf_status stage_equivariance(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    static const char *const names[] = {"eqt4_int", "eqt4_frac", "eqr4"};
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  results[3];
    alf_metric               metrics[3];
    alf_generator           *g = NULL;
    alf_status               status = generator(ctx, 16, &g);
    options.batch = 2;
    for (int i = 0; i < 3 && !status; i++) status = alf_metric_parse(ctx, names[i], &metrics[i]);
    if (!status) status = alf_measure_equivariance(g, 3, metrics, &options, results);
    for (int i = 0; i < 3 && !status; i++)
        status = stage_values(ctx, out, 4,
                              (double[]){results[i].db, results[i].low, results[i].high, results[i].relative_db});
    alf_generator_destroy(g);
    return status;
}

alf_status stage_sticking(alf_ctx *ctx, const char *folder, stage_result *out)
{
    (void)folder;
    const double         k_min = 0.25;
    alf_sticking_options options = alf_sticking_options_default();
    alf_sticking_result  r;
    alf_generator       *g = NULL;
    alf_status           status = generator(ctx, 32, &g);
    options.velocity = 1;
    options.seeds = 1;
    if (!status) status = alf_measure_sticking(g, &options, 1, &k_min, &r, NULL);
    if (!status) status = stage_values(ctx, out, 3, (double[]){r.stuck, r.carried, r.rest});
    if (!status) status = stage_values(ctx, out, 2, (double[]){r.energy_db, r.stuck_db});
    alf_generator_destroy(g);
    return status;
}

alf_status stage_swd(alf_ctx *ctx, const char *folder, stage_result *out)
{
    alf_swd_result r;
    alf_generator *g = NULL;
    alf_dataset   *data = NULL;
    alf_status     status = generator(ctx, 16, &g);
    if (!status) status = stage_open_data(ctx, folder, 8, 16, &data);
    if (!status) status = alf_measure_swd(g, data, 8, NULL, &r);
    if (!status) status = stage_values(ctx, out, r.levels, r.distance);
    alf_dataset_destroy(data);
    alf_generator_destroy(g);
    return status;
}

/* --- data sets --------------------------------------------------------------------------------------------------------- */

enum { PICTURES = 3, FROM = 45, SIZE = 24 };

static alf_status pictures_of(alf_ctx *ctx, const char *path, stage_result *out)
{
    double       pixels[PICTURES * 3 * SIZE * SIZE];
    alf_dataset *data = NULL;
    alf_status   status = alf_dataset_open(ctx, path, NULL, &data);
    if (!status) status = alf_dataset_read(data, PICTURES, (int64_t[]){0, 1, 2}, pixels, NULL);
    if (!status) status = stage_values(ctx, out, sizeof pixels / sizeof pixels[0], pixels);
    if (!status) status = stage_file(ctx, out, path);
    alf_dataset_destroy(data);
    return status;
}

/* Pictures of shapes: resized, and placed anywhere, turned and scaled. */
alf_status stage_data_set(alf_ctx *ctx, const char *folder, stage_result *out)
{
    static const alf_fit     fits[] = {ALF_FIT_CENTER_CROP, ALF_FIT_NONALIGNED};
    static const char *const names[] = {"resized.zip", "placed.zip"};
    char                     source[4200], made[4200];
    const char              *sources[] = {stage_path(ctx, source, folder, "shapes.zip")};
    alf_status               status = sources[0] ? stage_synthesize(ctx, source, PICTURES, FROM) : alf_ctx_status(ctx);
    if (!status) status = stage_file(ctx, out, source);
    for (int i = 0; i < 2 && !status; i++) {
        alf_dataset_recipe recipe = alf_dataset_recipe_default();
        alf_dataset_report report;
        recipe.width = recipe.height = SIZE;
        recipe.fit = fits[i];
        if (!stage_path(ctx, made, folder, names[i])) return alf_ctx_status(ctx);
        status = alf_dataset_build(ctx, 1, sources, made, &recipe, &report);
        if (!status) status = pictures_of(ctx, made, out);
    }
    return status;
}
