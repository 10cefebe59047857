/* Random placements: their laws, and that every subject is inside. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arithmetic.h"
#include "data/canvas.h"
#include "files.h"

#define DRAWN 20000

static alf_dataset_recipe recipe_of(double shift, double rotation, double low, double high)
{
    return (alf_dataset_recipe){.seed = 7, .shift = shift, .rotation = rotation, .scale_low = low, .scale_high = high};
}

static alf_placement *draw_many(alf_ctx *ctx, const alf_dataset_recipe *recipe, double aspect)
{
    alf_placement *placed = malloc(DRAWN * sizeof *placed);
    assert_non_null(placed);
    for (int i = 0; i < DRAWN; i++) test_ok(ctx, alf_placement_draw(ctx, recipe, i, aspect, placed + i));
    return placed;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov: the empirical distribution of the values follows `law` at a significance of 0.1%. */
typedef double (*law_fn)(double value, double parameter);

static void assert_law(const char *what, const alf_placement *placed, size_t field, law_fn law, double parameter)
{
    double values[DRAWN], worst = 0.0;
    for (int i = 0; i < DRAWN; i++) memcpy(values + i, (const char *)(placed + i) + field, sizeof *values);
    qsort(values, DRAWN, sizeof *values, by_value);
    for (int i = 0; i < DRAWN; i++) worst = fmax(worst, fabs(law(values[i], parameter) - (i + 0.5) / DRAWN));
    print_message("%s: distance %.4f of at most %.4f\n", what, worst, 1.95 / sqrt(DRAWN));
    if (!(worst < 1.95 / sqrt(DRAWN))) fail_msg("%s does not follow its law", what);
}

#define ASSERT_LAW(placed, field, law, parameter)                                                                      \
    assert_law(#field, placed, offsetof(alf_placement, field), law, parameter)

static double normal_law(double value, double deviation)
{
    return 0.5 * (1.0 + erf(value / (deviation * sqrt(2.0))));
}

/* N(0, 0.2) known to lie within +-room. */
static double cut_law(double value, double room)
{
    double tail = normal_law(-room, 0.2);
    return (normal_law(value, 0.2) - tail) / (1.0 - 2.0 * tail);
}

static double uniform_law(double value, double largest)
{
    return 0.5 + 0.5 * value / largest;
}

/* Between 0.1 and 0.4. */
static double log_uniform_law(double value, double unused)
{
    (void)unused;
    return log(value / 0.1) / log(4.0);
}

static void a_subject_with_room_follows_the_normal_law(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.05, 180.0, 0.01, 0.01);
    alf_placement     *placed = draw_many(ctx, &recipe, 1.0);
    double             squares = 0.0, product = 0.0;
    ASSERT_LAW(placed, x, normal_law, 0.05);
    ASSERT_LAW(placed, y, normal_law, 0.05);
    for (int i = 0; i < DRAWN; i++) {
        squares += placed[i].x * placed[i].x / DRAWN;
        product += placed[i].x * placed[i].y / DRAWN;
    }
    assert_true(fabs(sqrt(squares) / 0.05 - 1.0) < 0.02);
    assert_true(fabs(product / squares) < 0.03); /* x tells nothing about y */
    free(placed);
}

static void the_shift_is_the_normal_law_cut_off_where_the_subject_would_leave(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.2, 0.0, 0.5, 0.5);
    alf_placement     *placed = draw_many(ctx, &recipe, 0.5); /* half as wide as high */
    ASSERT_LAW(placed, x, cut_law, 0.5 - 0.125);
    ASSERT_LAW(placed, y, cut_law, 0.5 - 0.25);
    free(placed);
}

static void turns_are_uniform_and_sizes_log_uniform(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.2, 90.0, 0.1, 0.4);
    alf_placement     *placed = draw_many(ctx, &recipe, 1.0);
    ASSERT_LAW(placed, degrees, uniform_law, 90.0);
    ASSERT_LAW(placed, scale, log_uniform_law, 0.0);
    free(placed);
}

static void diagonal_subjects_are_as_frequent_as_upright_ones(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.2, 180.0, 0.7, 0.7);
    alf_placement     *placed = draw_many(ctx, &recipe, 1.0);
    ASSERT_LAW(placed, degrees, uniform_law, 180.0);
    free(placed);
}

/* A corner of the subject, turned counter-clockwise as seen where y points down, in canvas widths from the centre. */
static void corner(const alf_placement *placed, double aspect, int which, double *x, double *y)
{
    double u = (which & 1 ? 0.5 : -0.5) * placed->scale * (aspect < 1.0 ? aspect : 1.0);
    double v = (which & 2 ? 0.5 : -0.5) * placed->scale / (aspect > 1.0 ? aspect : 1.0);
    double angle = placed->degrees * ALF_PI / 180.0;
    *x = placed->x + u * cos(angle) + v * sin(angle);
    *y = placed->y - u * sin(angle) + v * cos(angle);
}

