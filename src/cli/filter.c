/* aliasfree filter: designs a low-pass filter and tells how good it is. */
#include <math.h>
#include <string.h>

#include "filter_plot.h"
#include "report/values.h"

enum { POINTS = 513 }; /* of the response, from 0 to half the sampling rate */

static const alf_cli_option table[] = {
    {.name = "numtaps", .kind = ALF_CLI_INT, .value = "N", .fallback = "12", .low = 1, .high = 4096, .help = "taps"},
    {.name = "cutoff",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.25",
     .help = "nominal cutoff f_c: the centre of the transition band (the gain there is 1/2 when the transition is "
             "narrow); below half the sampling rate"},
    {.name = "width",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.25",
     .help = "requested width of the transition band, 2 f_h"},
    {.name = "fs", .kind = ALF_CLI_REAL, .value = "F", .fallback = "1", .help = "sampling rate of the taps"},
    {.name = "window",
     .kind = ALF_CLI_CHOICE,
     .value = "kaiser|lanczos|gaussian",
     .fallback = "kaiser",
     .help = "Kaiser-windowed sinc, or the kernels of the paper's ablation"},
    {.name = "radial", .kind = ALF_CLI_FLAG, .help = "radially symmetric 2-D filter, a jinc"},
    {.name = "down",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "2",
     .low = 1,
     .high = 4096,
     .help = "decimation that the alias energy is told for"},
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "print taps, response and figures as JSON"},
    {.name = "plot",
     .kind = ALF_CLI_TEXT,
     .value = "F.png",
     .path = ALF_CLI_FILE,
     .help = "draw the response with gnuplot; F.png.dat and F.png.gp beside it are written in any case"},
    {.name = NULL}};

typedef struct {
    alf_fir_spec    spec;
    alf_fir        *fir;
    alf_fir_figures figures;
    double          freq[POINTS], gain[POINTS];
} design;

static alf_fir_spec read_spec(const alf_cli *c)
{
    const char  *window = alf_cli_text(c, "window");
    alf_fir_spec spec = alf_fir_spec_default();
    spec.numtaps = (int)alf_cli_int(c, "numtaps");
    spec.cutoff = alf_cli_real(c, "cutoff");
    spec.width = alf_cli_real(c, "width");
    spec.fs = alf_cli_real(c, "fs");
    spec.radial = alf_cli_flag(c, "radial");
    spec.window = strcmp(window, "lanczos") == 0    ? ALF_WINDOW_LANCZOS
                  : strcmp(window, "gaussian") == 0 ? ALF_WINDOW_GAUSSIAN
                                                    : ALF_WINDOW_KAISER;
    return spec;
}

/* --- output ----------------------------------------------------------------------------------------------------------- */

static json_t *numbers_json(int count, const double values[])
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++) list = alf_json_add(list, alf_cli_json_real(values[i]));
    return list;
}

/* A list of numbers, or of rows of a 2-D filter. */
static json_t *taps_json(alf_taps taps)
{
    if (taps.rank < 2) return numbers_json(taps.width, taps.values);
    json_t *rows = json_array();
    for (int y = 0; y < taps.height; y++)
        rows = alf_json_add(rows, numbers_json(taps.width, taps.values + y * taps.width));
    return rows;
}

static int print_json(const alf_cli *c, const design *d)
{
    const alf_fir_spec    *s = &d->spec;
    const alf_fir_figures *f = &d->figures;
    double                 attenuation = alf_kaiser_attenuation(s->numtaps, s->width / (s->fs / 2));
    json_t                *figures =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "cutoff", alf_cli_json_real(f->cutoff), "passband_ripple_db",
                  alf_cli_json_real(f->passband_end > 0 ? f->passband_ripple_db : (double)NAN), "stopband_db",
                  alf_cli_json_real(f->stopband_db), "transition_width", alf_cli_json_real(f->transition_width),
                  "alias_energy_db", alf_cli_json_real(f->alias_energy_db), "passband_end",
                  alf_cli_json_real(f->passband_end), "stopband_start", alf_cli_json_real(f->stopband_start));
    json_t *json = json_pack("{s:i, s:f, s:f, s:f, s:s, s:b, s:o, s:o, s:o, s:o, s:{s:o, s:o}}", "numtaps", s->numtaps,
                             "cutoff", s->cutoff, "width", s->width, "fs", s->fs, "window", alf_cli_text(c, "window"),
                             "radial", s->radial, "kaiser_attenuation", alf_cli_json_real(attenuation), "kaiser_beta",
                             alf_cli_json_real(alf_kaiser_beta(attenuation)), "taps", taps_json(alf_fir_taps(d->fir)),
                             "figures", figures, "response", "frequency", numbers_json(POINTS, d->freq), "gain",
                             numbers_json(POINTS, d->gain));
    return alf_cli_print_json(c, json, false);
}

