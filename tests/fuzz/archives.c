/* Reading, saving and changing archives. */
#include "archives.h"

#include <stdlib.h>
#include <string.h>

#include "io/archive_internal.h"

/* --- reading -------------------------------------------------------------------------------------------------------- */

static int64_t elements_of(const alf_array *a)
{
    int64_t count = 1;

    fuzz_check(a->ndim >= 0 && a->ndim <= ALF_MAX_DIMS, "%s has %d dimensions", a->name, a->ndim);
    for (int d = 0; d < a->ndim; d++) {
        fuzz_check(a->shape[d] >= 0, "%s has a negative side", a->name);
        count *= a->shape[d];
    }
    fuzz_check(count == a->count, "%s has %lld elements, its shape %lld", a->name, (long long)a->count,
               (long long)count);
    return count;
}

static void read_elements(const alf_array *a)
{
    enum { AT_ONCE = 64 };
    double  doubles[AT_ONCE];
    float   floats[AT_ONCE];
    int64_t count = elements_of(a);

    for (int64_t i = 0; i < count; i += AT_ONCE) {
        int64_t part = count - i < AT_ONCE ? count - i : AT_ONCE;
        alf_array_read_f64(a, i, part, doubles);
        if (i == 0) alf_array_read_f32(a, i, part, floats);
    }
}

void fuzz_read_archive(const alf_archive *archive)
{
    for (int64_t i = 0; i < alf_archive_count(archive); i++) {
        const alf_array *a = alf_archive_at(archive, i);
        fuzz_check(i == 0 || strcmp(alf_archive_at(archive, i - 1)->name, a->name) < 0, "%s is not in order", a->name);
        fuzz_check(alf_archive_find(archive, a->name) == a, "%s is not found", a->name);
        read_elements(a);
    }
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++)
        fuzz_check(alf_archive_meta(archive, alf_archive_meta_key(archive, i)) != NULL, "metadata %lld is not found",
                   (long long)i);
}

/* --- saving --------------------------------------------------------------------------------------------------------- */

static void compare(const alf_archive *x, const alf_archive *y)
{
    fuzz_check(alf_archive_count(x) == alf_archive_count(y), "arrays were lost");
    fuzz_check(alf_archive_meta_count(x) == alf_archive_meta_count(y), "metadata were lost");
    for (int64_t i = 0; i < alf_archive_count(x); i++) {
        const alf_array *a = alf_archive_at(x, i), *b = alf_archive_at(y, i);
        bool             same = a->dtype == b->dtype && a->ndim == b->ndim && a->count == b->count;
        same = same && (!a->ndim || memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof a->shape[0]) == 0);
        same = same && (!a->count || memcmp(a->data, b->data, (size_t)a->count * alf_dtype_size(a->dtype)) == 0);
        fuzz_check(same && strcmp(a->name, b->name) == 0, "%s came back as another one", a->name);
    }
    for (int64_t i = 0; i < alf_archive_meta_count(x); i++) {
        const char *key = alf_archive_meta_key(x, i), *other = alf_archive_meta(y, key);
        fuzz_check(other && strcmp(alf_archive_meta(x, key), other) == 0, "metadata %s came back otherwise", key);
    }
}

void fuzz_save_again(alf_ctx *ctx, const alf_archive *archive)
{
    enum { DEAR = 1 << 16 };
    alf_archive *again = NULL;
    int64_t      bytes = 0;

    for (int64_t i = 0; i < alf_archive_count(archive); i++)
        bytes += alf_archive_at(archive, i)->count * (int64_t)alf_dtype_size(alf_archive_at(archive, i)->dtype);
    if (bytes > DEAR) return;
    if (!fuzz_took(ctx, alf_archive_save(archive, fuzz_path("again.safetensors")), NULL)) return;
    if (!fuzz_took(ctx, alf_archive_open(ctx, fuzz_path("again.safetensors"), &again), &again))
        fuzz_check(false, "what was saved is refused");
    compare(archive, again);
    alf_archive_destroy(again);
}

void fuzz_archive_file(const char *name, int64_t max_memory, const uint8_t *data, size_t size)
{
    alf_ctx     *ctx = fuzz_open_for(max_memory, data, size);
    alf_archive *archive = NULL;

    if (fuzz_took(ctx, alf_archive_open(ctx, fuzz_file(name, data, size), &archive), &archive)) {
        fuzz_read_archive(archive);
        fuzz_save_again(ctx, archive);
        alf_archive_destroy(archive);
    }
    fuzz_close(ctx);
}

/* --- changing ------------------------------------------------------------------------------------------------------- */

typedef enum { DROP, RENAME, RETYPE, RESHAPE, VALUE, TEXT, ADD, EDITS } edit_kind;

typedef struct {
    edit_kind kind;
    int64_t   target; /* of the arrays, or of the metadata for a TEXT */
    int64_t   place, number;
    double    value;
    char     *text;
} edit;

enum { MOST_EDITS = 6 };

