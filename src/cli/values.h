/* Texts of option values to numbers. All of them read the whole text or nothing: false means that it is not what the
 * function reads, and leaves the output untouched. */
#ifndef ALF_CLI_VALUES_H
#define ALF_CLI_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALF_CLI_MAX_SEEDS 1000000

bool alf_cli_read_bool(const char *text, bool *out); /* true, yes, on, 1; false, no, off, 0; any case */
bool alf_cli_read_int(const char *text, int64_t *out);
bool alf_cli_read_real(const char *text, double *out);    /* finite, decimal                 */
bool alf_cli_read_bytes(const char *text, int64_t *out);  /* not negative; suffixes K, M, G  */
bool alf_cli_read_pair(const char *text, double out[2]);  /* "x,y"                           */
bool alf_cli_read_grid(const char *text, int64_t out[2]); /* "CxR"                           */
bool alf_cli_read_size(const char *text, int64_t out[2]); /* "WxH", or "N" for both          */

/* "0,2,5-9", seeds from 0 to 2^32 - 1, ranges rising, at most ALF_CLI_MAX_SEEDS in all. Counts them, and stores them
 * when `seeds` is not NULL. */
bool alf_cli_read_seeds(const char *text, int64_t *count, uint32_t *seeds);

/* Is `text` one of the words of "one|two|three"? */
bool alf_cli_is_choice(const char *words, const char *text);

/* How many letters must be inserted, deleted or replaced to turn one name into the other (names up to 63 letters;
 * longer ones count as entirely different). */
int alf_cli_distance(const char *a, const char *b);

#endif
