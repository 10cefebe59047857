/* The options of a run as the original's training_options.json tells them.
 *
 * Everything that decides what a run does is written out, defaults too, so that two runs are the same if and only if
 * their texts are. */
#include "training/run_describe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "io/descriptor.h"
#include "io/escape.h"
#include "io/file_map.h"

/* --- values ---------------------------------------------------------------------------------------------------------- */

/* A path may hold any bytes, JSON only UTF-8: what is not is written as \xNN. NULL gives null. */
static json_t *path_value(alf_ctx *ctx, const char *path)
{
    json_t *value = path ? json_string(path) : json_null();
    char   *text, *end;

    if (value || !path || alf_is_utf8(path, strlen(path))) return value;
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
    int64_t  items = alf_dataset_count(data) / (o->mirror ? 2 : 1);
    uint64_t digest;
    char     text[24];

    if (alf_dataset_digest(data, &digest)) return NULL;
    alf_format(text, sizeof text, "%016llx", (unsigned long long)digest);
    return json_pack("{s:s, s:o, s:b, s:I, s:b, s:I, s:I, s:s}", "class_name", "training.dataset.ImageFolderDataset",
                     "path", path_value(ctx, alf_dataset_path(data)), "use_labels", o->labels, "max_size",
                     (json_int_t)items, "xflip", o->mirror, "resolution", (json_int_t)alf_dataset_resolution(data),
                     "random_seed", (json_int_t)o->seed, "digest", text);
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

    for (int i = 0; i < o->num_metrics; i++) names = alf_json_append(names, json_string(o->metrics[i]));
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

/* --- the file -------------------------------------------------------------------------------------------------------- */

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

/* Else the system cannot tell, and a new run must not be begun for that. */
static bool is_no_run_of_ours(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES || error == ENXIO;
}

/* A file that has become shorter or longer meanwhile is not one that a run wrote. `text` has room for a byte more. */
static alf_status parse_options(alf_ctx *ctx, const char *path, int fd, size_t size, char *text, alf_json *out)
{
    json_error_t parsing;
    alf_status   status;
    size_t       got = 0;
    const int    error = alf_read_all(fd, text, size + 1, &got);

    if (error) return alf_fail_errno(ctx, "read", path, error);
    status = got == size ? alf_json_parse(ctx, text, size, out, &parsing) : ALF_OK;
    if (!json_is_object(out->root)) alf_json_release(out);
    return status;
}

/* A folder, a pipe or a large file of that name is somebody else's; who shortens it must not end us, so it is never
 * mapped. */
static alf_status read_options(alf_ctx *ctx, const char *path, int fd, alf_json *out)
{
    struct stat info;
    alf_status  status;
    char       *text;

    if (fstat(fd, &info)) return alf_fail_errno(ctx, "examine", path, errno);
    if (!S_ISREG(info.st_mode) || info.st_size > ALF_RUN_MAX_OPTIONS) return ALF_OK;
    text = alf_mem_alloc(ctx, (size_t)info.st_size + 1, 1);
    status = text ? parse_options(ctx, path, fd, (size_t)info.st_size, text, out) : alf_ctx_status(ctx);
    alf_mem_free(text);
    return status;
}

alf_status alf_run_options_read(alf_ctx *ctx, const char *folder, alf_json *out, bool *missing)
{
    char      *path = alf_mem_printf(ctx, "%s/%s", folder, ALF_RUN_OPTIONS_FILE);
    int        fd = path ? alf_open(path, O_RDONLY | O_NONBLOCK) : -1;
    const int  error = fd < 0 ? errno : 0;
    alf_status status = ALF_OK;

    *out = (alf_json){.root = NULL};
    *missing = error == ENOENT;
    if (!path)
        status = alf_ctx_status(ctx);
    else if (fd >= 0)
        status = read_options(ctx, path, fd, out);
    else if (!is_no_run_of_ours(error))
        status = alf_fail_errno(ctx, "read", path, error);
    if (fd >= 0) close(fd);
    alf_mem_free(path);
    return status;
}