static void every_corner_is_on_the_canvas(void **state)
{
    static const double aspects[] = {0.2, 1.0, 1.0, 3.0};
    alf_ctx            *ctx = file_fixture_ctx(state);
    for (int k = 0; k < 4; k++) {
        alf_dataset_recipe recipe = recipe_of(0.5, 180.0, k == 1 ? 0.9 : 0.3, 0.95);
        alf_placement     *placed = draw_many(ctx, &recipe, aspects[k]);
        double             farthest = 0.0;
        for (int i = 0; i < DRAWN; i++)
            for (int which = 0; which < 4; which++) {
                double x, y;
                corner(placed + i, aspects[k], which, &x, &y);
                farthest = fmax(farthest, fmax(fabs(x), fabs(y)));
            }
        print_message("aspect %.1f: farthest corner at %.6f\n", aspects[k], farthest);
        assert_true(farthest <= 0.5 + 1e-12 && farthest > 0.49);
        free(placed);
    }
}

static void a_subject_that_never_fits_is_an_error(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.2, 180.0, 1.2, 1.2);
    alf_placement      placed = {.x = 17.0};
    assert_fails(ctx, alf_placement_draw(ctx, &recipe, 5, 1.0, &placed), ALF_ERR_RANGE, "picture 5", "1000 draws");
    assert_true(placed.x == 17.0);
}

static void a_placement_follows_from_seed_and_number(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.2, 180.0, 0.4, 0.6);
    alf_placement      late, again, next, other;
    test_ok(ctx, alf_placement_draw(ctx, &recipe, 1000000007, 1.0, &late));
    test_ok(ctx, alf_placement_draw(ctx, &recipe, 1000000008, 1.0, &next));
    test_ok(ctx, alf_placement_draw(ctx, &recipe, 1000000007, 1.0, &again));
    recipe.seed = 8;
    test_ok(ctx, alf_placement_draw(ctx, &recipe, 1000000007, 1.0, &other));
    assert_memory_equal(&late, &again, sizeof late);
    assert_true(late.x != next.x && late.y != next.y && late.degrees != next.degrees && late.scale != next.scale);
    assert_true(late.x != other.x && late.y != other.y && late.degrees != other.degrees && late.scale != other.scale);
}

static void without_shift_and_rotation_subjects_stand_upright_in_the_middle(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_dataset_recipe recipe = recipe_of(0.0, 0.0, 1.0, 1.0);
    alf_placement      placed;
    test_ok(ctx, alf_placement_draw(ctx, &recipe, 3, 1.0, &placed));
    assert_true(placed.x == 0.0 && placed.y == 0.0 && placed.degrees == 0.0 && placed.scale == 1.0);
}

static void bad_recipes_are_refused(void **state)
{
    alf_ctx           *ctx = file_fixture_ctx(state);
    alf_placement      placed;
    alf_dataset_recipe good = recipe_of(0.2, 180.0, 0.4, 0.6), bad = good;
    assert_fails(ctx, alf_placement_draw(ctx, NULL, 0, 1.0, &placed), ALF_ERR_ARGUMENT, "recipe", NULL);
    assert_fails(ctx, alf_placement_draw(ctx, &good, 0, 1.0, NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_fails(ctx, alf_placement_draw(ctx, &good, -1, 1.0, &placed), ALF_ERR_RANGE, "index is -1", NULL);
    assert_fails(ctx, alf_placement_draw(ctx, &good, INT64_MAX, 1.0, &placed), ALF_ERR_RANGE, "index", NULL);
    assert_fails(ctx, alf_placement_draw(ctx, &good, 0, 0.0, &placed), ALF_ERR_RANGE, "aspect", NULL);
    bad.shift = -0.1;
    assert_fails(ctx, alf_placement_draw(ctx, &bad, 0, 1.0, &placed), ALF_ERR_RANGE, "shift is -0.1", NULL);
    bad = good;
    bad.rotation = NAN;
    assert_fails(ctx, alf_placement_draw(ctx, &bad, 0, 1.0, &placed), ALF_ERR_RANGE, "rotation", NULL);
    bad = good;
    bad.scale_low = 0.7;
    assert_fails(ctx, alf_placement_draw(ctx, &bad, 0, 1.0, &placed), ALF_ERR_RANGE, "scale_low is 0.7", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_subject_with_room_follows_the_normal_law),
        FILE_TEST(the_shift_is_the_normal_law_cut_off_where_the_subject_would_leave),
        FILE_TEST(turns_are_uniform_and_sizes_log_uniform),
        FILE_TEST(diagonal_subjects_are_as_frequent_as_upright_ones),
        FILE_TEST(every_corner_is_on_the_canvas),
        FILE_TEST(a_subject_that_never_fits_is_an_error),
        FILE_TEST(a_placement_follows_from_seed_and_number),
        FILE_TEST(without_shift_and_rotation_subjects_stand_upright_in_the_middle),
        FILE_TEST(bad_recipes_are_refused),
    };
    return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
