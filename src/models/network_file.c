/* Networks in archives: which one is meant, what its init_kwargs say, its tensors. */
#include <string.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "models/generator.h"

/* Where a network stands in an archive: tensors "<prefix>name", metadata "<meta>class" and "<meta>init_kwargs". */
typedef struct {
    const char *key, *prefix, *meta;
} place;

/* Places to look for a generator, best first. The last is a file with a single network and no key. */
static const place places[] = {
    {"G_ema", "G_ema.", "G_ema."}, {"G", "G.", "G."}, {"network", "network.", "network."}, {"param", "param.", ""}};
enum { PLACES = sizeof places / sizeof places[0] };

static const char *meta_of(const alf_archive *archive, const char *prefix, const char *name)
{
    char key[160];
    alf_format(key, sizeof key, "%s%s", prefix, name);
    return alf_archive_meta(archive, key);
}

/* The network that `key` asks for, or the best there is. */
static alf_status find_place(alf_ctx *ctx, const alf_archive *archive, const char *key, char prefix[96],
                             const char **kwargs, const char **class_name)
{
    const char *path = alf_archive_path(archive);
    for (int i = 0; i < PLACES; i++) {
        if (key && strcmp(key, places[i].key) != 0) continue;
        if (!(*kwargs = meta_of(archive, places[i].meta, "init_kwargs"))) continue;
        alf_format(prefix, 96, "%s", places[i].prefix);
        *class_name = meta_of(archive, places[i].meta, "class");
        return ALF_OK;
    }
    if (key) { /* a network under a name of its own */
        char meta[96];
        alf_format(meta, sizeof meta, "%s.", key);
        if (strlen(key) < 80 && (*kwargs = meta_of(archive, meta, "init_kwargs"))) {
            alf_format(prefix, 96, "%s", meta);
            *class_name = meta_of(archive, meta, "class");
            return ALF_OK;
        }
        return alf_fail(ctx, ALF_ERR_FORMAT,
                        "%s: there is no network '%.80s' in this file (no metadata %.80s.init_kwargs)", path, key, key);
    }
    return alf_fail(ctx, ALF_ERR_FORMAT,
                    "%s: no generator in this file: expected a network G_ema or G with metadata such as "
                    "G_ema.init_kwargs; the file has %lld tensors%s%s",
                    path, (long long)alf_archive_count(archive), alf_archive_count(archive) ? ", the first is " : "",
                    alf_archive_count(archive) ? alf_archive_at(archive, 0)->name : "");
}

/* The official class is called Generator in both generations: the tensors tell which. */
static alf_status find_family(alf_ctx *ctx, const alf_archive *archive, const char *prefix, const char *class_name,
                              alf_family *out)
{
    char three[160], two[160];
    if (class_name && strcmp(class_name, "Generator") != 0)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "%s: network %.*s is of class %.100s: expected Generator",
                        alf_archive_path(archive), (int)strlen(prefix) - 1, prefix, class_name);
    alf_format(three, sizeof three, "%ssynthesis.input.freqs", prefix);
    alf_format(two, sizeof two, "%ssynthesis.b4.conv1.weight", prefix);
    if (!alf_archive_find(archive, three) && !alf_archive_find(archive, two))
        return alf_fail(ctx, ALF_ERR_FORMAT,
                        "%s: neither tensor %s nor %s is there: not a StyleGAN2 or StyleGAN3 "
                        "generator",
                        alf_archive_path(archive), three, two);
    *out = alf_archive_find(archive, three) ? ALF_STYLEGAN3 : ALF_STYLEGAN2;
    return ALF_OK;
}

alf_status alf_generator_from_archive(alf_ctx *ctx, const alf_archive *archive, const char *key, alf_generator **out)
{
    char           prefix[96];
    const char    *kwargs = NULL, *class_name = NULL;
    alf_family     family = ALF_STYLEGAN3;
    alf_config     config;
    alf_generator *g = NULL;
    if (!archive || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_generator_from_archive: archive or out is NULL");
    alf_status status = find_place(ctx, archive, key, prefix, &kwargs, &class_name);
    if (status == ALF_OK) status = find_family(ctx, archive, prefix, class_name, &family);
    if (status == ALF_OK) status = alf_config_from_kwargs(ctx, family, kwargs, alf_archive_path(archive), &config);
    if (status == ALF_OK) status = alf_generator_start(ctx, &config, &g);
    if (status != ALF_OK) return status;
    g->params.origin = alf_archive_path(archive);
    status = alf_params_load(&g->params, archive, prefix);
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
    char       name[128], *kwargs;
    alf_status status;
    if (!key || !*key || strlen(key) > 80)
        return alf_fail(g->ctx, ALF_ERR_ARGUMENT, "the key of a network must have 1 to 80 characters");
    if ((status = alf_config_to_kwargs(g->ctx, &g->plan->config, &kwargs)) != ALF_OK) return status;
    alf_format(name, sizeof name, "%s.init_kwargs", key);
    status = alf_archive_set_meta(archive, name, kwargs);
    alf_free_data(kwargs);
    alf_format(name, sizeof name, "%s.class", key);
    if (status == ALF_OK) status = alf_archive_set_meta(archive, name, "Generator");
    alf_format(name, sizeof name, "%s.", key);
    return status == ALF_OK ? alf_params_store(&g->params, archive, name) : status;
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
