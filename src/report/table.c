/* Tables of a report, in memory and as CSV, JSON, Markdown, text. */
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "report/files.h"
#include "report/label.h"
#include "report/printable.h"
#include "report/values.h"

struct alf_table {
    int               count;
    alf_table_column *columns;
    int64_t           rows, room;
    alf_table_cell   *cells; /* [rows, count] */
};

alf_table_cell alf_cell_text(const char *text)
{
    return (alf_table_cell){.text = text};
}

alf_table_cell alf_cell_number(double number)
{
    return (alf_table_cell){.number = number};
}

/* --- making --------------------------------------------------------------------------------------------------------- */

static char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;
    char  *copy = malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void alf_table_destroy(alf_table *table)
{
    if (!table) return;
    for (int i = 0; table->columns && i < table->count; i++) {
        free((char *)table->columns[i].name);
        free((char *)table->columns[i].key);
    }
    for (int64_t i = 0; i < table->rows * table->count; i++) free((char *)table->cells[i].text);
    free(table->columns);
    free(table->cells);
    free(table);
}

static bool copy_columns(alf_table *table, const alf_table_column columns[])
{
    table->columns = calloc((size_t)table->count, sizeof *table->columns);
    for (int i = 0; table->columns && i < table->count; i++) {
        alf_table_column *c = &table->columns[i];
        *c = (alf_table_column){copy_of(columns[i].name), copy_of(columns[i].key), columns[i].digits};
        if (!c->name || !c->key) return false;
    }
    return table->columns != NULL;
}

alf_status alf_table_create(alf_ctx *ctx, int count, const alf_table_column columns[], alf_table **out)
{
    if (count < 1) return alf_fail(ctx, ALF_ERR_ARGUMENT, "a table of %d columns: expected at least 1", count);
    alf_table *table = calloc(1, sizeof *table);
    if (table) table->count = count;
    if (!table || !copy_columns(table, columns)) {
        alf_table_destroy(table);
        return alf_report_no_memory(ctx, "a table");
    }
    *out = table;
    return ALF_OK;
}

/* Room for one more row. */
static bool grow(alf_table *table)
{
    if (table->rows < table->room) return true;
    const int64_t   room = 2 * table->room + 8;
    alf_table_cell *cells = realloc(table->cells, (size_t)(room * table->count) * sizeof *cells);
    if (!cells) return false;
    table->cells = cells;
    table->room = room;
    return true;
}

alf_status alf_table_add(alf_ctx *ctx, alf_table *table, const alf_table_cell cells[])
{
    if (!grow(table)) return alf_report_no_memory(ctx, "a table");
    alf_table_cell *row = table->cells + table->rows * table->count;
    bool            whole = true;
    for (int i = 0; i < table->count; i++) {
        row[i] = (alf_table_cell){.number = cells[i].number};
        if (!cells[i].text) continue;
        row[i].text = copy_of(cells[i].text);
        whole = whole && row[i].text;
    }
    if (whole) {
        table->rows++;
        return ALF_OK;
    }
    for (int i = 0; i < table->count; i++) free((char *)row[i].text);
    return alf_report_no_memory(ctx, "a table");
}

/* --- CSV ------------------------------------------------------------------------------------------------------------ */

