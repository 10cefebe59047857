/* aliasfree dataset: pictures become a data set. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "report/printable.h"

static const alf_cli_option table[] = {
    {.name = "source",
     .kind = ALF_CLI_LIST,
     .value = "FOLDER|ZIP|PNG...",
     .path = ALF_CLI_FILE,
     .help = "folders (walked through), zip archives, single pictures: PNG, and JPEG and WebP where this build reads "
             "them; more words, or --source again, for more of them"},
    {.name = "dest",
     .kind = ALF_CLI_TEXT,
     .value = "ZIP|FOLDER",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "the data set: a name that ends in .zip (replaced when it is there), or a new or empty folder"},
    {.name = "resolution",
     .kind = ALF_CLI_SIZE,
     .value = "WxH",
     .low = 1,
     .high = 65500,
     .help = "size of the pictures, also as one number; without it they stay as they are"},
    {.name = "transform",
     .kind = ALF_CLI_CHOICE,
     .value = "none|center-crop|center-crop-wide|center-crop-tall|nonaligned",
     .fallback = "none",
     .help = "how pictures become square: not at all, by the largest square in their middle, by the largest part of "
             "--resolution's shape on black, or as subjects at random places, turned and scaled"},
    {.name = "resize",
     .kind = ALF_CLI_CHOICE,
     .value = "lanczos|box",
     .fallback = "lanczos",
     .help = "filter of --resolution: band-limited, or the average of each area"},
    {.name = "max-images", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 100000000, .help = "the first N only"},
    {.name = "labels",
     .kind = ALF_CLI_FLAG,
     .help = "with labels: from the source's dataset.json, else from its sub-folders, sorted"},
    {.name = "skip-bad", .kind = ALF_CLI_FLAG, .help = "name damaged and unreadable pictures and go on without them"},
    {.name = "background",
     .kind = ALF_CLI_TEXT,
     .value = "RRGGBB|keep",
     .fallback = "ffffff",
     .help = "colour behind transparent pictures, or keep: they stay RGBA, which training does not take"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 9007199254740992,
     .help = "of random places and of procedural pictures"},
    {.name = "shift",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0.2",
     .high = 10000,
     .help = "nonaligned: standard deviation of the place, in picture widths"},
    {.name = "rotation",
     .kind = ALF_CLI_REAL,
     .value = "DEGREES",
     .fallback = "180",
     .high = 180,
     .help = "nonaligned: largest turn to either side"},
    {.name = "scale",
     .kind = ALF_CLI_PAIR,
     .value = "LOW,HIGH",
     .fallback = "0.5,0.5",
     .low = 0.0001,
     .high = 10000,
     .help = "nonaligned: size of the subject in picture widths, log-uniform between these"},
    {.name = "source-note",
     .kind = ALF_CLI_TEXT,
     .value = "TEXT",
     .help = "where the pictures are from, for the sheet; unless given, what the sources' own sheets say, else their "
             "names"},
    {.name = "licence",
     .kind = ALF_CLI_TEXT,
     .value = "TEXT",
     .help = "their licence, for the sheet; unless given, that of the sources' own sheets"},
    {.name = "synthetic",
     .kind = ALF_CLI_CHOICE,
     .value = "textured-blobs",
     .help = "no source: N procedural pictures (--max-images), shapes with fine oriented texture"},
    {.name = NULL}};

/* --- the recipe ------------------------------------------------------------------------------------------------------- */

static int read_background(const alf_cli *c, alf_dataset_recipe *recipe)
{
    const char *text = alf_cli_text(c, "background");
    recipe->keep_alpha = strcmp(text, "keep") == 0;
    if (recipe->keep_alpha) return ALF_CLI_OK;
    if (strlen(text) != 6 || strspn(text, "0123456789abcdefABCDEF") != 6)
        return alf_cli_usage_error(c, "--background: '%s': expected six hexadecimal digits such as ffffff, or keep",
                                   text);
    unsigned long colour = strtoul(text, NULL, 16);
    for (int i = 0; i < 3; i++) recipe->background[i] = (uint8_t)(colour >> (16 - 8 * i) & 255);
    return ALF_CLI_OK;
}

static void tell_skipped(void *user, const char *text)
{
    alf_cli_warn(user, "skipped: %s", text);
}

