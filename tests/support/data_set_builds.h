/* Making data sets in tests: where from, where to, and what came out. */
#ifndef TEST_DATA_SET_BUILDS_H
#define TEST_DATA_SET_BUILDS_H

#include "data_sets.h"

typedef struct {
    file_fixture *f;
    char         *source, *zip, *folder; /* the source is made, the others are where to build */
} test_places;

test_places test_places_in(file_fixture *f);
void        test_places_release(test_places *p);

/* Builds from the source; the test fails when that fails. */
alf_dataset_report test_build(const test_places *p, const char *dest, const alf_dataset_recipe *recipe);
/* Building fails so, for both kinds of destination, and leaves nothing but the source. */
void test_build_fails(const test_places *p, const alf_dataset_recipe *recipe, alf_status expected, const char *part,
                      const char *other);

/* Of the folder: dataset.json, a picture; and whether a picture is like the expected one, which is destroyed. */
json_t      *test_read_sheet(const test_places *p);
alf_picture *test_read_made(const test_places *p, int64_t number);
void         test_check_made(const test_places *p, int64_t number, alf_picture *expected);

#endif