/* Quotes where they are needed; an empty text is not the same as no number. */
static void put_csv_text(FILE *to, const char *text)
{
    if (*text && !strpbrk(text, ",\"\r\n")) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"') fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

static void put_csv_cell(FILE *to, const alf_table_cell *cell)
{
    char number[ALF_NUMBER_ROOM];
    if (cell->text)
        put_csv_text(to, cell->text);
    else
        fputs(alf_number_exact(cell->number, number), to);
}

alf_status alf_table_write_csv(alf_ctx *ctx, const alf_table *table, const char *path)
{
    alf_report_text csv;
    char           *text;
    alf_status      status = alf_report_text_open(ctx, &csv);
    if (status != ALF_OK) return status;
    for (int i = 0; i < table->count; i++) {
        put_csv_text(csv.to, table->columns[i].key);
        fputc(i + 1 < table->count ? ',' : '\n', csv.to);
    }
    for (int64_t i = 0; i < table->rows * table->count; i++) {
        put_csv_cell(csv.to, &table->cells[i]);
        fputc((i + 1) % table->count ? ',' : '\n', csv.to);
    }
    status = alf_report_text_close(ctx, &csv, &text);
    if (status != ALF_OK) return status;
    status = alf_text_write(ctx, path, text);
    free(text);
    return status;
}

/* --- JSON ----------------------------------------------------------------------------------------------------------- */

static json_t *row_as_json(const alf_table *table, int64_t row)
{
    const alf_table_cell *cells = table->cells + row * table->count;
    json_t               *object = json_object();
    int                   failed = 0;
    for (int i = 0; i < table->count; i++)
        failed |= json_object_set_new(object, table->columns[i].key,
                                      cells[i].text ? alf_json_text(cells[i].text) : alf_json_number(cells[i].number));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

alf_status alf_table_write_json(alf_ctx *ctx, const alf_table *table, const char *path)
{
    json_t *rows = json_array();
    int     failed = 0;
    for (int64_t i = 0; i < table->rows; i++) failed |= json_array_append_new(rows, row_as_json(table, i));
    if (failed) {
        json_decref(rows);
        rows = NULL;
    }
    return alf_report_write_json(ctx, path, rows, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
}

/* --- for people ----------------------------------------------------------------------------------------------------- */

/* What a person reads in a cell; `number` is room for it. */
static const char *shown(const alf_table *table, int64_t row, int column, char number[ALF_NUMBER_ROOM])
{
    const alf_table_cell *cell = &table->cells[row * table->count + column];
    return cell->text ? cell->text : alf_number_fixed(cell->number, table->columns[column].digits, number);
}

/* Columns of numbers stand on the right. */
static bool has_text(const alf_table *table, int column)
{
    for (int64_t row = 0; row < table->rows; row++)
        if (table->cells[row * table->count + column].text) return true;
    return false;
}

/* Bars would end the cell, line ends the row. */
static void put_markdown_cell(FILE *to, const char *text)
{
    fputs("| ", to);
    for (; *text; text++) {
        if (*text == '|' || *text == '\\') fputc('\\', to);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, to);
    }
    fputc(' ', to);
}

alf_status alf_table_markdown(alf_ctx *ctx, const alf_table *table, char **out)
{
    alf_report_text markdown;
    char            number[ALF_NUMBER_ROOM];
    alf_status      status = alf_report_text_open(ctx, &markdown);
    if (status != ALF_OK) return status;
    FILE *to = markdown.to;
    for (int i = 0; i < table->count; i++) put_markdown_cell(to, table->columns[i].name);
    fputs("|\n", to);
    for (int i = 0; i < table->count; i++) fputs(has_text(table, i) ? "| :--- " : "| ---: ", to);
    fputs("|\n", to);
    for (int64_t row = 0; row < table->rows; row++) {
        for (int i = 0; i < table->count; i++) put_markdown_cell(to, shown(table, row, i, number));
        fputs("|\n", to);
    }
    return alf_report_text_close(ctx, &markdown, out);
}

static int letters_in(const char *text)
{
    return (int)alf_letters(text, strlen(text));
}

static void put_aligned(FILE *to, const char *text, int width, bool left)
{
    int gap = width - letters_in(text);
    if (!left) fprintf(to, "%*s", gap, "");
    alf_put_text(to, text);
    if (left) fprintf(to, "%*s", gap, "");
}

static int width_of(const alf_table *table, int column)
{
    char number[ALF_NUMBER_ROOM];
    int  width = letters_in(table->columns[column].name);
    for (int64_t row = 0; row < table->rows; row++) {
        int letters = letters_in(shown(table, row, column, number));
        if (letters > width) width = letters;
    }
    return width;
}

void alf_table_print(const alf_table *table, FILE *to)
{
    char number[ALF_NUMBER_ROOM];
    for (int64_t row = -1; row < table->rows; row++) {
        for (int i = 0; i < table->count; i++) {
            if (i > 0) fputs("  ", to);
            put_aligned(to, row < 0 ? table->columns[i].name : shown(table, row, i, number), width_of(table, i),
                        has_text(table, i));
        }
        fputc('\n', to);
    }
}
