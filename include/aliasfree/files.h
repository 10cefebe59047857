/* Pictures, animations and arrays as files: PNG, NPY and NPZ. Writers are atomic (temporary file, fsync, rename): a failed write leaves
 * what was there before. A context in error writes nothing. */
#ifndef ALIASFREE_FILES_H
#define ALIASFREE_FILES_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 8-bit pictures, rows top to bottom, channels interleaved: pixels [h, w, channels], channels 1 (grey), 3 (RGB) or
 * 4 (RGBA); sides 1 to 65500. */
typedef struct {
    int64_t  width, height; /* in pixels                 */
    int      channels;      /* 1, 3 or 4                 */
    uint8_t *pixels;        /* [height, width, channels] */
} alf_picture;

/* A picture of zeros, to be drawn on. */
ALF_API ALF_NODISCARD alf_status alf_picture_create(alf_ctx *ctx, int64_t width, int64_t height, int channels,
                                                    alf_picture **out);
/* Refuses pictures that would take more than 64 MB plus 64 times the size of their file. */
ALF_API ALF_NODISCARD alf_status alf_picture_read_png(alf_ctx *ctx, const char *path, alf_picture **out);
/* Writes PNG, whole or not at all. */
ALF_API ALF_NODISCARD alf_status alf_picture_write_png(alf_ctx *ctx, const alf_picture *picture, const char *path);
ALF_API void                     alf_picture_destroy(alf_picture *picture); /* releases it; NULL is allowed */

/* How values in [-1, 1] become bytes: as the original saves single images, or as it saves grids. NaN becomes 0. */
typedef enum {
    ALF_BYTES_IMAGE = 0, /* x*127.5 + 128, clamped, truncated */
    ALF_BYTES_GRID       /* rint((x + 1) * 127.5), clamped    */
} alf_bytes_rule;

/* Puts planes [channels, h, w] with 1 or 3 channels (grey is repeated as needed) into the picture with the top left
 * corner at (left, top); ALF_ERR_RANGE when it does not fit. */
ALF_API ALF_NODISCARD alf_status alf_picture_put(alf_ctx *ctx, alf_picture *picture, int64_t left, int64_t top,
                                                 int channels, int64_t h, int64_t w, const double *planes,
                                                 alf_bytes_rule rule);

/* One image, planes [channels, h, w] with 1 or 3 channels and values in [-1, 1], as PNG by the rule ALF_BYTES_IMAGE. */
ALF_API ALF_NODISCARD alf_status alf_image_write_png(alf_ctx *ctx, int channels, int64_t h, int64_t w,
                                                     const double *planes, const char *path);

/* Paints frame `index` onto the picture, which still shows the frame before; any status but ALF_OK gives the
 * file up, a number that is none with ALF_ERR_ARGUMENT. */
typedef alf_status (*alf_frame_fn)(void *user, int64_t index, alf_picture *picture);

/* The frames of an animation. */
typedef struct {
    int64_t width, height; /* of each, in pixels            */
    int     channels;      /* as of a picture               */
    int64_t frames;        /* 1 to ALF_ANIMATION_MAX_FRAMES */
    int     fps;           /* frames a second, 1 to 65535   */
} alf_animation;

/* Frames that an animation may have. */
#define ALF_ANIMATION_MAX_FRAMES (1 << 20)

/* Animated PNG: lossless, repeated without end; what knows only PNG shows the first frame. Frames are asked for one at a
 * time, in order, and written at once: no more than one is in memory. */
ALF_API ALF_NODISCARD alf_status alf_animation_write_png(alf_ctx *ctx, const char *path, const alf_animation *animation,
                                                         alf_frame_fn next, void *user);

/* NumPy's .npy, version 1.0, C order, little-endian. */
ALF_API ALF_NODISCARD alf_status alf_npy_write(alf_ctx *ctx, const char *path, alf_dtype dtype, int ndim,
                                               const int64_t shape[], const void *data);
/* Reads f2, f4, f8, u1, i1, i4, i8, b1 of up to ALF_MAX_DIMS dimensions as double; Fortran order is transposed. The
 * caller frees *data with alf_free_data(). shape has room for ALF_MAX_DIMS values. */
ALF_API ALF_NODISCARD alf_status alf_npy_read(alf_ctx *ctx, const char *path, int *ndim, int64_t shape[],
                                              double **data);
/* Releases what a function of the library handed over. NULL is allowed. */
ALF_API void alf_free_data(void *data);

/* NumPy's .npz: named arrays, each a .npy in a zip archive. */
typedef struct {
    const char    *name;  /* without ".npy"; no '/', no '.' in front */
    alf_dtype      dtype; /* of the elements                         */
    int            ndim;  /* 0 to ALF_MAX_DIMS                       */
    const int64_t *shape; /* [ndim]                                  */
    const void    *data;  /* row-major                               */
} alf_npz_array;

/* Uncompressed, as numpy.savez does; the same arrays give the same bytes. Names must differ. */
ALF_API ALF_NODISCARD alf_status alf_npz_write(alf_ctx *ctx, const char *path, int count, const alf_npz_array arrays[]);
/* Reads the array of this name as alf_npy_read() does; compressed ones too, unless they would unpack to more than 1 MB
 * plus 64 times what is stored. */
ALF_API ALF_NODISCARD alf_status alf_npz_read(alf_ctx *ctx, const char *path, const char *name, int *ndim,
                                              int64_t shape[], double **data);

/* Writes text, or any bytes, atomically; appends one line and flushes it to disk. */
ALF_API ALF_NODISCARD alf_status alf_text_write(alf_ctx *ctx, const char *path, const char *text);
ALF_API ALF_NODISCARD alf_status alf_data_write(alf_ctx *ctx, const char *path, size_t size, const void *data);
ALF_API ALF_NODISCARD alf_status alf_text_append_line(alf_ctx *ctx, const char *path, const char *line);
/* Makes the folder and its parents; existing ones are fine. */
ALF_API ALF_NODISCARD alf_status alf_make_folder(alf_ctx *ctx, const char *path);

#ifdef __cplusplus
}
#endif
#endif
