/* aliasfree video: latent walks, translations and rotations as videos. */
#include <stdlib.h>
#include <string.h>

#include "clip.h"
#include "ffmpeg.h"
#include "network_file.h"
#include "values.h"

static const alf_cli_option table[] = {
    ALF_CLI_NETWORK_OPTION,
    ALF_CLI_KEY_OPTION,
    {.name = "seeds",
     .kind = ALF_CLI_SEEDS,
     .value = "LIST",
     .required = true,
     .help = "NumPy seeds of the keyframes, as in 0,2,5-9: first all of the first cell, then those of the next"},
    {.name = "output",
     .kind = ALF_CLI_TEXT,
     .value = "FILE",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "F.mp4, by ffmpeg; or F.png or F.apng, an animated PNG, which is what is made without ffmpeg too"},
    {.name = "kind",
     .kind = ALF_CLI_CHOICE,
     .value = "walk|translate|rotate",
     .fallback = "walk",
     .help = "walk: from style to style, in a loop; translate, rotate: one image moves (all networks but A)"},
    {.name = "grid",
     .kind = ALF_CLI_GRID,
     .value = "CxR",
     .fallback = "1x1",
     .low = 1,
     .high = 64,
     .help = "columns and rows of cells"},
    {.name = "num-keyframes",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = ALF_ANIMATION_MAX_FRAMES,
     .help = "keyframes of each cell; seeds start again where there are fewer; unless given the seeds are divided"},
    {.name = "w-frames",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "120",
     .low = 1,
     .high = ALF_ANIMATION_MAX_FRAMES,
     .help = "frames from one keyframe to the next; all frames of a translation or rotation"},
    {.name = "shuffle-seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 4294967295.0,
     .help = "shuffles the seeds of the keyframes"},
    {.name = "layers",
     .kind = ALF_CLI_TEXT,
     .value = "A-B",
     .help = "only the styles A to B walk, of those that --mix-layer counts; the others stay at the first keyframe"},
    {.name = "distance",
     .kind = ALF_CLI_REAL,
     .value = "D",
     .fallback = "1",
     .low = -1e6,
     .high = 1e6,
     .help = "image widths of a translation, to the right"},
    ALF_CLI_TRUNC_OPTION,
    ALF_CLI_CLASS_OPTION,
    ALF_CLI_NOISE_OPTION("random: another one in each frame"),
    {.name = "fps",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "60",
     .low = 1,
     .high = 1000,
     .help = "frames a second"},
    {.name = NULL}};

/* --- options ---------------------------------------------------------------------------------------------------------- */

static bool is_mp4(const char *path)
{
    return alf_cli_has_suffix(path, ".mp4");
}

/* What can be said before a network is loaded. */
static int check_options(const alf_cli *c, const alf_cli_clip *v)
{
    const char *path = alf_cli_text(c, "output");
    if (!is_mp4(path) && !alf_cli_has_suffix(path, ".png") && !alf_cli_has_suffix(path, ".apng"))
        return alf_cli_usage_error(c, "--output: '%s': expected a name that ends in .mp4, .png or .apng", path);
    if (v->kind != ALF_CLI_WALK && alf_cli_given(c, "layers"))
        return alf_cli_usage_error(c, "--layers: only --kind=walk changes styles");
    if (v->kind != ALF_CLI_TRANSLATE && alf_cli_given(c, "distance"))
        return alf_cli_usage_error(c, "--distance: only --kind=translate goes anywhere");
    return ALF_CLI_OK;
}

/* "A-B", or "A" for one. */
static bool read_range(const char *text, int64_t out[2])
{
    char        first[24];
    const char *dash = strchr(text, '-');
    size_t      length = dash ? (size_t)(dash - text) : strlen(text);
    if (length >= sizeof first) return false;
    memcpy(first, text, length);
    first[length] = '\0';
    if (!alf_cli_read_int(first, &out[0])) return false;
    out[1] = out[0];
    return (!dash || alf_cli_read_int(dash + 1, &out[1])) && out[0] >= 0 && out[0] <= out[1];
}

