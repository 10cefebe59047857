/* Enlarges a square picture by 3/2 without aliasing: upsampling by 3, a designed filter, downsampling by 2. Beside it,
 * pixels are merely repeated. Both are asked for what the picture could not have: frequencies beyond its Nyquist limit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <aliasfree/files.h>
#include <aliasfree/generator.h>
#include <aliasfree/spectrum.h>

enum { UP = 3, DOWN = 2, MARGIN = 16 };

/* [1, channels, size, size] with values in [-1, 1]; NULL, with the error in the context. */
static alf_tensor *read_picture(alf_ctx *ctx, const char *path)
{
    alf_picture *p = NULL;
    alf_tensor  *x = NULL;
    if (alf_picture_read_png(ctx, path, &p) != ALF_OK) return NULL;
    const int64_t pixels = p->width * p->height, channels = p->channels;
    double       *planes = malloc((size_t)(pixels * channels) * sizeof *planes);
    for (int64_t i = 0; planes && i < pixels * channels; i++)
        planes[i % channels * pixels + i / channels] = p->pixels[i] / 127.5 - 1;
    if (p->width == p->height && channels <= 3)
        x = alf_tensor_from_f64(ctx, 4, (int64_t[]){1, channels, p->height, p->width}, planes);
    else
        alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: expected a square picture, grey or RGB", path);
    free(planes);
    alf_picture_destroy(p);
    return x;
}

/* The picture goes on beyond its border as in a mirror. The centres of new pixels lie half a sample beside those of the
 * raised rate; the padding puts the filter's centre there. */
static alf_tensor *resample(alf_ctx *ctx, alf_tensor *x, alf_taps filter)
{
    const int64_t    side = alf_tensor_dim(x, 3) + 2 * MARGIN;
    const int        before = filter.width / 2 - UP * MARGIN, after = filter.width / 2 - 1 - UP * MARGIN;
    alf_upfirdn_spec spec = {.in_h = side,
                             .in_w = side,
                             .filter = filter,
                             .up = UP,
                             .down = DOWN,
                             .padding = {before, after, before, after},
                             .gain = UP * UP}; /* for the zeros in between */
    alf_upfirdn     *plan;
    if (alf_upfirdn_create(ctx, &spec, &plan) != ALF_OK) return NULL;
    alf_tensor *y = alf_upfirdn2d(ctx, alf_pad_reflect(ctx, x, (int64_t[]){MARGIN, MARGIN, MARGIN, MARGIN}), plan);
    alf_upfirdn_destroy(plan); /* the result holds on to what it needs */
    return y;
}

/* Share of the energy of y at frequencies that `carried` pixels do not carry, in dB. */
static alf_status new_energy(alf_ctx *ctx, const alf_tensor *y, int64_t carried, double *db)
{
    const int64_t           n = alf_tensor_dim(y, 3), channels = alf_tensor_dim(y, 1);
    const alf_spectrum_spec spec = {.size = n, .interp = 1, .beta = 8, .mean = 0, .std = 1};
    alf_spectrum           *spectrum = NULL;
    double                 *planes = malloc((size_t)(channels * n * n) * sizeof *planes);
    double                 *power = malloc((size_t)(n * n) * sizeof *power), all = 0, new = 0;
    alf_status status = planes && power ? ALF_OK : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a spectrum");
    if (status == ALF_OK) status = alf_tensor_read(ctx, y, planes);
    if (status == ALF_OK) status = alf_spectrum_create(ctx, &spec, &spectrum);
    if (status == ALF_OK) status = alf_spectrum_add(ctx, spectrum, channels, planes);
    if (status == ALF_OK) {
        alf_spectrum_read(spectrum, power);
        for (int64_t i = 0; i < n * n; i++) { /* rows and columns beyond n/2 are negative frequencies */
            const int64_t fx = llabs((i % n + n / 2) % n - n / 2), fy = llabs((i / n + n / 2) % n - n / 2);
            all += power[i];
            if (2 * fx > carried || 2 * fy > carried) new += power[i];
        }
        *db = 10 * log10(new / all);
    }
    alf_spectrum_destroy(spectrum);
    free(power);
    free(planes);
    return status;
}

/* Frequencies are in cycles per pixel of the picture, which carries up to 1/2: there the stopband begins. */
static alf_status run(alf_ctx *ctx, const char *from, const char *to)
{
    static const double thirds[] = {1.0 / 3, 1.0 / 3, 1.0 / 3}; /* repeats each sample three times */
    const alf_taps      repeat = {.rank = 1, .width = UP, .height = 1, .values = thirds};
    const alf_fir_spec  spec = {.numtaps = 60, .fs = UP, .cutoff = 0.4, .width = 0.2};
    alf_fir            *fir;
    double              filtered_db, repeated_db;
    if (alf_fir_design(ctx, &spec, &fir) != ALF_OK) return alf_ctx_status(ctx);

    alf_tensor *x = read_picture(ctx, from);
    alf_tensor *filtered = resample(ctx, x, alf_fir_taps(fir)), *repeated = resample(ctx, x, repeat);
    alf_status  status = new_energy(ctx, filtered, alf_tensor_dim(x, 3), &filtered_db);
    if (status == ALF_OK) status = new_energy(ctx, repeated, alf_tensor_dim(x, 3), &repeated_db);
    if (status == ALF_OK) status = alf_image_save_png(ctx, filtered, to);
    if (status == ALF_OK)
        printf("%lld -> %lld pixels\naliases, filtered: %.1f dB\naliases, repeated: %.1f dB\n",
               (long long)alf_tensor_dim(x, 3), (long long)alf_tensor_dim(filtered, 3), filtered_db, repeated_db);
    alf_fir_destroy(fir);
    return status;
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s IN.png OUT.png\n", argv[0]);
        return 2;
    }
    char     message[256];
    alf_ctx *ctx;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return EXIT_FAILURE;
    }
    const alf_status status = run(ctx, argv[1], argv[2]);
    if (status != ALF_OK) fprintf(stderr, "%s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status == ALF_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
