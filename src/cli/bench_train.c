/* Iterations of training: seconds of each phase, and memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "progress.h"
#include "report/values.h"

static const double TRAIN_SECONDS = 30, ROW_SECONDS = 5;
enum { RESOLUTION = 64, MIN_ITERATIONS = 3, PICTURES = 16, MOST_PHASES = 8, MOST_CASES = 2 };

static const char *const CASES[MOST_CASES] = {"stylegan3-t", "stylegan3-r"};

/* Seconds of one phase in each iteration; the last "phase" is what is left of the iteration. */
typedef struct {
    char            name[32];
    int             interval; /* iterations in training from one to the next */
    double         *seconds;  /* [iterations]                                */
    alf_bench_times times;
} phase;

/* One configuration. */
typedef struct {
    const char          *cfg;
    alf_training_options options; /* as measured: regularisation in each iteration */
    int                  g_interval, d_interval;
    double               seconds; /* to spend; at least MIN_ITERATIONS iterations */
    int64_t              parameters;
    int                  iterations, phases;
    phase                phase[MOST_PHASES];
    int64_t              memory;  /* the context's peak                                    */
    int64_t              process; /* the process's, resident; -1: the system does not tell */
} training_case;

/* --- data ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    char folder[4096], file[4112];
} pictures;

/* Makes the data set in a new folder; remove_pictures() in any case. */
static alf_status make_pictures(alf_ctx *ctx, int64_t size, pictures *p)
{
    const char        *parent = getenv("TMPDIR");
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    p->file[0] = '\0';
    snprintf(p->folder, sizeof p->folder, "%s/aliasfree-bench-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(p->folder)) {
        const int  reason = errno;
        alf_status status = alf_fail(ctx, ALF_ERR_IO, "%s: cannot make the folder: %s", p->folder, strerror(reason));
        p->folder[0] = '\0';
        return status;
    }
    snprintf(p->file, sizeof p->file, "%s/pictures.zip", p->folder);
    recipe.max_images = PICTURES;
    recipe.width = recipe.height = size;
    return alf_dataset_synthesize(ctx, "textured-blobs", p->file, &recipe, &report);
}

static void remove_pictures(const pictures *p)
{
    if (p->file[0]) unlink(p->file);
    if (p->folder[0]) rmdir(p->folder);
}

/* --- one configuration ----------------------------------------------------------------------------------------------------- */

static alf_status read_case(const alf_bench *b, const char *cfg, int64_t resolution, training_case *out)
{
    const alf_cli       *c = b->cli;
    const int64_t        batch = alf_bench_int(c, "batch", 8);
    alf_training_options o;
    alf_status           status = alf_training_options_named(b->ctx, cfg, (int)resolution, (int)batch,
                                                             alf_bench_int(c, "cbase", 8192), alf_bench_int(c, "cmax", 128), &o);
    if (status != ALF_OK) return status;
    *out = (training_case){
        .cfg = cfg, .g_interval = o.g_reg_interval, .d_interval = o.d_reg_interval, .seconds = TRAIN_SECONDS};
    o.batch_gpu = (int)alf_bench_int(c, "batch-gpu", batch);
    o.g_reg_interval = o.g_reg_interval > 0 ? 1 : 0;
    o.d_reg_interval = 1;
    o.augment_p = alf_cli_real(c, "p");
    o.ada_target = 0;
    out->options = o;
    return ALF_OK;
}

static int interval_of(const training_case *t, const char *name)
{
    if (strcmp(name, "Greg") == 0) return t->g_interval;
    return strcmp(name, "Dreg") == 0 ? t->d_interval : 1;
}

static phase *find_phase(training_case *t, const char *name)
{
    for (int i = 0; i < t->phases; i++)
        if (strcmp(t->phase[i].name, name) == 0) return &t->phase[i];
    if (t->phases == MOST_PHASES) return NULL;
    phase *p = &t->phase[t->phases];
    snprintf(p->name, sizeof p->name, "%s", name);
    p->interval = interval_of(t, name);
    t->phases++;
    return p;
}

static alf_status note(alf_ctx *ctx, training_case *t, const alf_bench *b, const char *name, double seconds)
{
    phase *p = find_phase(t, name);
    if (p && !p->seconds) p->seconds = calloc((size_t)(b->repeats + MIN_ITERATIONS), sizeof *p->seconds);
    if (!p || !p->seconds) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for the seconds of %s", name);
    p->seconds[t->iterations] = seconds;
    return ALF_OK;
}

