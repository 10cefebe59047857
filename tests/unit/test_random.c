/* Counter-based streams and the corners of the NumPy-legacy one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "golden.h"

/* The known answers that Random123 publishes for philox4x32-10. */
static void philox_gives_the_published_words(void **state)
{
    static const struct {
        uint32_t counter[4], key[2], words[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    uint32_t words[4];

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        alf_philox4x32(known[i].counter, known[i].key, words);
        assert_memory_equal(words, known[i].words, sizeof words);
    }
}

enum { COUNT = 1 << 18 };

/* Mean of (x - centre)^power. */
static double moment(const double *values, double centre, int power)
{
    double sum = 0.0;

    for (int i = 0; i < COUNT; i++) sum += pow(values[i] - centre, power);
    return sum / COUNT;
}

static void check_near(const char *what, double got, double expected, double tolerance)
{
    assert_allclose_absolute(what, 1, &got, &expected, tolerance);
}

/* Tolerances are five standard errors of each estimate. */
static void uniform_values_have_the_moments_of_a_uniform(void **state)
{
    double *values = malloc(COUNT * sizeof *values);

    (void)state;
    assert_non_null(values);
    alf_random_uniform(7, 1, 0, COUNT, values);
    for (int i = 0; i < COUNT; i++) assert_true(values[i] >= 0.0 && values[i] < 1.0);
    check_near("mean", moment(values, 0.0, 1), 0.5, 5.0 * sqrt(1.0 / 12.0 / COUNT));
    check_near("variance", moment(values, 0.5, 2), 1.0 / 12.0, 5.0 * sqrt(1.0 / 180.0 / COUNT));
    check_near("third moment", moment(values, 0.5, 3), 0.0, 5.0 * sqrt(1.0 / 448.0 / COUNT));
    free(values);
}

static void normal_values_have_the_moments_of_a_normal(void **state)
{
    double *values = malloc(COUNT * sizeof *values), product = 0.0;

    (void)state;
    assert_non_null(values);
    alf_random_normal(7, 1, 0, COUNT, values);
    check_near("mean", moment(values, 0.0, 1), 0.0, 5.0 / sqrt(COUNT));
    check_near("variance", moment(values, 0.0, 2), 1.0, 5.0 * sqrt(2.0 / COUNT));
    check_near("third moment", moment(values, 0.0, 3), 0.0, 5.0 * sqrt(15.0 / COUNT));
    check_near("fourth moment", moment(values, 0.0, 4), 3.0, 5.0 * sqrt(96.0 / COUNT));
    for (int i = 0; i < COUNT; i += 2) product += values[i] * values[i + 1];
    check_near("correlation of neighbours", product / (COUNT / 2), 0.0, 5.0 / sqrt(COUNT / 2));
    free(values);
}

typedef void (*draw_fn)(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[]);

static void check_parts(draw_fn draw, int64_t origin)
{
    double whole[40], part[40];

    draw(3, 5, origin, 40, whole);
    for (int first = 0; first < 12; first++)
        for (int count = 0; count + first <= 40; count += 3) {
            memset(part, 0, sizeof part);
            draw(3, 5, origin + first, count, part);
            assert_memory_equal(part, whole + first, (size_t)count * sizeof *part);
            for (int i = count; i < 40; i++) assert_true(part[i] == 0.0); /* nothing beyond the end is touched */
        }
}

static void any_part_of_a_stream_equals_the_whole(void **state)
{
    (void)state;
    check_parts(alf_random_uniform, 0);
    check_parts(alf_random_normal, 0);
    check_parts(alf_random_normal, ((int64_t)1 << 34) - 6); /* across a carry into the upper counter word */
}

static int equal_values(uint64_t seed, uint64_t stream, uint64_t other_seed, uint64_t other_stream)
{
    double a[64], b[64];
    int    equal = 0;

    alf_random_uniform(seed, stream, 0, 64, a);
    alf_random_uniform(other_seed, other_stream, 0, 64, b);
    for (int i = 0; i < 64; i++) equal += a[i] == b[i];
    return equal;
}

static void seeds_and_streams_count_in_all_their_bits(void **state)
{
    (void)state;
    assert_int_equal(equal_values(1, 1, 1, 1), 64);
    for (int bit = 0; bit < 64; bit++) {
        assert_int_equal(equal_values(0, 0, (uint64_t)1 << bit, 0), 0);
        assert_int_equal(equal_values(0, 0, 0, (uint64_t)1 << bit), 0);
    }
}

static void a_copied_numpy_generator_goes_on_alike(void **state)
{
    alf_numpy_random rng, copy;
    double           a[7], b[7];

    (void)state;
    alf_numpy_seed(&rng, 5);
    alf_numpy_randn(&rng, 7, a); /* odd, so that a value is kept back */
    copy = rng;
    alf_numpy_randn(&rng, 7, a);
    alf_numpy_randn(&copy, 7, b);
    assert_memory_equal(a, b, sizeof a);
}

static void numpy_integers_fill_their_range(void **state)
{
    alf_numpy_random rng;
    int64_t          values[4096];
    int              seen[5] = {0};

    (void)state;
    alf_numpy_seed(&rng, 11);
    alf_numpy_randint(&rng, -2, 3, 4096, values);
    for (int i = 0; i < 4096; i++) {
        assert_true(values[i] >= -2 && values[i] < 3);
        seen[values[i] + 2]++;
    }
    for (int i = 0; i < 5; i++) assert_in_range(seen[i], 700, 940); /* 819 +- 5 standard deviations */
    alf_numpy_randint(&rng, 9, 10, 3, values);
    for (int i = 0; i < 3; i++) assert_int_equal(values[i], 9);
    alf_numpy_randint(&rng, INT32_MIN, (int64_t)INT32_MAX + 1, 4096, values); /* 2^32 values: no word is refused */
    for (int i = 0; i < 4096; i++) assert_true(values[i] >= INT32_MIN && values[i] <= INT32_MAX);
}

static void a_permutation_holds_every_number_once(void **state)
{
    alf_numpy_random rng;
    int64_t          order[1000];
    bool             seen[1000] = {false};

    (void)state;
    alf_numpy_seed(&rng, 1);
    alf_numpy_permutation(&rng, 1000, order);
    for (int i = 0; i < 1000; i++) {
        assert_in_range(order[i], 0, 999);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
}

static void purposes_of_one_seed_never_share_numbers(void **state)
{
    (void)state;
    double first[6][8];
    for (int p = ALF_FOR_PARAMETERS; p <= ALF_FOR_BOOTSTRAP; p++) {
        alf_random_uniform(0, alf_random_stream((alf_purpose)p, 0), 0, 8, first[p - 1]);
        for (int q = 1; q < p; q++)
            for (int i = 0; i < 8; i++) assert_true(first[p - 1][i] != first[q - 1][i]);
        assert_true(alf_random_stream((alf_purpose)p, UINT32_MAX) < alf_random_stream((alf_purpose)(p + 1), 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(purposes_of_one_seed_never_share_numbers),
        cmocka_unit_test(philox_gives_the_published_words),
        cmocka_unit_test(uniform_values_have_the_moments_of_a_uniform),
        cmocka_unit_test(normal_values_have_the_moments_of_a_normal),
        cmocka_unit_test(any_part_of_a_stream_equals_the_whole),
        cmocka_unit_test(seeds_and_streams_count_in_all_their_bits),
        cmocka_unit_test(a_copied_numpy_generator_goes_on_alike),
        cmocka_unit_test(numpy_integers_fill_their_range),
        cmocka_unit_test(a_permutation_holds_every_number_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
