/* Equivariance of images from a callback: waves that are known everywhere, what ignores its transform, what fails. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "aliasfree/random.h"
#include "golden.h"
#include "metrics/draw.h"
#include "metrics/network_images.h"

enum { SIZE = 32, CHANNELS = 2, WAVES = 4 };

static const double PI = 3.14159265358979323846;

/* What a source is told to do wrong. */
typedef struct {
    alf_ctx   *ctx;
    bool       still;     /* whatever the transform, the image stays      */
    double     highest;   /* frequency, in cycles per image               */
    int64_t    bad_image; /* gets the value `bad`; -1: none               */
    double     bad;
    bool       unfinished; /* the last pixel of each image is left out     */
    alf_status status;     /* returned at the first image that moved       */
    bool       tells;      /* records why it fails                         */
    int        calls;
    int64_t    most; /* images asked for at a time                   */
} waves;

static double wave_sum(const double draws[], double highest, double x, double y)
{
    double sum = 0;
    for (int k = 0; k < WAVES; k++) {
        const double f = highest * sqrt(draws[3 * k]), turn = 2 * PI * draws[3 * k + 1];
        sum += sin(2 * PI * (f * (cos(turn) * x + sin(turn) * y) + draws[3 * k + 2]));
    }
    return sum / WAVES;
}

static void render_plane(const waves *w, int64_t number, const double m[9], double plane[])
{
    double draws[3 * WAVES];
    alf_random_uniform(7, 0, 3 * WAVES * number, 3 * WAVES, draws);
    for (int v = 0; v < SIZE; v++)
        for (int u = 0; u < SIZE; u++) {
            const double x = (u + 0.5) / SIZE - 0.5, y = (v + 0.5) / SIZE - 0.5;
            plane[v * SIZE + u] =
                w->still ? wave_sum(draws, w->highest, x, y)
                         : wave_sum(draws, w->highest, m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]);
        }
}

static alf_status render_waves(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    waves *w = user;
    w->calls++;
    if (count > w->most) w->most = count;
    if (w->status != ALF_OK && w->calls > 1)
        return w->tells ? alf_fail(w->ctx, w->status, "the sea was calm") : w->status;
    for (int64_t i = 0; i < count; i++) {
        double *image = images + i * CHANNELS * SIZE * SIZE;
        double  last = image[CHANNELS * SIZE * SIZE - 1];
        for (int c = 0; c < CHANNELS; c++)
            render_plane(w, (first + i) * CHANNELS + c, inverse, image + c * SIZE * SIZE);
        if (w->unfinished) image[CHANNELS * SIZE * SIZE - 1] = last;
        if (first + i == w->bad_image) image[SIZE + 3] = w->bad;
    }
    return ALF_OK;
}

static waves good_waves(alf_ctx *ctx)
{
    return (waves){.ctx = ctx, .highest = SIZE / 8, .bad_image = -1};
}

static alf_image_source source_of(waves *w)
{
    return (alf_image_source){.render = render_waves, .user = w, .size = SIZE, .channels = CHANNELS};
}

static const alf_metric kinds[] = {{ALF_EQT_INT, 8, "eqt8_int"}, {ALF_EQT_FRAC, 8, "eqt8_frac"}, {ALF_EQR, 8, "eqr8"}};

static void waves_that_are_known_everywhere_follow_every_transform(void **state)
{
    alf_ctx                *ctx = *state;
    waves                   w = good_waves(ctx);
    const alf_image_source  source = source_of(&w);
    alf_equivariance_result results[3];
    test_ok(ctx, alf_measure_source_equivariance(ctx, &source, 3, kinds, NULL, results));
    print_message("waves of up to a quarter of the Nyquist limit: %.1f, %.1f, %.1f dB\n", results[0].db, results[1].db,
                  results[2].db);
    assert_true(results[0].db > 250); /* whole pixels: rounding alone */
    assert_true(results[1].db > 58);  /* what the interpolation of the metric leaves */
    assert_true(results[2].db > 60);
    assert_int_equal(w.most, 4);
    assert_int_equal(w.calls, 2 * 4); /* groups; unmoved and three kinds */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(results[i].samples, 8);
        assert_true(results[i].low <= results[i].db && results[i].db <= results[i].high);
    }
}

static void assert_far_from_equivariant(alf_ctx *ctx, const alf_image_source *source)
{
    alf_equivariance_result results[3];
    test_ok(ctx, alf_measure_source_equivariance(ctx, source, 3, kinds, NULL, results));
    for (int i = 0; i < 3; i++)
        if (!(results[i].relative_db < 6)) fail_msg("%s: %.1f dB", kinds[i].name, results[i].relative_db);
}

