/* A layer plan as JSON: what `aliasfree plan --json` prints, and what other programs are given. */
#include "plan_json.h"
#include "report/values.h"

static json_t *layer_json(const alf_layer_plan *l)
{
    static const char *const kinds[] = {
        [ALF_LAYER_CONV] = "conv", [ALF_LAYER_TORGB] = "torgb", [ALF_LAYER_SKIP] = "skip"};

    return json_pack("{s:s, s:s, s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i, s:i, s:i, s:i, s:b, s:[iiii], "
                     "s:b, s:b, s:i, s:i, s:i, s:b, s:b, s:I, s:I, s:i, s:I}",
                     "name", l->name, "kind", kinds[l->kind], "w_index", l->w_index, "in_size", (json_int_t)l->in_size,
                     "out_size", (json_int_t)l->out_size, "in_rate", l->in_rate, "out_rate", l->out_rate, "tmp_rate",
                     l->tmp_rate, "in_cutoff", l->in_cutoff, "out_cutoff", l->out_cutoff, "in_half_width",
                     l->in_half_width, "out_half_width", l->out_half_width, "up", l->up, "down", l->down, "up_taps",
                     l->up_taps, "down_taps", l->down_taps, "down_radial", l->down_radial, "padding", l->padding[0],
                     l->padding[1], l->padding[2], l->padding[3], "critical", l->critical, "torgb",
                     l->kind == ALF_LAYER_TORGB, "conv_kernel", l->conv_kernel, "in_channels", l->in_channels,
                     "out_channels", l->out_channels, "noise", l->noise_size > 0, "plain", l->plain, "conv_in_size",
                     (json_int_t)l->conv_in_size, "conv_out_size", (json_int_t)l->conv_out_size, "conv_padding",
                     l->conv_padding, "noise_size", (json_int_t)l->noise_size);
}

json_t *alf_cli_plan_json(alf_ctx *ctx, const char *name, const alf_plan *plan)
{
    char *kwargs;
    if (alf_config_to_kwargs(ctx, &plan->config, &kwargs) != ALF_OK) return NULL;
    json_t *layers = json_array();
    for (int i = 0; i < plan->num_layers; i++) layers = alf_json_add(layers, layer_json(&plan->layers[i]));
    json_t *json = json_pack("{s:s, s:o, s:{s:i, s:I, s:f, s:f, s:b}, s:i, s:I, s:o}", "cfg", name, "init_kwargs",
                             json_loads(kwargs, 0, NULL), "input", "channels", plan->input_channels, "size",
                             (json_int_t)plan->input_size, "rate", plan->input_rate, "bandwidth", plan->input_bandwidth,
                             "transform", plan->config.input_transform, "num_ws", plan->num_ws, "num_parameters",
                             (json_int_t)plan->num_parameters, "layers", layers);
    alf_free_data(kwargs);
    return json;
}
