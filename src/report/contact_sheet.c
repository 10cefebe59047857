/* Contact sheets: the place of everything is found first, then labels are drawn; pictures come one by one. */
#include "report/contact_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "report/font.h"
#include "report/label.h"

enum {
    GAP = 4,           /* between cells and around all, in pixels                          */
    MOST = 65500,      /* pixels along a side, as pictures have it                         */
    WIDE_CELL = 96,    /* from this width on letters are drawn twice as large              */
    ROW_LETTERS = 18,  /* of a line beside a row                                           */
    TITLE_LETTERS = 16 /* a title may make a sheet wider than it is, to so many for a line */
};
static const uint8_t INK = 40, PAPER = 255;

struct alf_contact_sheet {
    alf_picture *picture;
    int          columns, rows, zoom;
    int64_t      cell_width, cell_height;
    int64_t      left, top, pitch_x, pitch_y; /* of the first cell, and from one to the next */
};

/* --- labels ----------------------------------------------------------------------------------------------------------- */

/* The lines of a label, and how they are drawn. */
typedef struct {
    int64_t letters; /* most of a line  */
    int64_t lines;   /* most of a label */
    int     zoom;
} label_form;

/* What a label needs: letters of its longest line, and lines. NULL needs nothing. */
static void measure_label(const label_form *form, const char *text, int64_t *letters, int64_t *lines)
{
    int64_t count = 0, here;
    size_t  length;
    while (text && count < form->lines && alf_label_line(&text, form->letters, &length, &here)) {
        if (here > *letters) *letters = here;
        count++;
    }
    if (count > *lines) *lines = count;
}

static void measure_labels(const label_form *form, int count, const char *const texts[], int64_t *letters,
                           int64_t *lines)
{
    for (int i = 0; texts && i < count; i++) measure_label(form, texts[i], letters, lines);
}

/* Lines from `top` on, each centred between left and left + width; of width 0: all begin at left. */
static void draw_label(alf_picture *picture, const label_form *form, int64_t left, int64_t top, int64_t width,
                       const char *text)
{
    const char *line;
    size_t      length;
    int64_t     letters;
    for (int64_t i = 0; text && i < form->lines && (line = alf_label_line(&text, form->letters, &length, &letters));
         i++) {
        int64_t spare = width > 0 ? (width - alf_letters_width(letters, form->zoom)) / 2 : 0;
        alf_picture_letters(picture, left + spare, top + i * ALF_CELL_HEIGHT * form->zoom, form->zoom, INK, line,
                            length);
    }
}

/* --- layout ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    label_form title, column, row;
    int64_t    title_height, column_height; /* of their lines, with the gap below */
    int64_t    cell_width, cell_height;     /* as they are shown                  */
    int64_t    width, height;
} layout;

static int64_t at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

static int64_t lines_height(int64_t lines, int zoom)
{
    return lines ? lines * ALF_CELL_HEIGHT * zoom + GAP : 0;
}

/* Numbers are at most MOST, so nothing overflows before the sum is checked. */
static void lay_out(const alf_contact_sheet_spec *spec, layout *l, alf_contact_sheet *sheet)
{
    int64_t letters = 0, lines = 0;
    l->cell_width = spec->cell_width * spec->zoom;
    l->cell_height = spec->cell_height * spec->zoom;
    const int     zoom = l->cell_width >= WIDE_CELL ? 2 : 1;
    const int64_t letter = (int64_t)ALF_CELL_WIDTH * zoom, line = (int64_t)ALF_CELL_HEIGHT * zoom;

    l->row = (label_form){ROW_LETTERS, at_least(l->cell_height / line, 1), zoom};
    measure_labels(&l->row, spec->rows, spec->row_labels, &letters, &lines);
    sheet->left = GAP + (letters ? alf_letters_width(letters, zoom) + 2 * GAP : 0);
    sheet->pitch_x = l->cell_width + GAP;
    sheet->pitch_y = (lines ? at_least(l->cell_height, line) : l->cell_height) + GAP;
    l->width = sheet->left + spec->columns * sheet->pitch_x;

    l->column = (label_form){at_least(l->cell_width / letter, 1), 3, zoom};
    letters = lines = 0;
    measure_labels(&l->column, spec->columns, spec->column_labels, &letters, &lines);
    l->column_height = lines_height(lines, zoom);

    l->title = (label_form){at_least((l->width - 2 * GAP) / letter, TITLE_LETTERS), 6, zoom};
    letters = lines = 0;
    measure_label(&l->title, spec->title, &letters, &lines);
    l->title_height = lines_height(lines, zoom);
    l->width = at_least(l->width, alf_letters_width(letters, zoom) + 2 * GAP);

    sheet->top = GAP + l->title_height + l->column_height;
    l->height = sheet->top + spec->rows * sheet->pitch_y;
}

