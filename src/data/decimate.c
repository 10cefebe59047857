/* Canvases at a whole fraction of their rate, by the resampler and the filter design of the signal processing. */
#include "aliasfree/resample.h"
#include "data/canvas_internal.h"

static alf_status plan_of(alf_ctx *ctx, const alf_canvas *in, const alf_decimation *how, alf_upfirdn **out)
{
    alf_fir_spec filter = alf_fir_spec_default();
    alf_fir     *fir = NULL;
    filter.numtaps = how->taps;
    filter.cutoff = how->cutoff;
    filter.width = how->width;
    alf_status status = alf_fir_design(ctx, &filter, &fir);
    if (status != ALF_OK) return status;

    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    spec.in_h = in->height;
    spec.in_w = in->width;
    spec.filter = alf_fir_taps(fir);
    spec.down = how->factor;
    status = alf_upfirdn_create(ctx, &spec, out);
    alf_fir_destroy(fir);
    return status;
}

alf_status alf_canvas_decimate(alf_ctx *ctx, const alf_canvas *in, const alf_decimation *how, alf_canvas **out)
{
    alf_upfirdn *plan = NULL;
    alf_canvas  *small = NULL;
    int64_t      height, width;
    alf_status   status = plan_of(ctx, in, how, &plan);
    if (status != ALF_OK) return status;
    alf_upfirdn_output_size(plan, &height, &width);
    status = alf_canvas_create(ctx, width, height, in->channels, &small);
    if (status == ALF_OK) status = alf_upfirdn_f64(ctx, plan, in->channels, in->values, small->values);
    alf_upfirdn_destroy(plan);
    if (status == ALF_OK)
        *out = small;
    else
        alf_canvas_destroy(small);
    return status;
}
