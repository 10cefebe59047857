/* Sums over some of the loops of an operation, for one element type; included after elementwise_template.h.
 *
 * The loops fall into those that are kept, which number the sums, and those that are reduced. When the innermost loop
 * is reduced each sum runs along rows; a few long sums are cut into chunks of fixed size whose sums are added in order.
 * When the innermost loop is kept a short row of sums grows together. Sums are taken in double. */
#define REDUCE_PARTIALS 256 /* chunks of all sums together, when there are chunks */
#define REDUCE_ROW 2048     /* sums that grow together                            */

typedef struct {
    alf_loops   kept, reduced; /* a walks x, b walks y */
    int64_t     kept_count, reduced_count;
    int64_t     sums_per_tile, chunks, chunk; /* chunks of `chunk` elements for each sum */
    double      scale;
    const REAL *x;
    REAL       *y;
    double      partial[REDUCE_PARTIALS];
} reduce_job;

static double row_sum(int64_t n, const REAL *x, int64_t stride)
{
    double  lanes[8] = {0}, sum = 0;
    int64_t i = 0;
    if (stride == 1)
        for (; i + 8 <= n; i += 8)
            for (int j = 0; j < 8; j++) lanes[j] += (double)x[i + j];
    for (; i < n; i++) sum += (double)x[i * stride];
    for (int j = 0; j < 8; j++) sum += lanes[j];
    return sum;
}

/* The sum over elements begin .. end of the reduced loops. */
static double range_sum(const reduce_job *job, const REAL *x, int64_t begin, int64_t end)
{
    const int64_t stride = job->reduced.stride_a[job->reduced.ndim - 1];
    alf_cursor    at = alf_cursor_at(&job->reduced, begin);
    double        sum = 0;
    while (begin < end) {
        int64_t n = alf_smaller(alf_cursor_row(&at), end - begin);
        sum += row_sum(n, x + at.a, stride);
        alf_cursor_advance(&at, n);
        begin += n;
    }
    return sum;
}

static void sums_tile(void *arg, int64_t tile, int worker)
{
    reduce_job   *job = arg;
    const int64_t group = tile / job->chunks, begin = tile % job->chunks * job->chunk;
    const int64_t end = alf_smaller(begin + job->chunk, job->reduced_count);
    const int64_t first = group * job->sums_per_tile, last = alf_smaller(first + job->sums_per_tile, job->kept_count);
    alf_cursor    at = alf_cursor_at(&job->kept, first);
    (void)worker;
    for (int64_t i = first; i < last; i++) {
        double sum = range_sum(job, job->x + at.a, begin, end);
        if (job->chunks > 1)
            job->partial[tile] = sum;
        else
            job->y[at.b] = (REAL)(job->scale * sum);
        alf_cursor_advance(&at, 1);
    }
}

static void add_chunks(reduce_job *job)
{
    alf_cursor at = alf_cursor_at(&job->kept, 0);
    for (int64_t i = 0; i < job->kept_count; i++) {
        double sum = 0;
        for (int64_t c = 0; c < job->chunks; c++) sum += job->partial[i * job->chunks + c];
        job->y[at.b] = (REAL)(job->scale * sum);
        alf_cursor_advance(&at, 1);
    }
}

static void reduce_along_rows(alf_ctx *ctx, reduce_job *job)
{
    const int64_t most = REDUCE_PARTIALS / job->kept_count; /* 0 when there are sums enough */
    const int64_t want = alf_smaller(alf_ceil_div(job->reduced_count, TILE), most);
    job->chunks = 1;
    job->chunk = job->reduced_count;
    if (want > 1) {
        job->chunk = alf_ceil_div(job->reduced_count, want);
        job->chunks = alf_ceil_div(job->reduced_count, job->chunk);
        job->sums_per_tile = 1;
    } else {
        job->sums_per_tile = job->reduced_count < TILE ? TILE / job->reduced_count : 1;
    }
    EACH_TILE(ctx, alf_ceil_div(job->kept_count, job->sums_per_tile) * job->chunks, sums_tile, job);
    if (job->chunks > 1) add_chunks(job);
}

