/* The options of a run: defaults, and what they may be. */
#include "training/run_options.h"

#include <string.h>

#include "core/core.h"

alf_run_options alf_run_options_default(void)
{
    return (alf_run_options){.data_options = alf_dataset_options_default(), .kimg = 25000, .tick = 4, .snap = 50};
}

static alf_status check_name(alf_ctx *ctx, const char *field, const char *text)
{
    if (!text || !*text)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: %s is %s, expected a name", field, text ? "empty" : "NULL");
    if (strchr(text, '/') == NULL) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_ARGUMENT,
                    "run: %s is '%s', expected a name without '/': it becomes part of a folder's", field, text);
}

static alf_status check_metrics(alf_ctx *ctx, const alf_run_options *o)
{
    if (o->num_metrics < 0 || (o->num_metrics > 0 && !o->metrics))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: num_metrics is %d, expected as many as metrics has",
                        o->num_metrics);
    for (int i = 0; i < o->num_metrics; i++) {
        alf_metric metric;
        alf_status status = alf_metric_parse(ctx, o->metrics[i], &metric);
        if (status) return status;
    }
    return ALF_OK;
}

alf_status alf_run_options_check(alf_ctx *ctx, const alf_run_options *o)
{
    alf_status status = check_name(ctx, "cfg", o->cfg);

    if (!status && o->desc) status = check_name(ctx, "desc", o->desc);
    if (status) return status;
    if (!o->outdir || !*o->outdir) return alf_fail(ctx, ALF_ERR_ARGUMENT, "run: outdir is missing, expected a folder");
    if (!(o->kimg > 0 && o->kimg <= 1e12))
        return alf_fail(ctx, ALF_ERR_RANGE, "run: kimg is %g, expected more than 0, at most 1e12", o->kimg);
    if (!(o->tick > 0 && o->tick <= 1e12))
        return alf_fail(ctx, ALF_ERR_RANGE, "run: tick is %g, expected more than 0, at most 1e12", o->tick);
    if (o->snap < 0) return alf_fail(ctx, ALF_ERR_RANGE, "run: snap is %d, expected 0 or more", o->snap);
    if ((o->grid[0] > 0) != (o->grid[1] > 0) || o->grid[0] > 4096 || o->grid[1] > 4096)
        return alf_fail(ctx, ALF_ERR_RANGE, "run: grid is %lldx%lld, expected columns and rows from 1 to 4096",
                        (long long)o->grid[0], (long long)o->grid[1]);
    return check_metrics(ctx, o);
}
