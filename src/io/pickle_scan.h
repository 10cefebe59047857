/* A cursor over the bytes of a pickle: every read is checked against the end. */
#ifndef ALF_IO_PICKLE_SCAN_H
#define ALF_IO_PICKLE_SCAN_H

#include "io/pickle_value.h"

typedef struct {
    alf_pkl_reader *reader;
    const uint8_t  *data;
    size_t          size, at;
} alf_pkl_scan;

/* The next `size` bytes; ALF_ERR_FORMAT says how many there are. */
ALF_NODISCARD alf_status alf_pkl_take(alf_pkl_scan *scan, uint64_t size, const uint8_t **out);

/* The next `width` bytes (1 to 8) as an unsigned little-endian number. */
ALF_NODISCARD alf_status alf_pkl_take_unsigned(alf_pkl_scan *scan, int width, uint64_t *out);

/* Bytes that follow their own length of `width` bytes. */
ALF_NODISCARD alf_status alf_pkl_take_counted(alf_pkl_scan *scan, int width, const uint8_t **out, size_t *size);

/* The bytes up to the next line feed, which is passed and not included. */
ALF_NODISCARD alf_status alf_pkl_take_line(alf_pkl_scan *scan, const uint8_t **out, size_t *size);

/* Lines that hold a decimal int (a final L is allowed) or a finite float. */
ALF_NODISCARD alf_status alf_pkl_take_int_line(alf_pkl_scan *scan, int64_t *out);
ALF_NODISCARD alf_status alf_pkl_take_float_line(alf_pkl_scan *scan, double *out);

/* `size` bytes, little-endian: as an unsigned number (at most 8 bytes), or in two's complement (INT or BIG_INT). */
uint64_t       alf_pkl_unsigned(const uint8_t *at, size_t size);
alf_pkl_value *alf_pkl_new_long(alf_pkl_reader *reader, const uint8_t *at, size_t size);

/* A line with a quoted Python 2 string and its escapes, or with a text whose only escapes are \u and \U. */
alf_pkl_value *alf_pkl_take_string_line(alf_pkl_scan *scan);
alf_pkl_value *alf_pkl_take_unicode_line(alf_pkl_scan *scan);

#endif
