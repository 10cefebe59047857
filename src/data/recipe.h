/* What a recipe may say, and the names of its choices. */
#ifndef ALF_DATA_RECIPE_H
#define ALF_DATA_RECIPE_H

#include "aliasfree/dataset.h"

/* Errors name the field. */
ALF_NODISCARD alf_status alf_recipe_check(alf_ctx *ctx, const alf_dataset_recipe *recipe);

/* As on the command line: "center-crop", "lanczos". */
const char *alf_fit_name(alf_fit fit);
const char *alf_resize_name(alf_resize resize);

#endif
