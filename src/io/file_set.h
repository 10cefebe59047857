/* Where pictures come from: a folder, walked through, a zip archive, or a single file, as a sorted list of named files.
 *
 * Names are paths inside the set with '/', sorted by their bytes. Hidden files and folders (a part of the path starts
 * with '.') are not listed. Names only name: nothing is ever written by them. */
#ifndef ALF_IO_FILE_SET_H
#define ALF_IO_FILE_SET_H

#include "aliasfree/files.h"
#include "io/file_map.h"

typedef struct alf_file_set alf_file_set;

typedef enum { ALF_SET_FOLDER = 0, ALF_SET_ZIP, ALF_SET_FILE } alf_set_kind;

/* What `path` is decides its first bytes: a zip archive, or a single file. */
ALF_NODISCARD alf_status alf_file_set_open(alf_ctx *ctx, const char *path, alf_file_set **out);
void                     alf_file_set_close(alf_file_set *set); /* NULL is allowed */
alf_set_kind             alf_file_set_kind(const alf_file_set *set);
int64_t                  alf_file_set_count(const alf_file_set *set);
const char              *alf_file_set_name(const alf_file_set *set, int64_t index);
int64_t                  alf_file_set_find(const alf_file_set *set, const char *name); /* -1: not there */

/* The set's path and the file's name, for messages; NULL with the error recorded. Freed with alf_mem_free(). */
char *alf_file_set_label(const alf_file_set *set, int64_t index);

/* The bytes of a file, mapped or in memory. */
typedef struct {
    const uint8_t *data;
    size_t         size;
    alf_file_map   map;
    uint8_t       *owned;
} alf_file_bytes;

ALF_NODISCARD alf_status alf_file_set_read(alf_file_set *set, int64_t index, alf_file_bytes *out);
void                     alf_file_bytes_release(alf_file_bytes *bytes);

/* What is known of a file without reading it. */
typedef struct {
    uint64_t size;
    uint32_t sum; /* of its bytes, as a zip archive tells it; else 0 */
} alf_file_stamp;
ALF_NODISCARD alf_status alf_file_set_stamp(alf_file_set *set, int64_t index, alf_file_stamp *out);

/* The file as a picture. */
ALF_NODISCARD alf_status alf_file_set_picture(alf_file_set *set, int64_t index, alf_picture **out);

#endif