static int read_layers(alf_cli_clip *v)
{
    const char *text = alf_cli_text(v->c, "layers");
    int64_t     range[2] = {0, alf_generator_plan(v->g)->num_ws - 1}, last = range[1];
    if (text && (!read_range(text, range) || range[1] > last))
        return alf_cli_usage_error(v->c, "--layers: '%s': expected a range such as 4-7 within 0-%lld", text,
                                   (long long)last);
    v->first_layer = (int)range[0];
    v->last_layer = (int)range[1];
    return ALF_CLI_OK;
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static int write_png(alf_cli_clip *v, const char *path, const alf_animation *animation)
{
    if (alf_animation_write_png(v->c->ctx, path, animation, alf_cli_clip_paint, v) != ALF_OK)
        return alf_cli_failure(v->c);
    printf("%s\n", path);
    return ALF_CLI_OK;
}

static int write_png_instead(alf_cli_clip *v, const char *path, const alf_animation *animation)
{
    char *other = alf_cli_concat(path, NULL, NULL, NULL);
    if (!other) return alf_cli_error(v->c, "out of memory for '%s'", path);
    strcpy(other + strlen(other) - strlen(".mp4"), ".png");
    alf_cli_warn(v->c, "there is no ffmpeg to make '%s': an animated PNG instead", path);
    int exit_code = write_png(v, other, animation);
    free(other);
    return exit_code;
}

static int write_video(alf_cli_clip *v)
{
    const char   *path = alf_cli_text(v->c, "output");
    alf_animation animation = {.width = v->columns * v->size,
                               .height = v->rows * v->size,
                               .channels = v->channels,
                               .frames = v->frames,
                               .fps = (int)alf_cli_int(v->c, "fps")};
    if (!is_mp4(path)) return write_png(v, path, &animation);
    bool found;
    int  exit_code = alf_cli_ffmpeg(v->c, path, &animation, alf_cli_clip_paint, v, &found);
    if (exit_code == ALF_CLI_OK && !found) return write_png_instead(v, path, &animation);
    if (exit_code == ALF_CLI_OK) printf("%s\n", path);
    return exit_code;
}

static int make_video(alf_cli_clip *v)
{
    int exit_code = read_layers(v);
    v->distance = alf_cli_real(v->c, "distance");
    v->noise = alf_cli_read_noise(v->c, v->g);
    if (exit_code == ALF_CLI_OK && v->kind != ALF_CLI_WALK && !alf_generator_has_transform(v->g))
        return alf_cli_usage_error(v->c, "--kind=%s: %s has no input transform", alf_cli_text(v->c, "kind"),
                                   alf_cli_text(v->c, "network"));
    if (exit_code == ALF_CLI_OK) exit_code = alf_cli_clip_prepare(v);
    return exit_code == ALF_CLI_OK ? write_video(v) : exit_code;
}

static int run(alf_cli *c)
{
    alf_cli_clip v;
    int          exit_code = alf_cli_clip_plan(&v, c);
    if (exit_code == ALF_CLI_OK) exit_code = check_options(c, &v);
    if (exit_code == ALF_CLI_OK && !(v.g = alf_cli_load_network(c))) exit_code = ALF_CLI_FAILED;
    if (exit_code == ALF_CLI_OK) exit_code = make_video(&v);
    alf_generator_destroy(v.g);
    alf_cli_clip_release(&v);
    return exit_code;
}

const alf_cli_command alf_cli_video = {
    .name = "video",
    .summary = "latent walks, translations and rotations as videos",
    .options = table,
    .notes =
        {"A walk goes through the styles of its keyframes on a periodic cubic spline, each cell of the grid on its "
         "own. With --layers only a group of layers follows. A translation goes straight, by equal steps, and ends one "
         "step before --distance; a rotation likewise before the full circle: what sticks to the pixels while the "
         "image moves is seen there."},
    .run = run,
};