/* n neighbours of the innermost kept loop, summed together over all reduced loops. */
static void grow_row(const reduce_job *job, int64_t n, const REAL *x, REAL *y)
{
    const int     last = job->kept.ndim - 1;
    const int64_t sx = job->kept.stride_a[last], sy = job->kept.stride_b[last];
    double        sums[REDUCE_ROW] = {0};
    alf_cursor    at = alf_cursor_at(&job->reduced, 0);
    for (int64_t r = 0; r < job->reduced_count; r++) {
        const REAL *from = x + at.a;
        if (sx == 1)
            for (int64_t i = 0; i < n; i++) sums[i] += (double)from[i];
        else
            for (int64_t i = 0; i < n; i++) sums[i] += (double)from[i * sx];
        alf_cursor_advance(&at, 1);
    }
    for (int64_t i = 0; i < n; i++) y[i * sy] = (REAL)(job->scale * sums[i]);
}

static void grow_tile(void *arg, int64_t tile, int worker)
{
    const reduce_job *job = arg;
    const int64_t     begin = tile * REDUCE_ROW, end = alf_smaller(begin + REDUCE_ROW, job->kept_count);
    alf_cursor        at = alf_cursor_at(&job->kept, begin);
    (void)worker;
    for (int64_t i = begin; i < end;) {
        int64_t n = alf_smaller(alf_cursor_row(&at), end - i);
        grow_row(job, n, job->x + at.a, job->y + at.b);
        alf_cursor_advance(&at, n);
        i += n;
    }
}

static void op_reduce(alf_ctx *ctx, const alf_loops *loops, double scale, const void *x, int64_t y_count, void *y)
{
    const alf_loops all = alf_loops_collapse(loops);
    const bool      along_rows = all.stride_b[all.ndim - 1] == 0;
    reduce_job      job = {.scale = scale, .x = x, .y = y};
    for (int d = 0; d < all.ndim; d++)
        alf_loops_append(all.stride_b[d] == 0 ? &job.reduced : &job.kept, all.size[d], all.stride_a[d],
                         all.stride_b[d]);
    if (job.kept.ndim == 0) alf_loops_append(&job.kept, 1, 0, 0);
    if (job.reduced.ndim == 0) alf_loops_append(&job.reduced, 1, 0, 0);
    job.kept_count = alf_loops_count(&job.kept);
    job.reduced_count = alf_loops_count(&job.reduced);

    /* elements that the loops do not reach, and empty sums */
    if (job.kept_count < y_count || job.reduced_count == 0) op_fill(ctx, y_count, 0, y);
    if (job.kept_count == 0 || job.reduced_count == 0) return;

    if (along_rows)
        reduce_along_rows(ctx, &job);
    else
        EACH_TILE(ctx, alf_ceil_div(job.kept_count, REDUCE_ROW), grow_tile, &job);
}

/* --- products ----------------------------------------------------------------------------------------------------- */

typedef struct {
    int64_t     rows, count, rows_per_tile;
    const REAL *a, *b;
    REAL       *y;
} dot_job;

static double row_dot(int64_t n, const REAL *a, const REAL *b)
{
    double  lanes[8] = {0}, sum = 0;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; j++) lanes[j] += (double)a[i + j] * (double)b[i + j];
    for (; i < n; i++) sum += (double)a[i] * (double)b[i];
    for (int j = 0; j < 8; j++) sum += lanes[j];
    return sum;
}

static void dot_tile(void *arg, int64_t tile, int worker)
{
    const dot_job *job = arg;
    const int64_t  begin = tile * job->rows_per_tile, end = alf_smaller(begin + job->rows_per_tile, job->rows);
    (void)worker;
    for (int64_t r = begin; r < end; r++)
        job->y[r] = (REAL)row_dot(job->count, job->a + r * job->count, job->b + r * job->count);
}

static void op_dot_rows(alf_ctx *ctx, int64_t rows, int64_t count, const void *a, const void *b, void *y)
{
    dot_job job = {.rows = rows, .count = count, .a = a, .b = b, .y = y};
    job.rows_per_tile = alf_larger(TILE / alf_larger(count, 1), 1);
    EACH_TILE(ctx, alf_ceil_div(rows, job.rows_per_tile), dot_tile, &job);
}
