/* What a run says about itself: the status line and the statistics of a tick, and the live line between. */
#ifndef ALF_TRAINING_RUN_REPORT_H
#define ALF_TRAINING_RUN_REPORT_H

#include "training/run_job.h"

/* The figures of a tick. */
typedef struct {
    int64_t tick, images;
    double  total_seconds, tick_seconds, seconds_per_kimg, maintenance, cpu_gb, augment;
} alf_run_figures;

alf_run_figures alf_run_measure_tick(const alf_run_job *job, double now);

/* "12.3" as the original tells it; "0.064" below the first thousand. */
#define ALF_RUN_KIMG 32
const char *alf_run_kimg(int64_t images, char text[ALF_RUN_KIMG]);

/* The original's status line. */
void alf_run_status_line(const alf_run_figures *figures, char *line, size_t size);
/* "tick 3  kimg 12.3/25000  1.5 img/s  left 2d 03h 04m  mem 0.85 GB" for `images` shown of `total`, `done` of them in
 * `seconds`. */
void alf_run_live_line(int64_t tick, int64_t images, int64_t total, int64_t done, double seconds, double gigabytes,
                       char *line, size_t size);

/* Appends the statistics since they were cleared and the figures to stats.jsonl. */
ALF_NODISCARD alf_status alf_run_write_statistics(const alf_run_job *job, const alf_run_figures *figures);

/* Shows the live line, at most twice a second. */
void alf_run_show_live(alf_run_job *job, double now);

/* Says what is trained, on what, and for how long. */
ALF_NODISCARD alf_status alf_run_introduce(const alf_run_job *job);

/* Images to show over all. */
int64_t alf_run_total(const alf_run_options *options);

/* Seconds since 1970, for time stamps. */
double alf_run_wall_clock(void);
/* A number as JSON, null where it is not finite. */
json_t *alf_run_real(double value);

#endif
