/* Part of a picture at another size, without the whole of it in numbers. */
#ifndef ALF_DATA_PICTURE_RESIZE_H
#define ALF_DATA_PICTURE_RESIZE_H

#include "data/canvas.h"

typedef struct {
    int64_t left, top, width, height; /* inside of the picture */
} alf_picture_part;

/* The same values as alf_canvas_resize() gives for that part as a canvas. */
ALF_NODISCARD alf_status alf_picture_resize(alf_ctx *ctx, const alf_picture *in, const alf_picture_part *part,
                                            int64_t width, int64_t height, alf_resize rule, alf_canvas **out);

#endif
