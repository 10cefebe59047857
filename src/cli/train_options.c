/* The options of training: one table, and what each says to the library. */
#include "train_options.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "metric_name.h"
#include "values.h"

enum { MOST_GRID = 4096 };

const alf_cli_option alf_cli_train_options[] = {
    {.name = "outdir",
     .kind = ALF_CLI_TEXT,
     .value = "DIR",
     .path = ALF_CLI_FOLDER,
     .required = true,
     .help =
         "where runs are: this one gets, or goes on in, a folder such as 00000-stylegan3-t-NAME-gpus1-batch32-gamma8"},
    {.name = "data",
     .kind = ALF_CLI_TEXT,
     .value = "ZIP|DIR",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "data set, as 'aliasfree dataset' and the original's dataset_tool make it"},
    {.name = "gpus",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 65536,
     .help = "processes that train together, which mpirun -np N starts; only to check that there are so many"},
    {.name = "batch",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "32",
     .low = 1,
     .high = 1 << 20,
     .help = "images per iteration, over all processes"},
    {.name = "gamma",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .high = 1e9,
     .help = "weight of the R1 penalty; 0.0002 resolution^2 / batch unless given"},
    {.name = "blur-fade",
     .kind = ALF_CLI_REAL,
     .value = "KIMG",
     .high = 1e9,
     .help =
         "R: over how many kimg the blur of what the discriminator sees fades, from 10 pixels; 0: none; batch x 200 / "
         "32 unless given, which a short training does not get past"},
    {.name = "cond", .kind = ALF_CLI_BOOL, .help = "train with the data set's labels"},
    {.name = "mirror", .kind = ALF_CLI_BOOL, .help = "add the x-flipped images to the data set"},
    {.name = "aug",
     .kind = ALF_CLI_CHOICE,
     .value = "noaug|ada|fixed",
     .fallback = "ada",
     .help = "augmentation of what the discriminator sees: none, adaptive, or of fixed probability"},
    {.name = "resume",
     .kind = ALF_CLI_TEXT,
     .value = "FILE",
     .path = ALF_CLI_FILE,
     .help = "start from the networks of this file (ours or an official pickle): transfer learning. A run that was "
             "interrupted goes on by itself"},
    {.name = "freezed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 64,
     .help = "freeze the first layers of the discriminator"},
    {.name = "p",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.2",
     .high = 1,
     .help = "probability of --aug=fixed"},
    {.name = "target",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.6",
     .high = 1,
     .help = "how sure of real images the discriminator should be, of --aug=ada"},
    {.name = "batch-gpu",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 1 << 20,
     .help = "images of a micro-batch, which need memory at a time; batch / processes unless given"},
    {.name = "glr",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .high = 1000,
     .help = "learning rate of the generator; 0.002 from A to C, else 0.0025, unless given"},
    {.name = "dlr",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.002",
     .high = 1000,
     .help = "learning rate of the discriminator"},
    {.name = "mbstd-group",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "4",
     .low = 1,
     .high = 1 << 20,
     .help = "images over which the minibatch standard deviation is taken"},
    {.name = "desc", .kind = ALF_CLI_TEXT, .value = "TEXT", .help = "ends the name of the run's folder"},
    {.name = "metrics",
     .kind = ALF_CLI_TEXT,
     .value = "LIST|none",
     .fallback = "swd1k",
     .help =
         "measured at each snapshot: swd<N> (sliced Wasserstein distance to the data set), eqt<N>_int, eqt<N>_frac, "
         "eqr<N> (equivariance); N samples, 1k for 1000"},
    {.name = "kimg",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "25000",
     .low = 0.001,
     .high = 1e9,
     .help = "how long to train, in thousands of images"},
    {.name = "tick",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "4",
     .low = 0.001,
     .high = 1e9,
     .help = "kimg between two status lines, and states from which the run can go on"},
    {.name = "snap",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "50",
     .high = 1e9,
     .help = "ticks between two snapshots: pictures, networks, metrics; 0: only at the end"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 9007199254740992.0,
     .help = "decides every random number"},
    {.name = "grid",
     .kind = ALF_CLI_TEXT,
     .value = "CxR|none",
     .help =
         "columns and rows of the pictures of a snapshot; as many as fit 7680x4320, from 7x4 to 32x32, unless given"},
    {.name = "max-images",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 9007199254740992.0,
     .help = "train on so many images of the data set, chosen by the seed"},
    {.name = "new", .kind = ALF_CLI_FLAG, .help = "a new run, even if one with the same options is not finished"},
    {.name = NULL}};

