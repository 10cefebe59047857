/* Calls of the system that fail, or before which something happens, when a test says so. In the programs of
 * ALF_FAULT_TESTS (CMakeLists.txt) the linker leads the calls of our objects here, with sanitizers too; what libraries do
 * among themselves goes its own way. One plan at a time, of one process; calls of all threads count. */
#ifndef TEST_FAULTS_H
#define TEST_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* MEMORY: malloc and its like, maps, thread pools, jansson's allocations (but one, see faults.c). CHANGES: open to write,
 * write, fsync, ftruncate, rename, mkdir, close, unlink, rmdir. LOOKS: open to read, read, maps of files, stat and its
 * like, folders. ZIPS: libzip's functions that read. */
typedef enum { FAULT_MEMORY = 1, FAULT_CHANGES = 2, FAULT_LOOKS = 4, FAULT_ZIPS = 8 } fault_kind;

typedef struct {
    unsigned kinds;
    int64_t  at;                /* which of these calls fails, from 0 on; negative: none, they are counted       */
    bool     all_later;         /* and those after it fail too                                                   */
    int      error;             /* that it fails with; EINTR: only calls that are interrupted count; 0: it works */
    void (*before)(void *user); /* happens before it; NULL: nothing                                              */
    void *user;
} fault_plan;

void fault_start(const fault_plan *plan);
/* How many calls there were, from fault_start() on. */
int64_t fault_stop(void);
/* How many failed in the last plan, and the name of the first. */
int64_t     fault_count(void);
const char *fault_call(void);

/* From now on every write() and read() does at most this many bytes; 0: as many as it likes; negative:
 * none, and says so. */
void fault_shorten(int64_t bytes);

/* The distance of failures to be tried, and the first of them: about `some` evenly over `all`; with
 * ALIASFREE_LONG_TESTS=1 each, or about FAULT_ENOUGH of more than FAULT_MANY, since work of that size takes long. Which
 * ones is another matter each day, so that all have their turn; ALIASFREE_OFFSET, which fault_show_offset() prints,
 * repeats them. */
enum { FAULT_MANY = 10000, FAULT_ENOUGH = 1400 };
int64_t fault_step(int64_t all, int64_t some);
int64_t fault_first(int64_t step);
void    fault_show_offset(void);

#endif
