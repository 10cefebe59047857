/* aliasfree spectra heatmap, aliasfree spectra slices: pictures of stored spectra. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/plot.h"
#include "spectra.h"

#define SMOOTH_OPTION(value_unless_given)                                                                              \
    {                                                                                                                  \
        .name = "smooth", .kind = ALF_CLI_REAL, .value = "S", .fallback = value_unless_given, .high = 1000,            \
        .help = "standard deviation of the Gaussian that smooths the dB, in cycles per image"                          \
    }
#define SAVE_OPTION(text)                                                                                              \
    {                                                                                                                  \
        .name = "save", .kind = ALF_CLI_TEXT, .value = "P.png", .path = ALF_CLI_FILE, .required = true, .help = text   \
    }

static const alf_cli_option heatmap_table[] = {
    SAVE_OPTION("picture; beside it P.svg, P.dat (the numbers) and P.gp (the script for gnuplot)"),
    SMOOTH_OPTION("1.25"),
    {.name = NULL}};
static const alf_cli_option slices_table[] = {
    SAVE_OPTION("pictures P-0.png and P-45.png, of the slices at 0 and at 45 degrees, each with .svg, .dat and .gp"),
    SMOOTH_OPTION("0"),
    {.name = NULL}};

/* --- spectra from files ------------------------------------------------------------------------------------------------- */

/* A centred, smoothed map in dB. */
typedef struct {
    int64_t image_size, n; /* n: bins each way */
    int64_t size;          /* of the map       */
    double *db;            /* [size, size]     */
} spectrum_map;

static int check_spectrum(const alf_cli *c, const char *path, int ndim, const int64_t shape[], const double *power,
                          double image_size)
{
    if (ndim != 2 || shape[0] != shape[1] || shape[0] < 1)
        return alf_cli_error(c, "%s: the array 'spectrum' is no square matrix", path);
    if (!(image_size >= 1 && image_size <= (double)shape[0] && floor(image_size) == image_size))
        return alf_cli_error(c, "%s: image_size is %g: expected 1 to %lld, the bins of the spectrum", path, image_size,
                             (long long)shape[0]);
    for (int64_t i = 0; i < shape[0] * shape[1]; i++)
        if (!(power[i] >= 0 && isfinite(power[i])))
            return alf_cli_error(c, "%s: value %lld of the spectrum is %g: expected a power", path, (long long)i,
                                 power[i]);
    return ALF_CLI_OK;
}

