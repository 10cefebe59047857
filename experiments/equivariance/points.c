/* What one movement does to one image: its error, that of each layer, that of each frequency band. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "equivariance.h"

alf_status moved_image(const subject *s, alf_tensor *ws, const movement *m, double out[])
{
    double inverse[9];
    alf_user_transform(m->tx, m->ty, m->degrees, inverse);
    return subject_image(s, ws, inverse, out);
}

/* Images of the network, still and moved, and what the operators make of them; to be destroyed by the caller. */
static alf_status take(const shot *s, moved_images *out)
{
    const subject  *of = s->network->subject;
    alf_ctx        *ctx = alf_generator_ctx(of->generator);
    const movement *m = &s->movement;
    alf_status      status = moved_images_create(ctx, of->channels, of->size, out);
    if (status != ALF_OK) return status;
    memcpy(out->still, s->still, (size_t)(out->planes * out->size * out->size) * sizeof(double));
    status = moved_image(of, s->ws, m, out->shown);
    if (status == ALF_OK) status = moved_images_compare(ctx, m, s->rotation, out);
    for (int64_t i = 0; i < out->planes * out->size * out->size && status == ALF_OK; i++)
        if (!isfinite(out->still[i]) || !isfinite(out->shown[i]))
            status = alf_fail(ctx, ALF_ERR_RANGE, "%s: an image is not finite, so nothing can be compared", of->label);
    if (status != ALF_OK) moved_images_destroy(out);
    return status;
}

/* What alf_equivariance_group() adds up, but for the filters of a rotation, which serve all images. */
alf_status sweep_point(const shot *s, alf_pooled_error points[1])
{
    moved_images images;
    alf_status   status = take(s, &images);
    if (status != ALF_OK) return status;
    alf_pooled_error_add(points, images.planes, images.size * images.size, images.tested, images.moved, images.mask,
                         NULL);
    moved_images_destroy(&images);
    return ALF_OK;
}

/* --- layers --------------------------------------------------------------------------------------------------------- */

alf_status layer_points(const shot *s, alf_pooled_error points[])
{
    const network   *n = s->network;
    const movement  *m = &s->movement;
    alf_generator   *g = n->subject->generator;
    const double     angle = m->degrees * acos(-1) / 180;
    alf_layer_error *layers = calloc((size_t)n->layers, sizeof *layers);
    if (!layers)
        return alf_fail(alf_generator_ctx(g), ALF_ERR_MEMORY, "out of memory for the errors of %d layers", n->layers);
    alf_status status =
        alf_equivariance_layers(g, s->ws, m->turns ? ALF_EQR : ALF_EQT_FRAC, m->tx, m->ty, angle, layers);
    for (int i = 0; i < n->layers && status == ALF_OK; i++) points[i] = layers[i].error;
    free(layers);
    return status;
}

/* Layer `layer` of the plan; NULL: input or image. */
static const alf_layer_plan *plan_of(const network *n, int layer)
{
    const alf_plan *plan = alf_generator_plan(n->subject->generator);
    return layer > 0 && layer <= plan->num_layers ? &plan->layers[layer - 1] : NULL;
}

const char *layer_name(const network *n, int layer)
{
    const alf_layer_plan *l = plan_of(n, layer);
    return l ? l->name : layer == 0 ? "input" : "image";
}

int64_t layer_size(const network *n, int layer)
{
    const alf_layer_plan *l = plan_of(n, layer);
    return l ? l->out_size : layer == 0 ? alf_generator_plan(n->subject->generator)->input_size : n->subject->size;
}

double layer_rate(const network *n, int layer)
{
    const alf_layer_plan *l = plan_of(n, layer);
    return l            ? l->out_rate
           : layer == 0 ? alf_generator_plan(n->subject->generator)->input_rate
                        : (double)n->subject->size;
}

bool layer_is_on_the_way(const network *n, int layer)
{
    const alf_layer_plan *l = plan_of(n, layer);
    return !l || l->kind == ALF_LAYER_CONV;
}

/* --- bands ---------------------------------------------------------------------------------------------------------- */

