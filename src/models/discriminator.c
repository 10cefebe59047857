/* Discriminators: their life, their tensors, and their judgement of images. */
#include "aliasfree/discriminator.h"

#include "aliasfree/files.h"
#include "core/core.h"
#include "models/config.h"
#include "models/discriminator_net.h"
#include "models/network_place.h"
#include "models/networks.h"
#include "tensor/tensor.h"

struct alf_discriminator {
    alf_ctx                 *ctx;
    alf_discriminator_config config;
    alf_params               params;
    alf_discriminator_net    net;
};

/* --- life -------------------------------------------------------------------------------------------------------------- */

/* A discriminator with its declared parameters, but no values yet. */
static alf_status start(alf_ctx *ctx, const alf_discriminator_config *config, alf_discriminator **out)
{
    alf_status status = alf_discriminator_config_check(ctx, config, "configuration of the discriminator");
    if (status != ALF_OK) return status;
    alf_discriminator *d = alf_mem_zalloc(ctx, 1, sizeof *d);
    if (!d) return ALF_ERR_MEMORY;
    d->ctx = ctx;
    d->config = *config;
    d->params = alf_params_start(ctx);
    if ((status = alf_discriminator_declare(&d->params, &d->config)) == ALF_OK)
        *out = d;
    else
        alf_discriminator_destroy(d);
    return status;
}

/* Connects the layers to values and hands the discriminator over, or destroys it. */
static alf_status finish(alf_discriminator *d, alf_status status, alf_discriminator **out)
{
    if (status == ALF_OK) status = alf_discriminator_net_build(&d->params, &d->config, &d->net);
    if (status == ALF_OK)
        *out = d;
    else
        alf_discriminator_destroy(d);
    return status;
}

alf_status alf_discriminator_reconnect(alf_discriminator *d)
{
    alf_discriminator_net net, old = d->net;
    alf_status            status = alf_discriminator_net_build(&d->params, &d->config, &net);
    if (status == ALF_OK) {
        d->net = net;
        net = old;
    }
    alf_discriminator_net_clear(&net);
    return status;
}

alf_status alf_discriminator_create(alf_ctx *ctx, const alf_discriminator_config *config, uint64_t seed,
                                    alf_discriminator **out)
{
    alf_discriminator *d;
    if (!config || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_discriminator_create: config or out is NULL");
    alf_status status = start(ctx, config, &d);
    return status == ALF_OK ? finish(d, alf_params_init(&d->params, seed), out) : status;
}

void alf_discriminator_destroy(alf_discriminator *d)
{
    if (!d) return;
    alf_discriminator_net_clear(&d->net);
    alf_params_clear(&d->params);
    alf_mem_free(d);
}

/* --- archives ---------------------------------------------------------------------------------------------------------- */

static const alf_network_kind kind = {.class_name = "Discriminator", .what = "discriminator", .keys = {"D"}};

alf_status alf_discriminator_from_archive(alf_ctx *ctx, const alf_archive *archive, const char *key,
                                          alf_discriminator **out)
{
    alf_network_place        place;
    alf_discriminator_config config;
    alf_discriminator       *d;
    if (!archive || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_discriminator_from_archive: archive or out is NULL");
    alf_status status = alf_network_find(ctx, archive, key, &kind, &place);
    if (status == ALF_OK)
        status = alf_discriminator_config_from_kwargs(ctx, place.kwargs, alf_archive_path(archive), &config);
    if (status == ALF_OK) status = start(ctx, &config, &d);
    return status == ALF_OK ? finish(d, alf_params_load(&d->params, archive, place.prefix), out) : status;
}

alf_status alf_discriminator_to_archive(const alf_discriminator *d, const char *key, alf_archive *archive)
{
    char      *kwargs;
    alf_status status = alf_discriminator_config_to_kwargs(d->ctx, &d->config, &kwargs);
    if (status != ALF_OK) return status;
    status = alf_network_store(&d->params, &kind, key, kwargs, archive);
    alf_free_data(kwargs);
    return status;
}

/* --- looking at it ----------------------------------------------------------------------------------------------------- */

const alf_discriminator_config *alf_discriminator_settings(const alf_discriminator *d)
{
    return &d->config;
}

alf_params *alf_discriminator_params(alf_discriminator *d)
{
    return &d->params;
}

int alf_discriminator_num_tensors(const alf_discriminator *d)
{
    return d->params.count;
}

const char *alf_discriminator_tensor_name(const alf_discriminator *d, int index)
{
    const alf_param *p = alf_params_at(&d->params, index);
    return p ? p->name : NULL;
}

alf_tensor *alf_discriminator_tensor(const alf_discriminator *d, int index)
{
    const alf_param *p = alf_params_at(&d->params, index);
    return p ? p->tensor : NULL;
}

bool alf_discriminator_tensor_is_buffer(const alf_discriminator *d, int index)
{
    const alf_param *p = alf_params_at(&d->params, index);
    return p && p->buffer;
}

void alf_discriminator_require_gradients(alf_discriminator *d, bool on)
{
    alf_params_require_gradients(&d->params, on);
}

/* --- judging images ---------------------------------------------------------------------------------------------------- */

alf_tensor *alf_discriminator_logits(alf_discriminator *d, alf_tensor *images, alf_tensor *c)
{
    const alf_discriminator_config *config = &d->config;
    char                            text[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(d->ctx, "images for the discriminator", images, 4)) return alf_failed_tensor();
    const int64_t n = images->shape[0], size = config->img_resolution, group = config->mbstd_group_size;
    if (images->shape[1] != config->img_channels || images->shape[2] != size || images->shape[3] != size)
        return alf_op_fail(
            d->ctx, ALF_ERR_ARGUMENT, "images for the discriminator have shape %s: expected [N, %d, %lld, %lld]",
            alf_shape_text(4, images->shape, text), config->img_channels, (long long)size, (long long)size);
    if (!alf_labels_fit(d->ctx, config->c_dim, n, c)) return alf_failed_tensor();
    if (config->mbstd_num_channels > 0 && group > 0 && n > group && n % group != 0)
        return alf_op_fail(d->ctx, ALF_ERR_ARGUMENT,
                           "a batch of %lld images: minibatch statistics are taken over groups of mbstd_group_size, "
                           "%lld: expected a multiple of it, or fewer",
                           (long long)n, (long long)group);
    return alf_discriminator_net_forward(d->ctx, &d->net, images, c);
}
