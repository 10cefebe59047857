/* A network as a source of images. */
#ifndef ALF_METRICS_NETWORK_IMAGES_H
#define ALF_METRICS_NETWORK_IMAGES_H

#include "aliasfree/metrics.h"

/* Styles of images first .. first + count - 1, drawn by seed and class (see draw.h) when others are asked for and kept in a
 * reference of their own for the next transform; or given, and then just these are to be asked for. */
typedef struct {
    alf_generator *g;
    uint64_t       seed;
    int            class_index;
    alf_tensor    *ws; /* to be released at the end; NULL: none yet */
    int64_t        first, count;
} alf_network_images;

/* `images` is borrowed. */
alf_image_source alf_network_source(alf_network_images *images);

#endif
