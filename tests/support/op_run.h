/* Rows of the operation case table, forward and back: values go in and come out as plain arrays. */
#ifndef TEST_OP_RUN_H
#define TEST_OP_RUN_H

#include "golden.h"
#include "op_cases.h"

/* How far back a run goes. With y = op(x): the result; dx, the gradient of <y, dy>; ddx and ddy, the gradient of the
 * sum of all <dx[i], u[i]>. */
typedef enum { OP_FORWARD, OP_GRADIENT, OP_SECOND } op_order;

/* Where derivatives are taken, and along what. */
typedef struct {
    const op_case *row;
    int            inputs;
    int64_t        size[OP_INPUTS + 1]; /* of each input; of dy */
    double        *x[OP_INPUTS + 1];    /* inputs, then dy      */
    double        *u[OP_INPUTS];
} op_point;

typedef struct {
    double *y;
    double *dx[OP_INPUTS];
    double *ddx[OP_INPUTS + 1]; /* by the inputs, then by dy; NULL: does not depend on it */
} op_result;

/* A point that follows from the seed; the test fails when there is none. The context tells the shape of y. */
op_point op_point_create(alf_ctx *ctx, const op_case *row, const op_plans *plans, uint64_t seed);
void     op_point_destroy(op_point *point);

/* Runs the row at the point with the inputs in the bit set `variables` as variables. Nothing is left behind in the
 * context; on failure `out` is empty. */
ALF_NODISCARD alf_status op_run(alf_ctx *ctx, const op_plans *plans, const op_point *point, op_order order,
                                unsigned variables, op_result *out);
void                     op_result_destroy(op_result *result);

#define OP_ALL_INPUTS ((1u << OP_INPUTS) - 1)

#endif
