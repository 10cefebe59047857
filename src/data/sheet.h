/* dataset.json of a set in the making: labels, where subjects stand, and the data sheet. No times and no folders, so
 * that the same pictures give the same bytes. */
#ifndef ALF_DATA_SHEET_H
#define ALF_DATA_SHEET_H

#include "data/canvas.h"
#include "data/sources.h"
#include "io/bytes.h"
#include "io/pack.h"

typedef struct {
    alf_ctx  *ctx;
    alf_bytes labels, placements, skipped; /* rows of JSON, separated by commas */
} alf_sheet;

typedef struct {
    const alf_dataset_recipe *recipe;
    const alf_sources        *sources;   /* NULL: the set is procedural */
    const char               *synthetic; /* its kind                    */
    alf_dataset_report        made;
} alf_sheet_facts;

ALF_NODISCARD alf_status alf_sheet_add_label(alf_sheet *sheet, const char *name, const alf_labels *labels,
                                             int64_t file);
ALF_NODISCARD alf_status alf_sheet_add_placement(alf_sheet *sheet, const char *name, const alf_placement *placement);
ALF_NODISCARD alf_status alf_sheet_add_skipped(alf_sheet *sheet, const char *name);
/* Adds dataset.json to the pack. */
ALF_NODISCARD alf_status alf_sheet_pack(const alf_sheet *sheet, const alf_sheet_facts *facts, alf_pack *pack);
void                     alf_sheet_release(alf_sheet *sheet);

#endif
