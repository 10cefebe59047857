/* Labels, a line at a time. */
#include <string.h>

#include "report/label.h"

static bool begins_letter(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80; /* the other bytes of a letter are 10xxxxxx */
}

int64_t alf_letters(const char *text, size_t length)
{
    int64_t letters = 0;
    for (size_t i = 0; i < length; i++) letters += begins_letter(text[i]);
    return letters;
}

/* Bytes of the first `most` letters. */
static size_t bytes_of(const char *text, int64_t most)
{
    size_t length = 0;
    while (text[length] && (most > 0 || !begins_letter(text[length]))) most -= begins_letter(text[length++]);
    return length;
}

const char *alf_label_line(const char **rest, int64_t most, size_t *length, int64_t *letters)
{
    const char *start = *rest + strspn(*rest, " \n"), *end = start, *word = start;
    if (!*start) return NULL;
    while (*word && *word != '\n') { /* word by word as long as they fit */
        const char *behind = word + strcspn(word, " \n");
        if (alf_letters(start, (size_t)(behind - start)) > most) break;
        end = behind;
        word = behind + strspn(behind, " ");
    }
    *rest = end > start ? end : start + strcspn(start, " \n");
    *length = end > start ? (size_t)(end - start) : bytes_of(start, most);
    *letters = alf_letters(start, *length);
    return start;
}
