/* One picture of a source as it shall stand in the data set. */
#ifndef ALF_DATA_PICTURE_FIT_H
#define ALF_DATA_PICTURE_FIT_H

#include "data/canvas.h"

/* Crops, resizes, places and composes as the recipe says; `placement` is read for ALF_FIT_NONALIGNED. */
ALF_NODISCARD alf_status alf_picture_fit(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                                         const alf_picture *in, alf_picture **out);
/* The end of it, for what is a canvas already: the background, and bytes. */
ALF_NODISCARD alf_status alf_canvas_settle(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in,
                                           alf_picture **out);
/* The same picture with more channels: grey repeated, alpha opaque. Replaces *picture. */
ALF_NODISCARD alf_status alf_picture_widen(alf_ctx *ctx, alf_picture **picture, int channels);

#endif
