/* Names of transformations and of their groups. */
#include <stddef.h>
#include <string.h>

#include "core/core.h"
#include "training/augment_stages.h"

/* The groups, as bits; their initials make the names of combinations. */
enum { BLIT = 1, GEOM = 2, COLOR = 4, FILTER = 8, NOISE = 16, CUTOUT = 32 };

static const struct {
    const char *name;
    size_t      offset;
    unsigned    group;
} transformations[] = {
    {"xflip", offsetof(alf_augment_config, xflip), BLIT},
    {"rotate90", offsetof(alf_augment_config, rotate90), BLIT},
    {"xint", offsetof(alf_augment_config, xint), BLIT},
    {"scale", offsetof(alf_augment_config, scale), GEOM},
    {"rotate", offsetof(alf_augment_config, rotate), GEOM},
    {"aniso", offsetof(alf_augment_config, aniso), GEOM},
    {"xfrac", offsetof(alf_augment_config, xfrac), GEOM},
    {"brightness", offsetof(alf_augment_config, brightness), COLOR},
    {"contrast", offsetof(alf_augment_config, contrast), COLOR},
    {"lumaflip", offsetof(alf_augment_config, lumaflip), COLOR},
    {"hue", offsetof(alf_augment_config, hue), COLOR},
    {"saturation", offsetof(alf_augment_config, saturation), COLOR},
    {"imgfilter", offsetof(alf_augment_config, imgfilter), FILTER},
    {"noise", offsetof(alf_augment_config, noise), NOISE},
    {"cutout", offsetof(alf_augment_config, cutout), CUTOUT},
};

static const struct {
    const char *name;
    unsigned    groups;
} pipes[] = {
    {"blit", BLIT},
    {"geom", GEOM},
    {"color", COLOR},
    {"filter", FILTER},
    {"noise", NOISE},
    {"cutout", CUTOUT},
    {"bg", BLIT | GEOM},
    {"bgc", BLIT | GEOM | COLOR},
    {"bgcf", BLIT | GEOM | COLOR | FILTER},
    {"bgcfn", BLIT | GEOM | COLOR | FILTER | NOISE},
    {"bgcfnc", BLIT | GEOM | COLOR | FILTER | NOISE | CUTOUT},
};

enum {
    TRANSFORMATIONS = sizeof transformations / sizeof *transformations,
    PIPES = sizeof pipes / sizeof *pipes,
};
_Static_assert(sizeof(alf_augment_config) == TRANSFORMATIONS * sizeof(double), "every field stands in the table");

static double *field(alf_augment_config *config, int index)
{
    return (double *)(void *)((char *)config + transformations[index].offset);
}

alf_status alf_augment_named(alf_ctx *ctx, const char *name, alf_augment_config *out)
{
    if (!name || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_augment_named: an argument is NULL");
    for (int i = 0; i < PIPES; i++) {
        if (strcmp(name, pipes[i].name) != 0) continue;
        *out = (alf_augment_config){0};
        for (int k = 0; k < TRANSFORMATIONS; k++)
            if (transformations[k].group & pipes[i].groups) *field(out, k) = 1;
        return ALF_OK;
    }
    return alf_fail(ctx, ALF_ERR_ARGUMENT,
                    "augmentation '%s': expected blit, geom, color, filter, noise, cutout, bg, bgc, bgcf, bgcfn or "
                    "bgcfnc",
                    name);
}

static alf_status check(alf_ctx *ctx, int index, double multiplier)
{
    if (multiplier >= 0 && multiplier <= 1) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "augmentation '%s': multiplier %g, expected 0 to 1",
                    transformations[index].name, multiplier);
}

alf_status alf_augment_set(alf_ctx *ctx, alf_augment_config *config, const char *name, double multiplier)
{
    if (!config || !name) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_augment_set: an argument is NULL");
    for (int i = 0; i < TRANSFORMATIONS; i++) {
        if (strcmp(name, transformations[i].name) != 0) continue;
        alf_status status = check(ctx, i, multiplier);
        if (status == ALF_OK) *field(config, i) = multiplier;
        return status;
    }
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "augmentation '%s': there is no such transformation", name);
}

alf_status alf_augment_config_check(alf_ctx *ctx, const alf_augment_config *config)
{
    alf_augment_config copy = *config;
    for (int i = 0; i < TRANSFORMATIONS; i++) {
        alf_status status = check(ctx, i, *field(&copy, i));
        if (status != ALF_OK) return status;
    }
    return ALF_OK;
}
