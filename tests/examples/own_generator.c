/* Measures how equivariant a generator of one's own is, through a callback. This one adds up a few waves at whatever
 * points it is asked for, so it should follow every transform; with a texture that is tied to the pixels it should not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <aliasfree/metrics.h>
#include <aliasfree/random.h>

static const double TURN = 6.283185307179586;

/* What render() is handed: here a setting, elsewhere a network and all that it needs. */
typedef struct {
    int    size;
    double texture; /* amplitude of what stays at its pixels */
} generator;

/* Five waves of up to a quarter of the pixels' Nyquist limit, at (x, y) in image widths from the centre. */
static double waves(const double random[15], double highest, double x, double y)
{
    double sum = 0;
    for (const double *r = random; r < random + 15; r += 3) {
        const double frequency = highest * sqrt(r[0]), direction = TURN * r[1];
        sum += sin(TURN * (frequency * (x * cos(direction) + y * sin(direction)) + r[2]));
    }
    return sum / 5;
}

/* Image i is that of seed i, whatever transform it is asked for under. */
static alf_status render(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    const generator *g = user;
    const int        n = g->size;
    for (int64_t i = 0; i < count; i++) {
        double random[15];
        alf_random_uniform((uint64_t)(first + i), 0, 0, 15, random);
        for (int v = 0; v < n; v++)
            for (int u = 0; u < n; u++) {
                const double x = (u + 0.5) / n - 0.5, y = (v + 0.5) / n - 0.5;
                const double value = waves(random, n / 8.0, inverse[0] * x + inverse[1] * y + inverse[2],
                                           inverse[3] * x + inverse[4] * y + inverse[5]);
                images[(i * n + v) * n + u] = value + g->texture * ((u ^ v) & 1 ? 1 : -1);
            }
    }
    return ALF_OK;
}

static alf_status measure(alf_ctx *ctx, const char *name, generator *g)
{
    static const char *const metrics[] = {"eqt32_int", "eqt32_frac", "eqr32"};
    const alf_image_source   source = {.render = render, .user = g, .size = g->size, .channels = 1};
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_metric               metric[3];
    alf_equivariance_result  result[3];
    alf_status               status = ALF_OK;

    options.batch = 2; /* images under each transform */
    for (int i = 0; i < 3 && status == ALF_OK; i++) status = alf_metric_parse(ctx, metrics[i], &metric[i]);
    if (status == ALF_OK) status = alf_measure_source_equivariance(ctx, &source, 3, metric, &options, result);
    for (int i = 0; i < 3 && status == ALF_OK; i++)
        printf("%s, %s: %.1f dB (95%%: %.1f to %.1f)\n", name, metrics[i], result[i].db, result[i].low, result[i].high);
    return status;
}

int main(void)
{
    char     message[256];
    alf_ctx *ctx;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return EXIT_FAILURE;
    }
    alf_status status = measure(ctx, "waves", &(generator){.size = 48});
    if (status == ALF_OK) status = measure(ctx, "with texture", &(generator){.size = 48, .texture = 0.1});
    if (status != ALF_OK) fprintf(stderr, "%s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status == ALF_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
