/* aliasfree generate: images of a network. */
#include <math.h>

#include "images.h"
#include "network_file.h"
#include "styles.h"

static const alf_cli_option table[] = {
    ALF_CLI_NETWORK_OPTION,
    ALF_CLI_KEY_OPTION,
    {.name = "outdir",
     .kind = ALF_CLI_TEXT,
     .value = "DIR",
     .path = ALF_CLI_FOLDER,
     .required = true,
     .help = "folder for the images"},
    ALF_CLI_NOISE_OPTION("random noise follows from the seed"),
    {.name = "translate",
     .kind = ALF_CLI_PAIR,
     .value = "X,Y",
     .fallback = "0,0",
     .low = -1e6,
     .high = 1e6,
     .help = "shift to the right, down; in image widths (all networks but A)"},
    {.name = "rotate",
     .kind = ALF_CLI_REAL,
     .value = "DEGREES",
     .fallback = "0",
     .low = -1e6,
     .high = 1e6,
     .help = "rotation, counter-clockwise, degrees (all networks but A)"},
    {.name = "npy", .kind = ALF_CLI_FLAG, .help = "also write each image as a float32 array [1, channels, H, W]"},
    {.name = "grid",
     .kind = ALF_CLI_GRID,
     .value = "CxR",
     .low = 1,
     .high = 4096,
     .help = "one picture grid.png of C columns and R rows instead of one for each image"},
    {.name = NULL}};

static int check_grid(const alf_cli *c, int64_t count)
{
    int64_t cells[2];
    alf_cli_grid_size(c, "grid", cells);
    if (!alf_cli_given(c, "grid") || cells[0] * cells[1] == count) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--grid: '%s' has %lld places: there are %lld images", alf_cli_text(c, "grid"),
                               (long long)(cells[0] * cells[1]), (long long)count);
}

/* The transform of the options. The original's identity replaces what the file stores, so ours does too. */
static int read_synthesis(const alf_cli *c, const alf_generator *g, double transform[9], alf_synthesis_options *out)
{
    double shift[2], angle = alf_cli_real(c, "rotate");
    alf_cli_pair(c, "translate", shift);
    bool shifted = shift[0] != 0 || shift[1] != 0;
    *out = alf_synthesis_options_default();
    out->noise = alf_cli_read_noise(c, g);
    if (alf_generator_has_transform(g)) {
        alf_user_transform(shift[0], shift[1], angle, transform);
        out->transform = transform;
    } else if (shifted || angle != 0) {
        return alf_cli_usage_error(c, "--%s: %s has no input transform", shifted ? "translate" : "rotate",
                                   alf_cli_text(c, "network"));
    }
    return ALF_CLI_OK;
}

static alf_status make_image(const alf_cli_styles *styles, int64_t index, alf_synthesis_options options, double *values)
{
    alf_ctx   *ctx = alf_generator_ctx(styles->g);
    alf_scope *scope = alf_scope_open(ctx);
    /* noise belongs to the image, not to its place in the list */
    options.noise_seed = styles->seeds ? styles->seeds[index] : (uint64_t)index;
    alf_tensor *image = alf_generator_synthesize(styles->g, alf_cli_styles_at(styles, index), &options);
    alf_status  status = alf_tensor_read(ctx, image, values);
    alf_scope_close(scope, NULL);
    return status;
}

/* A picture would show values that are not finite as black, and an array would pass them on. */
static int check_finite(const alf_cli *c, const alf_cli_images *images, const char *name)
{
    int64_t count = images->channels * images->height * images->width, bad = 0;
    for (int64_t i = 0; i < count; i++) bad += !isfinite(images->values[i]);
    if (bad == 0) return ALF_CLI_OK;
    return alf_cli_error(c, "%s: %lld of %lld values of the image are not finite: it is not written", name,
                         (long long)bad, (long long)count);
}

static int make_images(const alf_cli *c, const alf_cli_styles *styles, const alf_synthesis_options *options,
                       alf_cli_images *images)
{
    int exit_code = ALF_CLI_OK;
    for (int64_t i = 0; i < styles->count && exit_code == ALF_CLI_OK; i++) {
        char name[64];
        alf_cli_styles_name(styles, i, name, sizeof name);
        if (alf_progress(c->ctx, "images", i, styles->count) != ALF_OK ||
            make_image(styles, i, *options, images->values) != ALF_OK)
            return alf_cli_failure(c);
        exit_code = check_finite(c, images, name);
        if (exit_code == ALF_CLI_OK) exit_code = alf_cli_images_put(images, i, name);
    }
    if (exit_code == ALF_CLI_OK && alf_progress(c->ctx, "images", styles->count, styles->count) != ALF_OK)
        return alf_cli_failure(c);
    return exit_code == ALF_CLI_OK ? alf_cli_images_finish(images) : exit_code;
}

static int generate(const alf_cli *c, alf_generator *g, alf_cli_styles *styles)
{
    double                transform[9];
    alf_synthesis_options options;
    alf_cli_images        images;
    int                   exit_code = alf_cli_styles_bind(styles, c, g);
    if (exit_code == ALF_CLI_OK) exit_code = read_synthesis(c, g, transform, &options);
    if (exit_code != ALF_CLI_OK) return exit_code;
    exit_code = alf_cli_images_open(&images, c, alf_generator_plan(g));
    if (exit_code == ALF_CLI_OK) exit_code = make_images(c, styles, &options, &images);
    if (exit_code == ALF_CLI_OK)
        printf("%s: %lld image%s%s\n", images.folder, (long long)styles->count, alf_cli_plural(styles->count),
               images.grid ? " in grid.png" : "");
    alf_cli_images_close(&images);
    return exit_code;
}

static int run(alf_cli *c)
{
    alf_cli_styles styles;
    int            exit_code = alf_cli_styles_open(&styles, c);
    if (exit_code == ALF_CLI_OK) exit_code = check_grid(c, styles.count);
    alf_generator *g = exit_code == ALF_CLI_OK ? alf_cli_load_network(c) : NULL;
    if (g)
        exit_code = generate(c, g, &styles);
    else if (exit_code == ALF_CLI_OK)
        exit_code = ALF_CLI_FAILED;
    alf_generator_destroy(g);
    alf_cli_styles_close(&styles);
    return exit_code;
}

const alf_cli_command alf_cli_generate = {
    .name = "generate",
    .summary = "write images of a network",
    .options = table,
    .shared = alf_cli_style_options,
    .shared_title = "styles",
    .run = run,
};
