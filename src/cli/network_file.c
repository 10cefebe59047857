#include <string.h>

#include "network_file.h"

int alf_cli_check_network_name(const alf_cli *c, const char *what, const char *path)
{
    static const char suffix[] = ".safetensors";

    size_t length = strlen(path), tail = sizeof suffix - 1;
    if (length > tail && strcmp(path + length - tail, suffix) == 0) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "%s: '%s': expected a name that ends in %s, the format that is written", what, path,
                               suffix);
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
