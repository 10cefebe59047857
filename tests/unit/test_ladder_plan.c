/* The ladder from StyleGAN2 to StyleGAN3 as data: its rows, and the figures of their plans by the paper's formulas. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/files.h"
#include "aliasfree/plan.h"
#include "golden.h"

static alf_config config_of(alf_ctx *ctx, const char *name, int resolution)
{
    alf_config config;
    test_ok(ctx, alf_config_named(ctx, name, resolution, 16384, 512, &config));
    return config;
}

static alf_plan *plan_of(alf_ctx *ctx, const char *name, int resolution)
{
    alf_plan        *plan;
    const alf_config config = config_of(ctx, name, resolution);
    test_ok(ctx, alf_plan_create(ctx, &config, &plan));
    return plan;
}

static char *kwargs_of(alf_ctx *ctx, const alf_config *config)
{
    char *text;
    test_ok(ctx, alf_config_to_kwargs(ctx, config, &text));
    return text;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void a_step_is_found_by_its_name_and_by_its_letter(void **state)
{
    static const char *const names[] = {"stylegan2", "B", "C", "D", "E", "F", "G", "H", "stylegan3-t", "stylegan3-r"};
    alf_ctx                 *ctx = *state;
    assert_int_equal(alf_ladder_size(), 10);
    for (int i = 0; i < 10; i++) {
        const alf_rung *rung = alf_ladder_at(i);
        assert_string_equal(rung->name, names[i]);
        assert_true(rung->letter[0] == "ABCDEFGHTR"[i] && rung->letter[1] == '\0');
        assert_ptr_equal(alf_ladder_find(rung->name), rung);
        assert_ptr_equal(alf_ladder_find(rung->letter), rung);
        const alf_config by_name = config_of(ctx, rung->name, 64), by_letter = config_of(ctx, rung->letter, 64);
        char            *a = kwargs_of(ctx, &by_name), *b = kwargs_of(ctx, &by_letter);
        assert_string_equal(a, b);
        alf_free_data(a);
        alf_free_data(b);
    }
    assert_null(alf_ladder_at(-1));
    assert_null(alf_ladder_at(10));
    assert_null(alf_ladder_find("I"));
    assert_null(alf_ladder_find("stylegan3"));
    assert_null(alf_ladder_find(NULL));
}

/* Names of top-level settings that two configurations' texts do not share, in order, separated by spaces. */
static void differences(alf_ctx *ctx, const alf_config *a, const alf_config *b, char out[256])
{
    char       *texts[] = {kwargs_of(ctx, a), kwargs_of(ctx, b)};
    json_t     *x = json_loads(texts[0], 0, NULL), *y = json_loads(texts[1], 0, NULL);
    const char *key;
    json_t     *value;
    out[0] = '\0';
    json_object_foreach(x, key, value)
    {
        if (json_equal(value, json_object_get(y, key))) continue;
        strcat(strcat(out, *out ? " " : ""), key);
    }
    json_object_foreach(y, key, value)
    {
        if (json_object_get(x, key)) continue;
        strcat(strcat(out, *out ? " " : ""), key);
    }
    json_decref(x);
    json_decref(y);
    alf_free_data(texts[0]);
    alf_free_data(texts[1]);
}

static void a_step_differs_from_the_one_above_in_what_its_row_says(void **state)
{
    static const struct {
        const char *above, *step, *settings;
    } steps[] = {
        {"A", "B", "input"},
        {"B", "C", "use_noise"},
        {"D", "E", "filter_family margin_size"},
        {"E", "F", "nonlinearity"},
        {"F", "G", "num_critical"},
        {"G", "H", "input_transform"},
        {"H", "T", "schedule"},
        {"T", "R", "channel_base channel_max conv_kernel use_radial_filters"},
    };
    alf_ctx *ctx = *state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) { /* at 256 pixels all have 14 layers */
        const alf_config a = config_of(ctx, steps[i].above, 256), b = config_of(ctx, steps[i].step, 256);
        char             found[256];
        differences(ctx, &a, &b, found);
        if (strcmp(found, steps[i].settings) != 0)
            fail_msg("%s to %s: '%s', expected '%s'", steps[i].above, steps[i].step, found, steps[i].settings);
    }
}

static void official_networks_are_written_without_settings_of_the_ladder(void **state)
{
    static const char *const ours[] = {"schedule",  "nonlinearity", "filter_family",  "input_transform",
                                       "\"input\"", "use_noise",    "resample_filter"};
    static const char *const names[] = {"A", "T", "R"};
    alf_ctx                 *ctx = *state;
    for (int k = 0; k < 3; k++) {
        const alf_config config = config_of(ctx, names[k], 128);
        char            *text = kwargs_of(ctx, &config);
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
            if (strstr(text, ours[i])) fail_msg("%s: %s in %s", names[k], ours[i], text);
        alf_free_data(text);
    }
}

