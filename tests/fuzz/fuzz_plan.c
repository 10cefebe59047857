/* Layer plans from any settings. */
#include "plans.h"

/* Values near what networks have, and now and then any. */
static int whole(fuzz_bytes *b, int usual, int most)
{
    if (fuzz_bool(b)) return usual;
    return fuzz_rare(b) ? (int)fuzz_any_int(b) : (int)fuzz_int(b, 0, most);
}

static double real(fuzz_bytes *b, double usual)
{
    return fuzz_bool(b) ? usual : fuzz_any_real(b);
}

static void read_both(fuzz_bytes *b, alf_config *c)
{
    c->z_dim = whole(b, 512, 1024);
    c->w_dim = whole(b, 512, 1024);
    c->c_dim = whole(b, 0, 16);
    c->img_resolution = fuzz_bool(b) ? 1 << fuzz_int(b, 0, 13) : whole(b, 256, 5000);
    c->img_channels = whole(b, 3, 17);
    c->channel_base = fuzz_bool(b) ? fuzz_any_int(b) : 1 << fuzz_int(b, 0, 20);
    c->channel_max = fuzz_bool(b) ? fuzz_any_int(b) : 1 << fuzz_int(b, 0, 12);
    c->conv_clamp = real(b, 256);
    c->num_fp16_res = whole(b, 4, 70);
    c->mapping_layers = whole(b, 2, 70);
    c->mapping_lr_multiplier = real(b, 0.01);
    c->w_avg_beta = real(b, 0.998);
    c->use_noise = fuzz_bool(b);
    c->resample_taps = whole(b, 4, 9);
    for (int i = 0; i < 8; i++) c->resample_filter[i] = real(b, c->resample_filter[i]);
}

static void read_three(fuzz_bytes *b, alf_config *c)
{
    c->schedule = (alf_schedule)fuzz_int(b, 0, 2);
    c->nonlinearity = (alf_nonlinearity)fuzz_int(b, 0, 2);
    c->filter_family = (alf_filter_family)fuzz_int(b, 0, 4);
    c->input_transform = fuzz_bool(b);
    c->num_layers = whole(b, 14, 70);
    c->num_critical = whole(b, 2, 70);
    c->first_cutoff = real(b, 2);
    c->first_stopband = real(b, 4.287);
    c->last_stopband_rel = real(b, 1.231);
    c->margin_size = whole(b, 10, 1100);
    c->output_scale = real(b, 0.25);
    c->conv_kernel = whole(b, 3, 17);
    c->filter_size = whole(b, 6, 70);
    c->lrelu_upsampling = whole(b, 2, 20);
    c->use_radial_filters = fuzz_bool(b);
    c->magnitude_ema_beta = real(b, 0.999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes b = {data, size};
    alf_ctx   *ctx = fuzz_open((int64_t)4 << 20);
    alf_family family = fuzz_bool(&b) ? ALF_STYLEGAN3 : ALF_STYLEGAN2;
    alf_config config = alf_config_default(family);

    read_both(&b, &config);
    read_three(&b, &config);
    config.architecture = (alf_architecture)fuzz_int(&b, 0, 3);
    config.input = (alf_input)fuzz_int(&b, 0, 2);
    fuzz_plan(ctx, &config);
    fuzz_close(ctx);
    return 0;
}
