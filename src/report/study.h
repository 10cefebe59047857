/* What every experiment's program has in common: its options, its folders, its report.
 *
 * A study is a row: name, a line about it, a table of options of its own, a function. Common options: --scale=tiny|
 * small|full (how much is measured: seconds for a test, minutes for a look, what the committed exports were made with),
 * --outdir (default results/NAME: pictures, tables, raw arrays, finished parts), --export (default none: folder that gets
 * NAME/NAME.ipynb and the pictures that it shows; the committed ones are in notebooks-export), --seed, --threads, --help.
 * An interrupted study keeps its finished parts, and started again goes on. */
#ifndef ALF_REPORT_STUDY_H
#define ALF_REPORT_STUDY_H

#include "report/contact_sheet.h"
#include "report/notebook.h"
#include "report/parts.h"
#include "report/plot.h"
#include "report/table.h"

typedef enum { ALF_SCALE_TINY = 0, ALF_SCALE_SMALL, ALF_SCALE_FULL, ALF_SCALES } alf_scale;

typedef struct {
    const char *name;  /* without dashes; NULL ends a table    */
    const char *value; /* how help shows it: "DIR"             */
    const char *fallback;
    const char *help;
} alf_study_option;

typedef struct alf_study_run alf_study_run;

typedef struct {
    const char             *name;    /* of the program and its folders: "equivariance" */
    const char             *title;   /* of the report                                  */
    const char             *summary; /* a line or two for --help                       */
    const alf_study_option *options; /* may be NULL                                    */
    alf_status (*run)(alf_study_run *run);
} alf_study;

/* One run of a study. */
struct alf_study_run {
    const alf_study *study;
    alf_ctx         *ctx;
    alf_scale        scale;
    const char      *outdir; /* made when the run starts                                */
    uint64_t         seed;
    alf_notebook    *notebook; /* begun with title, command, versions; written at the end */
    const char      *program;  /* path of `aliasfree`, beside this program, or NULL      */
};

/* The text of an option of the study's own, its fallback unless given; NULL: neither. */
const char *alf_study_text(const alf_study_run *run, const char *option);
/* OUTDIR/NAME, for as long as the run lasts; NULL with the error recorded when memory is short. */
const char *alf_study_path(alf_study_run *run, const char *name);
/* Tells on stderr what is being done now, with the time so far. */
void alf_study_say(alf_study_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* True after Ctrl-C or SIGTERM: the run should store what is finished and return ALF_ERR_CANCELLED. */
bool alf_study_stopped(void);

/* A table into the notebook, on stdout, and as OUTDIR/NAME.csv and .json. */
ALF_NODISCARD alf_status alf_study_table(alf_study_run *run, const char *name, const alf_table *table);
/* A plot into OUTDIR, and with `caption` into the notebook where it could be drawn. */
ALF_NODISCARD alf_status alf_study_plot(alf_study_run *run, const char *name, const alf_plot *plot,
                                        const char *caption);
ALF_NODISCARD alf_status alf_study_map(alf_study_run *run, const char *name, const alf_plot_map *map,
                                       const char *caption);
/* A contact sheet as OUTDIR/NAME.png and into the notebook. */
ALF_NODISCARD alf_status alf_study_sheet(alf_study_run *run, const char *name, const alf_contact_sheet *sheet,
                                         const char *caption);
/* An array as OUTDIR/NAME.npy; the notebook ends with a cell that loads all of them. */
ALF_NODISCARD alf_status alf_study_array(alf_study_run *run, const char *name, int ndim, const int64_t shape[],
                                         const double *values);

/* The program: 0 done, 1 failed or interrupted, 2 wrong usage. */
int alf_study_main(int argc, char *argv[], const alf_study *study);

#endif
