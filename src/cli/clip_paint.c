/* One frame of a video. */
#include "clip.h"
#include "network_file.h"

static alf_tensor *styles_of(const alf_cli_clip *v, const double *w)
{
    const int64_t shape[2] = {1, v->w_dim};
    return alf_generator_repeat_w(v->g, alf_tensor_from_f64(v->c->ctx, 2, shape, w));
}

/* The styles of a cell: those of the first keyframe, and in the layers that walk those of the frame. */
static alf_tensor *styles_at(const alf_cli_clip *v, int64_t cell, int64_t frame)
{
    alf_tensor *first = styles_of(v, v->first + cell * v->w_dim);
    if (!v->curves) return first;
    alf_tensor *now = styles_of(v, v->curves + (cell * v->frames + frame) * v->w_dim);
    now = alf_generator_mix(v->g, first, now, v->first_layer);
    return alf_generator_mix(v->g, now, first, v->last_layer + 1);
}

/* The whole of the way, or of the circle, in as many equal steps as there are frames. */
static alf_synthesis_options options_at(const alf_cli_clip *v, int64_t cell, int64_t frame, double transform[9])
{
    alf_synthesis_options options = alf_synthesis_options_default();
    double                part = (double)frame / (double)v->frames;
    options.noise = v->noise;
    options.noise_seed = (uint64_t)(frame * v->cells + cell);
    if (v->kind == ALF_CLI_WALK) return options;
    alf_user_transform(v->kind == ALF_CLI_TRANSLATE ? v->distance * part : 0, 0,
                       v->kind == ALF_CLI_ROTATE ? 360 * part : 0, transform);
    options.transform = transform;
    return options;
}

static alf_status make_image(const alf_cli_clip *v, int64_t cell, int64_t frame)
{
    alf_ctx              *ctx = v->c->ctx;
    double                transform[9];
    alf_synthesis_options options = options_at(v, cell, frame, transform);
    alf_scope            *scope = alf_scope_open(ctx);
    alf_tensor           *image = alf_generator_synthesize(v->g, styles_at(v, cell, frame), &options);
    alf_status            status = alf_tensor_read(ctx, image, v->values);
    alf_scope_close(scope, NULL);
    return status == ALF_OK ? alf_cli_check_image(v->c, "frame", frame, v->channels * v->size * v->size, v->values)
                            : status;
}

alf_status alf_cli_clip_paint(void *video, int64_t index, alf_picture *picture)
{
    const alf_cli_clip *v = video;
    alf_status          status = alf_progress(v->c->ctx, "frames", index, v->frames);
    for (int64_t cell = 0; cell < v->cells && status == ALF_OK; cell++) {
        status = make_image(v, cell, index);
        if (status == ALF_OK)
            status = alf_picture_put(v->c->ctx, picture, cell % v->columns * v->size, cell / v->columns * v->size,
                                     v->channels, v->size, v->size, v->values, ALF_BYTES_IMAGE);
    }
    return status;
}