static void every_step_survives_its_text(void **state)
{
    alf_ctx *ctx = *state;
    for (int i = 0; i < alf_ladder_size(); i++) {
        const alf_config config = config_of(ctx, alf_ladder_at(i)->name, 32);
        alf_config       read;
        char            *text = kwargs_of(ctx, &config);
        test_ok(ctx, alf_config_from_kwargs(ctx, config.family, text, "text", &read));
        char *again = kwargs_of(ctx, &read);
        assert_string_equal(text, again);
        alf_free_data(text);
        alf_free_data(again);
    }
}

/* --- figures of plans --------------------------------------------------------------------------------------------- */

static void check(const char *step, const alf_layer_plan *l, const char *what, double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%s: %s: %s is %.17g, expected %.17g", step, l->name, what, got, expected);
}

/* Two layers at each rate from 4 to the resolution, ToRGB beside them. */
static void check_octaves(alf_ctx *ctx, const char *step, int resolution)
{
    alf_plan        *plan = plan_of(ctx, step, resolution);
    const alf_config c = plan->config;
    const bool       plain = c.nonlinearity == ALF_NONLINEARITY_PLAIN;
    const int        layers = 2 * (int)log2(resolution / 2);
    assert_int_equal(plan->num_layers, layers + 1);
    assert_true(plan->input_rate == 4 && plan->input_bandwidth == 2);
    assert_int_equal(plan->input_size, 4 + 2 * c.margin_size);
    for (int i = 0; i <= layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        const bool            torgb = i == layers, critical = *step < 'G' || i >= layers - 2;
        const double          rate = fmin(4 << (i / 2), resolution), half = (sqrt(2) - 1) * rate / 2;
        const double          cutoff = critical ? rate / 2 : rate / 2 - half;
        const double          channels = torgb ? 3 : fmin(rint(16384 / (2 * cutoff)), 512);
        const double          before = i == 0 ? 4 : fmin(4 << ((i - 1) / 2), resolution);
        check(step, l, "out_rate", l->out_rate, rate);
        check(step, l, "in_rate", l->in_rate, before);
        check(step, l, "out_cutoff", l->out_cutoff, cutoff);
        check(step, l, "in_cutoff", l->in_cutoff, i == 0 ? 2 : plan->layers[i - 1].out_cutoff);
        check(step, l, "out_half_width", l->out_half_width, half);
        check(step, l, "out_size", (double)l->out_size, i < layers - 1 ? rate + 2 * c.margin_size : resolution);
        check(step, l, "in_size", (double)l->in_size,
              (double)(i == 0 ? plan->input_size : plan->layers[i - 1].out_size));
        check(step, l, "out_channels", l->out_channels, channels);
        check(step, l, "critical", l->critical, critical);
        const double m = plain || torgb ? 1 : 2;
        check(step, l, "up", l->up, m * rate / before);
        check(step, l, "down", l->down, m);
        check(step, l, "up_taps", l->up_taps, l->up == 1 ? 1 : *step == 'D' ? 4 : 6 * l->up);
        check(step, l, "down_taps", l->down_taps, m == 1 ? 1 : 12);
    }
    alf_plan_destroy(plan);
}

static void D_to_H_have_two_layers_at_each_rate_with_the_papers_figures(void **state)
{
    static const char *const steps[] = {"D", "E", "F", "G", "H"};
    for (int k = 0; k < 5; k++)
        for (int resolution = 16; resolution <= 256; resolution *= 4) check_octaves(*state, steps[k], resolution);
}

/* The positions of samples before and after a layer are centred on the canvas: what a plain layer's padding must do. */
static void plain_layers_keep_the_canvas_in_the_middle(void **state)
{
    static const char *const steps[] = {"D", "E"};
    for (int k = 0; k < 2; k++) {
        alf_plan *plan = plan_of(*state, steps[k], 64);
        for (int i = 0; i < plan->num_layers; i++) {
            const alf_layer_plan *l = &plan->layers[i];
            const int             k_size = l->conv_kernel;
            assert_true(l->plain);
            assert_int_equal(l->conv_in_size + 2 * l->conv_padding - k_size + 1, l->out_size);
            assert_int_equal(l->conv_out_size, l->out_size);
            if (l->conv_in_size == l->in_size) continue;
            assert_int_equal(l->in_size * l->up + l->padding[0] + l->padding[1] - l->up_taps + 1, l->conv_in_size);
            /* the middle of the input, moved by the padding and half of the filter, is the middle of the output */
            assert_int_equal(l->up * (l->in_size - 1) + 2 * l->padding[0] - (l->up_taps - 1), l->conv_in_size - 1);
        }
        alf_plan_destroy(plan);
    }
}

