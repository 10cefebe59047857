/* Archives in fuzz targets: reading all that one holds, and changing one that is whole. */
#ifndef FUZZ_ARCHIVES_H
#define FUZZ_ARCHIVES_H

#include "fuzz.h"

/* Reads every element and every text, and checks what the header promises of both. */
void fuzz_read_archive(const alf_archive *archive);

/* What an accepted archive is, is what it is once it was saved and opened again. */
void fuzz_save_again(alf_ctx *ctx, const alf_archive *archive);

/* Opens a file of that name with these bytes, within so much memory, and does both with what is accepted. */
void fuzz_archive_file(const char *name, int64_t max_memory, const uint8_t *data, size_t size);

/* A copy of the archive with some arrays and texts left out, renamed, of other types and shapes or with other elements,
 * as the bytes say; *edits is their number. Names and values are borrowed from the original, which must live as long.
 * NULL: a name is refused, or there twice. */
alf_archive *fuzz_edited(alf_ctx *ctx, const alf_archive *archive, fuzz_bytes *b, int *edits);

#endif