/* Sorts the iteration that took `total` seconds into its phases. */
static alf_status note_iteration(alf_ctx *ctx, training_case *t, const alf_bench *b, const alf_trainer *trainer,
                                 double total)
{
    static const char prefix[] = "Timing/";
    alf_status        status = ALF_OK;
    double            rest = total;
    for (int i = 0; i < alf_trainer_num_statistics(trainer) && status == ALF_OK; i++) {
        const alf_statistic s = alf_trainer_statistic(trainer, i);
        if (s.num < 1 || strncmp(s.name, prefix, sizeof prefix - 1) != 0) continue;
        const double seconds = s.mean * (double)s.num;
        status = note(ctx, t, b, s.name + sizeof prefix - 1, seconds);
        rest -= seconds;
    }
    if (status == ALF_OK) status = note(ctx, t, b, "rest", rest);
    t->iterations++;
    return status;
}

static alf_status iterate(alf_bench *b, alf_ctx *ctx, training_case *t, alf_trainer *trainer)
{
    const int    most = b->repeats > MIN_ITERATIONS ? b->repeats : MIN_ITERATIONS;
    const double start = alf_machine_seconds();
    alf_status   status = alf_trainer_iterate(trainer);
    while (status == ALF_OK && t->iterations < most) {
        const double now = alf_machine_seconds();
        if (t->iterations >= MIN_ITERATIONS && now - start > t->seconds) break;
        alf_trainer_clear_statistics(trainer);
        status = alf_trainer_iterate(trainer);
        if (status == ALF_OK) status = note_iteration(ctx, t, b, trainer, alf_machine_seconds() - now);
        if (status == ALF_OK) status = alf_progress(ctx, t->cfg, t->iterations, most);
    }
    return status;
}

static alf_status measure_in(alf_bench *b, alf_ctx *ctx, const char *data, training_case *t)
{
    const alf_dataset_options options = alf_dataset_options_default();
    alf_dataset              *set = NULL;
    alf_trainer              *trainer = NULL;
    alf_status                status = alf_dataset_open(ctx, data, &options, &set);
    if (status == ALF_OK) status = alf_trainer_create(ctx, &t->options, set, NULL, &trainer);
    if (status == ALF_OK) {
        t->parameters = alf_generator_plan(alf_trainer_generator(trainer, false))->num_parameters;
        status = iterate(b, ctx, t, trainer);
    }
    alf_trainer_destroy(trainer);
    alf_dataset_destroy(set);
    for (int i = 0; i < t->phases; i++) t->phase[i].times = alf_bench_times_of(t->iterations, t->phase[i].seconds);
    return status;
}

/* In a context of its own, whose memory is that of training alone. */
static alf_status measure_case(alf_bench *b, const char *data, training_case *t)
{
    const bool told = alf_bench_reset_peak();
    alf_ctx   *ctx = alf_bench_open_context(b, 0, ALF_CONV_AUTO);
    if (!ctx) return alf_ctx_status(b->ctx);
    const alf_status status = measure_in(b, ctx, data, t);
    t->memory = alf_ctx_memory_peak(ctx);
    t->process = told ? alf_bench_peak() : -1;
    alf_bench_close_context(b, ctx);
    return status;
}

/* --- showing --------------------------------------------------------------------------------------------------------------- */

/* What an iteration takes on average, as often as phases run in training. */
static double average_iteration(const training_case *t)
{
    double sum = 0;
    for (int i = 0; i < t->phases; i++) sum += t->phase[i].times.median / t->phase[i].interval;
    return sum;
}

static void print_case(const training_case *t)
{
    const alf_training_options *o = &t->options;
    const double                seconds = average_iteration(t);
    printf("\n%s, %dx%d, %.1fM parameters, batch %d in micro-batches of %d, augmentation %g\n", t->cfg,
           o->generator.img_resolution, o->generator.img_resolution, (double)t->parameters * 1e-6, o->batch,
           o->batch_gpu, o->augment_p);
    printf("  %-10s %10s %10s   (%d iterations)\n", "phase", "best s", "median s", t->iterations);
    for (int i = 0; i < t->phases; i++) {
        const phase *p = &t->phase[i];
        printf("  %-10s %10.3f %10.3f", p->name, p->times.best, p->times.median);
        if (p->interval > 1) printf("   in every %dth iteration", p->interval);
        printf("\n");
    }
    printf("  an iteration takes %.3f s on average, %.2f images per second\n", seconds, o->batch / seconds);
    printf("  peak memory %.3f GB; resident in the whole process ", (double)t->memory * 1e-9);
    if (t->process < 0)
        printf("n/a\n");
    else
        printf("%.3f GB\n", (double)t->process * 1e-9);
}

