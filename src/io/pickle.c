/* Reading a pickle: run the machine, walk what it made. */
#include "io/pickle.h"

#include "io/archive_internal.h"
#include "io/network_walk.h"
#include "io/pickle_vm.h"

alf_status alf_pickle_read(alf_archive *archive)
{
    alf_pkl_reader reader = {.ctx = archive->ctx, .path = alf_archive_label(archive), .map = archive->map};
    alf_pkl_value *top;
    alf_status     status = alf_pkl_run_whole(&reader, ALF_PKL_IN_NETWORK, reader.map.data, reader.map.size, &top);

    if (!status) status = alf_network_walk(&reader, top, archive);
    alf_pkl_release(&reader);
    return status;
}
