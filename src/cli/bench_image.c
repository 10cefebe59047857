/* Rows of whole images: latent to picture, freshly initialised networks. */
#include <stdio.h>

#include "bench.h"

static void make_image(alf_ctx *ctx, void *arg)
{
    alf_generator *g = arg;
    alf_scope     *scope = alf_scope_open(ctx);
    alf_tensor    *z = alf_generator_latents(g, 1, (const uint32_t[]){0});
    alf_generator_synthesize(g, alf_generator_map(g, z, NULL, 1, -1), NULL);
    alf_scope_close(scope, NULL);
}

void alf_bench_image(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_config *c = &plan->config;
    alf_generator    *g;
    char              name[96], shape[96];
    snprintf(name, sizeof name, "%s image", config);
    snprintf(shape, sizeof shape, "%dx%d, %.1fM parameters, batch 1", c->img_resolution, c->img_resolution,
             (double)plan->num_parameters * 1e-6);
    if (!alf_bench_wants(b, name) || alf_generator_create(b->ctx, c, 0, &g) != ALF_OK) return;
    alf_bench_row(b, name, shape, alf_cost_image(plan), make_image, g);
    alf_generator_destroy(g);
}
