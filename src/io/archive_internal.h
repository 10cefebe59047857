/* How readers fill an archive: names stay sorted at all times, data is copied or points into the mapped file. */
#ifndef ALF_IO_ARCHIVE_INTERNAL_H
#define ALF_IO_ARCHIVE_INTERNAL_H

#include "aliasfree/archive.h"
#include "io/file_map.h"

/* More than any network has; it bounds the work that a hostile file can ask for. */
#define ALF_MAX_ARRAYS 65536
/* Bytes of metadata, keys and texts together: texts are JSON, which takes many times its size once it is parsed. */
#define ALF_MAX_META (4 << 20)

typedef struct {
    alf_array array;
    void     *owned; /* the data when it was copied */
} alf_archive_entry;

typedef struct {
    char *key, *value;
} alf_archive_text;

struct alf_archive {
    alf_ctx            *ctx;
    char               *path;
    const char         *format;
    alf_file_map        map;     /* what arrays may point into; zeroed if none */
    int                 fd;      /* of the map's file; -1: none, or it was read */
    alf_archive_entry **entries; /* by name                                    */
    int64_t             count, capacity;
    alf_archive_text   *meta; /* by key */
    int64_t             meta_count, meta_capacity;
    size_t              meta_bytes;
};

/* Says where the archive comes from; `format` is a constant. */
ALF_NODISCARD alf_status alf_archive_set_source(alf_archive *archive, const char *path, const char *format);
/* As alf_archive_add, but the data is not copied: it must live as long as the archive. */
ALF_NODISCARD alf_status alf_archive_add_view(alf_archive *archive, const char *name, alf_dtype dtype, int ndim,
                                              const int64_t shape[], const void *data);
/* The path, or what stands for it in error texts. */
const char *alf_archive_label(const alf_archive *archive);

/* Refuses, with `refusal`, a name of an array or a key of metadata that would control a terminal. */
ALF_NODISCARD alf_status alf_archive_check_name(const alf_archive *archive, const char *name, alf_status refusal);

/* Elements and bytes of a shape; false when a size is negative or the bytes exceed 63 bits. */
bool alf_shape_bytes(alf_dtype dtype, int ndim, const int64_t shape[], int64_t *count, int64_t *bytes);

/* Reads the mapped file into an empty archive, which owns the map. */
ALF_NODISCARD alf_status alf_safetensors_read(alf_archive *archive);

#endif