static json_t *case_json(const training_case *t)
{
    const alf_training_options *o = &t->options;
    const double                seconds = average_iteration(t);
    json_t                     *phases = json_array();
    for (int i = 0; i < t->phases; i++) {
        const phase *p = &t->phase[i];
        phases = alf_json_add(phases, json_pack("{s:s, s:i, s:f, s:f}", "name", p->name, "interval", p->interval,
                                                "best", p->times.best, "median", p->times.median));
    }
    return json_pack("{s:s, s:i, s:I, s:i, s:i, s:f, s:i, s:o, s:f, s:f, s:I, s:o}", "cfg", t->cfg, "resolution",
                     o->generator.img_resolution, "parameters", (json_int_t)t->parameters, "batch", o->batch,
                     "batch_gpu", o->batch_gpu, "augment_p", o->augment_p, "iterations", t->iterations, "phases",
                     phases, "seconds_per_iteration", seconds, "images_per_second", o->batch / seconds, "memory",
                     (json_int_t)t->memory, "process_memory",
                     t->process < 0 ? json_null() : json_integer((json_int_t)t->process));
}

static int show(const alf_bench *b, const alf_yardsticks *y, int count, const training_case cases[])
{
    if (!alf_cli_flag(b->cli, "json")) {
        alf_bench_print_machine(b, y);
        for (int i = 0; i < count; i++) print_case(&cases[i]);
        return ALF_CLI_OK;
    }
    json_t *training = json_array();
    for (int i = 0; i < count; i++) training = alf_json_add(training, case_json(&cases[i]));
    return alf_cli_print_json(
        b->cli, json_pack("{s:o, s:o}", "machine", alf_bench_machine_json(b, y), "training", training), false);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------- */

static alf_status measure_cases(alf_bench *b, int count, training_case cases[])
{
    pictures   p;
    alf_status status = make_pictures(b->ctx, cases[0].options.generator.img_resolution, &p);
    for (int i = 0; i < count && status == ALF_OK; i++) status = measure_case(b, p.file, &cases[i]);
    remove_pictures(&p);
    return status;
}

static void free_cases(int count, training_case cases[])
{
    for (int i = 0; i < count; i++)
        for (int k = 0; k < cases[i].phases; k++) free(cases[i].phase[k].seconds);
}

int alf_bench_train(alf_bench *b)
{
    const char   *chosen = alf_cli_text(b->cli, "cfg");
    const char   *names[MOST_CASES] = {chosen ? chosen : CASES[0], CASES[1]};
    training_case cases[MOST_CASES];
    const int     count = chosen ? 1 : MOST_CASES;
    const int64_t resolution = alf_bench_int(b->cli, "resolution", RESOLUTION);
    for (int i = 0; i < count; i++)
        if (read_case(b, names[i], resolution, &cases[i]) != ALF_OK) return alf_cli_refusal(b->cli);
    alf_yardsticks yardsticks = alf_bench_machine(b);
    alf_status     status = measure_cases(b, count, cases);
    if (status == ALF_OK) yardsticks = alf_bench_machine_again(b, yardsticks);
    alf_cli_progress_clear(b->cli->progress);
    const int code = status == ALF_OK ? show(b, &yardsticks, count, cases) : alf_cli_refusal(b->cli);
    free_cases(count, cases);
    return code;
}

/* --- as rows ------------------------------------------------------------------------------------------------------------- */

static void keep_rows(alf_bench *b, const training_case *t)
{
    const alf_training_options *o = &t->options;
    bool                        told = false;
    char                        name[96], shape[96];
    snprintf(shape, sizeof shape, "%dx%d, %.1fM parameters, batch %d", o->generator.img_resolution,
             o->generator.img_resolution, (double)t->parameters * 1e-6, o->batch);
    for (int i = 0; i < t->phases; i++) {
        snprintf(name, sizeof name, "%s train %s", t->cfg, t->phase[i].name);
        if (b->filter && !strstr(name, b->filter)) continue;
        alf_bench_result *row = alf_bench_keep(b, name, shape, t->phase[i].times);
        if (row && !told) row->memory = t->memory; /* of the whole training, told once */
        told = true;
    }
}

/* Does the filter want one of the rows that training of StyleGAN3 makes? */
static bool wants_training(alf_bench *b, const char *cfg)
{
    static const char *const phases[] = {"Gboth", "Dmain", "Dreg", "rest"};
    char                     name[96];
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        snprintf(name, sizeof name, "%s train %s", cfg, phases[i]);
        if (!b->filter || strstr(name, b->filter)) return alf_bench_wants(b, name);
    }
    return false;
}

/* Images of the other rows may be larger than an iteration of training could take in a minute. */
void alf_bench_training(alf_bench *b)
{
    const int64_t given = alf_bench_int(b->cli, "resolution", RESOLUTION);
    if (alf_ctx_precision(b->ctx) == ALF_PRECISION_BF16) return; /* no precision of training */
    for (int i = 0; i < MOST_CASES; i++) {
        training_case t;
        if (!wants_training(b, CASES[i]) ||
            read_case(b, CASES[i], given < RESOLUTION ? given : RESOLUTION, &t) != ALF_OK)
            continue;
        t.seconds = ROW_SECONDS;
        if (measure_cases(b, 1, &t) == ALF_OK) keep_rows(b, &t);
        free_cases(1, &t);
    }
}
