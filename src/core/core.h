/* What the layers above may use of the core: memory, tiles on threads, scratch, checked sizes, text in the C locale.
 * Private to the library. */
#ifndef ALF_CORE_CORE_H
#define ALF_CORE_CORE_H

#include <stdarg.h>

#include "aliasfree/base.h"

#define ALF_ALIGNMENT 64

/* --- memory ------------------------------------------------------------------------------------------------------- */

/* count * size bytes, 64-byte aligned, counted against the budget; NULL with the error recorded when the product
 * overflows, the budget is exceeded or the system refuses. count * size == 0 gives a valid pointer. */
void *alf_mem_alloc(alf_ctx *ctx, size_t count, size_t size);
void *alf_mem_zalloc(alf_ctx *ctx, size_t count, size_t size); /* the same, zeroed */
/* Grows (or shrinks) to count * size bytes; on failure the old block stays valid. `old` may be NULL. */
void *alf_mem_realloc(alf_ctx *ctx, void *old, size_t count, size_t size);
char *alf_mem_strdup(alf_ctx *ctx, const char *text);
/* A printf-style text in memory of its own; NULL with the error recorded. */
char *alf_mem_printf(alf_ctx *ctx, const char *format, ...) ALF_PRINTF(2, 3);
void  alf_mem_free(void *block); /* NULL is allowed */

/* Counts bytes that a library takes by itself against the budget; they are given back in the same number. */
ALF_NODISCARD alf_status alf_mem_book(alf_ctx *ctx, size_t bytes);
void                     alf_mem_unbook(alf_ctx *ctx, size_t bytes);

/* Products and sums of sizes that come from outside: false when they overflow. */
bool alf_mul_i64(int64_t a, int64_t b, int64_t *out);
bool alf_add_i64(int64_t a, int64_t b, int64_t *out);

/* --- callbacks ---------------------------------------------------------------------------------------------------- */

bool alf_is_status(int64_t value);
/* What a caller's function `name` returned; a number that is no status is ALF_ERR_ARGUMENT, recorded. */
alf_status alf_callback_status(alf_ctx *ctx, const char *name, alf_status status);

/* --- tiles on threads --------------------------------------------------------------------------------------------- */

/* Does tile `tile`; `worker` in [0, alf_workers) is not shared with a tile that runs at the same time. */
typedef void (*alf_tile_fn)(void *arg, int64_t tile, int worker);

/* Runs fn for 0 <= tile < tiles on the context's threads and waits. How work is cut into tiles must follow from shapes
 * alone, so that results do not depend on the number of threads. Must not be nested. */
void alf_parallel(alf_ctx *ctx, int64_t tiles, alf_tile_fn fn, void *arg);
int  alf_workers(const alf_ctx *ctx);

/* Makes sure that every worker has at least `bytes` of scratch; then alf_scratch() cannot fail. Scratch is 64-byte
 * aligned, uninitialised, and belongs to the caller until the next reserve. */
alf_status alf_scratch_reserve(alf_ctx *ctx, size_t bytes);
void      *alf_scratch(alf_ctx *ctx, int worker);

/* --- text and numbers in the C locale ------------------------------------------------------------------------------ */

int alf_format(char *buffer, size_t size, const char *format, ...) ALF_PRINTF(3, 4);
int alf_vformat(char *buffer, size_t size, const char *format, va_list args);
/* Whole text as a number: false on an empty text, trailing characters, overflow; NaN and infinity are refused. */
bool alf_parse_double(const char *text, double *out);
bool alf_parse_i64(const char *text, int64_t *out);
/* Bytes with an optional suffix K, M, G (1024). */
bool alf_parse_bytes(const char *text, int64_t *out);
/* Is `end` the end of the text, with something before it? */
bool alf_ends_with(const char *text, const char *end);
bool alf_ends_with_any_case(const char *text, const char *end); /* A to Z are a to z */
/* The last part of a path: of "a/b/faces.zip" and of "a/b/faces.zip/" it is "faces.zip", without the slash at the end
 * when `length` is given. */
const char *alf_last_part(const char *path, size_t *length);

/* --- hooks for the layers above ------------------------------------------------------------------------------------ */

/* State that the tensor layer hangs on a context (its scopes); destroyed with the context. And what it keeps only to
 * save time: where memory is short and no tiles run, give_up is called until there is enough or it returns false. */
typedef struct {
    void *state;
    void (*destroy)(void *state);
    void *kept;
    bool (*give_up)(void *kept); /* releases a part; false: there is none to release */
} alf_ctx_extension;
alf_ctx_extension *alf_ctx_tensor_extension(alf_ctx *ctx);

bool alf_ctx_keeps_blas_threads(const alf_ctx *ctx);
/* From now on convolutions are computed so; returns how they were. For what measures. */
alf_conv_method alf_ctx_use_conv(alf_ctx *ctx, alf_conv_method method);

/* The best instruction set of this processor that the operating system supports too. */
alf_isa alf_cpu_best_isa(void);
/* Has it, and does the system support, the instructions on bfloat16 that go with avx512? */
bool alf_cpu_has_bf16(void);
/* Processors that this process may run on, at least 1. */
int alf_cpu_count(void);

#endif
