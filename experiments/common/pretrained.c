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

alf_status subjects_pretrained(alf_ctx *ctx, char **out)
{
    struct dirent **entries = NULL;
    const int       count = scandir(FOLDER, &entries, is_network, alphasort);
    size_t          size = 1;
    for (int i = 0; i < count; i++) size += sizeof FOLDER + strlen(entries[i]->d_name) + 1;
    char *list = malloc(size), *end = list;
    if (list) *list = '\0';
    for (int i = 0; i < count; i++) {
        if (list) end += sprintf(end, "%s/%s,", FOLDER, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (!list) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a list of networks");
    *out = list;
    return ALF_OK;
}