static void B_and_C_have_features_on_the_samples_of_the_constant(void **state)
{
    static const char *const steps[] = {"A", "B", "C"};
    for (int k = 0; k < 3; k++) {
        alf_plan *plan = plan_of(*state, steps[k], 256);
        assert_int_equal(plan->input_size, 4);
        assert_int_equal(plan->input_channels, 512);
        assert_true(plan->input_rate == (k == 0 ? 0 : 4) && plan->input_bandwidth == (k == 0 ? 0 : 2));
        int convs = 0, noisy = 0;
        for (int i = 0; i < plan->num_layers; i++) {
            const alf_layer_plan *l = &plan->layers[i];
            convs += l->kind == ALF_LAYER_CONV;
            noisy += l->noise_size > 0;
            if (l->noise_size > 0) assert_int_equal(l->noise_size, l->out_size);
        }
        assert_int_equal(convs, 13);
        assert_int_equal(noisy, k < 2 ? 13 : 0);
        alf_plan_destroy(plan);
    }
}

static void parameters_change_from_step_to_step_by_what_it_adds(void **state)
{
    int64_t count[10];
    for (int i = 0; i < 10; i++) {
        alf_plan *plan = plan_of(*state, alf_ladder_at(i)->name, 256);
        count[i] = plan->num_parameters;
        alf_plan_destroy(plan);
    }
    assert_int_equal(count[1] - count[0], 512 * 512 - 512 * 16); /* B: a matrix in place of the constant */
    assert_int_equal(count[1] - count[2], 13);                   /* C: strengths of noise                */
    assert_int_equal(count[4], count[3]);
    assert_int_equal(count[5], count[3]);
    assert_int_equal(count[7] - count[6], 4 * 512 + 4); /* H: the learned transform */
    assert_int_equal(llrint((double)count[8] / 1e5), 233);
    assert_int_equal(llrint((double)count[9] / 1e5), 158);
}

/* --- ablations ---------------------------------------------------------------------------------------------------- */

static void radial_filters_are_kaisers_alone(void **state)
{
    alf_ctx   *ctx = *state;
    alf_config config = config_of(ctx, "R", 64);
    for (int family = ALF_FILTERS_KAISER; family <= ALF_FILTERS_GAUSSIAN; family++) {
        alf_plan *plan;
        config.filter_family = (alf_filter_family)family;
        test_ok(ctx, alf_plan_create(ctx, &config, &plan));
        assert_true(plan->layers[0].down_radial == (family == ALF_FILTERS_KAISER));
        assert_false(plan->layers[plan->num_layers - 2].down_radial); /* critical */
        alf_plan_destroy(plan);
    }
}

static void settings_that_do_not_go_together_are_refused(void **state)
{
    alf_ctx *ctx = *state;
    struct {
        alf_config  config;
        const char *text;
    } cases[] = {
        {config_of(ctx, "F", 32), "\"taps\""},
        {config_of(ctx, "E", 32), "num_layers is 9: expected 8"},
        {config_of(ctx, "G", 32), "num_critical is 9: expected at most 8"},
        {config_of(ctx, "T", 32), "num_critical is 14: expected at most 13"},
        {config_of(ctx, "H", 32), "img_resolution is 8"},
    };
    cases[0].config.filter_family = ALF_FILTERS_TAPS;
    cases[1].config.num_layers = 9;
    cases[2].config.num_critical = 9;
    cases[3].config.num_critical = 14;
    cases[4].config.img_resolution = 8;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_plan *plan;
        assert_int_equal(alf_plan_create(ctx, &cases[i].config, &plan), ALF_ERR_RANGE);
        if (!strstr(alf_ctx_message(ctx), cases[i].text))
            fail_msg("'%s', expected '%s'", alf_ctx_message(ctx), cases[i].text);
        alf_ctx_clear_error(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CTX_TEST(a_step_is_found_by_its_name_and_by_its_letter),
        CTX_TEST(a_step_differs_from_the_one_above_in_what_its_row_says),
        CTX_TEST(official_networks_are_written_without_settings_of_the_ladder),
        CTX_TEST(every_step_survives_its_text),
        CTX_TEST(D_to_H_have_two_layers_at_each_rate_with_the_papers_figures),
        CTX_TEST(plain_layers_keep_the_canvas_in_the_middle),
        CTX_TEST(B_and_C_have_features_on_the_samples_of_the_constant),
        CTX_TEST(parameters_change_from_step_to_step_by_what_it_adds),
        CTX_TEST(radial_filters_are_kaisers_alone),
        CTX_TEST(settings_that_do_not_go_together_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
