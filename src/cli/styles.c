#include <math.h>
#include <stdlib.h>

#include "network_file.h"
#include "styles.h"

const alf_cli_option alf_cli_style_options[] = {
    {.name = "seeds", .kind = ALF_CLI_SEEDS, .value = "LIST", .help = "NumPy seeds of the latents, as in 0,2,5-9"},
    {.name = "projected-w",
     .kind = ALF_CLI_TEXT,
     .value = "F.npy",
     .path = ALF_CLI_FILE,
     .help = "styles instead of seeds: W [N, w_dim] or W+ [N, num_ws, w_dim]; or an .npz with such an array w"},
    {.name = "mix-seeds",
     .kind = ALF_CLI_SEEDS,
     .value = "LIST",
     .help = "style mixing: seeds of the other styles, one for each image or one for all"},
    {.name = "mix-layer",
     .kind = ALF_CLI_INT,
     .value = "K",
     .high = 1024,
     .help = "layers from K on take the other style"},
    ALF_CLI_TRUNC_OPTION,
    {.name = "trunc-cutoff",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 1024,
     .help = "truncate only the first N styles; all unless given"},
    ALF_CLI_CLASS_OPTION,
    {.name = NULL}};

/* --- options ---------------------------------------------------------------------------------------------------------- */

static int read_seeds(const alf_cli *c, const char *option, uint32_t **seeds, int64_t *count)
{
    *seeds = NULL;
    if (!alf_cli_given(c, option)) return ALF_CLI_OK;
    *seeds = alf_cli_seeds(c, option, count);
    return *seeds ? ALF_CLI_OK : alf_cli_error(c, "--%s: out of memory", option);
}

/* An array, or an archive with the array "w" as the original's projections are. */
static alf_status read_array(alf_cli_styles *s, alf_ctx *ctx, const char *path)
{
    if (alf_cli_has_suffix(path, ".npz")) return alf_npz_read(ctx, path, "w", &s->w_ndim, s->w_shape, &s->w);
    return alf_npy_read(ctx, path, &s->w_ndim, s->w_shape, &s->w);
}

static int read_w(alf_cli_styles *s, const alf_cli *c, const char *path)
{
    if (read_array(s, c->ctx, path) != ALF_OK) return alf_cli_failure(c);
    if (s->w_ndim < 2 || s->w_ndim > 3)
        return alf_cli_error(c, "%s: %d dimensions: expected W [N, w_dim] or W+ [N, num_ws, w_dim]", path, s->w_ndim);
    s->count = s->w_shape[0];
    int64_t values = s->count * s->w_shape[1] * (s->w_ndim == 3 ? s->w_shape[2] : 1);
    for (int64_t i = 0; i < values; i++)
        if (!isfinite(s->w[i])) return alf_cli_error(c, "%s: value %lld is not finite", path, (long long)i);
    return s->count ? ALF_CLI_OK : alf_cli_error(c, "%s: there are no styles in it", path);
}

static int read_mixing(alf_cli_styles *s, const alf_cli *c)
{
    if (alf_cli_given(c, "mix-seeds") != alf_cli_given(c, "mix-layer"))
        return alf_cli_usage_error(c, "--mix-seeds and --mix-layer go together");
    s->mix_layer = (int)alf_cli_int(c, "mix-layer");
    int exit_code = read_seeds(c, "mix-seeds", &s->mix_seeds, &s->mix_count);
    if (exit_code == ALF_CLI_OK && s->mix_seeds && s->mix_count != 1 && s->mix_count != s->count)
        return alf_cli_usage_error(c, "--mix-seeds: %lld seeds for %lld images: expected one, or one for each image",
                                   (long long)s->mix_count, (long long)s->count);
    return exit_code;
}