alf_dataset_options alf_cli_train_data(const alf_cli *c)
{
    alf_dataset_options o = alf_dataset_options_default();
    o.labels = alf_cli_flag(c, "cond");
    o.mirror = alf_cli_flag(c, "mirror");
    o.max_items = alf_cli_int(c, "max-images");
    o.seed = (uint64_t)alf_cli_int(c, "seed");
    return o;
}

/* The library takes all of a smaller set. */
static void note_max_images(const alf_cli *c, const alf_dataset *data)
{
    int64_t there = alf_dataset_count(data) / (alf_cli_flag(c, "mirror") ? 2 : 1), asked = alf_cli_int(c, "max-images");
    if (asked > there)
        alf_cli_warn(c, "--max-images: %lld instead of %lld: the data set has no more", (long long)there,
                     (long long)asked);
}

/* --- what is trained ---------------------------------------------------------------------------------------------------- */

static int check_processes(const alf_cli *c, int ranks)
{
    int64_t asked = alf_cli_int(c, "gpus");
    if (!alf_cli_given(c, "gpus") || asked == ranks) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--gpus: '%lld': there %s %d process%s: start them with mpirun -np %lld",
                               (long long)asked, ranks == 1 ? "is" : "are", ranks, ranks == 1 ? "" : "es",
                               (long long)asked);
}

/* The original's rules: every process gets as many micro-batches, all of the same size. */
static int read_batches(const alf_cli *c, int ranks, alf_training_options *o)
{
    long long batch = o->batch, part = batch / ranks, group = alf_cli_int(c, "mbstd-group");
    if (batch % ranks != 0)
        return alf_cli_usage_error(c, "--batch: '%lld': expected a multiple of the %d processes", batch, ranks);
    if (alf_cli_given(c, "batch-gpu")) part = alf_cli_int(c, "batch-gpu");
    if (batch % (part * ranks) != 0)
        return alf_cli_usage_error(c,
                                   "--batch-gpu: '%lld': expected a number that %lld (--batch / processes) is a "
                                   "multiple of",
                                   part, batch / ranks);
    if (part < group)
        return alf_cli_usage_error(c,
                                   "--mbstd-group: '%lld': expected at most the %lld images of a micro-batch "
                                   "(--batch-gpu)",
                                   group, part);
    if (part % group != 0)
        return alf_cli_usage_error(c,
                                   "--mbstd-group: '%lld': expected a number that the %lld images of a micro-batch "
                                   "(--batch-gpu) are a multiple of",
                                   group, part);
    o->batch_gpu = (int)part;
    o->discriminator.mbstd_group_size = (int)group;
    return ALF_CLI_OK;
}

static int read_networks(const alf_cli *c, const alf_dataset *data, alf_training_options *o)
{
    o->generator.c_dim = o->discriminator.c_dim = (int)alf_dataset_label_dim(data);
    o->generator.img_channels = o->discriminator.img_channels = alf_dataset_channels(data);
    o->discriminator.freeze_layers = (int)alf_cli_int(c, "freezed");
    return alf_cli_apply_network(c, &o->generator);
}

/* noaug keeps the pipe and never uses it. */
static void read_augmentation(const alf_cli *c, alf_training_options *o, bool speaks)
{
    const char *aug = alf_cli_text(c, "aug");
    bool        fixed = strcmp(aug, "fixed") == 0, adaptive = strcmp(aug, "ada") == 0;
    o->augment_p = fixed ? alf_cli_real(c, "p") : 0;
    o->ada_target = adaptive ? alf_cli_real(c, "target") : 0;
    if (speaks && alf_cli_given(c, "p") && !fixed) alf_cli_warn(c, "--p is ignored: it is of --aug=fixed");
    if (speaks && alf_cli_given(c, "target") && !adaptive) alf_cli_warn(c, "--target is ignored: it is of --aug=ada");
}

static void read_blur(const alf_cli *c, alf_training_options *o, bool speaks)
{
    if (!alf_cli_given(c, "blur-fade")) return;
    if (speaks && o->blur_init_sigma == 0) alf_cli_warn(c, "--blur-fade is ignored: it is of R, without --resume");
    if (o->blur_init_sigma > 0) o->blur_fade_kimg = alf_cli_real(c, "blur-fade");
}

/* Networks that can already do something need no warming up, and augmentation may react faster. */
static void adapt_to_transfer(alf_training_options *o)
{
    o->ada_kimg = 100;
    o->ema_rampup = 0;
    o->blur_init_sigma = 0;
}

