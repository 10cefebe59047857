/* Texts from files in messages: what would control a terminal is shown as \xNN. */
#ifndef ALF_IO_ESCAPE_H
#define ALF_IO_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* A C0 control character, DEL, or a C1 control character in UTF-8: does one stand in the text? */
bool alf_has_control(const char *text);

/* Are all `size` bytes well-formed UTF-8? What JSON can say. */
bool alf_is_utf8(const void *text, size_t size);

/* The text with those as \xNN, cut after some 200 characters. */
typedef struct {
    char text[224];
} alf_escaped;
alf_escaped alf_escape(const char *text);

#endif
