/* What was made of a weight (panels for products, transforms, sums of squares) and is kept beside it, so that a network's
 * weights are packed once and not at every call. Where memory is short the context gives up forms that are not
 * in use, those made last first: what goes through the same weights in turn finds the others again. */
#ifndef ALF_TENSOR_DERIVED_H
#define ALF_TENSOR_DERIVED_H

#include "tensor/backend.h"

typedef enum {
    ALF_DERIVED_PANELS,
    ALF_DERIVED_PANELS_BF16,
    ALF_DERIVED_WINOGRAD,
    ALF_DERIVED_SQUARES /* sums over taps, whatever the convolution: with one of zeros */
} alf_derived_kind;

typedef struct alf_derived alf_derived; /* a list of forms */

/* The form `kind` of weight w for the convolution `conv` (the weight's layout and its taps count, image sizes do not):
 * memory of `count` floats, in place of forms of other kinds for the same use. *fresh tells that the caller must fill it.
 * NULL with the error recorded. To be handed back with alf_derived_return(). */
float *alf_derived_take(alf_ctx *ctx, const alf_weight *w, alf_derived_kind kind, const alf_conv *conv, int64_t count,
                        bool *fresh);
/* The caller is done with `form`, which is released now if w keeps nothing. */
void alf_derived_return(const alf_weight *w, float *form);
/* Releases all forms. */
void alf_derived_free(alf_derived **list);

#endif
