/* The layers of a discriminator. */
#include "models/discriminator_net.h"

#include <math.h>

#include "core/core.h"
#include "models/config.h"
#include "models/filters.h"

/* --- what there is ----------------------------------------------------------------------------------------------------- */

static int64_t channels_at(const alf_discriminator_config *c, int64_t resolution)
{
    return alf_channels_at(c->channel_base, c->channel_max, resolution);
}

static void block_prefix(char prefix[32], int64_t resolution)
{
    alf_format(prefix, 32, "b%lld.", (long long)resolution);
}

/* Describes a part of the block at this resolution; false when it has no such part. */
static bool describe(const alf_discriminator_config *c, int64_t resolution, alf_block_part part,
                     alf_conv_layer_spec *out)
{
    static const char *const names[ALF_PARTS] = {"fromrgb", "conv0", "conv1", "skip"};
    static const double standard[] = {1, 3, 3, 1}; /* the 4x4 block never uses its filters: they are not settings */

    const bool first = resolution == c->img_resolution, last = resolution == 4;
    const bool ends = part == ALF_PART_CONV1 || part == ALF_PART_SKIP; /* leads to the next block */
    const bool pointwise = part == ALF_PART_FROMRGB || part == ALF_PART_SKIP;
    if (part == ALF_PART_FROMRGB && !first && c->architecture != ALF_SKIP) return false;
    if (part == ALF_PART_SKIP && c->architecture != ALF_RESNET) return false;
    if (ends && last) return false;

    *out = (alf_conv_layer_spec){.in_channels = channels_at(c, resolution),
                                 .out_channels = channels_at(c, ends ? resolution / 2 : resolution),
                                 .in_size = resolution,
                                 .kernel = pointwise ? 1 : 3,
                                 .down = ends ? 2 : 1,
                                 .linear = part == ALF_PART_SKIP,
                                 .gain = ends && c->architecture == ALF_RESNET ? sqrt(0.5) : 1,
                                 .clamp = c->conv_clamp,
                                 .taps = last ? 4 : c->resample_taps,
                                 .filter = last ? standard : c->resample_filter};
    if (part == ALF_PART_FROMRGB) out->in_channels = c->img_channels;
    if (last && part == ALF_PART_CONV0) out->in_channels += c->mbstd_num_channels;
    alf_format(out->prefix, sizeof out->prefix, "b%lld.%s.", (long long)resolution,
               last && part == ALF_PART_CONV0 ? "conv" : names[part]);
    return true;
}

static alf_mapping_spec mapping_of(const alf_discriminator_config *c)
{
    return (alf_mapping_spec){.c_dim = c->c_dim,
                              .w_dim = c->cmap_dim > 0 ? c->cmap_dim : channels_at(c, 4),
                              .num_layers = c->mapping_layers,
                              .lr_multiplier = c->mapping_lr_multiplier};
}

/* `*layer` counts the layers that can be frozen; those of the 4x4 block never are. */
static alf_status declare_block(alf_params *params, const alf_discriminator_config *c, int64_t resolution, int *layer)
{
    char       prefix[32];
    alf_status status = ALF_OK;
    block_prefix(prefix, resolution);
    if (resolution > 4) status = alf_resample_filter_declare(params, prefix, c->resample_taps, c->resample_filter);
    for (int part = 0; part < ALF_PARTS && status == ALF_OK; part++) {
        alf_conv_layer_spec spec;
        if (!describe(c, resolution, (alf_block_part)part, &spec)) continue;
        spec.frozen = resolution > 4 && (*layer)++ < c->freeze_layers;
        status = alf_conv_layer_declare(params, &spec);
    }
    return status;
}

alf_status alf_discriminator_declare(alf_params *params, const alf_discriminator_config *c)
{
    const alf_mapping_spec mapping = mapping_of(c);
    const int64_t          channels = channels_at(c, 4);
    int                    layer = 0;
    alf_status             status = ALF_OK;
    for (int64_t resolution = c->img_resolution; resolution >= 4 && status == ALF_OK; resolution /= 2)
        status = declare_block(params, c, resolution, &layer);
    if (status == ALF_OK) status = alf_dense_declare(params, "b4.fc.", channels * 16, channels, 1, 1, 0);
    if (status == ALF_OK)
        status = alf_dense_declare(params, "b4.out.", channels, c->c_dim > 0 ? mapping.w_dim : 1, 1, 1, 0);
    if (status == ALF_OK) alf_params_mark_output_bias(params);
    return status == ALF_OK && c->c_dim > 0 ? alf_mapping_declare(params, &mapping) : status;
}

/* --- building ---------------------------------------------------------------------------------------------------------- */

static alf_status build_block(const alf_params *params, const alf_discriminator_config *c, int64_t resolution,
                              alf_discriminator_block *out)
{
    char       prefix[32];
    alf_status status = ALF_OK;
    for (int part = 0; part < ALF_PARTS && status == ALF_OK; part++) {
        alf_conv_layer_spec spec;
        if (describe(c, resolution, (alf_block_part)part, &spec))
            status = alf_conv_layer_build(params, &spec, &out->parts[part]);
    }
    block_prefix(prefix, resolution);
    if (status == ALF_OK && c->architecture == ALF_SKIP && resolution > 4)
        status = alf_downsample_build(params, prefix, resolution, 1, 2, &out->image_downsample);
    return status;
}

