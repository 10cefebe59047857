/* What reading and writing PNG share: libpng's errors end up in the context and jump out of the one function that called
 * setjmp; its warnings are silent; its memory counts against the budget. */
#ifndef ALF_IO_PNG_GUARD_H
#define ALF_IO_PNG_GUARD_H

#include <png.h>
#include <setjmp.h>

#include "aliasfree/base.h"

typedef struct {
    alf_ctx    *ctx;
    const char *action; /* "read" or "write" */
    const char *path;
    jmp_buf     jump;
} alf_png_guard;

/* For png_create_*_struct_2, with the guard as error and memory pointer. */
void      alf_png_error(png_structp png, png_const_charp message) __attribute__((noreturn));
void      alf_png_warning(png_structp png, png_const_charp message);
png_voidp alf_png_malloc(png_structp png, png_alloc_size_t size);
void      alf_png_free(png_structp png, png_voidp block);

#endif
