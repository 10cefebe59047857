/* The heap: free ranges in the order of their addresses, few enough to look at all of them. */
#define _DEFAULT_SOURCE /* madvise, MAP_ANONYMOUS */
#include "core/heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Addresses cost nothing, and within a chunk all neighbours can join. */
#define CHUNK ((size_t)1 << (sizeof(size_t) > 4 ? 34 : 30))
#define LEAST_CHUNK ((size_t)16 << 20)
#define HUGE_PAGE ((size_t)2 << 20)

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

bool alf_heap_init(alf_heap *heap, size_t limit)
{
    memset(heap, 0, sizeof *heap);
    const long page = sysconf(_SC_PAGESIZE);
    if (page <= 0) return false;
    heap->page = (size_t)page;
    heap->chunk = limit > 0 && limit < CHUNK ? round_up(limit, HUGE_PAGE) : CHUNK;
    return pthread_mutex_init(&heap->lock, NULL) == 0;
}

void alf_heap_destroy(alf_heap *heap)
{
    for (int i = 0; i < heap->num_chunks; i++) munmap(heap->chunks[i].at, heap->chunks[i].size);
    free(heap->extents);
    pthread_mutex_destroy(&heap->lock);
}

/* --- the list ------------------------------------------------------------------------------------------------------- */

static void insert(alf_heap *heap, int index, alf_extent extent)
{
    alf_extent *place = heap->extents + index;
    memmove(place + 1, place, (size_t)(heap->num_extents - index) * sizeof *place);
    *place = extent;
    heap->num_extents++;
}

static void remove_some(alf_heap *heap, int index, int count)
{
    alf_extent *place = heap->extents + index;
    heap->num_extents -= count;
    memmove(place, place + count, (size_t)(heap->num_extents - index) * sizeof *place);
}

/* Does extent `index` begin where the one before it ends? */
static bool touches(const alf_heap *heap, int index)
{
    if (index < 1 || index >= heap->num_extents) return false;
    const alf_extent *extent = heap->extents + index;
    return extent[-1].at + extent[-1].size == extent->at;
}

/* Makes extent `index` and the one before it one, if they touch and are alike. */
static void join(alf_heap *heap, int index)
{
    if (!touches(heap, index)) return;
    alf_extent *extent = heap->extents + index;
    if (extent[-1].clean != extent->clean) return;
    extent[-1].size += extent->size;
    remove_some(heap, index, 1);
}