enum { LEAST_CROP = 8, PADDING = 2 };
static const double BAND_WIDTH = 0.5 / (BANDS - 1), WINDOW_BETA = 8;

double band_frequency(int band)
{
    return (band + 0.5) * BAND_WIDTH;
}

/* Side of the largest square about the centre that the mask has all of. */
static int64_t largest_square(int64_t n, const double mask[])
{
    int64_t inset = 0;
    for (int64_t i = 0; i < n * n; i++) {
        const int64_t y = i / n, x = i % n;
        const int64_t across = x < n - 1 - x ? x : n - 1 - x, down = y < n - 1 - y ? y : n - 1 - y;
        const int64_t ring = across < down ? across : down;
        if (mask[i] == 0 && ring + 1 > inset) inset = ring + 1;
    }
    return n - 2 * inset;
}

/* The square of this side about the centre of every plane, each without its mean. */
static void crop(const moved_images *images, const double from[], int64_t side, double out[])
{
    const int64_t n = images->size, start = (n - side) / 2;
    for (int64_t p = 0; p < images->planes; p++) {
        double *plane = out + p * side * side, sum = 0;
        for (int64_t i = 0; i < side * side; i++) {
            plane[i] = from[(p * n + start + i / side) * n + start + i % side];
            sum += plane[i];
        }
        for (int64_t i = 0; i < side * side; i++) plane[i] -= sum / (double)(side * side);
    }
}

/* Power of the planes [planes, side, side] in each band. `power` has room for the padded spectrum. */
static alf_status band_powers(alf_ctx *ctx, int64_t planes, int64_t side, const double x[], double power[],
                              double bands[BANDS])
{
    const alf_spectrum_spec spec = {.size = side, .interp = PADDING, .beta = WINDOW_BETA, .mean = 0, .std = 1};
    alf_spectrum           *spectrum;
    alf_status              status = alf_spectrum_create(ctx, &spec, &spectrum);
    if (status != ALF_OK) return status;
    status = alf_spectrum_add(ctx, spectrum, planes, x);
    alf_spectrum_read(spectrum, power);
    alf_spectrum_destroy(spectrum);
    const int64_t count = side * PADDING;
    for (int b = 0; b < BANDS; b++) bands[b] = 0;
    for (int64_t i = 0; i < count * count; i++) {
        const int64_t v = i / count, u = i % count;
        const double  fy = (double)(v < count - v ? v : count - v) / (double)count;
        const double  fx = (double)(u < count - u ? u : count - u) / (double)count;
        const int     b = (int)(hypot(fx, fy) / BAND_WIDTH);
        bands[b < BANDS - 1 ? b : BANDS - 1] += power[i] / (double)(count * count);
    }
    return status;
}

/* Pooled errors whose variance is the image's power in the band, and whose error is the residual's. */
static alf_status spectra(alf_ctx *ctx, const moved_images *images, alf_pooled_error points[BANDS])
{
    const int64_t n = images->size, side = largest_square(n, images->mask);
    double        image[BANDS], residual[BANDS];
    double       *room =
        side < LEAST_CROP ? NULL : malloc((size_t)((images->planes + PADDING * PADDING) * side * side) * sizeof *room);
    if (side < LEAST_CROP) return ALF_OK;
    if (!room) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a spectrum of %lld pixels", (long long)side);
    double *power = room + images->planes * side * side;
    crop(images, images->moved, side, room);
    alf_status status = band_powers(ctx, images->planes, side, room, power, image);
    moved_images_difference(images, images->spare);
    crop(images, images->spare, side, room);
    if (status == ALF_OK) status = band_powers(ctx, images->planes, side, room, power, residual);
    for (int b = 0; b < BANDS && status == ALF_OK; b++)
        points[b] = (alf_pooled_error){.squared_error = residual[b], .mask = 1, .square = image[b]};
    free(room);
    return status;
}

alf_status band_points(const shot *s, alf_pooled_error points[BANDS])
{
    moved_images images;
    alf_status   status = take(s, &images);
    if (status != ALF_OK) return status;
    status = spectra(alf_generator_ctx(s->network->subject->generator), &images, points);
    moved_images_destroy(&images);
    return status;
}
