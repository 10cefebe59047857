/* What images draw: how often, how much, and which settings and arguments are refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "golden.h"
#include "training/augment_stages.h"

enum { IMAGES = 20000, SIZE = 1024 };

static const char *const names[] = {"xflip", "rotate90",   "xint",       "scale",    "rotate",
                                    "aniso", "xfrac",      "brightness", "contrast", "lumaflip",
                                    "hue",   "saturation", "imgfilter",  "noise",    "cutout"};
enum { NAMES = sizeof names / sizeof *names };

static alf_augment_config config_with(alf_ctx *ctx, const char *name, double multiplier)
{
    alf_augment_config config = {0};
    test_ok(ctx, alf_augment_set(ctx, &config, name, multiplier));
    return config;
}

static double *drawn(int64_t count)
{
    double *numbers = malloc((size_t)count * ALF_AUGMENT_DRAWS * sizeof *numbers);
    assert_non_null(numbers);
    alf_augment_draw(&(alf_augment_draws){.seed = 5, .index = 2, .first = 1000}, count, numbers);
    return numbers;
}

/* --- how often ---------------------------------------------------------------------------------------------------- */

static bool differs(int count, const double *a, const double *b)
{
    for (int i = 0; i < count; i++)
        if (a[i] != b[i]) return true;
    return false;
}

/* True when anything about the image differs from an image with p = 0. */
static bool is_transformed(const alf_augment_config *config, double p, const double *numbers)
{
    const alf_augment_image image = {config, p, numbers}, still = {config, 0, numbers};
    double                  m[2][6], color[2][3][4], gain[2][ALF_AUGMENT_BANDS];
    alf_augment_affine(&image, SIZE, SIZE, m[0]);
    alf_augment_affine(&still, SIZE, SIZE, m[1]);
    alf_augment_color_matrix(&image, color[0]);
    alf_augment_color_matrix(&still, color[1]);
    alf_augment_band_gains(&image, gain[0]);
    alf_augment_band_gains(&still, gain[1]);
    return differs(6, m[0], m[1]) || differs(12, color[0][0], color[1][0]) ||
           differs(ALF_AUGMENT_BANDS, gain[0], gain[1]) ||
           alf_augment_applies(&image, config->noise * p, ALF_DRAW_NOISE_IF) ||
           alf_augment_applies(&image, config->cutout * p, ALF_DRAW_CUTOUT_IF);
}

/* Of the images that a transformation with this chance is applied to, a flip leaves half as they were, a quarter turn a
 * quarter; the image filter has four chances. */
static double expected_share(const char *name, double chance)
{
    if (strstr(name, "flip")) return chance / 2;
    if (!strcmp(name, "rotate90")) return chance * 3 / 4;
    if (!strcmp(name, "imgfilter")) return 1 - pow(1 - chance, ALF_AUGMENT_BANDS);
    return chance;
}

static void check_share(alf_ctx *ctx, const double *numbers, const char *name, double multiplier, double p)
{
    const alf_augment_config config = config_with(ctx, name, multiplier);
    const double             share = expected_share(name, multiplier * p);
    const double             interval = 4.5 * sqrt(share * (1 - share) / IMAGES); /* chance to fail: 7e-6 */
    int                      count = 0;
    for (int i = 0; i < IMAGES; i++) count += is_transformed(&config, p, numbers + (int64_t)i * ALF_AUGMENT_DRAWS);
    if (!(fabs((double)count / IMAGES - share) <= interval))
        fail_msg("%s at p %g times %g: %d of %d images are transformed, expected %g +- %g", name, p, multiplier, count,
                 IMAGES, share * IMAGES, interval * IMAGES);
}

static void images_are_transformed_with_probability_p_times_multiplier(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double  *numbers = drawn(IMAGES);
    for (int i = 0; i < NAMES; i++) {
        check_share(ctx, numbers, names[i], 1, 0.3);
        check_share(ctx, numbers, names[i], 0.5, 0.3);
        check_share(ctx, numbers, names[i], 1, 1);
        check_share(ctx, numbers, names[i], 0, 1);
    }
    free(numbers);
    alf_ctx_destroy(ctx);
}

