/* Subjects of an experiment: where they come from, and their images. */
#include "common/subjects.h"

#include <stdlib.h>
#include <string.h>

/* --- names ---------------------------------------------------------------------------------------------------------- */

static const char *ending_of(const char *name)
{
    static const char *const endings[] = {".safetensors", ".pkl"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t length = strlen(name), tail = strlen(endings[i]);
        if (length > tail && strcmp(name + length - tail, endings[i]) == 0) return endings[i];
    }
    return "";
}

static bool is_file(const char *name)
{
    return strchr(name, '/') || *ending_of(name);
}

/* The last part of a path without its ending, in letters that may stand in the names of other files. */
static void make_label(const char *name, char label[64])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+.";
    enum { MOST = 48 };

    const char  *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    const size_t length = strlen(last) - strlen(ending_of(last));
    snprintf(label, 64, "%.*s", length < MOST ? (int)length : MOST, last);
    for (char *c = label; *c; c++)
        if (!strchr(plain, *c) || (c == label && *c == '.')) *c = '_';
}

static bool is_taken(const char *label, int count, const subject subjects[])
{
    for (int i = 0; i < count; i++)
        if (strcmp(subjects[i].label, label) == 0) return true;
    return false;
}

/* A number behind the label where others before it have the same. */
static void choose_label(const char *name, subject *s, int count, const subject subjects[])
{
    char label[64];
    make_label(name, label);
    snprintf(s->label, sizeof s->label, "%s", label);
    for (int i = 2; is_taken(s->label, count, subjects); i++) snprintf(s->label, sizeof s->label, "%.48s-%d", label, i);
}

/* --- digests -------------------------------------------------------------------------------------------------------- */

/* FNV-1a: against accidents, not attackers. */
static uint64_t digest_bytes(uint64_t digest, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) digest = (digest ^ bytes[i]) * 0x100000001b3u;
    return digest;
}

static alf_status digest_tensor(alf_ctx *ctx, const alf_tensor *x, uint64_t *digest)
{
    const size_t count = (size_t)alf_tensor_count(x);
    double      *values = malloc((count + 1) * sizeof *values);
    if (!values) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for the digest of a network");
    alf_status status = alf_tensor_read(ctx, x, values);
    if (status == ALF_OK) *digest = digest_bytes(*digest, values, count * sizeof *values);
    free(values);
    return status;
}

static alf_status make_digest(alf_ctx *ctx, subject *s)
{
    uint64_t   digest = 0xcbf29ce484222325u;
    char      *kwargs;
    alf_status status = alf_config_to_kwargs(ctx, &alf_generator_plan(s->generator)->config, &kwargs);
    if (status != ALF_OK) return status;
    digest = digest_bytes(digest, kwargs, strlen(kwargs));
    alf_free_data(kwargs);
    for (int i = 0; i < alf_generator_num_tensors(s->generator) && status == ALF_OK; i++)
        status = digest_tensor(ctx, alf_generator_tensor(s->generator, i), &digest);
    snprintf(s->digest, sizeof s->digest, "%016llx", (unsigned long long)digest);
    return status;
}

/* --- opening -------------------------------------------------------------------------------------------------------- */

alf_status subjects_fresh_config(alf_ctx *ctx, const char *rung, const subjects_fresh *fresh, alf_config *out)
{
    alf_config config;
    alf_status status =
        alf_config_named(ctx, rung, fresh->resolution, fresh->channel_base, fresh->channel_max, &config);
    if (status != ALF_OK) return status;
    config.z_dim = config.w_dim = SUBJECT_LATENT;
    *out = config;
    return ALF_OK;
}

static alf_status make_fresh(alf_ctx *ctx, const char *rung, const subjects_fresh *fresh, alf_generator **out)
{
    alf_config       config;
    const alf_status status = subjects_fresh_config(ctx, rung, fresh, &config);
    return status == ALF_OK ? alf_generator_create(ctx, &config, fresh->seed, out) : status;
}

