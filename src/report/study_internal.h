/* What the parts of a study's program share. */
#ifndef ALF_REPORT_STUDY_INTERNAL_H
#define ALF_REPORT_STUDY_INTERNAL_H

#include "report/study.h"

enum { ALF_STUDY_MAX_OPTIONS = 40 };

/* What the command line said, in the order of the joined table. */
typedef struct {
    const char *values[ALF_STUDY_MAX_OPTIONS];
    bool        given[ALF_STUDY_MAX_OPTIONS];
    bool        help;
} alf_study_values;

/* Files of the report, named within OUTDIR. */
typedef struct {
    char **names;
    int    count;
} alf_study_files;

struct alf_study_state {
    alf_study_values values;
    alf_study_files  shown;  /* to be exported: pictures, tables                       */
    alf_study_files  arrays; /* names without ending                                   */
    alf_study_files  paths;  /* that alf_study_path() gave away; freed with the run    */
    char            *outdir, *program;
    bool             misused;       /* what an option says is wrong, as the study found out          */
    double           started, told; /* when the run started, when something was last said */
};

/* --- options -------------------------------------------------------------------------------------------------------- */

/* False, with a text for the user, when a word makes no sense. Of an option that is given twice the last one counts. */
bool alf_study_parse(const alf_study *study, int argc, char *const argv[], alf_study_values *out, char *message,
                     size_t size);
void alf_study_print_help(const alf_study *study, FILE *to);
/* Bytes with K, M or G; false: it is not that. */
bool alf_study_read_bytes(const char *text, int64_t *out);
/* The study's name and its words, quoted for a shell where they need it; NULL: no memory. Free with free(). */
char *alf_study_command(const alf_study *study, int argc, char *const argv[]);

/* --- signals, and the program that they go on to -------------------------------------------------------------------- */

/* Until it is released a first SIGINT, SIGTERM or SIGHUP is remembered, and goes on to the program that runs. */
void alf_study_catch_signals(void);
void alf_study_release_signals(void);
/* Path of `aliasfree`, NULL: there is none. Free with free(). */
char *alf_study_find_program(const char *argv0);

/* --- files ---------------------------------------------------------------------------------------------------------- */

void alf_study_files_free(alf_study_files *files);
/* Writes the notebook into OUTDIR, with a last cell that loads the arrays, and exports it with what it shows; the
 * notebook comes last. */
ALF_NODISCARD alf_status alf_study_finish_report(alf_study_run *run);

#endif
