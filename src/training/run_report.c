/* What a run says about itself, in the original's words where it has some. */
#include "training/run_report.h"

#include <math.h>
#include <time.h>

#include "aliasfree/machine.h"
#include "core/core.h"
#include "training/run_journal.h"

static const double LIVE_SECONDS = 0.5;

double alf_run_wall_clock(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

json_t *alf_run_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* A run that asks for fractions of an image shows one image more. */
int64_t alf_run_total(const alf_run_options *options)
{
    return (int64_t)ceil(options->kimg * 1000);
}

/* --- the tick ---------------------------------------------------------------------------------------------------------- */

alf_run_figures alf_run_measure_tick(const alf_run_job *job, double now)
{
    const alf_run_clock *c = &job->clock;
    int64_t              images = alf_trainer_images(job->trainer), shown = images - c->tick_first;
    double               seconds = now - c->tick_started;

    return (alf_run_figures){.tick = job->position.tick,
                             .images = images,
                             .total_seconds = c->before + now - c->started,
                             .tick_seconds = seconds,
                             .seconds_per_kimg = shown > 0 ? seconds / (double)shown * 1000 : 0,
                             .maintenance = c->maintenance,
                             .cpu_gb = (double)alf_ctx_memory_peak(job->ctx) / 0x1p30,
                             .augment = alf_trainer_augment_p(job->trainer)};
}

const char *alf_run_kimg(int64_t images, char text[ALF_RUN_KIMG])
{
    alf_format(text, ALF_RUN_KIMG, images < 1000 && images % 100 ? "%.3f" : "%.1f", (double)images / 1000);
    return text;
}

/* There is no GPU to have memory. */
void alf_run_status_line(const alf_run_figures *f, char *line, size_t size)
{
    char time[32], kimg[ALF_RUN_KIMG];

    alf_machine_format_seconds(f->total_seconds, time, sizeof time);
    alf_format(line, size,
               "tick %-5lld kimg %-8s time %-12s sec/tick %-7.1f sec/kimg %-7.2f maintenance %-6.1f cpumem %-6.2f "
               "gpumem %-6.2f augment %.3f",
               (long long)f->tick, alf_run_kimg(f->images, kimg), time, f->tick_seconds, f->seconds_per_kimg,
               f->maintenance, f->cpu_gb, 0.0, f->augment);
}

/* --- stats.jsonl ------------------------------------------------------------------------------------------------------- */

static int put_statistic(json_t *line, const char *name, int64_t num, double mean, double std)
{
    return json_object_set_new(
        line, name,
        json_pack("{s:I, s:o, s:o}", "num", (json_int_t)num, "mean", alf_run_real(mean), "std", alf_run_real(std)));
}

static int put_figures(json_t *line, const alf_run_figures *f)
{
    const struct {
        const char *name;
        double      value;
    } figures[] = {{"Progress/tick", (double)f->tick},
                   {"Progress/kimg", (double)f->images / 1000},
                   {"Timing/total_sec", f->total_seconds},
                   {"Timing/sec_per_tick", f->tick_seconds},
                   {"Timing/sec_per_kimg", f->seconds_per_kimg},
                   {"Timing/maintenance_sec", f->maintenance},
                   {"Resources/cpu_mem_gb", f->cpu_gb},
                   {"Resources/peak_gpu_mem_gb", 0},
                   {"Progress/augment", f->augment},
                   {"Timing/total_hours", f->total_seconds / 3600},
                   {"Timing/total_days", f->total_seconds / 86400}};
    int failed = 0;

    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        failed |= put_statistic(line, figures[i].name, 1, figures[i].value, 0);
    return failed;
}

alf_status alf_run_write_statistics(const alf_run_job *job, const alf_run_figures *figures)
{
    json_t *line = json_object();
    int     failed = 0;

    for (int i = 0; i < alf_trainer_num_statistics(job->trainer); i++) {
        alf_statistic s = alf_trainer_statistic(job->trainer, i);
        failed |= put_statistic(line, s.name, s.num, s.mean, s.std);
    }
    failed |= put_figures(line, figures);
    failed |= json_object_set_new(line, "timestamp", json_real(alf_run_wall_clock()));
    if (failed) {
        json_decref(line);
        line = NULL;
    }
    return alf_run_journal_json(job->ctx, job->folder, ALF_RUN_STATS, line, NULL);
}

/* --- between ticks ----------------------------------------------------------------------------------------------------- */

void alf_run_live_line(int64_t tick, int64_t images, int64_t total, int64_t done, double seconds, double gigabytes,
                       char *line, size_t size)
{
    double rate = seconds > 0 ? (double)done / seconds : 0;
    char   left[32] = "?", kimg[ALF_RUN_KIMG];

    if (rate > 0) alf_machine_format_seconds((double)(total - images) / rate, left, sizeof left);
    alf_format(line, size, "tick %lld  kimg %s/%g  %.*f img/s  left %s  mem %.2f GB", (long long)tick,
               alf_run_kimg(images, kimg), (double)total / 1000, rate < 10 ? 2 : 0, rate, left, gigabytes);
}

void alf_run_show_live(alf_run_job *job, double now)
{
    const alf_run_clock *c = &job->clock;
    int64_t              images = alf_trainer_images(job->trainer);
    char                 line[256];

    if (!job->options->live || (c->shown > 0 && now - c->shown < LIVE_SECONDS)) return;
    alf_run_live_line(job->position.tick, images, alf_run_total(job->options), images - c->first, now - c->started,
                      (double)alf_ctx_memory_peak(job->ctx) / 0x1p30, line, sizeof line);
    job->clock.shown = now;
    job->options->live(job->options->user, line);
}

/* --- at the start ------------------------------------------------------------------------------------------------------ */

static const char *yes_or_no(bool value)
{
    return value ? "yes" : "no";
}

alf_status alf_run_introduce(const alf_run_job *job)
{
    const alf_training_options *t = job->training;
    const alf_run_options      *o = job->options;
    alf_status                  status = alf_run_say(job, "output folder: %s", job->folder);

    if (!status)
        status = alf_run_say(job, "data set: %s, %lld images of %lld pixels, labels %s, x-flips %s",
                             alf_dataset_path(job->data), (long long)alf_dataset_count(job->data),
                             (long long)alf_dataset_resolution(job->data), yes_or_no(alf_dataset_label_dim(job->data)),
                             yes_or_no(o->data_options.mirror));
    if (!status)
        status = alf_run_say(job, "%s: batch %d in micro-batches of %d, gamma %g, %d process%s of %d thread%s", o->cfg,
                             t->batch, t->batch_gpu, t->r1_gamma, job->comm->size, job->comm->size == 1 ? "" : "es",
                             alf_ctx_threads(job->ctx), alf_ctx_threads(job->ctx) == 1 ? "" : "s");
    if (!status) status = alf_run_say(job, "training for %g kimg", o->kimg);
    return status;
}