/* What follows from the generator. */
static alf_status describe(alf_ctx *ctx, bool fresh, subject *s)
{
    const alf_config *config = &alf_generator_plan(s->generator)->config;
    s->fresh = fresh;
    s->channels = config->img_channels >= 3 ? 3 : 1;
    s->size = config->img_resolution;
    return make_digest(ctx, s);
}

alf_status subject_from_generator(const char *label, alf_generator *generator, bool fresh, subject *out)
{
    subject s = {.generator = generator};
    make_label(label, s.label);
    const alf_status status = describe(alf_generator_ctx(generator), fresh, &s);
    if (status == ALF_OK) *out = s;
    return status;
}

/* Subject number `count` from a name of the list. */
static alf_status open_one(alf_ctx *ctx, const char *name, const subjects_fresh *fresh, int count, subject subjects[])
{
    subject   *s = &subjects[count];
    alf_status status = is_file(name) ? alf_generator_load(ctx, name, NULL, &s->generator)
                                      : make_fresh(ctx, name, fresh, &s->generator);
    if (status != ALF_OK) return status;
    choose_label(name, s, count, subjects);
    return describe(ctx, !is_file(name), s);
}

/* Each name of the list in turn, which is cut at its commas. */
static alf_status open_all(alf_ctx *ctx, char *list, const subjects_fresh *fresh, int most, subject subjects[])
{
    alf_status status = ALF_OK;
    for (int i = 0; i < most && status == ALF_OK; i++) {
        char *name = list;
        list += strcspn(list, ",");
        if (i + 1 < most) *list++ = '\0';
        status = *name ? open_one(ctx, name, fresh, i, subjects)
                       : alf_fail(ctx, ALF_ERR_ARGUMENT,
                                  "network %d of the list has no name: expected files and rungs "
                                  "of the ladder between commas",
                                  i + 1);
    }
    return status;
}

alf_status subjects_open(alf_ctx *ctx, const char *list, const subjects_fresh *fresh, int *count, subject **out)
{
    int   most = 1;
    char *names = strdup(list);
    for (const char *c = list; *c; c++) most += *c == ',';
    subject   *subjects = calloc((size_t)most, sizeof *subjects);
    alf_status status = names && subjects ? open_all(ctx, names, fresh, most, subjects)
                                          : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for %d networks", most);
    free(names);
    if (status != ALF_OK) {
        subjects_close(subjects ? most : 0, subjects);
        return status;
    }
    *count = most;
    *out = subjects;
    return ALF_OK;
}

void subjects_close(int count, subject subjects[])
{
    for (int i = 0; subjects && i < count; i++) alf_generator_destroy(subjects[i].generator);
    free(subjects);
}

/* --- images --------------------------------------------------------------------------------------------------------- */

alf_tensor *subject_styles(const subject *s, uint32_t seed, double psi)
{
    alf_scope  *scope = alf_scope_open(alf_generator_ctx(s->generator));
    alf_tensor *z = alf_generator_latents(s->generator, 1, &seed);
    alf_tensor *ws = alf_generator_map(s->generator, z, alf_generator_labels(s->generator, 1, 0), psi, -1);
    return alf_scope_close(scope, ws);
}

alf_status subject_image(const subject *s, alf_tensor *ws, const double *transform, double out[])
{
    alf_ctx              *ctx = alf_generator_ctx(s->generator);
    alf_scope            *scope = alf_scope_open(ctx);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = transform;
    alf_tensor *image = alf_generator_synthesize(s->generator, ws, &options);
    image = alf_slice(ctx, image, 1, 0, s->channels); /* of more channels than can be shown */
    alf_status status = alf_tensor_read(ctx, image, out);
    alf_scope_close(scope, NULL);
    return status;
}

alf_status subject_demand_transform(const subject *s)
{
    if (alf_generator_has_transform(s->generator)) return ALF_OK;
    return alf_fail(
        alf_generator_ctx(s->generator), ALF_ERR_UNSUPPORTED,
        "'%s' has no input transform: its input is a learned constant, as in rung A; the rungs B to H, T and "
        "R of the ladder, and StyleGAN3, have one",
        s->label);
}
