#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aliasfree/machine.h"
#include "progress.h"

enum { BAR = 30 };                                 /* letters */
static const double EACH_BAR = 0.1, EACH_LINE = 5; /* seconds between two of them */

alf_cli_progress alf_cli_progress_start(void)
{
    const char *term = getenv("TERM");
    return (alf_cli_progress){.terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0};
}

void alf_cli_progress_clear(alf_cli_progress *p)
{
    if (!p->bar_stands) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->bar_stands = false;
}

void alf_cli_progress_text(alf_cli_progress *p, const char *text)
{
    if (!p->terminal) return;
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
    p->bar_stands = true;
}

static void print_bar(alf_cli_progress *p, int64_t done, int64_t total, const char *left)
{
    char bar[BAR + 1];
    int  filled = (int)((double)BAR * (double)done / (double)total);
    for (int i = 0; i < BAR; i++) bar[i] = i < filled ? '#' : '.';
    bar[BAR] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %lld/%lld%s%s", p->what, bar, (long long)done, (long long)total,
            *left ? ", left " : "", left);
    fflush(stderr);
    p->bar_stands = true;
}

static void print_line(alf_cli_progress *p, int64_t done, int64_t total, const char *left)
{
    fprintf(stderr, "%s: %lld of %lld%s%s\n", p->what, (long long)done, (long long)total, *left ? ", left " : "", left);
    p->line_printed = true;
}

/* The time left at the rate so far; "" while nothing is known and at the end. */
static void estimate(const alf_cli_progress *p, double now, int64_t done, int64_t total, char *left, size_t size)
{
    left[0] = '\0';
    if (done > 0 && done < total)
        alf_machine_format_seconds((now - p->started) * (double)(total - done) / (double)done, left, size);
}

void alf_cli_progress_report(alf_cli_progress *p, const char *what, int64_t done, int64_t total)
{
    /* layers within an image: a chance to stop, but the work that is shown is the images */
    if (strcmp(what, "synthesis") == 0) return;
    double now = alf_machine_seconds();
    if (strncmp(p->what, what, sizeof p->what - 1) != 0 || done < p->done) { /* other work, or the same anew */
        alf_cli_progress_clear(p);
        snprintf(p->what, sizeof p->what, "%s", what);
        p->started = p->shown = now;
        p->line_printed = false;
    }
    p->done = done;
    if (total <= 0 || done < 0 || done > total) return;
    bool due = now - p->shown >= (p->terminal ? EACH_BAR : EACH_LINE);
    bool last = done == total && (p->terminal ? p->bar_stands : p->line_printed);
    if (!due && !last) return;

    char left[32];
    estimate(p, now, done, total, left, sizeof left);
    p->shown = now;
    if (p->terminal)
        print_bar(p, done, total, left);
    else
        print_line(p, done, total, left);
}
