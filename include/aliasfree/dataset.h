/* Data sets: folders or zip files of pictures of one size, with labels, in the original's layout; and making them.
 *
 * A data set is a folder or an uncompressed zip of PNG files in any sub-folders, sorted by path, and beside them
 * `dataset.json`: {"labels": [["00000/img00000000.png", 3], ...] or null, ...}. A label is a class (an integer, one-hot
 * for the network) or a list of numbers. Pictures are square, of one size, grey or RGB. */
#ifndef ALIASFREE_DATASET_H
#define ALIASFREE_DATASET_H

#include "aliasfree/files.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- reading --------------------------------------------------------------------------------------------------------- */

/* A data set that is open for reading. */
typedef struct alf_dataset alf_dataset;

/* What of a data set is read. */
typedef struct {
    bool     labels;    /* read them; ALF_ERR_FORMAT when there are none                                 */
    bool     mirror;    /* x-flips: twice as many items, the second half mirrored                        */
    int64_t  max_items; /* before mirroring; 0, or more than there are: all. The seed decides which ones */
    uint64_t seed;      /* of the choice of max_items                                                    */
} alf_dataset_options;

/* All pictures as they are, without labels. */
ALF_API alf_dataset_options alf_dataset_options_default(void);

/* Lists the pictures and reads the size of the first one; every other is checked when it is read. Errors name the file
 * inside of the set. */
ALF_API ALF_NODISCARD alf_status alf_dataset_open(alf_ctx *ctx, const char *path, const alf_dataset_options *options,
                                                  alf_dataset **out);
ALF_API void                     alf_dataset_destroy(alf_dataset *set);     /* releases it; NULL is allowed         */
ALF_API const char              *alf_dataset_name(const alf_dataset *set);  /* of the folder or zip, without suffix */
ALF_API const char              *alf_dataset_path(const alf_dataset *set);  /* as it was opened                     */
ALF_API int64_t                  alf_dataset_count(const alf_dataset *set); /* mirrored items included              */
ALF_API int64_t alf_dataset_resolution(const alf_dataset *set);             /* pixels of a side                     */
ALF_API int     alf_dataset_channels(const alf_dataset *set);               /* 1 or 3                               */
ALF_API int64_t alf_dataset_label_dim(const alf_dataset *set);              /* 0 without labels                     */
/* Tells one set from another under the same path: a digest of the names and sizes of its pictures, of their sums where a
 * zip archive tells them, and of dataset.json. In a folder, another picture of the same name and size is not noticed. */
ALF_API ALF_NODISCARD alf_status alf_dataset_digest(alf_dataset *set, uint64_t *out);
ALF_API const char *alf_dataset_item_name(const alf_dataset *set, int64_t index); /* NULL beyond the count */
/* Reads items: images [count, channels, R, R] as value/127.5 - 1, labels [count, label_dim]. Either may be NULL; without
 * images no file is read. */
ALF_API ALF_NODISCARD alf_status alf_dataset_read(alf_dataset *set, int64_t count, const int64_t items[],
                                                  double *images, double *labels);
/* The item at a position of the endless, shuffled sequence that training walks: each run through all items is a
 * permutation that (seed, run) decides, so a position is all there is to remember. */
ALF_API ALF_NODISCARD alf_status alf_dataset_shuffled(alf_dataset *set, uint64_t seed, int64_t position, int64_t *item);

/* --- making ---------------------------------------------------------------------------------------------------------- */

/* How a picture becomes a square. */
typedef enum {
    ALF_FIT_NONE = 0,         /* pictures must be square and of one size (after --resolution, if given) */
    ALF_FIT_CENTER_CROP,      /* the largest centred square                                             */
    ALF_FIT_CENTER_CROP_WIDE, /* centred, of the wanted aspect ratio (width >= height), then letterboxed in black to
                                 a square canvas of the longer side                                       */
    ALF_FIT_CENTER_CROP_TALL, /* the same for height >= width                            */
    ALF_FIT_NONALIGNED        /* each subject somewhere on the canvas, turned and scaled */
} alf_fit;

/* How a square gets its size. */
typedef enum {
    ALF_RESIZE_AREA_LANCZOS = 0, /* Lanczos, a = 3, of the smaller rate: band-limited in both directions */
    ALF_RESIZE_BOX               /* means of areas                                                       */
} alf_resize;

/* How a data set is made. */
typedef struct {
    int64_t     width, height;         /* 0: as they come; equal but for the two letterboxes                        */
    alf_fit     fit;                   /* default none                                                              */
    alf_resize  resize;                /* default area and Lanczos                                                  */
    int64_t     max_images;            /* 0: all                                                                    */
    bool        labels;                /* from the source's dataset.json, else from its sub-folders                 */
    bool        skip_bad;              /* name damaged or unreadable ones and go on; else the first ends the work   */
    bool        keep_alpha;            /* writes RGBA; not for training                                             */
    uint8_t     background[3];         /* that RGBA is composed onto; default white                                 */
    uint64_t    seed;                  /* of non-aligned placement and of synthesis                                 */
    double      shift;                 /* non-aligned: standard deviation, in canvas widths; default 0.2            */
    double      rotation;              /* non-aligned: largest angle in degrees, uniform; default 180               */
    double      scale_low, scale_high; /* non-aligned: subject size in canvas widths, log-uniform; default 0.5, 0.5 */
    const char *source_note, *licence; /* for the data sheet; NULL: what the sources tell                           */
    void (*warn)(void *user, const char *text); /* told of each skipped picture; NULL: nobody listens */
    void *warn_user;                            /* handed to warn                                     */
} alf_dataset_recipe;

/* Pictures as they come, without labels. */
ALF_API alf_dataset_recipe alf_dataset_recipe_default(void);

/* What a data set became. */
typedef struct {
    int64_t written, skipped; /* pictures; skipped: bad ones, where the recipe allows it */
    int64_t classes;          /* 0: no labels, or lists of numbers                       */
    int64_t resolution;       /* pixels of the longer side                               */
    int     channels;         /* 1, 3 or 4                                               */
} alf_dataset_report;

/* Makes a data set at `dest` (a name that ends in ".zip", which is replaced, else a folder, which must be new or empty)
 * from pictures: each source is a folder (walked through), a zip, or one picture; PNG, and JPEG and WebP where the
 * libraries are built in. They are taken in the order of the sources and, within one, of the names' bytes. All must come
 * out square and equal in size; grey ones among coloured ones become coloured when a coloured one comes first. Nothing is
 * left at `dest` when it fails. The same sources and recipe (NULL: the default) give the same bytes. Where the recipe does
 * not say, the data sheet takes over the source and licence of the sources' own data sheets; the source is then, without
 * them, the sources' names, and the licence unknown unless all have one. */
ALF_API ALF_NODISCARD alf_status alf_dataset_build(alf_ctx *ctx, int sources, const char *const source[],
                                                   const char *dest, const alf_dataset_recipe *recipe,
                                                   alf_dataset_report *out);
/* The same from a procedural set: "textured-blobs", shapes that carry fine oriented texture; recipe->max_images of
 * recipe->width pixels, aligned (ALF_FIT_NONE) or not (ALF_FIT_NONALIGNED). */
ALF_API ALF_NODISCARD alf_status alf_dataset_synthesize(alf_ctx *ctx, const char *kind, const char *dest,
                                                        const alf_dataset_recipe *recipe, alf_dataset_report *out);

#ifdef __cplusplus
}
#endif
#endif
