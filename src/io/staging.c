/* Making something beside its place. */
#include "io/staging.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "io/atomic.h"
#include "io/file_map.h"

/* --- opening -------------------------------------------------------------------------------------------------------- */

/* A name that nobody else uses: process, time and attempt; mkdir() makes sure. */
static alf_status make_folder(alf_staging *s)
{
    int error = EEXIST;

    for (int attempt = 0; attempt < 100 && error == EEXIST; attempt++) {
        struct timespec now = {0};
        clock_gettime(CLOCK_REALTIME, &now);
        alf_mem_free(s->folder);
        s->folder =
            alf_mem_printf(s->ctx, "%s/.aliasfree-%ld-%ld-%d.tmp", s->parent, (long)getpid(), now.tv_nsec, attempt);
        if (!s->folder) return alf_ctx_status(s->ctx);
        if (mkdir(s->folder, 0777) == 0) return ALF_OK;
        error = errno;
    }
    alf_mem_free(s->folder); /* not made by us, so not ours to remove */
    s->folder = NULL;
    return alf_fail_errno(s->ctx, "make a temporary folder for", s->path, error);
}

alf_status alf_staging_open(alf_ctx *ctx, const char *path, alf_staging *out)
{
    alf_staging s = {.ctx = ctx};
    alf_status  status = alf_ctx_status(ctx);

    if (status) return status;
    s.path = alf_path_resolve(ctx, path);
    if (s.path) s.parent = alf_path_folder(ctx, s.path);
    status = s.parent ? make_folder(&s) : alf_ctx_status(ctx);
    if (status)
        alf_staging_close(&s);
    else
        *out = s;
    return status;
}

char *alf_staging_path(const alf_staging *staging, const char *name)
{
    return alf_mem_printf(staging->ctx, "%s/%s", staging->folder, name);
}

/* --- closing -------------------------------------------------------------------------------------------------------- */

alf_status alf_staging_publish(alf_staging *staging, const char *name)
{
    char      *from = name ? alf_staging_path(staging, name) : alf_mem_strdup(staging->ctx, staging->folder);
    alf_status status = from ? ALF_OK : alf_ctx_status(staging->ctx);

    if (!status && rename(from, staging->path)) status = alf_fail_errno(staging->ctx, "replace", staging->path, errno);
    if (!status && !name) {
        alf_mem_free(staging->folder);
        staging->folder = NULL;
    }
    alf_mem_free(from);
    return status ? status : alf_sync_folder(staging->ctx, staging->parent);
}

/* Paths on the stack, since it must work when memory is short; depth is that of what we made ourselves. */
static void remove_tree(const char *folder)
{
    DIR           *stream = opendir(folder);
    struct dirent *entry;

    while (stream && (entry = readdir(stream))) {
        char path[4096];
        bool ours = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        if (!ours || snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path) continue;
        if (unlink(path)) remove_tree(path);
    }
    if (stream) closedir(stream);
    (void)rmdir(folder);
}

void alf_staging_close(alf_staging *staging)
{
    if (staging->folder) remove_tree(staging->folder);
    alf_mem_free(staging->folder);
    alf_mem_free(staging->parent);
    alf_mem_free(staging->path);
    *staging = (alf_staging){.ctx = NULL};
}