static int make_map(const alf_cli *c, const double *power, int64_t n, int64_t image_size, spectrum_map *out)
{
    double sigma = alf_cli_real(c, "smooth") * (double)n / (double)image_size;
    *out = (spectrum_map){.image_size = image_size, .n = n, .size = alf_spectrum_map_size(n)};
    out->db = malloc((size_t)(out->size * out->size) * sizeof *out->db);
    if (!out->db) return alf_cli_error(c, "out of memory for a map");
    alf_spectrum_map(n, power, out->db);
    return alf_spectrum_map_smooth(c->ctx, out->size, sigma, out->db) == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

/* The caller frees out->db, on failure too. */
static int load_map(const alf_cli *c, const char *path, spectrum_map *out)
{
    int     ndim, scalar_ndim, exit_code = ALF_CLI_FAILED;
    int64_t shape[ALF_MAX_DIMS], scalar_shape[ALF_MAX_DIMS];
    double *power = NULL, *image_size = NULL;
    *out = (spectrum_map){.db = NULL};
    if (alf_npz_read(c->ctx, path, "spectrum", &ndim, shape, &power) != ALF_OK ||
        alf_npz_read(c->ctx, path, "image_size", &scalar_ndim, scalar_shape, &image_size) != ALF_OK)
        alf_cli_failure(c);
    else if (scalar_ndim != 0)
        alf_cli_error(c, "%s: the array 'image_size' is no single number", path);
    else
        exit_code = check_spectrum(c, path, ndim, shape, power, *image_size);
    if (exit_code == ALF_CLI_OK) exit_code = make_map(c, power, shape[0], (int64_t)*image_size, out);
    alf_free_data(power);
    alf_free_data(image_size);
    return exit_code;
}

/* --- where pictures go -------------------------------------------------------------------------------------------------- */

/* --save cut into folder and name, without its ending. */
typedef struct {
    char       *folder;
    const char *name;
    char       *text; /* what `name` points into */
} place;

static int find_place(const alf_cli *c, place *out)
{
    const char *path = alf_cli_text(c, "save");
    *out = (place){.text = NULL};
    if (alf_cli_check_suffix(c, "--save", path, ".png") != ALF_CLI_OK) return ALF_CLI_USAGE;
    out->folder = alf_cli_folder_of(path);
    out->text = alf_cli_concat(alf_cli_name_in(path), NULL, NULL, NULL);
    if (!out->folder || !out->text) return alf_cli_error(c, "out of memory for '%s'", path);
    out->text[strlen(out->text) - strlen(".png")] = '\0';
    out->name = out->text;
    return ALF_CLI_OK;
}

static void release_place(place *p)
{
    free(p->folder);
    free(p->text);
}

static void tell(const alf_cli *c, const place *p, const char *name, bool drawn)
{
    printf("%s/%s.%s\n", p->folder, name, drawn ? "png" : "dat");
    if (!drawn) alf_cli_warn(c, "no picture: there is no gnuplot; %s/%s.gp is the script for it", p->folder, name);
}

/* The file's name without folder and ending, to be freed. */
static char *label_of(const char *path)
{
    char *label = alf_cli_concat(alf_cli_name_in(path), NULL, NULL, NULL);
    if (label && alf_cli_has_suffix(label, ".npz")) label[strlen(label) - strlen(".npz")] = '\0';
    return label;
}

/* --- heat maps ---------------------------------------------------------------------------------------------------------- */

/* More cells than pixels are of no use: around the centre every `step`-th stays. Returns how many each way. */
static int64_t thin_out(spectrum_map *m, int64_t *step)
{
    enum { MOST = 513 };
    int64_t half = m->size / 2;
    *step = (half + MOST / 2 - 1) / (MOST / 2);
    if (*step < 1) *step = 1;
    int64_t kept = half / *step, side = 2 * kept + 1;
    for (int64_t y = 0; y < side; y++) /* never ahead of what is read */
        for (int64_t x = 0; x < side; x++)
            m->db[y * side + x] = m->db[(half + (y - kept) * *step) * m->size + half + (x - kept) * *step];
    return side;
}

static int draw_heatmap(const alf_cli *c, const place *p, spectrum_map *m)
{
    char        *title = label_of(c->arguments[0]);
    int64_t      step, side = thin_out(m, &step);
    double       edge = (double)(side / 2 * step) * (double)m->image_size / (double)m->n;
    bool         drawn;
    alf_plot_map map = {.title = title,
                        .x_label = "horizontal frequency (cycles per image)",
                        .y_label = "vertical frequency (cycles per image)",
                        .value_label = "power (dB)",
                        .columns = side,
                        .rows = side,
                        .values = m->db,
                        .x_low = -edge,
                        .x_high = edge,
                        .y_low = -edge,
                        .y_high = edge,
                        .low = -40,
                        .high = 20,
                        .contour = 5,
                        .square = true};
    alf_status   status = title ? alf_plot_map_write(c->ctx, p->folder, p->name, &map, &drawn)
                                : alf_fail(c->ctx, ALF_ERR_MEMORY, "out of memory for a title");
    if (status == ALF_OK) tell(c, p, p->name, drawn);
    free(title);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

static int run_heatmap(alf_cli *c)
{
    spectrum_map map = {.db = NULL};
    place        p;
    int          exit_code = find_place(c, &p);
    if (exit_code == ALF_CLI_OK) exit_code = load_map(c, c->arguments[0], &map);
    if (exit_code == ALF_CLI_OK) exit_code = draw_heatmap(c, &p, &map);
    free(map.db);
    release_place(&p);
    return exit_code;
}

/* --- slices ------------------------------------------------------------------------------------------------------------- */

/* From zero frequency on: the other half is the same, since images are real. */
typedef struct {
    char   *label;
    int     count;
    double *values; /* [2 count] frequencies and dB at 0 degrees, the same at 45 */
} slices;

static int cut_slices(const alf_cli *c, const char *path, slices *out)
{
    spectrum_map map;
    int          exit_code = load_map(c, path, &map);
    int64_t      half = map.size / 2;
    double      *whole = exit_code == ALF_CLI_OK ? malloc((size_t)map.size * sizeof *whole) : NULL;
    *out = (slices){.label = label_of(path), .count = (int)half + 1};
    out->values = exit_code == ALF_CLI_OK ? malloc((size_t)out->count * 4 * sizeof *out->values) : NULL;
    const bool ready = whole && out->label && out->values;
    if (exit_code == ALF_CLI_OK && !ready) exit_code = alf_cli_error(c, "out of memory for slices");
    for (int diagonal = 0; diagonal < 2 && ready; diagonal++) {
        double *x = out->values + diagonal * 2 * out->count;
        double  step = (double)map.image_size / (double)map.n * (diagonal ? sqrt(2) : 1);
        alf_spectrum_map_slice(map.size, map.db, diagonal, whole);
        for (int i = 0; i < out->count; i++) x[i] = i * step;
        memcpy(x + out->count, whole + half, (size_t)out->count * sizeof *x);
    }
    free(whole);
    free(map.db);
    return exit_code;
}

static int draw_slices(const alf_cli *c, const place *p, int count, const slices all[], int diagonal)
{
    alf_plot_series series[ALF_CLI_MAX_ARGUMENTS];
    char           *name = alf_cli_concat(p->name, diagonal ? "-45" : "-0", NULL, NULL);
    bool            drawn;
    for (int i = 0; i < count; i++) {
        const double *x = all[i].values + diagonal * 2 * all[i].count;
        series[i] = (alf_plot_series){.label = all[i].label, .count = all[i].count, .x = x, .y = x + all[i].count};
    }
    alf_plot   plot = {.title =
                         diagonal ? "Power spectrum along the diagonal" : "Power spectrum along the horizontal axis",
                       .x_label = "frequency (cycles per image)",
                       .y_label = "power (dB)",
                       .y_low = -50,
                       .y_high = 30,
                       .count = count,
                       .series = series};
    alf_status status = name ? alf_plot_write(c->ctx, p->folder, name, &plot, &drawn)
                             : alf_fail(c->ctx, ALF_ERR_MEMORY, "out of memory for a name");
    if (status == ALF_OK) tell(c, p, name, drawn);
    free(name);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

static int run_slices(alf_cli *c)
{
    slices all[ALF_CLI_MAX_ARGUMENTS] = {{.count = 0}};
    place  p;
    int    exit_code = find_place(c, &p);
    for (int i = 0; i < c->argument_count && exit_code == ALF_CLI_OK; i++)
        exit_code = cut_slices(c, c->arguments[i], &all[i]);
    for (int diagonal = 0; diagonal < 2 && exit_code == ALF_CLI_OK; diagonal++)
        exit_code = draw_slices(c, &p, c->argument_count, all, diagonal);
    for (int i = 0; i < c->argument_count; i++) {
        free(all[i].label);
        free(all[i].values);
    }
    release_place(&p);
    return exit_code;
}

const alf_cli_command alf_cli_spectra_heatmap = {
    .name = "spectra heatmap",
    .summary = "a spectrum as a map in dB, from -40 to 20, with contours",
    .arguments = "F.npz",
    .argument_count = 1,
    .argument_path = ALF_CLI_FILE,
    .options = heatmap_table,
    .takes = ALF_CLI_TAKES_FILES,
    .run = run_heatmap,
};

const alf_cli_command alf_cli_spectra_slices = {
    .name = "spectra slices",
    .summary = "spectra along the horizontal axis and along the diagonal, from -50 to 30 dB",
    .arguments = "F.npz...",
    .argument_count = 1,
    .argument_path = ALF_CLI_FILE,
    .argument_most = ALF_CLI_MAX_ARGUMENTS,
    .options = slices_table,
    .takes = ALF_CLI_TAKES_FILES,
    .run = run_slices,
};
