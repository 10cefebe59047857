/* Network files that are whole but for some tensors and texts: what is taken makes an image without harm. */
#include "archives.h"
#include "networks.h"

/* An image of one sample; a network of strange numbers may fail on the way, or give numbers that are not finite. */
static void make_image(alf_ctx *ctx, alf_generator *g)
{
    const alf_config *config = &alf_generator_plan(g)->config;
    alf_scope        *scope = alf_scope_open(ctx);

    if (config->img_resolution <= 32 && config->z_dim <= 64 && config->w_dim <= 64) {
        alf_tensor *labels = config->c_dim ? alf_generator_labels(g, 1, 0) : NULL;
        alf_tensor *z = alf_generator_latents(g, 1, (uint32_t[]){1});
        alf_tensor *ws = alf_generator_map(g, z, labels, 0.7, -1);
        (void)alf_generator_synthesize(g, ws, NULL);
    }
    alf_scope_close(scope, NULL);
    alf_ctx_clear_error(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes     b = {data, size};
    alf_ctx       *ctx = fuzz_open((int64_t)32 << 20);
    alf_archive   *archive = fuzz_edited(ctx, fuzz_network((int)fuzz_int(&b, 0, FUZZ_NETWORKS - 1)), &b);
    alf_generator *g = NULL;

    if (archive && fuzz_took(ctx, alf_generator_from_archive(ctx, archive, NULL, &g), &g)) {
        make_image(ctx, g);
        alf_generator_destroy(g);
    }
    alf_archive_destroy(archive);
    fuzz_close(ctx);
    return 0;
}
