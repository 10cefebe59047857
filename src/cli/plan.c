/* aliasfree plan: the layers of a configuration. */
#include "config.h"

static const alf_cli_option table[] = {{.name = "json", .kind = ALF_CLI_FLAG, .help = "print the plan as JSON"},
                                       {.name = NULL}};

static json_t *layer_json(const alf_layer_plan *l)
{
    static const char *const kinds[] = {
        [ALF_LAYER_CONV] = "conv", [ALF_LAYER_TORGB] = "torgb", [ALF_LAYER_SKIP] = "skip"};

    return json_pack("{s:s, s:s, s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i, s:i, s:i, s:i, s:b, s:[iiii], "
                     "s:b, s:b, s:i, s:i, s:i, s:b}",
                     "name", l->name, "kind", kinds[l->kind], "w_index", l->w_index, "in_size", (json_int_t)l->in_size,
                     "out_size", (json_int_t)l->out_size, "in_rate", l->in_rate, "out_rate", l->out_rate, "tmp_rate",
                     l->tmp_rate, "in_cutoff", l->in_cutoff, "out_cutoff", l->out_cutoff, "in_half_width",
                     l->in_half_width, "out_half_width", l->out_half_width, "up", l->up, "down", l->down, "up_taps",
                     l->up_taps, "down_taps", l->down_taps, "down_radial", l->down_radial, "padding", l->padding[0],
                     l->padding[1], l->padding[2], l->padding[3], "critical", l->critical, "torgb",
                     l->kind == ALF_LAYER_TORGB, "conv_kernel", l->conv_kernel, "in_channels", l->in_channels,
                     "out_channels", l->out_channels, "noise", l->noise);
}

static int print_json(const alf_cli *c, const alf_plan *plan)
{
    char *kwargs;
    if (alf_config_to_kwargs(c->ctx, &plan->config, &kwargs) != ALF_OK) return alf_cli_failure(c);
    json_t *layers = json_array();
    for (int i = 0; i < plan->num_layers; i++) json_array_append_new(layers, layer_json(&plan->layers[i]));
    json_t *json =
        json_pack("{s:s, s:o, s:{s:i, s:I, s:f, s:f}, s:i, s:I, s:o}", "cfg", alf_cli_text(c, "cfg"), "init_kwargs",
                  json_loads(kwargs, 0, NULL), "input", "channels", plan->input_channels, "size",
                  (json_int_t)plan->input_size, "rate", plan->input_rate, "bandwidth", plan->input_bandwidth, "num_ws",
                  plan->num_ws, "num_parameters", (json_int_t)plan->num_parameters, "layers", layers);
    alf_free_data(kwargs);
    return alf_cli_print_json(c, json, false);
}

/* A network cannot have such layers, but the plan shows where the channels end. */
static void print_note(const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (l->in_channels >= 1 && l->out_channels >= 1) continue;
        printf("note: layer %s is without channels: no network can be made of this plan, --cbase is too small\n",
               l->name);
        return;
    }
}

static void print_table(const alf_plan *plan)
{
    alf_plan_print(plan, stdout);
    printf("num_ws %d\nnum_parameters %lld\n", plan->num_ws, (long long)plan->num_parameters);
    print_note(plan);
}

static int run(alf_cli *c)
{
    alf_config config;
    alf_plan  *plan;
    int        exit_code = alf_cli_read_config(c, &config);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_plan_create(c->ctx, &config, &plan) != ALF_OK) return alf_cli_refusal(c);
    if (alf_cli_flag(c, "json"))
        exit_code = print_json(c, plan);
    else
        print_table(plan);
    alf_plan_destroy(plan);
    return exit_code;
}

const alf_cli_command alf_cli_plan = {
    .name = "plan",
    .summary = "print the layers of a configuration",
    .options = table,
    .shared = alf_cli_config_options,
    .shared_title = "the network:",
    .run = run,
};