/* Options about latents say nothing about styles that come ready-made. */
static void warn_of_ineffective(const alf_cli *c)
{
    static const char *const names[] = {"trunc", "trunc-cutoff", "class"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (alf_cli_given(c, names[i]))
            alf_cli_warn(c, "--%s is ignored: the styles come from --projected-w", names[i]);
}

int alf_cli_styles_open(alf_cli_styles *s, const alf_cli *c)
{
    *s = (alf_cli_styles){.psi = alf_cli_real(c, "trunc"), .cutoff = -1, .class_index = -1};
    if (alf_cli_given(c, "seeds") == alf_cli_given(c, "projected-w"))
        return alf_cli_usage_error(c, "expected either --seeds=LIST or --projected-w=F.npy");
    if (alf_cli_given(c, "trunc-cutoff")) s->cutoff = (int)alf_cli_int(c, "trunc-cutoff");
    int exit_code = read_seeds(c, "seeds", &s->seeds, &s->count);
    if (exit_code == ALF_CLI_OK && !s->seeds) exit_code = read_w(s, c, alf_cli_text(c, "projected-w"));
    return exit_code == ALF_CLI_OK ? read_mixing(s, c) : exit_code;
}

void alf_cli_styles_close(alf_cli_styles *s)
{
    free(s->seeds);
    free(s->mix_seeds);
    alf_free_data(s->w);
    *s = (alf_cli_styles){.count = 0};
}

/* --- the network ------------------------------------------------------------------------------------------------------ */

static int check_w_shape(const alf_cli_styles *s, const alf_cli *c, const alf_plan *plan)
{
    const char *path = alf_cli_text(c, "projected-w");
    int64_t     w_dim = s->w_shape[s->w_ndim - 1];
    if (w_dim != plan->config.w_dim)
        return alf_cli_error(c, "%s: styles of %lld values: the network takes %d", path, (long long)w_dim,
                             plan->config.w_dim);
    if (s->w_ndim == 3 && s->w_shape[1] != plan->num_ws)
        return alf_cli_error(c, "%s: W+ of %lld styles: the network takes %d", path, (long long)s->w_shape[1],
                             plan->num_ws);
    return ALF_CLI_OK;
}

int alf_cli_styles_bind(alf_cli_styles *s, const alf_cli *c, alf_generator *g)
{
    const alf_plan *plan = alf_generator_plan(g);
    s->g = g;
    if (s->mix_layer > plan->num_ws)
        return alf_cli_usage_error(c, "--mix-layer: '%d': the network has %d styles", s->mix_layer, plan->num_ws);
    if (!s->seeds) {
        int exit_code = check_w_shape(s, c, plan);
        if (exit_code != ALF_CLI_OK) return exit_code;
    }
    if (!s->seeds && !s->mix_seeds) {
        warn_of_ineffective(c);
        return ALF_CLI_OK;
    }
    if (s->cutoff > plan->num_ws)
        alf_cli_warn(c, "--trunc-cutoff: %d: the network has %d styles, and all of them are truncated", s->cutoff,
                     plan->num_ws);
    int exit_code = alf_cli_read_class(c, g, &s->class_index);
    if (exit_code == ALF_CLI_OK && plan->config.c_dim > 0 && s->class_index < 0)
        return alf_cli_usage_error(c, "--class must be given for a conditional network: 0 to %d",
                                   plan->config.c_dim - 1);
    return exit_code;
}

static alf_tensor *map_seed(const alf_cli_styles *s, uint32_t seed)
{
    alf_tensor *z = alf_generator_latents(s->g, 1, &seed);
    alf_tensor *label = s->class_index < 0 ? NULL : alf_generator_labels(s->g, 1, s->class_index);
    return alf_generator_map(s->g, z, label, s->psi, s->cutoff);
}

static alf_tensor *stored_styles(const alf_cli_styles *s, int64_t index)
{
    int64_t       shape[3] = {1, s->w_shape[1], s->w_ndim == 3 ? s->w_shape[2] : 1};
    const double *values = s->w + index * shape[1] * shape[2];
    alf_tensor   *w = alf_tensor_from_f64(alf_generator_ctx(s->g), s->w_ndim, shape, values);
    return s->w_ndim == 3 ? w : alf_generator_repeat_w(s->g, w);
}

static uint32_t mix_seed(const alf_cli_styles *s, int64_t index)
{
    return s->mix_seeds[s->mix_count == 1 ? 0 : index];
}

alf_tensor *alf_cli_styles_at(const alf_cli_styles *s, int64_t index)
{
    alf_tensor *ws = s->seeds ? map_seed(s, s->seeds[index]) : stored_styles(s, index);
    return s->mix_seeds ? alf_generator_mix(s->g, ws, map_seed(s, mix_seed(s, index)), s->mix_layer) : ws;
}

void alf_cli_styles_name(const alf_cli_styles *s, int64_t index, char *name, size_t size)
{
    char mixed[24] = "";
    if (s->mix_seeds) snprintf(mixed, sizeof mixed, "-mix%04u", mix_seed(s, index));
    if (s->seeds)
        snprintf(name, size, "seed%04u%s", s->seeds[index], mixed);
    else
        snprintf(name, size, "proj%02lld%s", (long long)index, mixed);
}