/* Of a 2-D filter a row per line; the taps of a separable filter in lines of a few. */
static void print_taps(alf_taps taps)
{
    int per_line = taps.rank < 2 ? 6 : taps.width, digits = taps.rank < 2 ? 6 : 3;
    int count = taps.width * taps.height;
    printf("taps (to full precision: --json)\n");
    for (int i = 0; i < count; i++)
        printf("%*.*g%s", digits + 6, digits, taps.values[i],
               i % per_line == per_line - 1 || i == count - 1 ? "\n" : " ");
}

/* A number, or that there is none: the gain never falls so far. */
static void print_frequency(const char *name, double value, const char *remark)
{
    if (isnan(value))
        printf("%s none: the gain does not fall that far\n", name);
    else
        printf("%s %.6g%s\n", name, value, remark);
}

static void print_bands(const alf_fir_figures *f)
{
    if (f->passband_end > 0)
        printf("passband ripple        %.4g dB up to %.6g\n", f->passband_ripple_db, f->passband_end);
    else
        printf("passband ripple        none: the transition band reaches down to 0\n");
    if (isfinite(f->stopband_db))
        printf("stopband attenuation   %.4g dB from %.6g\n", f->stopband_db + 0.0, f->stopband_start);
    else
        printf("stopband attenuation   none: the transition band reaches up to fs/2\n");
}

static void print_text(const alf_cli *c, const design *d)
{
    static const char *const kinds[] = {"identity", "separable", "radially symmetric"};

    const alf_fir_spec    *s = &d->spec;
    const alf_fir_figures *f = &d->figures;
    alf_taps               taps = alf_fir_taps(d->fir);
    double                 gain;
    alf_fir_response(d->fir, 1, &s->cutoff, &gain);
    printf("filter                 %s, %d", kinds[taps.rank], taps.width);
    if (taps.rank == 2) printf(" x %d", taps.height);
    printf(" tap%s at rate %.6g, window %s\n", alf_cli_plural(taps.width), s->fs, alf_cli_text(c, "window"));
    printf("nominal cutoff         %.6g, where the gain is %.4f\n", s->cutoff, gain);
    print_frequency("gain of 1/2           ", f->cutoff, "");
    printf("transition, requested  %.6g (2 f_h, around the nominal cutoff)\n", s->width);
    print_frequency("transition, measured  ", f->transition_width, " (from a gain of 0.9 to 0.1)");
    print_bands(f);
    if (s->window == ALF_WINDOW_KAISER)
        printf("Kaiser's estimate      %.4g dB of attenuation\n",
               alf_kaiser_attenuation(s->numtaps, s->width / (s->fs / 2)));
    printf("alias energy           %.4g dB after decimation by %lld\n\n", f->alias_energy_db,
           (long long)alf_cli_int(c, "down"));
    print_taps(taps);
}

/* --- running ---------------------------------------------------------------------------------------------------------- */

static int show(const alf_cli *c, design *d)
{
    const char *plot = alf_cli_text(c, "plot");
    for (int i = 0; i < POINTS; i++) d->freq[i] = d->spec.fs / 2 * i / (POINTS - 1);
    alf_fir_response(d->fir, POINTS, d->freq, d->gain);
    int exit_code = ALF_CLI_OK;
    if (alf_cli_flag(c, "json"))
        exit_code = print_json(c, d);
    else
        print_text(c, d);
    if (plot && exit_code == ALF_CLI_OK) exit_code = alf_cli_plot_filter(c, plot, POINTS, d->freq, d->gain);
    return exit_code;
}

static int run(alf_cli *c)
{
    design      d = {.spec = read_spec(c)};
    const char *plot = alf_cli_text(c, "plot");
    int         exit_code = plot ? alf_cli_check_suffix(c, "--plot", plot, ".png") : ALF_CLI_OK;
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (d.spec.radial && d.spec.window != ALF_WINDOW_KAISER)
        return alf_cli_usage_error(c, "--radial: the window is %s: expected kaiser", alf_cli_text(c, "window"));
    if (alf_fir_design(c->ctx, &d.spec, &d.fir) != ALF_OK) return alf_cli_refusal(c);
    if (alf_fir_measure(c->ctx, d.fir, d.spec.cutoff, d.spec.width, (int)alf_cli_int(c, "down"), &d.figures) == ALF_OK)
        exit_code = show(c, &d);
    else
        exit_code = alf_cli_refusal(c);
    alf_fir_destroy(d.fir);
    return exit_code;
}

const alf_cli_command alf_cli_filter = {
    .name = "filter",
    .summary = "design a low-pass filter: taps, response, figures",
    .options = table,
    .takes = ALF_CLI_TAKES_MEMORY,
    .run = run,
};
