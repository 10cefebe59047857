/* Network files that are whole but for some tensors and texts: what is taken makes an image, or judges one, without
 * harm; and whole ones do so in numbers. */
#include <math.h>
#include <stdlib.h>

#include "aliasfree/discriminator.h"
#include "archives.h"
#include "networks.h"

/* A network of strange numbers may fail on the way, or give numbers that are not finite. */
static void check_result(alf_ctx *ctx, alf_tensor *y, const int64_t shape[4], int ndim, bool whole)
{
    int64_t count = 1;

    if (!fuzz_took(ctx, alf_ctx_status(ctx), NULL)) {
        fuzz_check(!whole, "a whole network fails");
        return;
    }
    fuzz_check(alf_tensor_ndim(y) == ndim, "%d dimensions", alf_tensor_ndim(y));
    for (int d = 0; d < ndim; d++) {
        fuzz_check(alf_tensor_dim(y, d) == shape[d], "side %d is %lld", d, (long long)alf_tensor_dim(y, d));
        count *= shape[d];
    }
    double *values = fuzz_alloc((size_t)count, sizeof *values);
    if (fuzz_took(ctx, alf_tensor_read(ctx, y, values), NULL))
        for (int64_t i = 0; i < count && whole; i++) fuzz_check(isfinite(values[i]), "value %lld", (long long)i);
    free(values);
}

/* An image of one sample. */
static void make_image(alf_ctx *ctx, alf_generator *g, bool whole)
{
    const alf_config *config = &alf_generator_plan(g)->config;
    const int64_t     r = config->img_resolution, shape[4] = {1, config->img_channels, r, r};
    alf_scope        *scope = alf_scope_open(ctx);

    if (r <= 32 && config->z_dim <= 64 && config->w_dim <= 64) {
        alf_tensor *labels = config->c_dim ? alf_generator_labels(g, 1, 0) : NULL;
        alf_tensor *z = alf_generator_latents(g, 1, (uint32_t[]){1});
        alf_tensor *ws = alf_generator_map(g, z, labels, 0.7, -1);
        check_result(ctx, alf_generator_synthesize(g, ws, NULL), shape, 4, whole);
    }
    alf_scope_close(scope, NULL);
}

/* Two images of all the same grey. */
static void judge_images(alf_ctx *ctx, alf_discriminator *d, bool whole)
{
    const alf_discriminator_config *config = alf_discriminator_settings(d);
    const int64_t                   r = config->img_resolution, images[4] = {2, config->img_channels, r, r};
    alf_scope                      *scope = alf_scope_open(ctx);

    if (r <= 32 && config->c_dim <= 64) {
        alf_tensor *labels = config->c_dim ? alf_tensor_full(ctx, 2, (int64_t[]){2, config->c_dim}, 0.5) : NULL;
        alf_tensor *y = alf_discriminator_logits(d, alf_tensor_full(ctx, 4, images, 0.25), labels);
        check_result(ctx, y, (int64_t[4]){2, 1}, 2, whole);
    }
    alf_scope_close(scope, NULL);
}

static void try_generator(alf_ctx *ctx, const alf_archive *archive, bool whole)
{
    alf_generator *g = NULL;

    if (fuzz_took(ctx, alf_generator_from_archive(ctx, archive, NULL, &g), &g))
        make_image(ctx, g, whole);
    else
        fuzz_check(!whole, "a whole network is refused");
    alf_generator_destroy(g);
}

static void try_discriminator(alf_ctx *ctx, const alf_archive *archive, bool whole)
{
    alf_discriminator *d = NULL;

    if (fuzz_took(ctx, alf_discriminator_from_archive(ctx, archive, NULL, &d), &d))
        judge_images(ctx, d, whole);
    else
        fuzz_check(!whole, "a whole network is refused");
    alf_discriminator_destroy(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes   b = {data, size};
    alf_ctx     *ctx = fuzz_open((int64_t)32 << 20);
    const int    number = (int)fuzz_int(&b, 0, FUZZ_NETWORKS - 1);
    int          edits;
    alf_archive *archive = fuzz_edited(ctx, fuzz_network(number), &b, &edits);

    if (archive && number == FUZZ_DISCRIMINATOR)
        try_discriminator(ctx, archive, edits == 0);
    else if (archive)
        try_generator(ctx, archive, edits == 0);
    alf_archive_destroy(archive);
    fuzz_close(ctx);
    return 0;
}
