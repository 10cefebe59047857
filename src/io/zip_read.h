/* Zip archives, read by libzip: the names of the entries, and one entry at a time, checked by its sum. */
#ifndef ALF_IO_ZIP_READ_H
#define ALF_IO_ZIP_READ_H

#include "io/file_list.h"

typedef struct alf_zip_reader alf_zip_reader;

/* Of a regular file, which is looked up once: another one of its name changes nothing after that. Archives of more than
 * ALF_MAX_FILES entries are refused, and what libzip takes for the directory is booked. */
ALF_NODISCARD alf_status alf_zip_open(alf_ctx *ctx, const char *path, alf_zip_reader **out);
void                     alf_zip_close(alf_zip_reader *zip); /* NULL is allowed */
/* Adds the files of the archive, without hidden ones, with their number. */
ALF_NODISCARD alf_status alf_zip_list(alf_zip_reader *zip, alf_file_list *list);
/* The size and sum of an entry as the archive's directory tells them. */
ALF_NODISCARD alf_status alf_zip_stamp(alf_zip_reader *zip, uint64_t number, uint64_t *size, uint32_t *sum);
/* Unpacks an entry; *bytes is freed with alf_mem_free(). Entries that claim more than 1 MB and 64 times what is stored
 * are refused, and those that claim more to be stored than the archive has. `label` leads messages. Damage is
 * ALF_ERR_FORMAT; what the system cannot read and want of memory are not. */
ALF_NODISCARD alf_status alf_zip_unpack(alf_zip_reader *zip, uint64_t number, const char *label, uint8_t **bytes,
                                        size_t *size);

#endif
