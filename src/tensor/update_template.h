/* Updates in place, for one element type: what training changes.
 *
 * Included after elementwise_template.h. The arrays of a job are distinct. */

typedef struct {
    int64_t     count;
    const REAL *from; /* what x moves to, or the gradient */
    REAL       *m, *v, *x;
    REAL        t;
    REAL        beta1, beta2, new1, new2, eps, step_size, v_scale;
} update_job;

static void lerp_tile(void *arg, int64_t tile, int worker)
{
    const update_job *job = arg;
    const int64_t     begin = tile * TILE, n = alf_smaller(TILE, job->count - begin);
    const REAL        t = job->t;
    const REAL *restrict y = job->from + begin;
    REAL *restrict x = job->x + begin;
    (void)worker;
    for (int64_t i = 0; i < n; i++) x[i] += t * (y[i] - x[i]);
}

static void op_lerp(alf_ctx *ctx, int64_t count, double t, const void *y, void *x)
{
    update_job job = {.count = count, .from = y, .x = x, .t = (REAL)t};
    if (t == 1)
        memcpy(x, y, (size_t)count * sizeof(REAL)); /* x + (y - x) would round */
    else
        EACH_TILE(ctx, alf_ceil_div(count, TILE), lerp_tile, &job);
}

static void adam_tile(void *arg, int64_t tile, int worker)
{
    const update_job *job = arg;
    const int64_t     begin = tile * TILE, n = alf_smaller(TILE, job->count - begin);
    const REAL        beta1 = job->beta1, beta2 = job->beta2, new1 = job->new1, new2 = job->new2, eps = job->eps;
    const REAL        step_size = job->step_size, v_scale = job->v_scale;
    const REAL *restrict g = job->from + begin;
    REAL *restrict m = job->m + begin;
    REAL *restrict v = job->v + begin;
    REAL *restrict x = job->x + begin;
    (void)worker;
    for (int64_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + new1 * g[i];
        v[i] = beta2 * v[i] + new2 * g[i] * g[i];
        x[i] -= step_size * m[i] / (root(v[i]) / v_scale + eps);
    }
}

static void op_adam(alf_ctx *ctx, int64_t count, const alf_adam_step *step, const void *gradient, void *m, void *v,
                    void *x)
{
    update_job job = {.count = count,
                      .from = gradient,
                      .m = m,
                      .v = v,
                      .x = x,
                      .beta1 = (REAL)step->beta1,
                      .beta2 = (REAL)step->beta2,
                      .new1 = (REAL)(1 - step->beta1),
                      .new2 = (REAL)(1 - step->beta2),
                      .eps = (REAL)step->eps,
                      .step_size = (REAL)step->step_size,
                      .v_scale = (REAL)step->v_scale};
    EACH_TILE(ctx, alf_ceil_div(count, TILE), adam_tile, &job);
}
