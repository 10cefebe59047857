/* The operation case table: a row for every variant of every differentiable operation.
 *
 * One description serves every judge: agreement of the backends, gradients of first and second order, thread counts,
 * memory, bad input; and whoever wants to measure. It stands on the public headers alone. */
#ifndef TEST_OP_CASES_H
#define TEST_OP_CASES_H

#include "aliasfree/tensor.h"

#define OP_INPUTS 4

/* What the values of an input are like. All are rounded to float, so that both backends see the same. */
typedef enum {
    OP_NORMAL,   /* standard normal                */
    OP_WIDE,     /* standard normal, times 30      */
    OP_POSITIVE, /* uniform in [0.5, 2)            */
    OP_DIVISOR   /* the same with a random sign    */
} op_range;

typedef struct {
    op_range range;
    int      ndim; /* 0: there is no such input */
    int64_t  shape[ALF_MAX_DIMS];
} op_input;

/* A resampling or filtered leaky ReLU by its numbers; the taps are made up, without symmetry. 0 for a factor, a gain or
 * a clamp: the neutral one. */
typedef struct {
    int    up_rank, up_taps, down_rank, down_taps; /* upfirdn2d has the first filter only */
    int    up, down;
    int    padding[4];
    double gain, slope, clamp;
    bool   flip;
} op_resampling;

/* What a row needs on a context beside its inputs; must outlive the results. */
typedef struct {
    alf_upfirdn *upfirdn;
    alf_flrelu  *flrelu;
} op_plans;

typedef enum { OP_NO_PLAN, OP_UPFIRDN, OP_FLRELU } op_plan_kind;

typedef struct op_case op_case;

typedef alf_tensor *(*op_apply_fn)(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[]);

struct op_case {
    const char  *name; /* the operation's, then what is special */
    op_apply_fn  apply;
    op_input     inputs[OP_INPUTS];
    op_input     bench[OP_INPUTS]; /* what the benchmark takes instead: sizes as in a network */
    int          optional;         /* so many of the last inputs may be NULL                      */
    bool         kinked;           /* piecewise linear: a difference across a kink says little    */
    op_plan_kind plan;
    union {
        double   scale_shift[2];
        double   bounds[2];
        unsigned dims;
        struct {
            int     dim;
            int64_t first, count;
        } cut;
        struct {
            int     ndim;
            int64_t shape[ALF_MAX_DIMS];
        } to;
        struct {
            bool   transpose_a, transpose_b;
            double alpha;
        } product;
        struct {
            double slope, gain, limit;
        } act;
        struct {
            alf_modulation spec;
            double         gain; /* conv2d only */
        } conv;
        op_resampling resampling;
        struct {
            int64_t h, w;
            double  rate;
        } grid;
        struct {
            int64_t padding[4];
        } pad;
        struct {
            double  matrices[12]; /* of up to two images */
            int64_t h, w;
        } sampling;
        struct {
            double  taps[12]; /* of up to two images */
            int64_t count;
            bool    along_x;
        } filter;
    } with;
};

extern const op_case OP_CASES[];
extern const int     OP_CASE_COUNT;

int     op_input_count(const op_case *row);
int64_t op_input_size(const op_input *input); /* in elements */
/* The length of the operation's own name at the beginning of the row's. */
int op_name_length(const op_case *row);

/* Values of input `index`, to be freed with free(); NULL when memory is short. */
double *op_input_values(const op_case *row, int index, uint64_t seed);

ALF_NODISCARD alf_status op_open(alf_ctx *ctx, const op_case *row, op_plans *out);
void                     op_close(op_plans *plans);

/* The operation on inputs of the row's shapes; those that the row has not are NULL. */
alf_tensor *op_apply(alf_ctx *ctx, const op_case *row, const op_plans *plans, alf_tensor *const x[OP_INPUTS]);

#endif
