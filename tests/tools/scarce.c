/* Preloaded into a program, lets its n-th allocation fail, of whichever library it is:
 *
 *   SCARCE_AT=n        the n-th allocation fails, from 0 on; unset: none
 *   SCARCE_LATER=1     and those after it
 *   SCARCE_COUNT=FILE  the number of allocations is written there at the end
 *
 * Allocations before main() do not count: until then the dynamic linker and constructors of libraries are at work, whose
 * failure is nothing that a program could deal with. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long calls;
static atomic_bool begun;
static long        fail_at = -1;
static int         all_later;

static int fails(void)
{
    if (!atomic_load(&begun)) return 0;
    const long number = atomic_fetch_add(&calls, 1);
    if (fail_at < 0 || number < fail_at || (number > fail_at && !all_later)) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *block = fails() ? NULL : __libc_memalign(alignment, size);
    if (!block) return ENOMEM;
    *out = block;
    return 0;
}

static void tell(void)
{
    const char *path = getenv("SCARCE_COUNT");
    const long  count = atomic_load(&calls);
    atomic_store(&begun, 0);
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", count);
    fclose(file);
}

/* Called by the C library in place of main(). */
static int (*program)(int, char **, char **);

static int begin(int argc, char **argv, char **environment)
{
    atexit(tell);
    atomic_store(&begun, 1);
    return program(argc, argv, environment);
}

int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void    *stack_end);
int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void    *stack_end)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    void       *found = dlsym(RTLD_NEXT, "__libc_start_main");
    const char *at = getenv("SCARCE_AT"), *later = getenv("SCARCE_LATER");
    memcpy(&start, &found, sizeof start);
    if (at) fail_at = strtol(at, NULL, 10);
    all_later = later && strcmp(later, "1") == 0;
    program = entry;
    return start(begin, argc, argv, init, fini, rtld_fini, stack_end);
}
