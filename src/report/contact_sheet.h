/* Contact sheets: pictures in columns and rows, with labels in a small bitmap font. */
#ifndef ALF_REPORT_CONTACT_SHEET_H
#define ALF_REPORT_CONTACT_SHEET_H

#include "aliasfree/aliasfree.h"

typedef struct {
    int                columns, rows;
    int64_t            cell_width, cell_height; /* of what is put into a cell, before zoom                  */
    int                zoom;                    /* whole factor by which pixels are repeated; 1 or more     */
    const char        *title;                   /* above everything; NULL: none                             */
    const char *const *column_labels;           /* above the columns, `columns` texts; NULL: none           */
    const char *const *row_labels;              /* left of the rows, `rows` texts; NULL: none               */
} alf_contact_sheet_spec;

typedef struct alf_contact_sheet alf_contact_sheet;

/* White, without pictures. Labels wider than their place are broken at spaces, then cut. */
ALF_NODISCARD alf_status alf_contact_sheet_create(alf_ctx *ctx, const alf_contact_sheet_spec *spec,
                                                  alf_contact_sheet **out);
/* Planes [channels, cell_height, cell_width], 1 or 3 channels; values in [-1, 1] are black to white. */
ALF_NODISCARD alf_status alf_contact_sheet_put(alf_ctx *ctx, alf_contact_sheet *sheet, int column, int row,
                                               int channels, const double *planes);
ALF_NODISCARD alf_status alf_contact_sheet_write(alf_ctx *ctx, const alf_contact_sheet *sheet, const char *path);
void                     alf_contact_sheet_destroy(alf_contact_sheet *sheet); /* NULL is allowed */

/* Text in printable ASCII (others are shown as '?') on a picture, a glyph is 5x7 pixels in a cell of 6x9, times `zoom`;
 * grey in 0 to 255. What is outside of the picture is cut off. */
void    alf_picture_text(alf_picture *picture, int64_t left, int64_t top, int zoom, uint8_t grey, const char *text);
int64_t alf_picture_text_width(const char *text, int zoom);

#endif
