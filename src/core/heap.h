/* A heap for large blocks that keeps the memory it has: pages come from the system one fault at a time and cleared, which
 * costs as much as working on them. A block that is given back joins its neighbours, and the next goes where it takes the
 * fewest fresh pages, and then where it fits best; so the whole takes hardly more than the most that was in use at once.
 * Private to the core. */
#ifndef ALF_CORE_HEAP_H
#define ALF_CORE_HEAP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { ALF_HEAP_CHUNKS = 256, ALF_HEAP_EXTENTS = 8192 };

/* A range that is free. */
typedef struct {
    char  *at;
    size_t size;
    bool   clean; /* its pages are the system's, not ours */
} alf_extent;

/* A range of the system's: addresses first of all, pages as they are written. */
typedef struct {
    void  *at;
    size_t size;
} alf_chunk;

typedef struct {
    pthread_mutex_t lock;
    size_t          page;  /* sizes of blocks are multiples of this */
    size_t          chunk; /* that the system is asked for at least, unless it refuses */
    alf_chunk       chunks[ALF_HEAP_CHUNKS];
    alf_extent     *extents; /* by address; room for ALF_HEAP_EXTENTS */
    int             num_chunks, num_extents, num_blocks;
    atomic_size_t   kept; /* bytes that are free but not clean */
} alf_heap;

/* `limit`: chunks need not be larger; 0: none. */
bool alf_heap_init(alf_heap *heap, size_t limit);
void alf_heap_destroy(alf_heap *heap);

/* `size` bytes on a page of their own; NULL: there is no room, and the system gives none. */
void *alf_heap_take(alf_heap *heap, size_t size);
/* `size` as it was taken. With the last block that is in use all pages go back to the system. */
void alf_heap_give(alf_heap *heap, void *block, size_t size);
/* Returns pages to the system until at most `most` bytes are kept, hardly fewer, or it takes no more. */
void alf_heap_trim(alf_heap *heap, size_t most);

#endif
