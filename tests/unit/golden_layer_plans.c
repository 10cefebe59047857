/* Golden layer plans: every derived figure of every layer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "golden.h"

static void check_number(golden_report *report, const char *plan, const char *layer, const json_t *expected,
                         const char *field, double got)
{
    const json_t *value = json_object_get(expected, field);
    char          what[200];
    if (!value) fail_msg("%s %s has no %s", plan, layer, field);
    snprintf(what, sizeof what, "%s %s %s", plan, layer, field);
    double number = json_is_boolean(value) ? json_is_true(value) : json_number_value(value);
    double error = assert_allclose(what, 1, &got, &number, 1e-14);
    report->max_error = fmax(report->max_error, error);
}

static void check_layer(golden_report *report, const char *plan, const json_t *e, const alf_layer_plan *l)
{
    const struct {
        const char *field;
        double      value;
    } figures[] = {{"in_size", (double)l->in_size},
                   {"out_size", (double)l->out_size},
                   {"in_rate", l->in_rate},
                   {"out_rate", l->out_rate},
                   {"tmp_rate", l->tmp_rate},
                   {"in_cutoff", l->in_cutoff},
                   {"out_cutoff", l->out_cutoff},
                   {"in_half_width", l->in_half_width},
                   {"out_half_width", l->out_half_width},
                   {"up", l->up},
                   {"down", l->down},
                   {"up_taps", l->up_taps},
                   {"down_taps", l->down_taps},
                   {"down_radial", l->down_radial},
                   {"critical", l->critical},
                   {"torgb", l->kind == ALF_LAYER_TORGB},
                   {"conv_kernel", l->conv_kernel},
                   {"in_channels", l->in_channels},
                   {"out_channels", l->out_channels}};
    assert_string_equal(l->name, json_string_value(json_object_get(e, "name")));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        check_number(report, plan, l->name, e, figures[i].field, figures[i].value);
    assert_int_equal(json_object_size(e), sizeof figures / sizeof figures[0] + 2); /* and name, padding: nothing else */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(l->padding[i], json_integer_value(json_array_get(json_object_get(e, "padding"), i)));
    report->cases++;
}

/* The plan of a case: "t256" is 256 pixels with the case's kwargs. */
static void check_plan(golden_report *report, alf_ctx *ctx, const char *name, const json_t *expected)
{
    alf_config config;
    alf_plan  *plan;
    json_t    *kwargs = json_deep_copy(json_object_get(expected, "kwargs"));
    json_object_set_new(kwargs, "img_resolution", json_integer(atoi(name + strcspn(name, "0123456789"))));
    char *text = json_dumps(kwargs, 0);
    test_ok(ctx, alf_config_from_kwargs(ctx, ALF_STYLEGAN3, text, name, &config));
    test_ok(ctx, alf_plan_create(ctx, &config, &plan));
    free(text);
    json_decref(kwargs);

    const json_t *input = json_object_get(expected, "input"), *layers = json_object_get(expected, "layers");
    check_number(report, name, "input", input, "channels", plan->input_channels);
    check_number(report, name, "input", input, "size", (double)plan->input_size);
    check_number(report, name, "input", input, "rate", plan->input_rate);
    check_number(report, name, "input", input, "bandwidth", plan->input_bandwidth);
    assert_int_equal(plan->num_layers, json_array_size(layers));
    for (int i = 0; i < plan->num_layers; i++)
        check_layer(report, name, json_array_get(layers, (size_t)i), &plan->layers[i]);
    alf_plan_destroy(plan);
}

static void run_file(golden_report *report, void *user)
{
    (void)user;
    json_error_t error;
    json_t      *plans = json_load_file(report->path, 0, &error);
    if (!plans) fail_msg("%s: %s", report->path, error.text);
    alf_ctx    *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    const char *name;
    json_t     *plan;
    json_object_foreach(plans, name, plan) check_plan(report, ctx, name, plan);
    alf_ctx_destroy(ctx);
    json_decref(plans);
}

static void plans_have_the_golden_figures(void **state)
{
    (void)state;
    golden_run("layer_plans", ".json", "plan", run_file, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plans_have_the_golden_figures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
