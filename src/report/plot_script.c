/* The frame of every plot: heading, files, pictures. */
#include "report/plot_script.h"

#include <math.h>
#include <stdlib.h>

#include "report/gnuplot.h"

static const char LOOKS[] = "set border 3 linecolor rgb '#606060'\n"
                            "set tics nomirror out textcolor rgb '#303030'\n";

void alf_plot_script_label(const alf_plot_script *s, const char *what, const char *label, int64_t letters,
                           const char *look)
{
    if (!label || !*label) return;
    fprintf(s->script.to, "set %s ", what);
    alf_gnuplot_label(s->script.to, label, letters);
    fprintf(s->script.to, "%s\n", look);
}

static void print_heading(const alf_plot_script *s, const char *title, const char *x_label, const char *y_label)
{
    fprintf(s->script.to, "%s%sset output to.'%s.png'\n%s", ALF_GNUPLOT_HEAD, ALF_GNUPLOT_PNG, s->name, LOOKS);
    alf_plot_script_label(s, "title", title, ALF_PLOT_LETTERS, " font ',15'");
    alf_plot_script_label(s, "xlabel", x_label, ALF_PLOT_LETTERS, "");
    alf_plot_script_label(s, "ylabel", y_label, ALF_PLOT_LETTERS / 2, "");
}

alf_status alf_plot_script_open(alf_ctx *ctx, const char *folder, const char *name, const char *title,
                                const char *x_label, const char *y_label, alf_plot_script *out)
{
    *out = (alf_plot_script){.ctx = ctx, .folder = folder, .name = name};
    alf_status status = alf_report_check_name(ctx, "a plot", name);
    if (status == ALF_OK) status = alf_report_text_open(ctx, &out->data);
    if (status == ALF_OK) status = alf_report_text_open(ctx, &out->script);
    if (status == ALF_OK)
        print_heading(out, title, x_label, y_label);
    else
        alf_plot_script_close(out);
    return status;
}

static void close_text(alf_report_text *text)
{
    if (text->to) fclose(text->to);
    free(text->text);
}

void alf_plot_script_close(alf_plot_script *s)
{
    close_text(&s->data);
    close_text(&s->script);
}

void alf_plot_script_range(const alf_plot_script *s, const char *what, double low, double high)
{
    fprintf(s->script.to, "set %s [", what);
    alf_gnuplot_number(s->script.to, low);
    fputc(':', s->script.to);
    alf_gnuplot_number(s->script.to, high);
    fputs("]\n", s->script.to);
}

void alf_plot_script_data_name(const alf_plot_script *s)
{
    fprintf(s->script.to, "'%s.dat'", s->name);
}

alf_status alf_plot_script_draw(alf_plot_script *s, bool *drawn)
{
    enum { ROOM = 128 }; /* names are checked */
    char script[ROOM], png[ROOM], svg[ROOM];
    snprintf(script, sizeof script, "%s.gp", s->name);
    snprintf(png, sizeof png, "%s.png", s->name);
    snprintf(svg, sizeof svg, "%s.svg", s->name);
    fprintf(s->script.to, "%sset output to.'%s'\nreplot\nunset output\n", ALF_GNUPLOT_SVG, svg);
    alf_status status = alf_report_text_save(s->ctx, &s->data, s->folder, s->name, ".dat");
    if (status == ALF_OK) status = alf_report_text_save(s->ctx, &s->script, s->folder, s->name, ".gp");
    if (status == ALF_OK) status = alf_gnuplot_draw(s->ctx, s->folder, script, 2, (const char *[]){png, svg}, drawn);
    return status;
}

alf_status alf_plot_check_range(alf_ctx *ctx, const char *what, double low, double high, bool log)
{
    if (!isfinite(low) || !isfinite(high))
        return alf_fail(ctx, ALF_ERR_RANGE, "plot: %s from %g to %g: expected finite numbers", what, low, high);
    if (log && low != high && (low <= 0 || high <= 0))
        return alf_fail(ctx, ALF_ERR_RANGE, "plot: %s from %g to %g on a logarithmic axis: expected numbers above 0",
                        what, low, high);
    return ALF_OK;
}