/* Whether a rotation before and one after the anisotropic scale come is told apart by their draws. */
static void each_of_two_rotations_comes_with_probability_1_minus_sqrt_1_minus_p(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double  *numbers = drawn(IMAGES);
    for (int draw = ALF_DRAW_ROTATE_BEFORE_IF; draw <= ALF_DRAW_ROTATE_AFTER_IF;
         draw += ALF_DRAW_ROTATE_AFTER_IF - ALF_DRAW_ROTATE_BEFORE_IF) {
        const alf_augment_config config = config_with(ctx, "rotate", 0.8);
        const int                other = ALF_DRAW_ROTATE_BEFORE_IF + ALF_DRAW_ROTATE_AFTER_IF - draw;
        const double             share = 1 - sqrt(1 - 0.8 * 0.3);
        int                      count = 0;
        for (int i = 0; i < IMAGES; i++) {
            double own[ALF_AUGMENT_DRAWS];
            memcpy(own, numbers + (int64_t)i * ALF_AUGMENT_DRAWS, sizeof own);
            own[other] = 1; /* never */
            count += is_transformed(&config, 0.3, own);
        }
        assert_true(fabs((double)count / IMAGES - share) <= 4.5 * sqrt(share * (1 - share) / IMAGES));
    }
    free(numbers);
    alf_ctx_destroy(ctx);
}

/* --- how much ----------------------------------------------------------------------------------------------------- */

/* One number that tells how strongly an image is transformed. */
typedef double (*strength)(const alf_augment_image *image);

static double affine_entry(const alf_augment_image *image, int entry)
{
    double m[6];
    alf_augment_affine(image, SIZE, SIZE, m);
    return m[entry];
}

static double log2_scale(const alf_augment_image *image)
{
    return -log2(affine_entry(image, 0)); /* the matrix is that of the inverse */
}

static double shift_x(const alf_augment_image *image)
{
    return -affine_entry(image, 2) / SIZE;
}

static double shift_y(const alf_augment_image *image)
{
    return -affine_entry(image, 5) / SIZE;
}

static double color_entry(const alf_augment_image *image, int row, int column)
{
    double m[3][4];
    alf_augment_color_matrix(image, m);
    return m[row][column];
}

static double brightness(const alf_augment_image *image)
{
    return color_entry(image, 1, 3);
}

static double log2_contrast(const alf_augment_image *image)
{
    return log2(color_entry(image, 2, 2));
}

static double log2_saturation(const alf_augment_image *image)
{
    return log2(color_entry(image, 0, 0) - color_entry(image, 0, 1));
}

static double turn_angle(const alf_augment_image *image)
{
    return atan2(affine_entry(image, 3), affine_entry(image, 0));
}

/* The trace of a rotation is 1 + 2 cos. */
static double hue_cosine(const alf_augment_image *image)
{
    return (color_entry(image, 0, 0) + color_entry(image, 1, 1) + color_entry(image, 2, 2) - 1) / 2;
}

static const struct {
    const char *name;
    strength    of;
    double      deviation, limit; /* limit: of uniform draws, else 0 */
} spreads[] = {
    {"scale", log2_scale, 0.2, 0},
    {"aniso", log2_scale, 0.2, 0},
    {"xfrac", shift_x, 0.125, 0},
    {"xfrac", shift_y, 0.125, 0},
    {"xint", shift_x, 0.125 / 1.7320508, 0.125},
    {"xint", shift_y, 0.125 / 1.7320508, 0.125},
    {"brightness", brightness, 0.2, 0},
    {"contrast", log2_contrast, 0.5, 0},
    {"saturation", log2_saturation, 1, 0},
    {"rotate", turn_angle, 3.14159265 / 1.7320508, 3.1415927},
    {"hue", hue_cosine, 0.70710678, 1.0000001},
};