static int check_resolution(const alf_cli *c, const alf_dataset *data)
{
    long long size = alf_dataset_resolution(data);
    long long lowest = alf_cli_rung(c)->family == ALF_STYLEGAN2 ? 8 : 16;
    if (size >= lowest && size <= 4096 && (size & (size - 1)) == 0) return ALF_CLI_OK;
    return alf_cli_error(c,
                         "%s: pictures of %lld pixels: expected a power of two from %lld to 4096; 'aliasfree dataset' "
                         "makes them so",
                         alf_dataset_path(data), size, lowest);
}

int alf_cli_train_settings(const alf_cli *c, const alf_dataset *data, int ranks, bool speaks, alf_training_options *out)
{
    alf_training_options o;
    int                  exit_code = alf_cli_check_capacity(c);
    if (exit_code == ALF_CLI_OK) exit_code = check_processes(c, ranks);
    if (exit_code == ALF_CLI_OK) exit_code = check_resolution(c, data);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_training_options_named(c->ctx, alf_cli_rung(c)->name, (int)alf_dataset_resolution(data),
                                   (int)alf_cli_int(c, "batch"), alf_cli_int(c, "cbase"), alf_cli_int(c, "cmax"),
                                   &o) != ALF_OK)
        return alf_cli_refusal(c);
    exit_code = read_batches(c, ranks, &o);
    if (exit_code == ALF_CLI_OK) exit_code = read_networks(c, data, &o);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_cli_given(c, "gamma")) o.r1_gamma = alf_cli_real(c, "gamma");
    if (alf_cli_given(c, "glr")) o.g_lr = alf_cli_real(c, "glr");
    o.d_lr = alf_cli_real(c, "dlr");
    o.seed = (uint64_t)alf_cli_int(c, "seed");
    read_augmentation(c, &o, speaks);
    if (speaks) note_max_images(c, data);
    if (alf_cli_given(c, "resume")) adapt_to_transfer(&o);
    read_blur(c, &o, speaks);
    *out = o;
    return ALF_CLI_OK;
}

/* --- what a run does ---------------------------------------------------------------------------------------------------- */

static int read_grid(const alf_cli *c, int64_t grid[2])
{
    const char *text = alf_cli_text(c, "grid");
    grid[0] = grid[1] = 0;
    if (!text) return ALF_CLI_OK;
    if (strcmp(text, "none") == 0) {
        grid[0] = grid[1] = -1;
        return ALF_CLI_OK;
    }
    if (alf_cli_read_grid(text, grid) && grid[0] >= 1 && grid[0] <= MOST_GRID && grid[1] >= 1 && grid[1] <= MOST_GRID)
        return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--grid: '%s': expected columns and rows such as 4x2, each from 1 to %d, or none",
                               text, MOST_GRID);
}

/* Cuts the list at its commas and looks at each name. */
static int read_metrics(const alf_cli *c, alf_cli_metric_names *metrics, int *count)
{
    metrics->list = alf_cli_concat(alf_cli_text(c, "metrics"), NULL, NULL, NULL);
    if (!metrics->list) return alf_cli_error(c, "out of memory for the list of metrics");
    if (strcmp(metrics->list, "none") == 0) return ALF_CLI_OK;
    alf_metric read[ALF_CLI_MAX_RUN_METRICS];
    for (char *name = metrics->list, *next; name; name = next) {
        next = strchr(name, ',');
        if (next) *next++ = '\0';
        if (*count == ALF_CLI_MAX_RUN_METRICS)
            return alf_cli_usage_error(c, "--metrics: more than %d", ALF_CLI_MAX_RUN_METRICS);
        int exit_code = alf_cli_read_metric(c, name, *count, read, &read[*count]);
        if (exit_code != ALF_CLI_OK) return exit_code;
        metrics->names[(*count)++] = name;
    }
    return ALF_CLI_OK;
}

int alf_cli_train_run(const alf_cli *c, alf_cli_metric_names *metrics, alf_run_options *out)
{
    const char *desc = alf_cli_text(c, "desc");
    int         exit_code;
    *out = alf_run_options_default();
    out->outdir = alf_cli_text(c, "outdir");
    out->cfg = alf_cli_rung(c)->name;
    out->desc = desc;
    out->resume = alf_cli_text(c, "resume");
    out->data_options = alf_cli_train_data(c);
    out->kimg = alf_cli_real(c, "kimg");
    out->tick = alf_cli_real(c, "tick");
    out->snap = (int)alf_cli_int(c, "snap");
    out->fresh = alf_cli_flag(c, "new");
    if (desc && strchr(desc, '/'))
        return alf_cli_usage_error(c, "--desc: '%s': expected a text without '/': it ends a folder's name", desc);
    exit_code = read_grid(c, out->grid);
    if (exit_code == ALF_CLI_OK) exit_code = read_metrics(c, metrics, &out->num_metrics);
    out->metrics = metrics->names;
    return exit_code;
}
