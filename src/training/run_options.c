/* The options of a run as the original's training_options.json tells them.
 *
 * Everything that decides what a run does is written out, defaults too, so that two runs are the same if and only if
 * their texts are. */
#include "training/run_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "training/run_digest.h"

/* What the folder and its processes decide, not the run. */
static const char *const of_the_place[] = {"run_dir", "num_gpus"};

alf_run_options alf_run_options_default(void)
{
    return (alf_run_options){.data_options = alf_dataset_options_default(), .kimg = 25000, .tick = 4, .snap = 50};
}

static alf_status check_name(alf_ctx *ctx, const char *field, const char *text)
{
    if (!text || !*text)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: %s is %s, expected a name", field, text ? "empty" : "NULL");
    if (strchr(text, '/') == NULL) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_ARGUMENT,
                    "run: %s is '%s', expected a name without '/': it becomes part of a folder's", field, text);
}

static alf_status check_metrics(alf_ctx *ctx, const alf_run_options *o)
{
    if (o->num_metrics < 0 || (o->num_metrics > 0 && !o->metrics))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: num_metrics is %d, expected as many as metrics has",
                        o->num_metrics);
    for (int i = 0; i < o->num_metrics; i++) {
        alf_metric metric;
        alf_status status = alf_metric_parse(ctx, o->metrics[i], &metric);
        if (status) return status;
    }
    return ALF_OK;
}

alf_status alf_run_options_check(alf_ctx *ctx, const alf_run_options *o)
{
    alf_status status = check_name(ctx, "cfg", o->cfg);

    if (!status && o->desc) status = check_name(ctx, "desc", o->desc);
    if (status) return status;
    if (!o->outdir || !*o->outdir) return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: outdir is missing, expected a folder");
    if (!(o->kimg > 0 && o->kimg <= 1e12))
        return alf_fail(ctx, ALF_ERR_RANGE, "run: kimg is %g, expected more than 0, at most 1e12", o->kimg);
    if (!(o->tick > 0 && o->tick <= 1e12))
        return alf_fail(ctx, ALF_ERR_RANGE, "run: tick is %g, expected more than 0, at most 1e12", o->tick);
    if (o->snap < 0) return alf_fail(ctx, ALF_ERR_RANGE, "run: snap is %d, expected 0 or more", o->snap);
    if ((o->grid[0] > 0) != (o->grid[1] > 0) || o->grid[0] > 4096 || o->grid[1] > 4096)
        return alf_fail(ctx, ALF_ERR_RANGE, "run: grid is %lldx%lld, expected columns and rows from 1 to 4096",
                        (long long)o->grid[0], (long long)o->grid[1]);
    return check_metrics(ctx, o);
}

/* --- values ---------------------------------------------------------------------------------------------------------- */

/* A path may hold any bytes, JSON only UTF-8: what is not is written as \xNN. NULL gives null. */
static json_t *path_value(alf_ctx *ctx, const char *path)
{
    json_t *value = path ? json_string(path) : json_null();
    char   *text, *end;

    if (value) return value;
    end = text = alf_mem_alloc(ctx, strlen(path) + 1, 4);
    for (const char *p = path; text && *p; p++)
        end += (unsigned char)*p < 0x80 ? alf_format(end, 5, "%c", *p)
                                        : alf_format(end, 5, "\\x%02x", (unsigned)(unsigned char)*p);
    value = text ? json_string(text) : NULL;
    alf_mem_free(text);
    return value;
}

static json_t *parsed(char *text)
{
    json_t *value = text ? json_loads(text, 0, NULL) : NULL;

    alf_free_data(text);
    return value;
}

/* Puts a class name first, as the original's files have it. */
static json_t *with_class(const char *name, json_t *settings)
{
    json_t *object = settings ? json_pack("{s:s}", "class_name", name) : NULL;

    if (object && json_object_update(object, settings)) {
        json_decref(object);
        object = NULL;
    }
    json_decref(settings);
    return object;
}

