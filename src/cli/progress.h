/* How far the work is: a bar with the time left on a terminal, a line now and then elsewhere; always on stderr. */
#ifndef ALF_CLI_PROGRESS_H
#define ALF_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct alf_cli_progress {
    bool    terminal;
    char    what[64];     /* the work that was reported last                     */
    double  started;      /* when it was first reported, in monotonic seconds    */
    double  shown;        /* when something was last printed                     */
    int64_t done;         /* of it, at the last report                           */
    bool    bar_stands;   /* the cursor is on a bar's line                       */
    bool    line_printed; /* of this work                                        */
} alf_cli_progress;

/* Decides by the terminal that stderr is, or is not. */
alf_cli_progress alf_cli_progress_start(void);
void             alf_cli_progress_report(alf_cli_progress *p, const char *what, int64_t done, int64_t total);
/* Shows a text where the bar stands, in its place; nothing elsewhere than on a terminal. */
void alf_cli_progress_text(alf_cli_progress *p, const char *text);
/* Removes the bar, so that something else can be printed. */
void alf_cli_progress_clear(alf_cli_progress *p);

#endif
