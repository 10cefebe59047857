/* The networks that the project carries, as a list that subjects_open() takes. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "common/subjects.h"

static const char FOLDER[] = "experiments/pretrained";

static int is_network(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".safetensors") == 0;
}

alf_status subjects_pretrained(alf_ctx *ctx, const char *rungs, char **out)
{
    struct dirent **entries = NULL;
    const int       count = scandir(FOLDER, &entries, is_network, alphasort);
    size_t          size = (rungs ? strlen(rungs) : 0) + 1;
    for (int i = 0; i < count; i++) size += sizeof FOLDER + strlen(entries[i]->d_name) + 1;
    char *list = malloc(size), *end = list;
    for (int i = 0; i < count; i++) {
        if (list) end += sprintf(end, "%s/%s,", FOLDER, entries[i]->d_name);
        free(entries[i]);
    }
    if (end > list && !rungs) end--; /* the last comma */
    if (list) memcpy(end, rungs ? rungs : "", (rungs ? strlen(rungs) : 0) + 1);
    free(entries);
    if (!list) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a list of networks");
    *out = list;
    return ALF_OK;
}
