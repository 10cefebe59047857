/* Texts that claim to be init_kwargs: of both families of generators and of discriminators, after a first byte that
 * chooses. */
#include <stdlib.h>
#include <string.h>

#include "plans.h"

static bool same_settings(const alf_discriminator_config *a, const alf_discriminator_config *b)
{
    bool taps = a->resample_taps == b->resample_taps;

    for (int i = 0; taps && i < a->resample_taps; i++) taps = a->resample_filter[i] == b->resample_filter[i];
    return taps && a->c_dim == b->c_dim && a->img_resolution == b->img_resolution &&
           a->img_channels == b->img_channels && a->architecture == b->architecture &&
           a->channel_base == b->channel_base && a->channel_max == b->channel_max && a->conv_clamp == b->conv_clamp &&
           a->num_fp16_res == b->num_fp16_res && a->cmap_dim == b->cmap_dim && a->mapping_layers == b->mapping_layers &&
           a->mapping_lr_multiplier == b->mapping_lr_multiplier && a->freeze_layers == b->freeze_layers &&
           a->mbstd_group_size == b->mbstd_group_size && a->mbstd_num_channels == b->mbstd_num_channels;
}

/* What is taken gives kwargs that mean the same. */
static void try_discriminator(alf_ctx *ctx, const char *text)
{
    alf_discriminator_config config, again;
    char                    *kwargs = NULL;
    alf_status               status = alf_discriminator_config_from_kwargs(ctx, text, "network.pkl", &config);

    if (!fuzz_took(ctx, status, NULL)) return;
    if (!fuzz_took(ctx, alf_discriminator_config_to_kwargs(ctx, &config, &kwargs), &kwargs))
        fuzz_check(false, "settings that were taken cannot be written");
    status = alf_discriminator_config_from_kwargs(ctx, kwargs, "fuzz", &again);
    fuzz_check(status == ALF_OK, "its own init_kwargs are refused: %s", alf_ctx_message(ctx));
    fuzz_check(same_settings(&config, &again), "init_kwargs give other settings: %s", kwargs);
    alf_free_data(kwargs);
}

static void try_generator(alf_ctx *ctx, alf_family family, const char *text)
{
    alf_config config;

    if (fuzz_took(ctx, alf_config_from_kwargs(ctx, family, text, "network.pkl", &config), NULL))
        fuzz_plan(ctx, &config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    alf_ctx *ctx = fuzz_open((int64_t)8 << 20);
    char    *text = fuzz_alloc(size, 1);

    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    if (data[0] % 3 == 2)
        try_discriminator(ctx, text);
    else
        try_generator(ctx, data[0] % 3 ? ALF_STYLEGAN3 : ALF_STYLEGAN2, text);
    free(text);
    fuzz_close(ctx);
    return 0;
}
