/* Opening a network file: what it contains, not what it is called, decides how it is read. */
#include <unistd.h>

#include "io/archive_internal.h"
#include "io/pickle.h"
#include "io/sniff.h"

/* From protocol 2 on a pickle begins with this opcode and the protocol; the reader refuses those it does not know. */
static bool looks_like_pickle(const alf_file_map *map)
{
    return map->size >= 2 && map->data[0] == 0x80 && map->data[1] < 16;
}

/* A header length may begin with the bytes of a pickle, so the brace behind it and the length itself decide. */
static bool looks_like_safetensors(const alf_file_map *map)
{
    uint64_t header = 0;

    if (map->size < 9 || map->data[8] != '{') return false;
    for (int i = 7; i >= 0; i--) header = header << 8 | map->data[i];
    return header <= map->size - 8 || !(looks_like_pickle(map) || alf_sniff_text(map->data, 8));
}

static void let_go(alf_file_map *map, int fd)
{
    alf_file_map_close(map);
    if (fd >= 0) close(fd);
}

typedef alf_status (*read_fn)(alf_archive *archive);

/* Takes the map and its descriptor over; `format` is a constant. */
static alf_status open_as(alf_ctx *ctx, const char *path, const char *format, read_fn read, alf_file_map *map, int fd,
                          alf_archive **out)
{
    alf_archive *archive;
    alf_status   status = alf_archive_create(ctx, &archive);

    if (status) {
        let_go(map, fd);
        return status;
    }
    archive->map = *map;
    archive->fd = fd;
    status = alf_archive_set_source(archive, path, format);
    if (!status) status = read(archive);
    if (status)
        alf_archive_destroy(archive);
    else
        *out = archive;
    return status;
}

/* The file is opened once: what was looked at is what is read. */
alf_status alf_archive_open(alf_ctx *ctx, const char *path, alf_archive **out)
{
    alf_file_map map;
    int          fd;
    alf_status   status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_archive_open: %s is NULL", path ? "out" : "path");
    status = alf_file_map_open_for_more(ctx, path, &map, &fd);
    if (status) return status;
    if (looks_like_safetensors(&map)) return open_as(ctx, path, "safetensors", alf_safetensors_read, &map, fd, out);
    if (looks_like_pickle(&map)) return open_as(ctx, path, "pickle", alf_pickle_read, &map, fd, out);
    status = alf_fail(ctx, ALF_ERR_FORMAT, "'%s' (%zu bytes) is %s, expected a network file: safetensors or pickle",
                      path, map.size, alf_sniff(map.data, map.size));
    let_go(&map, fd);
    return status;
}
