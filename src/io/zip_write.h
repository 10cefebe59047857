/* Zip archives out, by libzip: entries stored as they are, in order, with fixed times and rights. */
#ifndef ALF_IO_ZIP_WRITE_H
#define ALF_IO_ZIP_WRITE_H

#include "io/bytes.h"

/* Names and sizes of the files that stand one behind another in a spool file. */
typedef struct {
    alf_bytes names; /* size and name of each */
    int64_t   count;
} alf_zip_parts;

ALF_NODISCARD alf_status alf_zip_parts_add(alf_zip_parts *parts, const char *name, uint64_t size); /* size >= 1 */
void                     alf_zip_parts_release(alf_zip_parts *parts);

/* Writes the archive and brings it to disk; `shown` is its path in messages. Reports progress as "packing". */
ALF_NODISCARD alf_status alf_zip_write(const alf_zip_parts *parts, const char *spool, const char *archive,
                                       const char *shown);

#endif
