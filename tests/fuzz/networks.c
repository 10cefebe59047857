/* Fresh networks. */
#include "networks.h"

static alf_config config_of(int number)
{
    static const char *const names[FUZZ_DISCRIMINATOR] = {"stylegan2", "stylegan3-t", "stylegan3-r"};
    alf_ctx                 *ctx = fuzz_open(0);
    alf_config               config;
    const alf_status         status = alf_config_named(ctx, names[number], 16, 32, 2, &config);

    fuzz_check(status == ALF_OK, "no configuration: %s", alf_ctx_message(ctx));
    config.z_dim = config.w_dim = 4;
    config.mapping_layers = 2;
    config.c_dim = number == 0 ? 2 : 0;
    if (config.family == ALF_STYLEGAN3) {
        config.num_layers = 3;
        config.margin_size = 2;
        config.filter_size = 2;
    }
    fuzz_close(ctx);
    return config;
}

static alf_status add_generator(alf_ctx *ctx, int number, alf_archive *archive)
{
    const alf_config config = config_of(number);
    alf_generator   *g = NULL;
    alf_status       status = alf_generator_create(ctx, &config, 1, &g);

    if (!status) status = alf_generator_to_archive(g, "G_ema", archive);
    alf_generator_destroy(g);
    return status;
}

static alf_status add_discriminator(alf_ctx *ctx, alf_archive *archive)
{
    alf_discriminator_config config = alf_discriminator_config_default();
    alf_discriminator       *d = NULL;

    config.img_resolution = 16;
    config.channel_base = 32;
    config.channel_max = 2;
    config.c_dim = config.mapping_layers = 2;
    alf_status status = alf_discriminator_create(ctx, &config, 1, &d);
    if (!status) status = alf_discriminator_to_archive(d, "D", archive);
    alf_discriminator_destroy(d);
    return status;
}

const alf_archive *fuzz_network(int number)
{
    static alf_archive *made[FUZZ_NETWORKS];
    static alf_ctx     *ctx;

    if (!ctx) ctx = fuzz_open(0);
    if (made[number]) return made[number];
    alf_status status = alf_archive_create(ctx, &made[number]);
    if (!status)
        status = number == FUZZ_DISCRIMINATOR ? add_discriminator(ctx, made[number])
                                              : add_generator(ctx, number, made[number]);
    fuzz_check(status == ALF_OK, "no network: %s", alf_ctx_message(ctx));
    return made[number];
}