static int read_recipe(alf_cli *c, alf_dataset_recipe *recipe)
{
    int64_t size[2];
    double  scale[2];
    alf_cli_grid_size(c, "resolution", size);
    alf_cli_pair(c, "scale", scale);
    *recipe = alf_dataset_recipe_default();
    recipe->width = size[0];
    recipe->height = size[1];
    recipe->fit = (alf_fit)alf_cli_choice(c, "transform"); /* words as in the enumerations */
    recipe->resize = (alf_resize)alf_cli_choice(c, "resize");
    recipe->max_images = alf_cli_int(c, "max-images");
    recipe->labels = alf_cli_flag(c, "labels");
    recipe->skip_bad = alf_cli_flag(c, "skip-bad");
    recipe->seed = (uint64_t)alf_cli_int(c, "seed");
    recipe->shift = alf_cli_real(c, "shift");
    recipe->rotation = alf_cli_real(c, "rotation");
    recipe->scale_low = scale[0];
    recipe->scale_high = scale[1];
    recipe->source_note = alf_cli_text(c, "source-note");
    recipe->licence = alf_cli_text(c, "licence");
    recipe->warn = tell_skipped;
    recipe->warn_user = c;
    return read_background(c, recipe);
}

/* Options that would do nothing are mistakes. */
static int check_use(const alf_cli *c)
{
    static const char *const placing[] = {"shift", "rotation", "scale"};

    bool synthetic = alf_cli_given(c, "synthetic");
    bool placed = strcmp(alf_cli_text(c, "transform"), "nonaligned") == 0;
    if (synthetic == alf_cli_given(c, "source"))
        return alf_cli_usage_error(c, synthetic ? "--synthetic: there is a --source too" : "missing option --source");
    if (synthetic && !alf_cli_given(c, "max-images"))
        return alf_cli_usage_error(c, "missing option --max-images=N, which --synthetic needs");
    if (synthetic && !alf_cli_given(c, "resolution"))
        return alf_cli_usage_error(c, "missing option --resolution=N, which --synthetic needs");
    for (int i = 0; i < 3; i++)
        if (alf_cli_given(c, placing[i]) && !placed && !(synthetic && i == 2))
            return alf_cli_usage_error(c, "--%s: only --transform=nonaligned has it", placing[i]);
    return ALF_CLI_OK;
}

/* --- running ---------------------------------------------------------------------------------------------------------- */

static void print_report(const alf_cli *c, const alf_dataset_report *made)
{
    static const char *const kinds[] = {"grey", "grey", "RGB", "RGB", "RGBA"};
    alf_put_text(stdout, alf_cli_text(c, "dest"));
    printf(": %lld picture%s, %lld x %lld, %s", (long long)made->written, alf_cli_plural(made->written),
           (long long)made->resolution, (long long)made->resolution, kinds[made->channels]);
    if (made->classes) printf(", %lld class%s", (long long)made->classes, made->classes == 1 ? "" : "es");
    if (made->skipped) printf(", %lld skipped", (long long)made->skipped);
    putchar('\n');
}

static alf_status build(const alf_cli *c, const alf_dataset_recipe *recipe, const char **sources, int count,
                        alf_dataset_report *made)
{
    const char *dest = alf_cli_text(c, "dest"), *kind = alf_cli_text(c, "synthetic");
    if (kind) return alf_dataset_synthesize(c->ctx, kind, dest, recipe, made);
    return alf_dataset_build(c->ctx, count, sources, dest, recipe, made);
}

static int run(alf_cli *c)
{
    alf_dataset_recipe recipe;
    alf_dataset_report made;
    int                count, exit_code = check_use(c);
    if (exit_code == ALF_CLI_OK) exit_code = read_recipe(c, &recipe);
    if (exit_code != ALF_CLI_OK) return exit_code;
    const char **sources = alf_cli_list(c, "source", &count);
    if (count > 0 && !sources) return alf_cli_error(c, "no memory for %d sources", count);
    if (build(c, &recipe, sources, count, &made) == ALF_OK)
        print_report(c, &made);
    else
        exit_code = alf_cli_refusal(c);
    free(sources);
    return exit_code;
}

const alf_cli_command alf_cli_dataset = {
    .name = "dataset",
    .summary = "make a data set of pictures",
    .options = table,
    .notes =
        {"Pictures are taken in the order of the sources and, within one, of their names, and written as "
         "00000/img00000000.png and on. All must come out square and of one size. dataset.json beside them has the "
         "labels, where nonaligned subjects stand, and a data sheet; the same sources and options give the same "
         "bytes.",
         "aliasfree dataset --source=photos --dest=photos.zip --resolution=256x256 --transform=center-crop",
         "aliasfree dataset --synthetic=textured-blobs --max-images=1000 --resolution=64 --dest=blobs.zip"},
    .takes = ALF_CLI_TAKES_THREADS,
    .run = run,
};
