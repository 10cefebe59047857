/* What fuzz targets share. A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(): it takes any bytes, gives them
 * to the library as a file or makes choices of them, and ends the process when something comes out that should not.
 * Every run has a context of its own, with one thread and a budget; one thread runs targets. */
#ifndef FUZZ_H
#define FUZZ_H

#include "aliasfree/aliasfree.h"

/* What libFuzzer calls; where no libFuzzer is, replay.c calls it by a name of the target's own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, with a text, unless the fact holds. */
void fuzz_check(bool fact, const char *format, ...) ALF_PRINTF(2, 3);

/* --- the context of a run ------------------------------------------------------------------------------------------- */

alf_ctx *fuzz_open(int64_t budget);
alf_ctx *fuzz_open_with(int64_t budget, alf_backend_kind backend, alf_isa isa);
/* One that is to open these bytes as files, which it maps or reads: their sum decides. */
alf_ctx *fuzz_open_for(int64_t budget, const void *data, size_t size);
/* What holds after every run: memory is back, a failure has a text, and that no control characters. */
void fuzz_close(alf_ctx *ctx);
/* The status that a function returned is that of the context; on failure, and only then, its result, a pointer that was
 * NULL and whose address this is, is still NULL (NULL: it has none). Clears the error; true on success. */
bool fuzz_took(alf_ctx *ctx, alf_status status, const void *result);

/* --- bytes as files ------------------------------------------------------------------------------------------------- */

/* The path of a file with these bytes, in a folder of the process that goes with it; valid until the next call with the
 * same name. The name may have sub-folders in front that are there: "set/dataset.json". */
const char *fuzz_file(const char *name, const void *data, size_t size);
const char *fuzz_path(const char *name); /* where such a file is, or would be */
void        fuzz_make_folder(const char *name);

/* --- bytes as choices ----------------------------------------------------------------------------------------------- */

/* Bytes that are read from the front; when they are used up, zeros follow. */
typedef struct {
    const uint8_t *at;
    size_t         left;
} fuzz_bytes;

void     fuzz_take(fuzz_bytes *b, void *to, size_t size);
uint64_t fuzz_bits(fuzz_bytes *b, int bytes);                /* 1 to 8 bytes, low ones first    */
int64_t  fuzz_int(fuzz_bytes *b, int64_t low, int64_t high); /* from as many bytes as that needs */
bool     fuzz_bool(fuzz_bytes *b);
bool     fuzz_rare(fuzz_bytes *b);                          /* once in 16                      */
double   fuzz_real(fuzz_bytes *b, double low, double high); /* one of 65536 steps              */
double   fuzz_any_real(fuzz_bytes *b);                      /* any bits, or a telling value    */
int64_t  fuzz_any_int(fuzz_bytes *b);                       /* small, near a power of two, any */
double  *fuzz_reals(fuzz_bytes *b, int64_t count);          /* in [-1, 1]; to be freed         */
/* Up to `most` bytes as a text of its own, to be freed, without zeros. */
char *fuzz_text(fuzz_bytes *b, size_t most);

void *fuzz_alloc(size_t count, size_t size); /* malloc() that does not fail */

#endif
