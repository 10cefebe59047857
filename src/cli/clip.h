/* What a video shows: cells in columns and rows, each of which walks from style to style or moves. */
#ifndef ALF_CLI_CLIP_H
#define ALF_CLI_CLIP_H

#include "cli.h"

typedef enum { ALF_CLI_WALK = 0, ALF_CLI_TRANSLATE, ALF_CLI_ROTATE } alf_cli_clip_kind;

typedef struct {
    const alf_cli    *c;
    alf_generator    *g;
    alf_cli_clip_kind kind;
    int64_t           columns, rows, cells;
    int64_t           keyframes; /* of each cell; 1 unless it walks */
    int64_t           frames;
    int64_t           size; /* of an image */
    int               channels, w_dim;
    uint32_t         *seeds;                   /* [cells, keyframes]                                         */
    double            distance;                /* of a translation, in image widths                          */
    int               first_layer, last_layer; /* that walk; the others keep the first keyframe's style      */
    double           *first;                   /* [cells, w_dim]: the styles of the first keyframes          */
    double           *curves;                  /* [cells, frames, w_dim] of a walk; else NULL                */
    double           *values;                  /* one image [channels, size, size]                           */
    alf_noise_mode    noise;
} alf_cli_clip;

/* Reads --seeds, --grid, --num-keyframes, --w-frames and --shuffle-seed; what follows from them. Returns an exit code. */
int alf_cli_clip_plan(alf_cli_clip *v, const alf_cli *c);
/* Makes styles of the seeds, and curves through them. Returns an exit code. */
int alf_cli_clip_prepare(alf_cli_clip *v);
/* An alf_frame_fn whose user is the video. */
alf_status alf_cli_clip_paint(void *video, int64_t index, alf_picture *picture);
void       alf_cli_clip_release(alf_cli_clip *v); /* all but the generator */

#endif
