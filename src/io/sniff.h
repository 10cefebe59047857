/* What a file looks like from its first bytes, for error texts that help. */
#ifndef ALF_IO_SNIFF_H
#define ALF_IO_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A constant text such as "a zip archive", "an HTML page (did a download fail?)" or "empty". */
const char *alf_sniff(const uint8_t *data, size_t size);

/* Whether the first bytes (up to 256) look like lines of text. */
bool alf_sniff_text(const uint8_t *data, size_t size);

#endif