static void drawn_strengths_have_the_stated_mean_and_spread(void **state)
{
    (void)state;
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double  *numbers = drawn(IMAGES);
    for (size_t k = 0; k < sizeof spreads / sizeof *spreads; k++) {
        const alf_augment_config config = config_with(ctx, spreads[k].name, 1);
        double                   sum = 0, squares = 0, largest = 0;
        for (int i = 0; i < IMAGES; i++) {
            const alf_augment_image image = {&config, 1, numbers + (int64_t)i * ALF_AUGMENT_DRAWS};
            const double            value = spreads[k].of(&image);
            sum += value;
            squares += value * value;
            largest = fmax(largest, fabs(value));
        }
        const double mean = sum / IMAGES, deviation = sqrt(squares / IMAGES), expected = spreads[k].deviation;
        if (!(fabs(mean) < 4.5 * expected / sqrt(IMAGES)) || !(fabs(deviation / expected - 1) < 0.03) ||
            (spreads[k].limit > 0 && !(largest <= spreads[k].limit)))
            fail_msg("%s, row %d: mean %g, deviation %g, largest %g", spreads[k].name, (int)k, mean, deviation,
                     largest);
    }
    free(numbers);
    alf_ctx_destroy(ctx);
}

static void band_gains_keep_the_expected_power(void **state)
{
    (void)state;
    alf_ctx     *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const double power[ALF_AUGMENT_BANDS] = {10.0 / 13, 1.0 / 13, 1.0 / 13, 1.0 / 13};
    double      *numbers = drawn(100);
    for (int band = 0; band < ALF_AUGMENT_BANDS; band++)
        for (int i = 0; i < 100; i++) {
            const alf_augment_config config = config_with(ctx, "imgfilter", 1);
            double                  *own = numbers + (int64_t)i * ALF_AUGMENT_DRAWS, sum = 0;
            double                   gain[ALF_AUGMENT_BANDS];
            for (int k = 0; k < ALF_AUGMENT_BANDS; k++) own[ALF_DRAW_BAND_IF + k] = k == band ? 0 : 1;
            const alf_augment_image image = {&config, 1, own};
            alf_augment_band_gains(&image, gain);
            for (int k = 0; k < ALF_AUGMENT_BANDS; k++) sum += power[k] * gain[k] * gain[k];
            assert_true(fabs(sum - 1) < 1e-12);
            assert_true(fabs(log2(gain[band] / gain[(band + 1) % 4]) - own[ALF_DRAW_BAND + band]) < 1e-12);
        }
    free(numbers);
    alf_ctx_destroy(ctx);
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static void an_image_draws_the_same_in_any_batch(void **state)
{
    (void)state;
    double many[10 * ALF_AUGMENT_DRAWS], one[ALF_AUGMENT_DRAWS];
    alf_augment_draw(&(alf_augment_draws){.seed = 9, .index = 1, .first = 30}, 10, many);
    alf_augment_draw(&(alf_augment_draws){.seed = 9, .index = 1, .first = 37}, 1, one);
    assert_memory_equal(one, many + 7 * ALF_AUGMENT_DRAWS, sizeof one);
    alf_augment_draw(&(alf_augment_draws){.seed = 9, .index = 0, .first = 37}, 1, one);
    assert_memory_not_equal(one, many + 7 * ALF_AUGMENT_DRAWS, sizeof one);
}

/* erf of what a percentile draws is 2 q - 1, in both tails to all digits. */
static void percentiles_invert_the_error_function(void **state)
{
    (void)state;
    static const double percentiles[] = {1e-300, 1e-20, 1e-5, 0.01, 0.2, 0.49999, 0.5, 0.5001, 0.83, 0.99, 1 - 1e-12};
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
        const double q = percentiles[i];
        double       numbers[2 * ALF_AUGMENT_DRAWS];
        alf_augment_draw_percentile(q, 2, numbers);
        const double normal = numbers[ALF_DRAW_BRIGHTNESS], noise = numbers[ALF_AUGMENT_DRAWS + ALF_DRAW_NOISE];
        /* a tail probability magnifies the rounding of its argument by 2 y^2 */
        const double lower = erfc(-normal) / 2, upper = erfc(normal) / 2, slack = 1e-14 * (1 + normal * normal);
        assert_true(q < 0.5 ? fabs(lower / q - 1) < slack : fabs(upper / (1 - q) - 1) < slack);
        assert_true(fabs(erf(noise) - q) <= 1e-15 && noise >= 0);
        assert_true(numbers[ALF_DRAW_XFLIP_IF] == 0 && numbers[ALF_DRAW_CUTOUT_X] == q);
    }
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

static void groups_are_sums_of_their_initials(void **state)
{
    (void)state;
    static const char *const initials = "bgcfnc";
    static const char *const groups[] = {"blit", "geom", "color", "filter", "noise", "cutout"};
    static const char *const pipes[] = {"bg", "bgc", "bgcf", "bgcfn", "bgcfnc"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    for (size_t i = 0; i < 5; i++) {
        alf_augment_config sum = {0}, part, whole;
        test_ok(ctx, alf_augment_named(ctx, pipes[i], &whole));
        assert_memory_equal(pipes[i], initials, strlen(pipes[i]));
        for (size_t k = 0; k < strlen(pipes[i]); k++) {
            test_ok(ctx, alf_augment_named(ctx, groups[k], &part));
            double *to = &sum.xflip, *from = &part.xflip;
            for (int n = 0; n < NAMES; n++) to[n] += from[n];
        }
        assert_memory_equal(&sum, &whole, sizeof sum);
    }
    alf_augment_config all = {0}, named;
    for (int i = 0; i < NAMES; i++) test_ok(ctx, alf_augment_set(ctx, &all, names[i], 1));
    test_ok(ctx, alf_augment_named(ctx, "bgcfnc", &named));
    assert_memory_equal(&all, &named, sizeof all);
    test_ok(ctx, alf_augment_named(ctx, "blit", &named));
    assert_true(named.xflip == 1 && named.rotate90 == 1 && named.xint == 1 && named.scale == 0 && named.hue == 0);
    alf_ctx_destroy(ctx);
}

static void fails(alf_ctx *ctx, alf_status status, alf_status expected, const char *text)
{
    if (status != expected || !strstr(alf_ctx_message(ctx), text))
        fail_msg("status %d, '%s': expected %d and '%s'", (int)status, alf_ctx_message(ctx), (int)expected, text);
    alf_ctx_clear_error(ctx);
}

static void wrong_settings_are_refused_by_name(void **state)
{
    (void)state;
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_augment_config config = {.hue = 0.5}, before = config;
    fails(ctx, alf_augment_named(ctx, "bgx", &config), ALF_ERR_ARGUMENT, "'bgx'");
    fails(ctx, alf_augment_named(ctx, "", &config), ALF_ERR_ARGUMENT, "''");
    fails(ctx, alf_augment_named(ctx, NULL, &config), ALF_ERR_ARGUMENT, "NULL");
    fails(ctx, alf_augment_named(ctx, "bgc", NULL), ALF_ERR_ARGUMENT, "NULL");
    fails(ctx, alf_augment_set(ctx, &config, "shear", 1), ALF_ERR_ARGUMENT, "'shear'");
    fails(ctx, alf_augment_set(ctx, &config, "hue", 1.01), ALF_ERR_RANGE, "'hue': multiplier 1.01");
    fails(ctx, alf_augment_set(ctx, &config, "xint", -0.1), ALF_ERR_RANGE, "'xint': multiplier -0.1");
    fails(ctx, alf_augment_set(ctx, &config, "xint", NAN), ALF_ERR_RANGE, "'xint'");
    fails(ctx, alf_augment_set(ctx, &config, NULL, 1), ALF_ERR_ARGUMENT, "NULL");
    fails(ctx, alf_augment_set(ctx, NULL, "hue", 1), ALF_ERR_ARGUMENT, "NULL");
    assert_memory_equal(&config, &before, sizeof config);
    alf_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_transformed_with_probability_p_times_multiplier),
        cmocka_unit_test(each_of_two_rotations_comes_with_probability_1_minus_sqrt_1_minus_p),
        cmocka_unit_test(drawn_strengths_have_the_stated_mean_and_spread),
        cmocka_unit_test(band_gains_keep_the_expected_power),
        cmocka_unit_test(an_image_draws_the_same_in_any_batch),
        cmocka_unit_test(percentiles_invert_the_error_function),
        cmocka_unit_test(groups_are_sums_of_their_initials),
        cmocka_unit_test(wrong_settings_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
