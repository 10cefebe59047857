#include <math.h>
#include <stdlib.h>

#include "network_file.h"
#include "pictures.h"

bool alf_cli_is_network(const char *path)
{
    return alf_cli_has_suffix(path, ALF_CLI_NETWORK_SUFFIX) || alf_cli_has_suffix(path, ".pkl");
}

/* --- opening ---------------------------------------------------------------------------------------------------------- */

static int open_network(alf_cli_pictures *p, const char *path, int64_t count)
{
    if (alf_generator_load(p->c->ctx, path, NULL, &p->g) != ALF_OK) return alf_cli_failure(p->c);
    const alf_config *config = &alf_generator_plan(p->g)->config;
    p->count = count;
    p->size = config->img_resolution;
    p->channels = config->img_channels;
    return alf_cli_read_class(p->c, p->g, &p->class_index);
}

static int open_data_set(alf_cli_pictures *p, const char *path, int64_t count)
{
    alf_dataset_options options = alf_dataset_options_default();
    options.max_items = count;
    options.seed = p->seed;
    if (alf_dataset_open(p->c->ctx, path, &options, &p->set) != ALF_OK) return alf_cli_failure(p->c);
    p->count = alf_dataset_count(p->set);
    p->size = alf_dataset_resolution(p->set);
    p->channels = alf_dataset_channels(p->set);
    if (alf_cli_given(p->c, "class")) alf_cli_warn(p->c, "--class is ignored: %s is a data set", path);
    return ALF_CLI_OK;
}

int alf_cli_pictures_open(alf_cli_pictures *p, const alf_cli *c, const char *path, int64_t count, uint32_t seed)
{
    *p = (alf_cli_pictures){.c = c, .seed = seed, .class_index = -1};
    int exit_code = alf_cli_is_network(path) ? open_network(p, path, count) : open_data_set(p, path, count);
    if (exit_code != ALF_CLI_OK) return exit_code;
    p->levels = malloc((size_t)(p->channels * p->size * p->size) * sizeof *p->levels);
    return p->levels ? ALF_CLI_OK : alf_cli_error(c, "out of memory for an image");
}

void alf_cli_pictures_close(alf_cli_pictures *p)
{
    free(p->levels);
    alf_generator_destroy(p->g);
    alf_dataset_destroy(p->set);
    *p = (alf_cli_pictures){.c = NULL};
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */

/* Values in [-1, 1] to levels: those of a data set are whole, those of a network become so as when images are saved. */
static void make_levels(alf_cli_pictures *p)
{
    for (int64_t i = 0; i < p->channels * p->size * p->size; i++)
        p->levels[i] =
            p->set ? rint((p->levels[i] + 1) * 127.5) : floor(fmin(fmax(p->levels[i] * 127.5 + 128, 0), 255));
}

/* A class of its own for each image of a conditional network, unless one is given. */
static alf_tensor *label_of(const alf_cli_pictures *p, int64_t index)
{
    int    classes = alf_generator_plan(p->g)->config.c_dim;
    double draw;
    if (classes == 0) return NULL;
    alf_random_uniform(p->seed, alf_random_stream(ALF_FOR_LABELS, 0), index, 1, &draw);
    return alf_generator_labels(p->g, 1, p->class_index >= 0 ? p->class_index : (int)(draw * classes));
}

static alf_status generate(alf_cli_pictures *p, int64_t index)
{
    alf_ctx    *ctx = p->c->ctx;
    alf_scope  *scope = alf_scope_open(ctx);
    uint32_t    seed = p->seed + (uint32_t)index; /* the images of `generate --seeds` from the seed on */
    alf_tensor *z = alf_generator_latents(p->g, 1, &seed);
    alf_tensor *ws = alf_generator_map(p->g, z, label_of(p, index), 1, -1);
    alf_status  status = alf_tensor_read(ctx, alf_generator_synthesize(p->g, ws, NULL), p->levels);
    alf_scope_close(scope, NULL);
    return status == ALF_OK ? alf_cli_check_image(p->c, "picture", index, p->channels * p->size * p->size, p->levels)
                            : status;
}

alf_status alf_cli_pictures_read(alf_cli_pictures *p, int64_t index)
{
    alf_status status = p->set ? alf_dataset_read(p->set, 1, &index, p->levels, NULL) : generate(p, index);
    if (status == ALF_OK) make_levels(p);
    return status;
}
