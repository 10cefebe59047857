/* Rows of the operation case table at work: their values, their plans, the call. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "op_cases.h"

/* --- inputs ------------------------------------------------------------------------------------------------------- */

int op_input_count(const op_case *row)
{
    int count = 0;
    while (count < OP_INPUTS && row->inputs[count].ndim) count++;
    return count;
}

int64_t op_input_size(const op_input *input)
{
    int64_t count = 1;
    for (int d = 0; d < input->ndim; d++) count *= input->shape[d];
    return count;
}

int op_name_length(const op_case *row)
{
    return (int)strcspn(row->name, ", ");
}

double *op_input_values(const op_case *row, int index, uint64_t seed)
{
    const op_range range = row->inputs[index].range;
    const int64_t  count = op_input_size(&row->inputs[index]);
    const uint64_t stream = (uint64_t)index;
    double        *values = malloc((size_t)count * sizeof *values);
    if (!values) return NULL;
    if (range == OP_NORMAL || range == OP_WIDE)
        alf_random_normal(seed, stream, 0, count, values);
    else
        alf_random_uniform(seed, stream, 0, count, values);
    for (int64_t i = 0; i < count; i++) {
        const double u = values[i];
        if (range == OP_WIDE) values[i] = 30 * u;
        if (range == OP_POSITIVE) values[i] = 0.5 + 1.5 * u;
        if (range == OP_DIVISOR) values[i] = u < 0.5 ? 0.5 + 3 * u : 1 - 3 * u;
        values[i] = (double)(float)values[i];
    }
    return values;
}

alf_tensor *op_apply(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[OP_INPUTS])
{
    return row->apply(ctx, row, plans, x);
}

/* --- plans -------------------------------------------------------------------------------------------------------- */

/* Lopsided taps that sum to 1. */
static alf_taps lopsided_taps(int rank, int taps, double *values)
{
    const int count = rank == 2 ? taps * taps : taps;
    double    sum = 0;
    if (rank == 0) return (alf_taps){.rank = 0, .width = 1, .height = 1};
    alf_random_uniform(9, (uint64_t)rank, 0, count, values);
    for (int i = 0; i < count; i++) sum += values[i];
    for (int i = 0; i < count; i++) values[i] /= sum;
    return (alf_taps){.rank = rank, .width = taps, .height = rank == 2 ? taps : 1, .values = values};
}

static alf_status open_upfirdn(alf_ctx *ctx, const op_case *row, alf_upfirdn **out)
{
    const op_resampling *r = &row->with.resampling;
    alf_upfirdn_spec     spec = alf_upfirdn_spec_default();
    double               taps[1024];
    spec.in_h = row->inputs[0].shape[2];
    spec.in_w = row->inputs[0].shape[3];
    spec.filter = lopsided_taps(r->up_rank, r->up_taps, taps);
    spec.up = r->up ? r->up : 1;
    spec.down = r->down ? r->down : 1;
    memcpy(spec.padding, r->padding, sizeof spec.padding);
    spec.flip = r->flip;
    spec.gain = r->gain != 0 ? r->gain : 1;
    return alf_upfirdn_create(ctx, &spec, out);
}

static alf_status open_flrelu(alf_ctx *ctx, const op_case *row, alf_flrelu **out)
{
    const op_resampling *r = &row->with.resampling;
    alf_flrelu_spec      spec = alf_flrelu_spec_default();
    double               up_taps[1024], down_taps[1024];
    spec.in_h = row->inputs[0].shape[2];
    spec.in_w = row->inputs[0].shape[3];
    spec.up_filter = lopsided_taps(r->up_rank, r->up_taps, up_taps);
    spec.down_filter = lopsided_taps(r->down_rank, r->down_taps, down_taps);
    spec.up = r->up ? r->up : 1;
    spec.down = r->down ? r->down : 1;
    memcpy(spec.padding, r->padding, sizeof spec.padding);
    spec.flip = r->flip;
    spec.gain = r->gain != 0 ? r->gain : 1;
    spec.slope = r->slope;
    spec.clamp = r->clamp != 0 ? r->clamp : (double)INFINITY;
    return alf_flrelu_create(ctx, &spec, out);
}

alf_status op_open(alf_ctx *ctx, const op_case *row, op_plans *out)
{
    *out = (op_plans){NULL, NULL};
    if (row->plan == OP_UPFIRDN) return open_upfirdn(ctx, row, &out->upfirdn);
    if (row->plan == OP_FLRELU) return open_flrelu(ctx, row, &out->flrelu);
    return ALF_OK;
}

void op_close(op_plans *plans)
{
    alf_upfirdn_destroy(plans->upfirdn);
    alf_flrelu_destroy(plans->flrelu);
    *plans = (op_plans){NULL, NULL};
}
