/* Times the rows of the operation case table on the cpu backend: forward, gradient, gradient of that gradient.
 *
 *   operations [--repeat=N] [--threads=N] [NAME...]
 *
 * Without names: the rows that have sizes of a network for this. With names: all rows whose name contains one of them,
 * on such sizes or, where there are none, on those of the tests. Times are the best of N, in milliseconds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "op_cases.h"

typedef struct {
    double forward, gradient, second; /* seconds */
} times;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool open_inputs(alf_ctx *ctx, const op_case *row, alf_tensor *x[OP_INPUTS])
{
    for (int i = 0; i < op_input_count(row); i++) {
        double *values = op_input_values(row, i, 1);
        if (!values) return false;
        x[i] = alf_variable(ctx, alf_tensor_from_f64(ctx, row->inputs[i].ndim, row->inputs[i].shape, values));
        free(values);
    }
    return true;
}

/* Ones in the shape of y, as a variable. */
static alf_tensor *ones_like(alf_ctx *ctx, const alf_tensor *y)
{
    int64_t shape[ALF_MAX_DIMS];
    for (int d = 0; d < alf_tensor_ndim(y); d++) shape[d] = alf_tensor_dim(y, d);
    return alf_variable(ctx, alf_tensor_full(ctx, alf_tensor_ndim(y), shape, 1));
}

/* One forward pass and the gradients dx along all inputs; if asked, those of the sum of dx along inputs and dy. */
static alf_status run_once(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[], bool second,
                           times *best)
{
    const int   inputs = op_input_count(row);
    alf_tensor *dx[OP_INPUTS], *ddx[OP_INPUTS + 1], *from[OP_INPUTS + 1];
    alf_scope  *scope = alf_scope_open(ctx);
    double      start = now();
    alf_tensor *y = op_apply(ctx, row, plans, x);
    best->forward = fmin(best->forward, now() - start);
    alf_tensor *dy = ones_like(ctx, y);
    start = now();
    alf_status status = alf_grad(ctx, 1, &y, &dy, inputs, x, second, dx);
    if (!second) best->gradient = fmin(best->gradient, now() - start);
    if (second && status == ALF_OK) {
        memcpy(from, x, (size_t)inputs * sizeof from[0]);
        from[inputs] = dy;
        start = now();
        status = alf_grad(ctx, inputs, dx, NULL, inputs + 1, from, false, ddx);
        best->second = fmin(best->second, now() - start);
    }
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status time_row(alf_ctx *ctx, const op_case *row, int repeat, times *best)
{
    alf_tensor *x[OP_INPUTS] = {NULL};
    op_plans    plans;
    alf_scope  *scope = alf_scope_open(ctx);
    alf_status  status = op_open(ctx, row, &plans);
    *best = (times){INFINITY, INFINITY, INFINITY};
    if (status == ALF_OK && !open_inputs(ctx, row, x)) status = ALF_ERR_MEMORY;
    for (int i = 0; i < 2 * repeat && status == ALF_OK; i++) status = run_once(ctx, row, &plans, x, i % 2, best);
    alf_scope_close(scope, NULL);
    op_close(&plans);
    return status;
}

static const char *shapes_of(const op_case *row, char text[256])
{
    int used = 0;
    text[0] = 0;
    for (int i = 0; i < op_input_count(row) && used < 200; i++) {
        if (i) used += snprintf(text + used, 256 - (size_t)used, ", ");
        for (int d = 0; d < row->inputs[i].ndim; d++)
            used += snprintf(text + used, 256 - (size_t)used, d ? "x%lld" : "%lld", (long long)row->inputs[i].shape[d]);
    }
    return text;
}

static bool wanted(const op_case *row, int names, char *const name[])
{
    for (int i = 0; i < names; i++)
        if (strstr(row->name, name[i])) return true;
    return names == 0 && row->bench[0].ndim > 0;
}

static int bench(alf_ctx *ctx, int repeat, int names, char *const name[])
{
    printf("%-44s %9s %9s %9s  %s\n", "milliseconds", "forward", "gradient", "second", "inputs");
    for (int i = 0; i < OP_CASE_COUNT; i++) {
        op_case row = OP_CASES[i];
        times   best;
        char    shapes[256];
        if (!wanted(&row, names, name)) continue;
        if (row.bench[0].ndim > 0) memcpy(row.inputs, row.bench, sizeof row.inputs);
        if (time_row(ctx, &row, repeat, &best) != ALF_OK) {
            fprintf(stderr, "%s: %s\n", row.name, alf_ctx_message(ctx));
            return 1;
        }
        printf("%-44s %9.3f %9.3f %9.3f  %s\n", row.name, best.forward * 1e3, best.gradient * 1e3, best.second * 1e3,
               shapes_of(&row, shapes));
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char *argv[])
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx;
    char            message[256];
    int             repeat = 5, names = 0;
    for (int i = 1; i < argc; i++) {
        if (sscanf(argv[i], "--repeat=%d", &repeat) == 1 || sscanf(argv[i], "--threads=%d", &options.threads) == 1)
            continue;
        if (argv[i][0] == '-') {
            fprintf(stderr, "%s: unknown option %s\n", argv[0], argv[i]);
            return 2;
        }
        argv[1 + names++] = argv[i];
    }
    if (alf_ctx_create(&options, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    int status = bench(ctx, repeat < 1 ? 1 : repeat, names, argv + 1);
    alf_ctx_destroy(ctx);
    return status;
}
