/* The bitmap font: sizes in pixels of zoom 1, and part of a text. */
#ifndef ALF_REPORT_FONT_H
#define ALF_REPORT_FONT_H

#include "aliasfree/aliasfree.h"

/* Of a letter, and of the place that it takes. */
enum { ALF_GLYPH_WIDTH = 5, ALF_GLYPH_HEIGHT = 7, ALF_CELL_WIDTH = 6, ALF_CELL_HEIGHT = 9 };

/* alf_picture_text() of the first `length` bytes. */
void alf_picture_letters(alf_picture *picture, int64_t left, int64_t top, int zoom, uint8_t grey, const char *text,
                         size_t length);
/* The width of so many letters; the last needs no gap behind it. */
int64_t alf_letters_width(int64_t letters, int zoom);

#endif