static json_t *generator_kwargs(alf_ctx *ctx, const alf_config *config)
{
    bool  two = config->family == ALF_STYLEGAN2;
    char *text = NULL;

    if (alf_config_to_kwargs(ctx, config, &text)) return NULL;
    return with_class(two ? "training.networks_stylegan2.Generator" : "training.networks_stylegan3.Generator",
                      parsed(text));
}

static json_t *discriminator_kwargs(alf_ctx *ctx, const alf_discriminator_config *config)
{
    char *text = NULL;

    if (alf_discriminator_config_to_kwargs(ctx, config, &text)) return NULL;
    return with_class("training.networks_stylegan2.Discriminator", parsed(text));
}

static json_t *optimizer_kwargs(const alf_training_options *t, double lr)
{
    return json_pack("{s:s, s:[f,f], s:f, s:f}", "class_name", "torch.optim.Adam", "betas", t->beta1, t->beta2, "eps",
                     t->eps, "lr", lr);
}

static json_t *loss_kwargs(const alf_training_options *t)
{
    return json_pack("{s:s, s:f, s:f, s:f, s:i, s:f, s:f, s:f}", "class_name", "training.loss.StyleGAN2Loss",
                     "r1_gamma", t->r1_gamma, "style_mixing_prob", t->style_mixing_prob, "pl_weight", t->pl_weight,
                     "pl_batch_shrink", t->pl_batch_shrink, "pl_decay", t->pl_decay, "blur_init_sigma",
                     t->blur_init_sigma, "blur_fade_kimg", t->blur_fade_kimg);
}

static json_t *augment_kwargs(const alf_augment_config *a)
{
    return json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "class_name",
                     "training.augment.AugmentPipe", "xflip", a->xflip, "rotate90", a->rotate90, "xint", a->xint,
                     "scale", a->scale, "rotate", a->rotate, "aniso", a->aniso, "xfrac", a->xfrac, "brightness",
                     a->brightness, "contrast", a->contrast, "lumaflip", a->lumaflip, "hue", a->hue, "saturation",
                     a->saturation, "imgfilter", a->imgfilter, "noise", a->noise, "cutout", a->cutout);
}

/* max_size counts items before mirroring, as in the original. */
static json_t *training_set_kwargs(alf_ctx *ctx, alf_dataset *data, const alf_dataset_options *o)
{
    int64_t items = alf_dataset_count(data) / (o->mirror ? 2 : 1);

    return json_pack("{s:s, s:o, s:b, s:I, s:b, s:I, s:I}", "class_name", "training.dataset.ImageFolderDataset", "path",
                     path_value(ctx, alf_dataset_path(data)), "use_labels", o->labels, "max_size", (json_int_t)items,
                     "xflip", o->mirror, "resolution", (json_int_t)alf_dataset_resolution(data), "random_seed",
                     (json_int_t)o->seed);
}

static json_t *grid_value(const int64_t grid[2])
{
    if (grid[0] < 0) return json_null();
    if (grid[0] == 0) return json_string("auto");
    return json_pack("[I,I]", (json_int_t)grid[0], (json_int_t)grid[1]);
}

static json_t *metric_names(const alf_run_options *o)
{
    json_t *names = json_array();

    for (int i = 0; i < o->num_metrics; i++) json_array_append_new(names, json_string(o->metrics[i]));
    return names;
}

/* --- the whole ------------------------------------------------------------------------------------------------------- */

