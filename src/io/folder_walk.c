/* The files below a folder. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/core.h"
#include "io/file_list.h"
#include "io/file_map.h"

#define MAX_DEPTH 64

/* A folder that is being walked, and those above it, which a link must not lead back to. */
typedef struct folder {
    const struct folder *above;
    dev_t                device;
    ino_t                number;
    const char          *path;
    const char          *name; /* inside of the set; "" at the top */
    int                  depth;
} folder;

static alf_status walk(const folder *here, alf_file_list *list);

static bool stands_above(const folder *here, const struct stat *info)
{
    for (; here; here = here->above)
        if (here->device == info->st_dev && here->number == info->st_ino) return true;
    return false;
}

/* What cannot be examined or opened is listed all the same, a folder with '/' at its end: whoever reads it is told why,
 * and it is in nobody else's way. */
static alf_status add_unreadable(const folder *here, alf_file_list *list)
{
    char      *name = alf_mem_printf(list->ctx, "%s/", here->name);
    alf_status status = name ? alf_file_list_add(list, name, 0) : alf_ctx_status(list->ctx);

    alf_mem_free(name);
    return status;
}

static alf_status enter(const folder *here, const char *path, const char *name, const struct stat *info,
                        alf_file_list *list)
{
    folder next = {here, info->st_dev, info->st_ino, path, name, here->depth + 1};

    if (stands_above(here, info)) return ALF_OK;
    if (next.depth > MAX_DEPTH)
        return alf_fail(list->ctx, ALF_ERR_UNSUPPORTED, "'%s' lies deeper than %d folders", path, MAX_DEPTH);
    return walk(&next, list);
}

/* A link, to what is not there or not ours to see; else it is the device or the system that fails. */
static bool leads_nowhere(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES || error == ENAMETOOLONG;
}

static alf_status take(const folder *here, const char *entry, alf_file_list *list)
{
    char       *path = alf_mem_printf(list->ctx, "%s/%s", here->path, entry);
    char       *name = alf_mem_printf(list->ctx, "%s%s%s", here->name, *here->name ? "/" : "", entry);
    struct stat info;
    alf_status  status = ALF_OK;

    if (!path || !name)
        status = alf_ctx_status(list->ctx);
    else if (stat(path, &info))
        status =
            leads_nowhere(errno) ? alf_file_list_add(list, name, 0) : alf_fail_errno(list->ctx, "examine", path, errno);
    else if (S_ISDIR(info.st_mode))
        status = enter(here, path, name, &info, list);
    else if (S_ISREG(info.st_mode))
        status = alf_file_list_add(list, name, 0);
    alf_mem_free(name);
    alf_mem_free(path);
    return status;
}

static alf_status walk(const folder *here, alf_file_list *list)
{
    DIR       *stream = opendir(here->path);
    alf_status status = ALF_OK;

    if (!stream && errno == EACCES && here->above) return add_unreadable(here, list);
    if (!stream) return alf_fail_errno(list->ctx, "open the folder", here->path, errno);
    while (!status) {
        struct dirent *entry;
        errno = 0;
        entry = readdir(stream);
        if (!entry) break;
        if (*entry->d_name != '.') status = take(here, entry->d_name, list);
    }
    if (!status && errno) status = alf_fail_errno(list->ctx, "read the folder", here->path, errno);
    closedir(stream);
    return status;
}

alf_status alf_folder_list(const char *path, alf_file_list *list)
{
    struct stat info;
    folder      top = {.path = path, .name = ""};

    if (stat(path, &info)) return alf_fail_errno(list->ctx, "examine", path, errno);
    top.device = info.st_dev;
    top.number = info.st_ino;
    return walk(&top, list);
}
