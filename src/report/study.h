/* What every experiment's program has in common: its options, its folders, its report.
 *
 * A study is a row: name, a line about it, a table of options of its own, a function. Common options: --scale=tiny|
 * small|full (how much is measured: seconds for a test, minutes for a look, what the committed exports were made with),
 * --outdir (default results/NAME/SCALE: pictures, tables, raw arrays, finished parts, the notebook NAME.ipynb), --export
 * (default none: folder that gets NAME/NAME.ipynb and the files that it shows; the committed ones are in
 * notebooks-export), --seed, --threads, --max-memory, --help. The context computes convolutions directly: what rounds by
 * the place in a tile would be measured too.
 *
 * An interrupted study keeps its finished parts, and started again goes on. The same run gives the same files, wherever
 * and whenever it is done. */
#ifndef ALF_REPORT_STUDY_H
#define ALF_REPORT_STUDY_H

#include "report/contact_sheet.h"
#include "report/notebook.h"
#include "report/parts.h"
#include "report/plot.h"
#include "report/table.h"

typedef enum { ALF_SCALE_TINY = 0, ALF_SCALE_SMALL, ALF_SCALE_FULL, ALF_SCALES } alf_scale;

/* What an option's value must be; anything else is refused before the study starts. */
typedef enum {
    ALF_STUDY_TEXT = 0, /* not empty                              */
    ALF_STUDY_INT,      /* whole, in [low, high]                  */
    ALF_STUDY_REAL,     /* in [low, high]                         */
    ALF_STUDY_CHOICE,   /* one of the words of `value`: "a|b|c"   */
    ALF_STUDY_BYTES,    /* not negative, K, M or G allowed        */
    ALF_STUDY_FLAG      /* has no value                           */
} alf_study_kind;

typedef struct {
    const char    *name;  /* without dashes; NULL ends a table    */
    const char    *value; /* how help shows it: "DIR"             */
    const char    *fallback;
    const char    *help;
    alf_study_kind kind;
    double         low, high; /* of a number; equal: any          */
} alf_study_option;

typedef struct alf_study_run   alf_study_run;
typedef struct alf_study_state alf_study_state;

typedef struct {
    const char             *name;    /* of the program and its folders: "equivariance" */
    const char             *title;   /* of the report                                  */
    const char             *summary; /* a line or two for --help and the report        */
    const alf_study_option *options; /* may be NULL                                    */
    alf_status (*run)(alf_study_run *run);
} alf_study;

/* One run of a study. */
struct alf_study_run {
    const alf_study *study;
    alf_ctx         *ctx;
    alf_scale        scale;
    const char      *outdir;   /* made when the run starts                                */
    uint64_t         seed;     /* at most 2^32 - 1, so that it is a seed of NumPy too      */
    alf_notebook    *notebook; /* begun with title, command, versions; written at the end */
    const char      *program;  /* path of `aliasfree`: $ALIASFREE, or beside this program, or NULL */
    alf_study_state *state;
};

/* --- options -------------------------------------------------------------------------------------------------------- */

/* The text of an option, its fallback unless given; NULL: neither. Asking for one that the study does not have ends the
 * program. */
const char *alf_study_text(const alf_study_run *run, const char *option);
bool        alf_study_given(const alf_study_run *run, const char *option);
/* Of kinds INT and REAL; 0 for an option that has neither value nor fallback. */
int64_t alf_study_int(const alf_study_run *run, const char *option);
double  alf_study_real(const alf_study_run *run, const char *option);
/* Work on values of options alone ended so: an argument that is wrong is then wrong usage. Returns the status. */
ALF_NODISCARD alf_status alf_study_check_options(alf_study_run *run, alf_status status);
/* "tiny", "small", "full". */
const char *alf_scale_name(alf_scale scale);

/* --- going on ------------------------------------------------------------------------------------------------------- */

/* OUTDIR/NAME, for as long as the run lasts; NULL with the error recorded when memory is short. */
const char *alf_study_path(alf_study_run *run, const char *name);
/* Tells on stderr what is being done now, with the time so far. */
void alf_study_say(alf_study_run *run, const char *format, ...) ALF_PRINTF(2, 3);
/* True after Ctrl-C or SIGTERM: the run should store what is finished and return ALF_ERR_CANCELLED. Work of the library
 * that is under way is cancelled by itself. A second signal ends the program at once. */
bool alf_study_stopped(void);

/* Makes the result of one part; `*result` is given away. */
typedef alf_status (*alf_study_make)(alf_study_run *run, void *user, json_t **result);
/* The result of part `name`: found if it was finished with these settings and the run's seed and scale, else made and
 * stored. `settings` are given away; so is *out, to be given back with json_decref(). Nothing is made after a signal. */
ALF_NODISCARD alf_status alf_study_part(alf_study_run *run, const char *name, json_t *settings, alf_study_make make,
                                        void *user, json_t **out);

/* Runs `aliasfree WORDS...` (NULL ends them), a command that takes --threads and --max-memory, with the run's and waits.
 * What it prints is appended to OUTDIR/LOG. A signal to the study stops it too, so that it leaves a snapshot:
 * ALF_ERR_CANCELLED. When it fails the message has the last line of the log. */
ALF_NODISCARD alf_status alf_study_program(alf_study_run *run, const char *log, const char *const words[]);

/* --- the report ----------------------------------------------------------------------------------------------------- */

/* Names are those of files without ending, in letters, digits, '-', '_', '+' and '.'; what is called the same replaces
 * what was there. Tables, pictures (plots as PNG alone) and arrays of up to 1 MB are exported. */

ALF_NODISCARD alf_status alf_study_markdown(alf_study_run *run, const char *format, ...) ALF_PRINTF(2, 3);
/* A table into the notebook, on stdout, and as OUTDIR/NAME.csv and .json. */
ALF_NODISCARD alf_status alf_study_table(alf_study_run *run, const char *name, const alf_table *table);
/* A table that is too long to be read: its two files alone. */
ALF_NODISCARD alf_status alf_study_long_table(alf_study_run *run, const char *name, const alf_table *table);
/* The file OUTDIR/NAME, which is there, belongs to the report: it is exported. */
ALF_NODISCARD alf_status alf_study_file(alf_study_run *run, const char *name);
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

/* --- the program ---------------------------------------------------------------------------------------------------- */

/* 0 done, 1 failed or interrupted, 2 wrong usage. */
int alf_study_main(int argc, char *argv[], const alf_study *study);

#endif
