#include "metric_name.h"

int alf_cli_read_metric(const alf_cli *c, const char *name, int count, const alf_metric before[], alf_metric *out)
{
    if (alf_metric_parse(c->ctx, name, out) != ALF_OK)
        return alf_cli_usage_error(c, "--metrics: %s", alf_ctx_message(c->ctx));
    for (int i = 0; i < count; i++)
        if (before[i].kind == out->kind && before[i].samples == out->samples)
            return alf_cli_usage_error(c, "--metrics: '%s': there is '%s' before it, which is the same", name,
                                       before[i].name);
    return ALF_CLI_OK;
}