json_t *alf_run_describe(alf_ctx *ctx, const alf_training_options *t, alf_dataset *data, int ranks,
                         const alf_run_options *o)
{
    json_t *networks =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:{}, s:o}", "G_kwargs", generator_kwargs(ctx, &t->generator), "D_kwargs",
                  discriminator_kwargs(ctx, &t->discriminator), "G_opt_kwargs", optimizer_kwargs(t, t->g_lr),
                  "D_opt_kwargs", optimizer_kwargs(t, t->d_lr), "loss_kwargs", loss_kwargs(t), "data_loader_kwargs",
                  "training_set_kwargs", training_set_kwargs(ctx, data, &o->data_options));
    json_t *settings =
        json_pack("{s:o, s:f, s:f, s:i, s:f, s:i, s:i, s:f, s:o, s:o, s:i, s:i, s:i}", "augment_kwargs",
                  augment_kwargs(&t->augment), "augment_p", t->augment_p, "ada_target", t->ada_target, "ada_interval",
                  t->ada_interval, "ada_kimg", t->ada_kimg, "G_reg_interval", t->g_reg_interval, "D_reg_interval",
                  t->d_reg_interval, "ema_kimg", t->ema_kimg, "ema_rampup",
                  t->ema_rampup > 0 ? json_real(t->ema_rampup) : json_null(), "resume_pkl", path_value(ctx, o->resume),
                  "num_gpus", ranks, "batch_size", t->batch, "batch_gpu", t->batch_gpu);
    json_t *course = json_pack(
        "{s:o, s:f, s:f, s:i, s:i, s:o, s:I, s:s}", "metrics", metric_names(o), "total_kimg", o->kimg, "kimg_per_tick",
        o->tick, "image_snapshot_ticks", o->snap, "network_snapshot_ticks", o->snap, "image_grid", grid_value(o->grid),
        "random_seed", (json_int_t)t->seed, "backend", alf_ctx_backend(ctx) == ALF_BACKEND_CPU ? "cpu" : "reference");
    bool whole = networks && settings && course && json_object_update(networks, settings) == 0 &&
                 json_object_update(networks, course) == 0;

    json_decref(settings);
    json_decref(course);
    if (whole) return networks;
    json_decref(networks);
    (void)alf_fail(ctx, ALF_ERR_MEMORY,
                   "run: the options cannot be written as JSON: a text is not UTF-8, or no memory");
    return NULL;
}

char *alf_run_options_text(alf_ctx *ctx, const json_t *options, const char *folder)
{
    json_t *whole = json_copy((json_t *)(uintptr_t)options);
    char   *text = NULL, *copy;

    if (whole && json_object_set_new(whole, "run_dir", path_value(ctx, folder)) == 0)
        text = json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(whole);
    copy = text ? alf_mem_printf(ctx, "%s\n", text) : NULL;
    free(text);
    if (!copy) (void)alf_fail(ctx, ALF_ERR_MEMORY, "run: no memory for the text of the options");
    return copy;
}

json_t *alf_run_options_read(alf_ctx *ctx, const char *folder)
{
    char   *path = alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_OPTIONS_FILE);
    json_t *options = path ? json_load_file(path, JSON_REJECT_DUPLICATES, NULL) : NULL;

    alf_mem_free(path);
    if (json_is_object(options)) return options;
    json_decref(options);
    return NULL;
}

/* --- comparing ------------------------------------------------------------------------------------------------------- */

/* The options that count, keys sorted, on one line; to be freed with free(). */
static char *canonical(const json_t *options, bool paths)
{
    json_t *copy = json_deep_copy(options), *set = json_object_get(copy, "training_set_kwargs");
    char   *text;

    for (size_t i = 0; i < sizeof of_the_place / sizeof of_the_place[0]; i++) json_object_del(copy, of_the_place[i]);
    if (!paths) {
        json_object_del(copy, "resume_pkl");
        json_object_del(set, "path");
    }
    text = copy ? json_dumps(copy, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(copy);
    return text;
}

bool alf_run_same_options(const json_t *a, const json_t *b)
{
    char *of_a = canonical(a, true), *of_b = canonical(b, true);
    bool  same = of_a && of_b && strcmp(of_a, of_b) == 0;

    free(of_a);
    free(of_b);
    return same;
}

alf_run_fingerprint alf_run_fingerprint_of(const json_t *options)
{
    alf_run_fingerprint fingerprint = {""};
    char               *text = canonical(options, false);
    alf_run_digest      digest = alf_run_digest_start();

    alf_run_digest_text(&digest, text ? text : "");
    alf_run_digest_show(&digest, fingerprint.text, sizeof fingerprint.text);
    free(text);
    return fingerprint;
}