static void draw_labels(const alf_contact_sheet_spec *spec, const layout *l, alf_contact_sheet *sheet)
{
    draw_label(sheet->picture, &l->title, GAP, GAP, 0, spec->title);
    for (int i = 0; spec->column_labels && i < spec->columns; i++) { /* the last line stands on the cell */
        int64_t letters = 0, lines = 0;
        measure_label(&l->column, spec->column_labels[i], &letters, &lines);
        draw_label(sheet->picture, &l->column, sheet->left + i * sheet->pitch_x,
                   sheet->top - lines_height(lines, l->column.zoom), l->cell_width, spec->column_labels[i]);
    }
    for (int i = 0; spec->row_labels && i < spec->rows; i++) { /* half way down the row */
        int64_t letters = 0, lines = 0;
        measure_label(&l->row, spec->row_labels[i], &letters, &lines);
        int64_t height = lines * ALF_CELL_HEIGHT * l->row.zoom;
        draw_label(sheet->picture, &l->row, GAP,
                   sheet->top + i * sheet->pitch_y + at_least((sheet->pitch_y - GAP - height) / 2, 0), 0,
                   spec->row_labels[i]);
    }
}

/* --- the sheet -------------------------------------------------------------------------------------------------------- */

static alf_status check_number(alf_ctx *ctx, const char *name, int64_t value)
{
    if (value >= 1 && value <= MOST) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "contact sheet: %s is %lld: expected 1 to %d", name, (long long)value, MOST);
}

static alf_status check_spec(alf_ctx *ctx, const alf_contact_sheet_spec *spec)
{
    alf_status status = check_number(ctx, "columns", spec->columns);
    if (status == ALF_OK) status = check_number(ctx, "rows", spec->rows);
    if (status == ALF_OK) status = check_number(ctx, "cell_width", spec->cell_width);
    if (status == ALF_OK) status = check_number(ctx, "cell_height", spec->cell_height);
    if (status == ALF_OK) status = check_number(ctx, "zoom", spec->zoom);
    return status;
}

alf_status alf_contact_sheet_create(alf_ctx *ctx, const alf_contact_sheet_spec *spec, alf_contact_sheet **out)
{
    layout     l;
    alf_status status = check_spec(ctx, spec);
    if (status != ALF_OK) return status;
    alf_contact_sheet *sheet = malloc(sizeof *sheet);
    if (!sheet) return alf_fail(ctx, ALF_ERR_MEMORY, "contact sheet: out of memory");
    *sheet = (alf_contact_sheet){.columns = spec->columns,
                                 .rows = spec->rows,
                                 .zoom = spec->zoom,
                                 .cell_width = spec->cell_width,
                                 .cell_height = spec->cell_height};
    lay_out(spec, &l, sheet);
    if (l.width > MOST || l.height > MOST)
        status = alf_fail(ctx, ALF_ERR_RANGE, "contact sheet: %lld x %lld pixels: expected at most %d along a side",
                          (long long)l.width, (long long)l.height, MOST);
    if (status == ALF_OK) status = alf_picture_create(ctx, l.width, l.height, 3, &sheet->picture);
    if (status != ALF_OK) {
        alf_contact_sheet_destroy(sheet);
        return status;
    }
    memset(sheet->picture->pixels, PAPER, (size_t)(l.width * l.height * 3));
    draw_labels(spec, &l, sheet);
    *out = sheet;
    return ALF_OK;
}

/* Repeats the pixels of a cell that stands at its top left corner in its own size. From the end on, so that each pixel is
 * read before it is overwritten. */
static void enlarge(const alf_contact_sheet *sheet, int64_t left, int64_t top)
{
    const int64_t stride = sheet->picture->width * 3;
    uint8_t      *first = sheet->picture->pixels + top * stride + left * 3;
    for (int64_t y = sheet->cell_height * sheet->zoom - 1; y >= 0; y--)
        for (int64_t x = sheet->cell_width * sheet->zoom - 1; x >= 0; x--)
            memmove(first + y * stride + x * 3, first + y / sheet->zoom * stride + x / sheet->zoom * 3, 3);
}

alf_status alf_contact_sheet_put(alf_ctx *ctx, alf_contact_sheet *sheet, int column, int row, int channels,
                                 const double *planes)
{
    if (column < 0 || column >= sheet->columns || row < 0 || row >= sheet->rows)
        return alf_fail(ctx, ALF_ERR_RANGE, "contact sheet: cell (%d, %d) of a sheet of %d columns and %d rows", column,
                        row, sheet->columns, sheet->rows);
    int64_t    left = sheet->left + column * sheet->pitch_x, top = sheet->top + row * sheet->pitch_y;
    alf_status status = alf_picture_put(ctx, sheet->picture, left, top, channels, sheet->cell_height, sheet->cell_width,
                                        planes, ALF_BYTES_GRID);
    if (status == ALF_OK) enlarge(sheet, left, top);
    return status;
}

alf_status alf_contact_sheet_write(alf_ctx *ctx, const alf_contact_sheet *sheet, const char *path)
{
    return alf_picture_write_png(ctx, sheet->picture, path);
}

void alf_contact_sheet_destroy(alf_contact_sheet *sheet)
{
    if (!sheet) return;
    alf_picture_destroy(sheet->picture);
    free(sheet);
}
