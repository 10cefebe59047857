/* aliasfree spectra calc: the average power spectrum of a network's images or of a data set. */
#include <math.h>
#include <stdlib.h>

#include "pictures.h"
#include "spectra.h"

enum { IMAGES_OF_A_NETWORK = 1000 };

static const alf_cli_option table[] = {
    {.name = "source",
     .kind = ALF_CLI_TEXT,
     .value = "FILE",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "a network (.safetensors, .pkl), or a data set: a folder or a zip"},
    {.name = "dest",
     .kind = ALF_CLI_TEXT,
     .value = "F.npz",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "file for the spectrum"},
    {.name = "mean",
     .kind = ALF_CLI_REAL,
     .value = "M",
     .low = -1e6,
     .high = 1e6,
     .help = "mean that images are whitened by, in levels from 0 to 255; measured unless given, but required for a "
             "network"},
    {.name = "std",
     .kind = ALF_CLI_REAL,
     .value = "S",
     .low = 1e-6,
     .high = 1e6,
     .help = "standard deviation that images are whitened by, likewise"},
    {.name = "num",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 1e9,
     .help = "images; unless given all of a data set, 1000 of a network"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 4294967295.0,
     .help = "chooses among the pictures of a data set; the first of the seeds of a network's images"},
    {.name = "class",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 65535,
     .help = "class of a conditional network; a random one for each image unless given"},
    {.name = "beta",
     .kind = ALF_CLI_REAL,
     .value = "B",
     .fallback = "8",
     .high = 1000,
     .help = "shape of the Kaiser window"},
    {.name = "interp",
     .kind = ALF_CLI_INT,
     .value = "K",
     .fallback = "4",
     .low = 1,
     .high = 16,
     .help = "bins per frequency: how many times as large images become by zeros"},
    {.name = NULL}};

typedef struct {
    double mean, std;
} moments;

/* Levels are whole, so sums are exact. */
static alf_status measure_moments(alf_cli_pictures *p, moments *out)
{
    int64_t values = p->channels * p->size * p->size;
    double  sum = 0, squares = 0, count = (double)(values * p->count);
    for (int64_t i = 0; i < p->count; i++) {
        alf_status status = alf_progress(p->c->ctx, "mean and deviation", i, p->count);
        if (status == ALF_OK) status = alf_cli_pictures_read(p, i);
        if (status != ALF_OK) return status;
        for (int64_t k = 0; k < values; k++) {
            sum += p->levels[k];
            squares += p->levels[k] * p->levels[k];
        }
    }
    *out = (moments){.mean = sum / count, .std = sqrt(fmax(squares / count - sum / count * (sum / count), 0))};
    return ALF_OK;
}

static alf_status add_pictures(alf_cli_pictures *p, alf_spectrum *spectrum)
{
    alf_status status = ALF_OK;
    for (int64_t i = 0; i < p->count && status == ALF_OK; i++) {
        status = alf_progress(p->c->ctx, "spectrum", i, p->count);
        if (status == ALF_OK) status = alf_cli_pictures_read(p, i);
        if (status == ALF_OK) status = alf_spectrum_add(p->c->ctx, spectrum, p->channels, p->levels);
    }
    return status == ALF_OK ? alf_progress(p->c->ctx, "spectrum", p->count, p->count) : status;
}

/* `spectrum` and `image_size` as in the original's files, and what images were whitened by. */
static alf_status write_spectrum(const alf_cli_pictures *p, const alf_spectrum *spectrum, const moments *m)
{
    int64_t             n = alf_spectrum_size(spectrum), shape[2] = {n, n};
    double             *power = malloc((size_t)(n * n) * sizeof *power);
    const alf_npz_array arrays[] = {
        {.name = "spectrum", .dtype = ALF_F64, .ndim = 2, .shape = shape, .data = power},
        {.name = "image_size", .dtype = ALF_I64, .data = &p->size},
        {.name = "mean", .dtype = ALF_F64, .data = &m->mean},
        {.name = "std", .dtype = ALF_F64, .data = &m->std},
    };
    if (!power) return alf_fail(p->c->ctx, ALF_ERR_MEMORY, "out of memory for a spectrum");
    alf_spectrum_read(spectrum, power);
    alf_status status = alf_npz_write(p->c->ctx, alf_cli_text(p->c, "dest"), sizeof arrays / sizeof arrays[0], arrays);
    free(power);
    return status;
}

static int calculate(alf_cli_pictures *p, const moments *m)
{
    const alf_cli    *c = p->c;
    alf_spectrum_spec spec = {.size = p->size,
                              .interp = (int)alf_cli_int(c, "interp"),
                              .beta = alf_cli_real(c, "beta"),
                              .mean = m->mean,
                              .std = m->std};
    alf_spectrum     *spectrum;
    if (alf_spectrum_create(c->ctx, &spec, &spectrum) != ALF_OK) return alf_cli_failure(c);
    alf_status status = add_pictures(p, spectrum);
    if (status == ALF_OK) status = write_spectrum(p, spectrum, m);
    alf_spectrum_destroy(spectrum);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

static int check_options(const alf_cli *c)
{
    bool has_mean = alf_cli_given(c, "mean"), has_std = alf_cli_given(c, "std");
    if (has_mean != has_std) return alf_cli_usage_error(c, "--mean and --std go together");
    if (!has_mean && alf_cli_is_network(alf_cli_text(c, "source")))
        return alf_cli_usage_error(c, "--mean and --std must be given for a network: those of its data set, which "
                                      "'aliasfree spectra calc --source=DATASET' tells");
    return alf_cli_check_suffix(c, "--dest", alf_cli_text(c, "dest"), ".npz");
}

static int run(alf_cli *c)
{
    int exit_code = check_options(c);
    if (exit_code != ALF_CLI_OK) return exit_code;
    const char      *source = alf_cli_text(c, "source");
    moments          m = {.mean = alf_cli_real(c, "mean"), .std = alf_cli_real(c, "std")};
    int64_t          count = alf_cli_int(c, "num");
    alf_cli_pictures p;
    if (count == 0 && alf_cli_is_network(source)) count = IMAGES_OF_A_NETWORK;
    exit_code = alf_cli_pictures_open(&p, c, source, count, (uint32_t)alf_cli_int(c, "seed"));
    if (exit_code == ALF_CLI_OK && !alf_cli_given(c, "mean") && measure_moments(&p, &m) != ALF_OK)
        exit_code = alf_cli_failure(c);
    if (exit_code == ALF_CLI_OK) exit_code = calculate(&p, &m);
    if (exit_code == ALF_CLI_OK) printf("images %lld\nmean %.6g\nstd %.6g\n", (long long)p.count, m.mean, m.std);
    alf_cli_pictures_close(&p);
    return exit_code;
}

const alf_cli_command alf_cli_spectra_calc = {
    .name = "spectra calc",
    .summary = "the average power spectrum of a network's images or of a data set",
    .options = table,
    .notes =
        {"Images, as levels from 0 to 255, are whitened by mean and deviation, windowed, zero-padded and transformed; "
         "the squared magnitudes are averaged over images and channels. Networks and their data set are to be "
         "whitened alike: give a network the figures that are printed for the data set."},
    .run = run,
};
