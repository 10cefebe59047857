/* The response of a filter: gnuplot draws it, from data and a script of our own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "filter_plot.h"
#include "report/files.h"
#include "report/gnuplot.h"

/* --- names ---------------------------------------------------------------------------------------------------------- */

/* The picture's path split, since gnuplot runs in the picture's folder, so that the script can be moved with it. */
typedef struct {
    char       *folder;        /* "." when the path has none  */
    const char *name;          /* without folder              */
    char       *data, *script; /* names of the companions     */
} plot_names;

static void free_names(plot_names *n)
{
    free(n->folder);
    free(n->data);
    free(n->script);
}

static bool make_names(const char *path, plot_names *n)
{
    *n = (plot_names){.folder = alf_cli_folder_of(path), .name = alf_cli_name_in(path)};
    n->data = alf_cli_concat(n->name, ".dat", NULL, NULL);
    n->script = alf_cli_concat(n->name, ".gp", NULL, NULL);
    if (n->folder && n->data && n->script) return true;
    free_names(n);
    return false;
}

/* --- data and script -------------------------------------------------------------------------------------------------- */

static void print_data(FILE *to, int count, const double freq[], const double gain[])
{
    fprintf(to, "# frequency  gain  gain in dB\n");
    for (int i = 0; i < count; i++) fprintf(to, "%.9g %.9g %.6g\n", freq[i], gain[i], 20 * log10(fmax(gain[i], 1e-15)));
}

static void print_script(FILE *to, const alf_cli *c, const plot_names *n)
{
    fputs(ALF_GNUPLOT_HEAD ALF_GNUPLOT_PNG "set output to.", to);
    alf_gnuplot_quote(to, n->name);
    fprintf(to,
            "\nset title 'Response: %lld taps, cutoff %.6g, width %.6g, sampling rate %.6g'\n"
            "set xlabel 'frequency (cycles per unit length)'\n"
            "set ylabel 'gain (dB)'\n"
            "set grid linecolor rgb '#e0e0e0' linetype 1\n"
            "unset key\n"
            "set yrange [-140:10]\n"
            "plot './'.",
            (long long)alf_cli_int(c, "numtaps"), alf_cli_real(c, "cutoff"), alf_cli_real(c, "width"),
            alf_cli_real(c, "fs"));
    alf_gnuplot_quote(to, n->data);
    fputs(" using 1:3 with lines linewidth 2 linecolor rgb '#0072b2'\n", to);
}

static alf_status write_companions(const alf_cli *c, const plot_names *n, int count, const double freq[],
                                   const double gain[])
{
    alf_report_text data, script;
    alf_status      status = alf_report_text_open(c->ctx, &data);
    if (status != ALF_OK) return status;
    print_data(data.to, count, freq, gain);
    status = alf_report_text_save(c->ctx, &data, n->folder, n->data, "");
    if (status == ALF_OK) status = alf_report_text_open(c->ctx, &script);
    if (status != ALF_OK) return status;
    print_script(script.to, c, n);
    return alf_report_text_save(c->ctx, &script, n->folder, n->script, "");
}

int alf_cli_plot_filter(const alf_cli *c, const char *path, int count, const double freq[], const double gain[])
{
    plot_names n;
    bool       drawn = false;
    if (!make_names(path, &n)) return alf_cli_error(c, "out of memory for '%s'", path);
    alf_status status = write_companions(c, &n, count, freq, gain);
    if (status == ALF_OK) status = alf_gnuplot_draw(c->ctx, n.folder, n.script, 1, &n.name, &drawn);
    if (status == ALF_OK && !drawn)
        alf_cli_warn(c, "no picture: gnuplot could not be run; its data and script are '%s.dat' and '%s.gp'", path,
                     path);
    free_names(&n);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}
