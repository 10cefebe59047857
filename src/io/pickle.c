/* Opening a pickle: map the file, run the machine, walk what it made. */
#include "io/pickle.h"

#include "io/archive_internal.h"
#include "io/network_walk.h"
#include "io/pickle_vm.h"
#include "io/sniff.h"

/* Every protocol from 2 on begins with this opcode. */
#define PROTO 0x80

static alf_status read_values(alf_pkl_reader *reader, alf_archive *archive)
{
    alf_pkl_value *top;
    size_t         used;
    alf_status     status;

    if (reader->map.size < 2 || reader->map.data[0] != PROTO)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "the file is %s, expected a pickle of protocol 2 to 5",
                            alf_sniff(reader->map.data, reader->map.size));
    status = alf_pkl_run(reader, ALF_PKL_IN_NETWORK, reader->map.data, reader->map.size, &used, &top);
    return status ? status : alf_network_walk(reader, top, archive);
}

alf_status alf_pickle_open(alf_ctx *ctx, const char *path, alf_archive **out)
{
    alf_pkl_reader reader = {.ctx = ctx, .path = path};
    alf_archive   *archive = NULL;
    alf_status     status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_pickle_open: path or out is NULL");
    status = alf_archive_create(ctx, &archive);
    if (!status) status = alf_archive_set_source(archive, path, "pickle");
    if (!status) status = alf_file_map_open(ctx, path, &archive->map);
    if (!status) {
        reader.map = archive->map;
        status = read_values(&reader, archive);
        alf_pkl_release(&reader);
    }
    if (status) {
        alf_archive_destroy(archive);
        return status;
    }
    *out = archive;
    return ALF_OK;
}
