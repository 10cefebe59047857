/* What .npy files are made of: a header with a Python literal, and data; alone or in a .npz. */
#ifndef ALF_IO_NPY_INTERNAL_H
#define ALF_IO_NPY_INTERNAL_H

#include "aliasfree/archive.h"

typedef struct {
    char    descr[16];
    bool    fortran;
    int     ndim;
    int64_t shape[ALF_MAX_DIMS]; /* zeros beyond ndim */
} alf_npy_literal;

/* Parses {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, in any order of keys and nothing else. */
ALF_NODISCARD alf_status alf_npy_parse(alf_ctx *ctx, const char *path, const char *text, size_t size,
                                       alf_npy_literal *out);

/* Magic text, literal and padding, up to the data. */
typedef struct {
    char   text[256];
    size_t size;
    size_t data_size; /* bytes of data that belong behind it */
} alf_npy_header;

/* Refuses, with `path` in the message, what NumPy has no form for, and data that is not there. */
ALF_NODISCARD alf_status alf_npy_make_header(alf_ctx *ctx, const char *path, alf_dtype dtype, int ndim,
                                             const int64_t shape[], const void *data, alf_npy_header *out);

/* Reads a whole .npy from memory; as alf_npy_read(). */
ALF_NODISCARD alf_status alf_npy_decode(alf_ctx *ctx, const char *path, const uint8_t *bytes, size_t size, int *ndim,
                                        int64_t shape[], double **data);

#endif
