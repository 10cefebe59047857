/* Named arrays with text metadata: what a network file is once it is read, whatever its format.
 *
 * alf_archive_open() reads safetensors (the file is mapped and every offset is checked) and the official pickles, by a
 * restricted reader that executes nothing: of their globals only those of the published network files are known, any
 * other is an error that names it. Pickled networks are flattened: a module under the top-level key K gives arrays
 * "K.<official parameter name>" and metadata "K.class" (its class name) and "K.init_kwargs" (JSON); other top-level
 * values that JSON can express become metadata "K" (JSON), of others metadata "K.omitted" says why they are not there.
 * An archive is immutable once opened. */
#ifndef ALIASFREE_ARCHIVE_H
#define ALIASFREE_ARCHIVE_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Dimensions that an array may have. */
#define ALF_MAX_DIMS 5

/* A named array of an archive, which owns all of it. */
typedef struct {
    const char *name;                /* "synthesis.b4.conv1.weight"                                           */
    alf_dtype   dtype;               /* as stored                                                             */
    int         ndim;                /* 0 to ALF_MAX_DIMS                                                     */
    int64_t     shape[ALF_MAX_DIMS]; /* [ndim]                                                                */
    int64_t     count;               /* elements                                                              */
    const void *data;                /* row-major, little-endian; may be unaligned, copy with memcpy or below */
} alf_array;

/* An archive that was opened, or is being built. */
typedef struct alf_archive alf_archive;

/* Reads a file: safetensors or an official pickle, by its first bytes. ALF_ERR_FORMAT names what is wrong and where. */
ALF_API ALF_NODISCARD alf_status alf_archive_open(alf_ctx *ctx, const char *path, alf_archive **out);

/* What is in it: arrays, and metadata as texts under a key. Indices from 0 on; NULL beyond the count. What is returned is
 * valid as long as the archive. */
ALF_API int64_t          alf_archive_count(const alf_archive *archive);                   /* of arrays         */
ALF_API const alf_array *alf_archive_at(const alf_archive *archive, int64_t index);       /* sorted by name    */
ALF_API const alf_array *alf_archive_find(const alf_archive *archive, const char *name);  /* NULL: none        */
ALF_API int64_t          alf_archive_meta_count(const alf_archive *archive);              /* of texts          */
ALF_API const char      *alf_archive_meta_key(const alf_archive *archive, int64_t index); /* sorted            */
ALF_API const char      *alf_archive_meta(const alf_archive *archive, const char *key);   /* value; NULL: none */
ALF_API const char      *alf_archive_path(const alf_archive *archive);                    /* "" if made here   */
ALF_API const char      *alf_archive_format(const alf_archive *archive); /* "safetensors", "pickle", "memory" */

/* Elements `first` .. `first + count` of an array as double or float, whatever is stored. */
ALF_API void alf_array_read_f64(const alf_array *array, int64_t first, int64_t count, double out[]);
ALF_API void alf_array_read_f32(const alf_array *array, int64_t first, int64_t count, float out[]);

/* Building and saving: data and texts are copied. A name that is there already, or contains control characters, is an
 * error, and so are more than 65536 arrays or entries of metadata, and more than 4 MB of metadata in all. */
ALF_API ALF_NODISCARD alf_status alf_archive_create(alf_ctx *ctx, alf_archive **out);
ALF_API ALF_NODISCARD alf_status alf_archive_add(alf_archive *archive, const char *name, alf_dtype dtype, int ndim,
                                                 const int64_t shape[], const void *data);
ALF_API ALF_NODISCARD alf_status alf_archive_set_meta(alf_archive *archive, const char *key, const char *value);
/* Writes safetensors, atomically. Arrays in order of falling element size, then name; the same archive always gives the same bytes. */
ALF_API ALF_NODISCARD alf_status alf_archive_save(const alf_archive *archive, const char *path);
ALF_API void                     alf_archive_destroy(alf_archive *archive); /* releases it; NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
