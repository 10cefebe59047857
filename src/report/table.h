/* Tables of a report: for people (Markdown), for spreadsheets (CSV), for programs (JSON). */
#ifndef ALF_REPORT_TABLE_H
#define ALF_REPORT_TABLE_H

#include "aliasfree/aliasfree.h"

typedef struct {
    const char *name;   /* of the column, as people and programs read it: "EQ-T"         */
    const char *key;    /* in CSV and JSON: "eqt_db"                                      */
    int         digits; /* after the point, of numbers in Markdown; CSV and JSON have all */
} alf_table_column;

typedef struct {
    const char *text;   /* NULL: a number                                              */
    double      number; /* NaN: nothing, shown as "-", null in JSON, empty in CSV; infinite: "inf" everywhere */
} alf_table_cell;

alf_table_cell alf_cell_text(const char *text);
alf_table_cell alf_cell_number(double number);

typedef struct alf_table alf_table;

/* Names and keys are copied. */
ALF_NODISCARD alf_status alf_table_create(alf_ctx *ctx, int count, const alf_table_column columns[], alf_table **out);
/* `cells` has as many as there are columns; texts are copied. */
ALF_NODISCARD alf_status alf_table_add(alf_ctx *ctx, alf_table *table, const alf_table_cell cells[]);
/* Numbers in full precision, in the C locale; texts with commas, quotes or line ends in quotes. */
ALF_NODISCARD alf_status alf_table_write_csv(alf_ctx *ctx, const alf_table *table, const char *path);
/* An array with one object for each row. */
ALF_NODISCARD alf_status alf_table_write_json(alf_ctx *ctx, const alf_table *table, const char *path);
/* Columns of numbers stand on the right. Free with free(). */
ALF_NODISCARD alf_status alf_table_markdown(alf_ctx *ctx, const alf_table *table, char **out);
void                     alf_table_print(const alf_table *table, FILE *to); /* columns aligned for a terminal */
void                     alf_table_destroy(alf_table *table);               /* NULL is allowed               */

#endif
