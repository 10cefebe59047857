/* Sums in files, put right where changes broke them: few changes would get past them otherwise. */
#ifndef FUZZ_SUMS_H
#define FUZZ_SUMS_H

#include "fuzz.h"

/* Of the chunks of a PNG. */
void fuzz_right_png(uint8_t *png, size_t size);
/* Of the stored entries of a zip archive, in its directory and before the entry. */
void fuzz_right_zip(uint8_t *zip, size_t size);
/* A copy of the bytes, to be freed. */
uint8_t *fuzz_copy(const uint8_t *data, size_t size);

#endif
