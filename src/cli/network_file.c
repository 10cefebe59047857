#include <math.h>
#include <string.h>

#include "network_file.h"

alf_generator *alf_cli_load_network(const alf_cli *c)
{
    alf_generator *g;
    if (alf_generator_load(c->ctx, alf_cli_text(c, "network"), alf_cli_text(c, "key"), &g) == ALF_OK) return g;
    alf_cli_failure(c);
    return NULL;
}

int alf_cli_read_class(const alf_cli *c, const alf_generator *g, int *out)
{
    int classes = alf_generator_plan(g)->config.c_dim;
    *out = -1;
    if (!alf_cli_given(c, "class")) return ALF_CLI_OK;
    if (classes == 0) {
        alf_cli_warn(c, "--class is ignored: the network is unconditional");
        return ALF_CLI_OK;
    }
    int index = (int)alf_cli_int(c, "class");
    if (index >= classes)
        return alf_cli_usage_error(c, "--class: '%d': the network has classes 0 to %d", index, classes - 1);
    *out = index;
    return ALF_CLI_OK;
}

static bool has_noise(const alf_generator *g)
{
    const char *name;
    for (int i = 0; (name = alf_generator_tensor_name(g, i)); i++)
        if (strstr(name, ".noise_const")) return true;
    return false;
}

alf_noise_mode alf_cli_read_noise(const alf_cli *c, const alf_generator *g)
{
    const char *mode = alf_cli_text(c, "noise-mode");
    if (strcmp(mode, "random") == 0 && !has_noise(g))
        alf_cli_warn(c, "--noise-mode is ignored: the network has no noise inputs");
    return strcmp(mode, "const") == 0 ? ALF_NOISE_CONST : strcmp(mode, "none") == 0 ? ALF_NOISE_NONE : ALF_NOISE_RANDOM;
}

alf_status alf_cli_check_image(const alf_cli *c, const char *what, int64_t index, int64_t count, const double *values)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return alf_fail(c->ctx, ALF_ERR_RANGE, "%s %lld: the image has values that are not finite", what,
                            (long long)index);
    return ALF_OK;
}

bool alf_cli_is_buffer(const char *name)
{
    static const char *const buffers[] = {"freqs",       "phases",      "transform",       "magnitude_ema", "up_filter",
                                          "down_filter", "noise_const", "resample_filter", "w_avg"};

    const char *dot = strrchr(name, '.');
    const char *last = dot ? dot + 1 : name;
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        if (strcmp(last, buffers[i]) == 0) return true;
    return false;
}