static edit read_edit(fuzz_bytes *b, const alf_archive *archive)
{
    edit e = {.kind = (edit_kind)fuzz_int(b, 0, EDITS - 1)};

    e.target = fuzz_int(b, 0, e.kind == TEXT ? alf_archive_meta_count(archive) : alf_archive_count(archive) - 1);
    if (e.kind == RESHAPE || e.kind == RETYPE || e.kind == VALUE) e.place = fuzz_int(b, 0, 255);
    if (e.kind == RESHAPE) e.number = fuzz_any_int(b);
    if (e.kind == VALUE) e.value = fuzz_any_real(b);
    if (e.kind == RENAME || e.kind == ADD) e.text = fuzz_text(b, 80);
    if (e.kind == TEXT) e.text = fuzz_text(b, 600);
    return e;
}

/* The element at a place, counted from both ends so that small numbers reach either. */
static void set_element(uint8_t *data, const alf_array *a, const edit *e)
{
    int64_t index = e->place & 1 ? a->count - 1 - e->place / 2 : e->place / 2;
    float   single = (float)e->value;
    int64_t whole = e->value >= -1e18 && e->value <= 1e18 ? (int64_t)e->value : INT64_MIN;

    if (index < 0 || index >= a->count) return;
    if (a->dtype == ALF_F32) memcpy(data + 4 * index, &single, 4);
    if (a->dtype == ALF_F64) memcpy(data + 8 * index, &e->value, 8);
    if (a->dtype == ALF_I64) memcpy(data + 8 * index, &whole, 8);
}

/* An array of another shape or type needs other bytes: zeros behind those that are there. */
static alf_status add_changed(alf_archive *to, const alf_array *a, const edit *e)
{
    alf_array changed = *a;
    int64_t   count, bytes, there = a->count * (int64_t)alf_dtype_size(a->dtype);
    uint8_t  *data;

    if (e->kind == RENAME) changed.name = e->text;
    if (e->kind == RETYPE) changed.dtype = (alf_dtype)(e->place % (ALF_BOOL + 1));
    if (e->kind == RESHAPE && e->place % 8 == 7) changed.ndim = (int)(e->place / 8 % (ALF_MAX_DIMS + 1));
    for (int d = a->ndim; d < changed.ndim; d++) changed.shape[d] = 1;
    if (e->kind == RESHAPE && changed.ndim) changed.shape[e->place % changed.ndim] = e->number;
    if (!alf_shape_bytes(changed.dtype, changed.ndim, changed.shape, &count, &bytes) || bytes > 1 << 20) return ALF_OK;
    data = fuzz_alloc((size_t)bytes, 1);
    memset(data, 0, (size_t)bytes);
    if (a->count) memcpy(data, a->data, (size_t)(there < bytes ? there : bytes));
    if (e->kind == VALUE) set_element(data, a, e);
    alf_status status = alf_archive_add(to, changed.name, changed.dtype, changed.ndim, changed.shape, data);
    free(data);
    return status;
}

static alf_status add_arrays(alf_archive *to, const alf_archive *from, const edit edits[], int count)
{
    alf_status status = ALF_OK;

    for (int64_t i = 0; i < alf_archive_count(from) && !status; i++) {
        const alf_array *a = alf_archive_at(from, i);
        const edit      *mine = NULL;
        for (int k = 0; k < count && !status; k++) {
            if (edits[k].target != i || edits[k].kind == TEXT) continue;
            if (edits[k].kind == ADD)
                status = add_changed(to, a, &(edit){.kind = RENAME, .text = edits[k].text});
            else
                mine = &edits[k];
        }
        if (status || (mine && mine->kind == DROP)) continue;
        status =
            mine ? add_changed(to, a, mine) : alf_archive_add_view(to, a->name, a->dtype, a->ndim, a->shape, a->data);
    }
    return status;
}

static alf_status add_texts(alf_archive *to, const alf_archive *from, const edit edits[], int count)
{
    alf_status status = ALF_OK;

    for (int64_t i = 0; i < alf_archive_meta_count(from) && !status; i++) {
        const char *key = alf_archive_meta_key(from, i), *text = alf_archive_meta(from, key);
        for (int k = 0; k < count; k++)
            if (edits[k].kind == TEXT && edits[k].target == i) text = edits[k].text;
        if (*text) status = alf_archive_set_meta(to, key, text);
    }
    return status;
}

alf_archive *fuzz_edited(alf_ctx *ctx, const alf_archive *archive, fuzz_bytes *b, int *edits_done)
{
    edit         edits[MOST_EDITS];
    const int    count = (int)fuzz_int(b, 0, MOST_EDITS);
    alf_archive *copy = NULL;
    alf_status   status = alf_archive_create(ctx, &copy);

    for (int i = 0; i < count; i++) edits[i] = read_edit(b, archive);
    if (!status) status = add_arrays(copy, archive, edits, count);
    if (!status) status = add_texts(copy, archive, edits, count);
    for (int i = 0; i < count; i++) free(edits[i].text);
    *edits_done = count;
    if (fuzz_took(ctx, status, NULL)) return copy;
    fuzz_check(count > 0, "a whole archive cannot be copied");
    alf_archive_destroy(copy);
    return NULL;
}