static int place_of(const alf_heap *heap, const char *at)
{
    int low = 0, high = heap->num_extents;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (heap->extents[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- taking --------------------------------------------------------------------------------------------------------- */

/* Neighbours from extent `first` up to `end`. */
typedef struct {
    int    end;
    size_t size;
    size_t clean; /* of the first bytes that are wanted: each of their pages costs a fault */
} extent_run;

static extent_run run_at(const alf_heap *heap, int first, size_t wanted)
{
    extent_run run = {.end = first};
    do {
        const alf_extent *extent = heap->extents + run.end++;
        const size_t      left = run.size < wanted ? wanted - run.size : 0;
        if (extent->clean) run.clean += extent->size < left ? extent->size : left;
        run.size += extent->size;
    } while (touches(heap, run.end));
    return run;
}

/* The first extent of the run with room for `size` bytes that takes the fewest fresh pages, of such runs the shortest;
 * -1: none. */
static int best_run(const alf_heap *heap, size_t size)
{
    int        best = -1;
    extent_run least = {.size = SIZE_MAX, .clean = SIZE_MAX}, run;
    for (int i = 0; i < heap->num_extents; i = run.end) {
        run = run_at(heap, i, size);
        const bool better = run.clean != least.clean ? run.clean < least.clean : run.size < least.size;
        if (run.size < size || !better) continue;
        best = i;
        least = run;
    }
    return best;
}

/* Takes the first `size` bytes of the run that begins with extent `first`. */
static char *take_from(alf_heap *heap, int first, size_t size)
{
    char *block = heap->extents[first].at;
    int   used_up = 0;
    for (alf_extent *extent = heap->extents + first; size > 0; extent++) {
        const size_t part = extent->size < size ? extent->size : size;
        if (!extent->clean) atomic_fetch_sub(&heap->kept, part);
        extent->at += part;
        extent->size -= part;
        size -= part;
        used_up += extent->size == 0;
    }
    remove_some(heap, first, used_up);
    heap->num_blocks++;
    return block;
}

/* A page of 2 MB costs one fault where it is touched first instead of 512, and one entry of the caches of addresses. */
static void prefer_huge_pages(char *chunk, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    madvise(chunk, bytes, MADV_HUGEPAGE); /* a wish: without it pages are small */
#else
    (void)chunk, (void)bytes;
#endif
}

/* `bytes` of the system's, or less but `size` at least; NULL at `at`: it refuses. */
static alf_chunk map_chunk(size_t size, size_t bytes)
{
    for (;; bytes = bytes / 4 > size ? bytes / 4 : size) {
        void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at != MAP_FAILED) return (alf_chunk){at, bytes};
        if (bytes <= size || bytes < LEAST_CHUNK) return (alf_chunk){NULL, 0};
    }
}

/* One more chunk with room for `size` bytes, as a clean extent; false when the system refuses. */
static bool grow(alf_heap *heap, size_t size)
{
    if (heap->num_chunks == ALF_HEAP_CHUNKS || size > SIZE_MAX / 2) return false;
    if (!heap->extents && !(heap->extents = malloc(ALF_HEAP_EXTENTS * sizeof *heap->extents))) return false;
    const size_t    least = round_up(size, HUGE_PAGE) + HUGE_PAGE; /* from the first huge page in it on */
    const alf_chunk chunk = map_chunk(least, least > heap->chunk ? least : heap->chunk + HUGE_PAGE);
    if (!chunk.at) return false;
    heap->chunks[heap->num_chunks++] = chunk;
    char        *at = (char *)chunk.at + (HUGE_PAGE - (uintptr_t)chunk.at % HUGE_PAGE) % HUGE_PAGE;
    const size_t bytes = (chunk.size - HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE;
    prefer_huge_pages(at, bytes);
    insert(heap, place_of(heap, at), (alf_extent){at, bytes, true});
    return true;
}

void *alf_heap_take(alf_heap *heap, size_t size)
{
    char *block = NULL;
    pthread_mutex_lock(&heap->lock);
    /* every block may become an extent, and a chunk is one */
    if (heap->num_extents + heap->num_blocks + 2 <= ALF_HEAP_EXTENTS) {
        int run = best_run(heap, size);
        if (run < 0 && grow(heap, size)) run = best_run(heap, size);
        if (run >= 0) block = take_from(heap, run, size);
    }
    pthread_mutex_unlock(&heap->lock);
    return block;
}

/* --- giving back ---------------------------------------------------------------------------------------------------- */

/* Cuts the last `bytes` off extent `index`, a little more up to a huge page's border; returns their extent's index, which
 * is `index` where there is no such border, or no room for one extent more. */
static int cut_off(alf_heap *heap, int index, size_t bytes)
{
    alf_extent *extent = heap->extents + index;
    if (extent->size <= bytes || heap->num_extents + heap->num_blocks + 2 > ALF_HEAP_EXTENTS) return index;
    const uintptr_t at = (uintptr_t)extent->at, border = (at + extent->size - bytes) / HUGE_PAGE * HUGE_PAGE;
    if (border <= at) return index;
    const size_t kept = border - at;
    insert(heap, index + 1, (alf_extent){extent->at + kept, extent->size - kept, extent->clean});
    extent->size = kept;
    return index + 1;
}

/* Returns pages, those at the highest addresses first, and not many more than it must: they would come back as faults. */
static void trim(alf_heap *heap, size_t most)
{
    for (int i = heap->num_extents - 1; i >= 0 && atomic_load(&heap->kept) > most; i--) {
        if (heap->extents[i].clean) continue;
        alf_extent *extent = heap->extents + cut_off(heap, i, atomic_load(&heap->kept) - most);
        if (madvise(extent->at, extent->size, MADV_DONTNEED)) continue; /* as with memory that is locked */
        extent->clean = true;
        atomic_fetch_sub(&heap->kept, extent->size);
    }
    for (int i = heap->num_extents - 1; i > 0; i--) join(heap, i);
}

void alf_heap_give(alf_heap *heap, void *block, size_t size)
{
    pthread_mutex_lock(&heap->lock);
    const int index = place_of(heap, block);
    insert(heap, index, (alf_extent){block, size, false});
    join(heap, index + 1);
    join(heap, index);
    atomic_fetch_add(&heap->kept, size);
    if (--heap->num_blocks == 0) trim(heap, 0); /* what was worked on is done */
    pthread_mutex_unlock(&heap->lock);
}

void alf_heap_trim(alf_heap *heap, size_t most)
{
    pthread_mutex_lock(&heap->lock);
    trim(heap, most);
    pthread_mutex_unlock(&heap->lock);
}