alf_status alf_discriminator_net_build(const alf_params *params, const alf_discriminator_config *c,
                                       alf_discriminator_net *out)
{
    const alf_mapping_spec mapping = mapping_of(c);
    alf_status             status = ALF_OK;
    *out = (alf_discriminator_net){
        .conditional = c->c_dim > 0, .group_size = c->mbstd_group_size, .num_statistics = c->mbstd_num_channels};
    for (int64_t resolution = c->img_resolution; resolution >= 4 && status == ALF_OK; resolution /= 2)
        status = build_block(params, c, resolution, &out->blocks[out->num_blocks++]);
    if (status == ALF_OK) status = alf_dense_build(params, "b4.fc.", 1, &out->fc);
    if (status == ALF_OK) status = alf_dense_build(params, "b4.out.", 1, &out->out);
    return status == ALF_OK && out->conditional ? alf_mapping_build(params, &mapping, &out->mapping) : status;
}

void alf_discriminator_net_clear(alf_discriminator_net *net)
{
    for (int b = 0; b < net->num_blocks; b++) {
        for (int part = 0; part < ALF_PARTS; part++) alf_conv_layer_clear(&net->blocks[b].parts[part]);
        alf_upfirdn_destroy(net->blocks[b].image_downsample);
    }
    alf_mapping_clear(&net->mapping);
    *net = (alf_discriminator_net){.num_blocks = 0};
}

/* --- forward ----------------------------------------------------------------------------------------------------------- */

/* What a block begins with: what the block before gave (NULL: it is the first), and the image where it looks at it. */
static alf_tensor *enter_block(alf_ctx *ctx, const alf_discriminator_block *b, alf_tensor *x, alf_tensor *image)
{
    if (!b->parts[ALF_PART_FROMRGB].weight) return x;
    alf_tensor *seen = alf_conv_layer_forward(ctx, &b->parts[ALF_PART_FROMRGB], image);
    return x ? alf_add(ctx, x, seen) : seen;
}

/* x [N, in, R, R] (NULL: the first block), image [N, channels, R, R]  ->  [N, out, R/2, R/2] */
static alf_tensor *block_forward(alf_ctx *ctx, const alf_discriminator_block *b, alf_tensor *x, alf_tensor *image)
{
    x = enter_block(ctx, b, x, image);
    alf_tensor *branch =
        b->parts[ALF_PART_SKIP].weight ? alf_conv_layer_forward(ctx, &b->parts[ALF_PART_SKIP], x) : NULL;
    x = alf_conv_layer_forward(ctx, &b->parts[ALF_PART_CONV0], x);
    x = alf_conv_layer_forward(ctx, &b->parts[ALF_PART_CONV1], x);
    return branch ? alf_add(ctx, branch, x) : x;
}

/* The standard deviation over a group of the batch, averaged over pixels and runs of channels, as `runs` channels more.
 * Sample i is in group i mod (N / group). x [N, C, h, w]  ->  [N, C + runs, h, w] */
static alf_tensor *append_statistics(alf_ctx *ctx, alf_tensor *x, int64_t group, int64_t runs)
{
    const int64_t n = alf_tensor_dim(x, 0), h = alf_tensor_dim(x, 2), w = alf_tensor_dim(x, 3);
    if (runs == 0 || alf_tensor_failed(x)) return x;
    group = group == 0 || group > n ? n : group;
    const int64_t groups = n / group, run = alf_tensor_count(x) / (n * runs);

    alf_tensor *y = alf_reshape(ctx, x, 4, (int64_t[]){group, groups, runs, run});
    y = alf_sub(ctx, y, alf_mean(ctx, y, 1u << 0));
    y = alf_mean(ctx, alf_square(ctx, y), 1u << 0);
    y = alf_mean(ctx, alf_sqrt(ctx, alf_scale_shift(ctx, y, 1, 1e-8)), 1u << 3); /* [1, groups, runs, 1] */
    y = alf_expand(ctx, y, 4, (int64_t[]){group, groups, runs, h * w});
    return alf_concat(ctx, x, alf_reshape(ctx, y, 4, (int64_t[]){n, runs, h, w}), 1);
}

/* The 4x4 block: x [N, C, 4, 4]  ->  [N, 1], or [N, cmap_dim] in conditional networks */
static alf_tensor *epilogue_forward(alf_ctx *ctx, const alf_discriminator_net *net, alf_tensor *x, alf_tensor *image)
{
    const alf_discriminator_block *b = &net->blocks[net->num_blocks - 1];
    x = enter_block(ctx, b, x, image);
    x = append_statistics(ctx, x, net->group_size, net->num_statistics);
    x = alf_conv_layer_forward(ctx, &b->parts[ALF_PART_CONV0], x);
    const int64_t n = alf_tensor_dim(x, 0);
    x = alf_reshape(ctx, x, 2, (int64_t[]){n, alf_tensor_count(x) / n});
    return alf_dense_linear(ctx, &net->out, alf_dense_lrelu(ctx, &net->fc, x));
}

alf_tensor *alf_discriminator_net_forward(alf_ctx *ctx, const alf_discriminator_net *net, alf_tensor *images,
                                          alf_tensor *c)
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = NULL, *image = images;
    for (int i = 0; i + 1 < net->num_blocks; i++) {
        const alf_discriminator_block *b = &net->blocks[i];
        x = block_forward(ctx, b, x, image);
        if (b->image_downsample) image = alf_upfirdn2d(ctx, image, b->image_downsample);
        alf_scope_keep(scope, (alf_tensor *[]){x, image}, 2);
    }
    x = epilogue_forward(ctx, net, x, image);
    if (net->conditional) { /* the projection on the mapped label */
        alf_tensor *label = alf_mapping_forward(ctx, &net->mapping, NULL, c);
        x = alf_sum(ctx, alf_mul(ctx, x, label), 1u << 1);
        x = alf_scale_shift(ctx, x, 1 / sqrt((double)net->mapping.spec.w_dim), 0);
    }
    return alf_scope_close(scope, x);
}
