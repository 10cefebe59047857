/* What the canvas' files share. Private to the folder. */
#ifndef ALF_DATA_CANVAS_INTERNAL_H
#define ALF_DATA_CANVAS_INTERNAL_H

#include "data/canvas.h"

/* Fails when ctx, in or out is NULL; `who` leads the message. */
alf_status alf_canvas_check(alf_ctx *ctx, const char *who, const alf_canvas *in, const void *out);

#endif
