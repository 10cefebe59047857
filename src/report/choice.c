/* Options whose value is one of a few words. */
#include "report/choice.h"

#include <string.h>

int alf_choice_place(const char *words, const char *text)
{
    const size_t length = strlen(text);
    int          place = 0;
    for (size_t word; *words; words += word + (words[word] == '|'), place++) {
        word = strcspn(words, "|");
        if (word == length && memcmp(words, text, length) == 0) return place;
    }
    return -1;
}
