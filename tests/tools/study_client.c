/* A study that does a little of everything that studies do, for tests/scripts/study.sh: parts that take as long as
 * $STUDY_WAIT says (milliseconds), every kind of output, and the program if it is asked to. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/study.h"

enum { POINTS = 5, SIDE = 8 };

/* What a part finds out: numbers that depend on its place and the seed alone. */
static alf_status measure(alf_study_run *run, void *user, json_t **result)
{
    const int  *part = user;
    const char *wait = getenv("STUDY_WAIT");
    double      values[POINTS];
    for (int i = 0; i < POINTS; i++) values[i] = (double)(i + *part) / 3 + (double)run->seed;
    for (int i = wait ? atoi(wait) : 0; i > 0; i -= 10) { /* long work of the library asks in between */
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        alf_status status = alf_progress(run->ctx, "waiting", 0, 1);
        if (status != ALF_OK) return status;
    }
    *result = json_pack("{s:o}", "values", alf_part_numbers(POINTS, values));
    return ALF_OK;
}

static alf_status get_part(alf_study_run *run, int part, double values[POINTS])
{
    char       name[32];
    json_t    *result;
    alf_status status;
    snprintf(name, sizeof name, "part-%d", part);
    status = alf_study_part(run, name, json_pack("{s:i}", "points", POINTS), measure, &part, &result);
    if (status != ALF_OK) return status;
    status = alf_part_read(run->ctx, result, "values", POINTS, values);
    json_decref(result);
    return status;
}

static alf_status report_table(alf_study_run *run, int parts, const double values[])
{
    static const alf_table_column columns[] = {{.name = "part", .key = "part"},
                                               {.name = "last value", .key = "last", .digits = 3}};
    alf_table                    *table;
    alf_status                    status = alf_table_create(run->ctx, 2, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < parts && status == ALF_OK; i++) {
        const alf_table_cell cells[] = {alf_cell_number(i), alf_cell_number(values[(i + 1) * POINTS - 1])};
        status = alf_table_add(run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(run, "parts", table);
    if (status == ALF_OK) status = alf_study_long_table(run, "parts-again", table);
    alf_table_destroy(table);
    return status;
}

static alf_status report_plots(alf_study_run *run, int parts, const double values[])
{
    const double          x[POINTS] = {0, 1, 2, 3, 4};
    const alf_plot_series line = {.label = "values", .count = POINTS, .x = x, .y = values};
    const alf_plot        plot = {.title = "Values", .x_label = "x", .y_label = "y", .count = 1, .series = &line};
    const alf_plot_map    map = {.title = "All values",
                                 .x_label = "point",
                                 .y_label = "part",
                                 .value_label = "value",
                                 .columns = POINTS,
                                 .rows = parts,
                                 .values = values,
                                 .x_high = POINTS - 1,
                                 .y_high = parts - 1};
    alf_status            status = alf_study_plot(run, "line", &plot, "The first part.");
    return status == ALF_OK ? alf_study_map(run, "map", &map, "All parts.") : status;
}

static alf_status report_sheet(alf_study_run *run)
{
    const alf_contact_sheet_spec spec = {
        .columns = 1, .rows = 1, .cell_width = SIDE, .cell_height = SIDE, .zoom = 2, .title = "A slope"};
    double             slope[SIDE * SIDE];
    alf_contact_sheet *sheet;
    for (int i = 0; i < SIDE * SIDE; i++) slope[i] = (double)(i % SIDE) / SIDE;
    alf_status status = alf_contact_sheet_create(run->ctx, &spec, &sheet);
    if (status != ALF_OK) return status;
    status = alf_contact_sheet_put(run->ctx, sheet, 0, 0, 1, slope);
    if (status == ALF_OK) status = alf_study_sheet(run, "slope", sheet, "Dark to bright.");
    alf_contact_sheet_destroy(sheet);
    return status;
}

static alf_status report_all(alf_study_run *run, int parts, const double values[])
{
    alf_status status = alf_study_markdown(run, "There are %d parts.", parts);
    if (status == ALF_OK) status = report_table(run, parts, values);
    if (status == ALF_OK) status = report_plots(run, parts, values);
    if (status == ALF_OK) status = report_sheet(run);
    return status == ALF_OK ? alf_study_array(run, "values", 2, (const int64_t[]){parts, POINTS}, values) : status;
}

static alf_status run_study(alf_study_run *run)
{
    const char *const words[] = {
        "dataset", "--synthetic=textured-blobs", "--max-images=1", "--resolution=16", "--dest=set.zip", NULL};
    const int  parts = (int)alf_study_int(run, "parts");
    double    *values = calloc((size_t)parts * POINTS, sizeof *values);
    alf_status status = values ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory");
    for (int i = 0; i < parts && status == ALF_OK; i++) status = get_part(run, i, values + i * POINTS);
    if (status == ALF_OK && alf_study_given(run, "program")) status = alf_study_program(run, "program.log", words);
    if (status == ALF_OK) status = report_all(run, parts, values);
    free(values);
    return status;
}

int main(int argc, char *argv[])
{
    static const alf_study_option options[] = {
        {.name = "parts",
         .value = "N",
         .fallback = "3",
         .help = "how many",
         .kind = ALF_STUDY_INT,
         .low = 1,
         .high = 9},
        {.name = "program", .help = "run the program too", .kind = ALF_STUDY_FLAG},
        {.name = NULL}};
    static const alf_study study = {.name = "study_client",
                                    .title = "A study of nothing",
                                    .summary = "Does a little of everything.",
                                    .options = options,
                                    .run = run_study};
    return alf_study_main(argc, argv, &study);
}
