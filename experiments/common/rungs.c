/* The rungs of the ladder, and lists of them. */
#include "common/rungs.h"

#include <string.h>

static const char NAMES[RUNGS][2] = {"A", "B", "C", "D", "E", "F", "G", "H", "T", "R"};

const char *rung_name(int place)
{
    return NAMES[place];
}

/* Its place; -1: there is no such rung. */
static int place_of(const char *name, size_t length)
{
    for (int i = 0; i < RUNGS; i++)
        if (length == strlen(NAMES[i]) && strncmp(name, NAMES[i], length) == 0) return i;
    return -1;
}

static alf_status refuse(const alf_study_run *run, const char *option, const char *why, size_t length, const char *name)
{
    return alf_fail(run->ctx, ALF_ERR_ARGUMENT,
                    "--%s: %s '%.*s': expected some of A, B, C, D, E, F, G, H, T, R between commas", option, why,
                    (int)length, name);
}

alf_status rungs_choose(const alf_study_run *run, const char *option, const char *fallback, int places[RUNGS],
                        int *count)
{
    const char *given = alf_study_text(run, option), *rest = given ? given : fallback;
    bool        chosen[RUNGS] = {false};
    for (;;) {
        const size_t length = strcspn(rest, ",");
        const int    place = place_of(rest, length);
        if (place < 0) return refuse(run, option, "there is no rung", length, rest);
        if (chosen[place]) return refuse(run, option, "twice the rung", length, rest);
        chosen[place] = true;
        rest += length;
        if (!*rest++) break;
    }
    *count = 0;
    for (int i = 0; i < RUNGS; i++)
        if (chosen[i]) places[(*count)++] = i;
    return ALF_OK;
}
