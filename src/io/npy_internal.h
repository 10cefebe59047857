/* The Python literal at the head of a .npy file. */
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

#endif