static void what_ignores_its_transform_is_far_from_equivariant(void **state)
{
    alf_ctx               *ctx = *state;
    waves                  w = good_waves(ctx);
    const alf_image_source source = source_of(&w);
    w.still = true;
    assert_far_from_equivariant(ctx, &source);
}

/* Directions and signs: a source that moves the wrong way is as far off as one that does not move. */
static alf_status render_backwards(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    const double back[9] = {inverse[0], inverse[3], -inverse[2], inverse[1], inverse[4], -inverse[5], 0, 0, 1};
    return render_waves(user, first, count, back, images);
}

static void a_transform_taken_backwards_shows(void **state)
{
    alf_ctx         *ctx = *state;
    waves            w = good_waves(ctx);
    alf_image_source source = source_of(&w);
    source.render = render_backwards;
    assert_far_from_equivariant(ctx, &source);
}

/* --- a network through the callback ------------------------------------------------------------------------------------ */

static alf_status render_network(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    alf_generator        *g = user;
    alf_ctx              *ctx = alf_generator_ctx(g);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = inverse;
    return alf_tensor_read(ctx, alf_generator_synthesize(g, alf_draw_styles(g, 3, -1, first, count), &options), images);
}

static void a_network_through_a_callback_measures_as_itself_to_the_bit(void **state)
{
    (void)state;
    alf_ctx_options          in_test = alf_ctx_options_default();
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  through[3], itself[3];
    alf_config               config;
    alf_generator           *g;
    alf_ctx                 *ctx;
    in_test.conv = ALF_CONV_DIRECT; /* as metrics compute */
    options.seed = 3;
    assert_int_equal(alf_ctx_create(&in_test, NULL, 0, &ctx), ALF_OK);
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 16, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    const alf_image_source source = {.render = render_network, .user = g, .size = 16, .channels = 3};
    test_ok(ctx, alf_measure_source_equivariance(ctx, &source, 3, kinds, &options, through));
    test_ok(ctx, alf_measure_equivariance(g, 3, kinds, &options, itself));
    for (int i = 0; i < 3; i++) {
        assert_true(through[i].db == itself[i].db && through[i].relative_db == itself[i].relative_db);
        assert_true(through[i].low == itself[i].low && through[i].high == itself[i].high);
    }
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* --- what a callback can do wrong --------------------------------------------------------------------------------------- */

/* Measures eight images in two groups; the message must hold `text`, the result must be untouched. */
static void refused(alf_ctx *ctx, const alf_image_source *source, alf_status expected, const char *text)
{
    alf_equivariance_result result = {.db = -7};
    alf_scope_close(alf_scope_open(ctx), NULL); /* the context keeps the list of its scopes */
    const int64_t    used = alf_ctx_memory_used(ctx);
    const alf_status status = alf_measure_source_equivariance(ctx, source, 1, kinds, NULL, &result);
    if (status != expected) fail_msg("%s: status %d, expected %d: %s", text, status, expected, alf_ctx_message(ctx));
    if (!strstr(alf_ctx_message(ctx), text)) fail_msg("'%s' is not in '%s'", text, alf_ctx_message(ctx));
    assert_true(result.db == -7);
    assert_int_equal(alf_ctx_memory_used(ctx), used);
    alf_ctx_clear_error(ctx);
}

static void an_image_that_is_not_finite_is_named(void **state)
{
    waves                  w = good_waves(*state);
    const alf_image_source source = source_of(&w);
    w.bad_image = 5;
    w.bad = (double)NAN;
    refused(*state, &source, ALF_ERR_RANGE, "image 5 has the value nan");
    w.bad = (double)INFINITY;
    refused(*state, &source, ALF_ERR_RANGE, "image 5 has the value inf");
}

static void pixels_that_are_left_out_are_found(void **state)
{
    waves                  w = good_waves(*state);
    const alf_image_source source = source_of(&w);
    w.unfinished = true;
    refused(*state, &source, ALF_ERR_RANGE, "image 0 has the value nan");
}

static void the_failure_of_a_callback_is_passed_on(void **state)
{
    waves                  w = good_waves(*state);
    const alf_image_source source = source_of(&w);
    w.status = ALF_ERR_IO;
    refused(*state, &source, ALF_ERR_IO, "images 0 to 3 could not be rendered");
    w.calls = 0;
    w.tells = true;
    refused(*state, &source, ALF_ERR_IO, "the sea was calm");
}

static void what_a_callback_returns_is_a_status_or_named(void **state)
{
    waves                  w = good_waves(*state);
    const alf_image_source source = source_of(&w);
    w.status = (alf_status)42;
    refused(*state, &source, ALF_ERR_ARGUMENT, "render function of the image source returned 42");
    w.calls = 0;
    w.status = (alf_status)-3;
    refused(*state, &source, ALF_ERR_ARGUMENT, "returned -3, expected a status");
}

/* A kept batch of styles must not be taken for a smaller one, whose images have less room. */
static void a_network_renders_as_many_images_as_are_asked_for(void **state)
{
    enum { IMAGE = 3 * 16 * 16 };
    const double   unmoved[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    alf_ctx       *ctx = *state;
    alf_config     config;
    alf_generator *g;
    double        *images = malloc(3 * IMAGE * sizeof *images);
    assert_non_null(images);
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 16, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    alf_network_images     network = {.g = g, .seed = 3, .class_index = -1};
    const alf_image_source source = alf_network_source(&network);
    for (int64_t count = 3; count > 0; count--) {
        for (int i = 0; i < 3 * IMAGE; i++) images[i] = 77;
        test_ok(ctx, source.render(source.user, 0, count, unmoved, images));
        for (int i = 0; i < 3 * IMAGE; i++)
            if ((images[i] == 77) != (i >= count * IMAGE)) fail_msg("value %d of %lld images", i, (long long)count);
    }
    alf_tensor_release(network.ws);
    alf_generator_destroy(g);
    free(images);
}

/* Returns ALF_OK although the context knows better. */
static alf_status render_and_hide(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    const alf_status hidden = alf_fail(((waves *)user)->ctx, ALF_ERR_MEMORY, "no wave was free");
    (void)hidden;
    return render_waves(user, first, count, inverse, images);
}

static void an_error_that_a_callback_hides_is_found(void **state)
{
    waves            w = good_waves(*state);
    alf_image_source source = source_of(&w);
    source.render = render_and_hide;
    refused(*state, &source, ALF_ERR_MEMORY, "no wave was free");
}

static void sources_that_make_no_sense_are_refused(void **state)
{
    waves            w = good_waves(*state);
    alf_image_source source = source_of(&w);
    refused(*state, NULL, ALF_ERR_ARGUMENT, "NULL");
    source.render = NULL;
    refused(*state, &source, ALF_ERR_ARGUMENT, "NULL");
    source = source_of(&w);
    source.size = 0;
    refused(*state, &source, ALF_ERR_RANGE, "size is 0");
    source.size = 65537;
    refused(*state, &source, ALF_ERR_RANGE, "size is 65537");
    source = source_of(&w);
    source.channels = -1;
    refused(*state, &source, ALF_ERR_RANGE, "channels is -1");
    assert_int_equal(w.calls, 0);
}

static bool stop_at_half(void *user, const char *what, int64_t done, int64_t total)
{
    (void)user;
    return strcmp(what, "equivariance") != 0 || 2 * done < total;
}

static void a_measurement_of_a_source_can_be_cancelled(void **state)
{
    (void)state;
    alf_ctx_options         options = alf_ctx_options_default();
    alf_equivariance_result result;
    alf_ctx                *ctx;
    options.progress = stop_at_half;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    waves                  w = good_waves(ctx);
    const alf_image_source source = source_of(&w);
    assert_int_equal(alf_measure_source_equivariance(ctx, &source, 1, kinds, NULL, &result), ALF_ERR_CANCELLED);
    assert_int_equal(w.calls, 2); /* the first of two groups */
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CTX_TEST(waves_that_are_known_everywhere_follow_every_transform),
        CTX_TEST(what_ignores_its_transform_is_far_from_equivariant),
        CTX_TEST(a_transform_taken_backwards_shows),
        cmocka_unit_test(a_network_through_a_callback_measures_as_itself_to_the_bit),
        CTX_TEST(an_image_that_is_not_finite_is_named),
        CTX_TEST(pixels_that_are_left_out_are_found),
        CTX_TEST(the_failure_of_a_callback_is_passed_on),
        CTX_TEST(what_a_callback_returns_is_a_status_or_named),
        CTX_TEST(a_network_renders_as_many_images_as_are_asked_for),
        CTX_TEST(an_error_that_a_callback_hides_is_found),
        CTX_TEST(sources_that_make_no_sense_are_refused),
        cmocka_unit_test(a_measurement_of_a_source_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
