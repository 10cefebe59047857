/* Sizes of the bitmap font, in pixels of zoom 1: of a letter, and of the place that it takes. */
#ifndef ALF_REPORT_FONT_H
#define ALF_REPORT_FONT_H

enum { ALF_GLYPH_WIDTH = 5, ALF_GLYPH_HEIGHT = 7, ALF_CELL_WIDTH = 6, ALF_CELL_HEIGHT = 9 };

#endif
