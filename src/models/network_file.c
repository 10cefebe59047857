/* Generators in archives and files. */
#include "aliasfree/files.h"
#include "core/core.h"
#include "models/generator.h"
#include "models/network_place.h"

static const alf_network_kind kind = {
    .class_name = "Generator", .what = "generator", .keys = {"G_ema", "G", "network"}};

/* The official class is called Generator in both generations: the tensors tell which. Either may have Fourier features,
 * but only StyleGAN2 has blocks. */
static alf_status find_family(alf_ctx *ctx, const alf_archive *archive, const char *prefix, alf_family *out)
{
    char three[160], two[160];
    alf_format(three, sizeof three, "%ssynthesis.input.freqs", prefix);
    alf_format(two, sizeof two, "%ssynthesis.b4.conv1.weight", prefix);
    if (!alf_archive_find(archive, three) && !alf_archive_find(archive, two))
        return alf_fail(ctx, ALF_ERR_FORMAT,
                        "%s: neither tensor %s nor %s is there: not a StyleGAN2 or StyleGAN3 "
                        "generator",
                        alf_archive_path(archive), three, two);
    *out = alf_archive_find(archive, two) ? ALF_STYLEGAN2 : ALF_STYLEGAN3;
    return ALF_OK;
}

alf_status alf_generator_from_archive(alf_ctx *ctx, const alf_archive *archive, const char *key, alf_generator **out)
{
    alf_network_place place;
    alf_family        family = ALF_STYLEGAN3;
    alf_config        config;
    alf_generator    *g = NULL;
    if (!archive || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_generator_from_archive: archive or out is NULL");
    alf_status status = alf_network_find(ctx, archive, key, &kind, &place);
    if (status == ALF_OK) status = find_family(ctx, archive, place.prefix, &family);
    if (status == ALF_OK)
        status = alf_config_from_kwargs(ctx, family, place.kwargs, alf_archive_path(archive), &config);
    if (status == ALF_OK) status = alf_generator_start(ctx, &config, &g);
    if (status != ALF_OK) return status;
    g->params.origin = alf_archive_path(archive);
    status = alf_params_load(&g->params, archive, place.prefix);
    if (status == ALF_OK) status = alf_generator_connect(g);
    g->params.origin = NULL;
    if (status == ALF_OK)
        *out = g;
    else
        alf_generator_destroy(g);
    return status;
}

alf_status alf_generator_load(alf_ctx *ctx, const char *path, const char *key, alf_generator **out)
{
    alf_archive *archive;
    alf_status   status = alf_archive_open(ctx, path, &archive);
    if (status != ALF_OK) return status;
    status = alf_generator_from_archive(ctx, archive, key, out);
    alf_archive_destroy(archive);
    return status;
}

alf_status alf_generator_to_archive(const alf_generator *g, const char *key, alf_archive *archive)
{
    char      *kwargs;
    alf_status status = alf_config_to_kwargs(g->ctx, &g->plan->config, &kwargs);
    if (status != ALF_OK) return status;
    status = alf_network_store(&g->params, &kind, key, kwargs, archive);
    alf_free_data(kwargs);
    return status;
}

alf_status alf_generator_save(const alf_generator *g, const char *path)
{
    alf_archive *archive;
    alf_status   status = alf_archive_create(g->ctx, &archive);
    if (status != ALF_OK) return status;
    status = alf_generator_to_archive(g, "G_ema", archive);
    if (status == ALF_OK) status = alf_archive_save(archive, path);
    alf_archive_destroy(archive);
    return status;
}
