/* Calls of the system on their way: __wrap_call() is what our objects call, __real_call() what they meant. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthreadpool.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

/* --- the plan --------------------------------------------------------------------------------------------------------- */

static fault_plan           plan;
static atomic_bool          active;
static atomic_int_least64_t calls, failures, most_bytes;
static const char *_Atomic  first_call;

void fault_start(const fault_plan *wanted)
{
    plan = *wanted;
    atomic_store(&calls, 0);
    atomic_store(&failures, 0);
    atomic_store(&first_call, NULL);
    atomic_store(&active, true);
}

int64_t fault_stop(void)
{
    atomic_store(&active, false);
    return atomic_load(&calls);
}

int64_t fault_count(void)
{
    return atomic_load(&failures);
}

const char *fault_call(void)
{
    const char *call = atomic_load(&first_call);
    return call ? call : "nothing";
}

void fault_shorten(int64_t bytes)
{
    atomic_store(&most_bytes, bytes);
}

int64_t fault_step(int64_t all, int64_t some)
{
    const char *text = getenv("ALIASFREE_LONG_TESTS");
    if (text && strcmp(text, "1") == 0) return all > FAULT_MANY ? all / FAULT_ENOUGH : 1;
    return all > some ? all / some : 1;
}

static uint64_t offset_of_today(void)
{
    const char *text = getenv("ALIASFREE_OFFSET");
    return text ? strtoull(text, NULL, 10) : (uint64_t)time(NULL) / (24 * 60 * 60);
}

/* Scattered, since neighbours fail alike. */
int64_t fault_first(int64_t step)
{
    return (int64_t)((offset_of_today() * UINT64_C(0x9e3779b97f4a7c15) >> 20) % (uint64_t)step);
}

void fault_show_offset(void)
{
    printf("ALIASFREE_OFFSET=%llu\n", (unsigned long long)offset_of_today());
}

/* Counts the call; true: it shall fail, and errno says why. */
static bool fails(fault_kind kind, const char *call)
{
    if (!atomic_load(&active) || !(plan.kinds & kind)) return false;
    const int64_t number = atomic_fetch_add(&calls, 1);
    if (plan.at < 0 || number < plan.at || (number > plan.at && !plan.all_later)) return false;
    if (plan.before) {
        atomic_store(&active, false); /* what it does itself is no part of the plan */
        plan.before(plan.user);
        atomic_store(&active, true);
    }
    const char *nothing = NULL;
    atomic_compare_exchange_strong(&first_call, &nothing, call);
    if (!plan.error) return false;
    atomic_fetch_add(&failures, 1);
    errno = plan.error;
    return true;
}

/* Calls that signals do not interrupt do not fail for that reason. */
static bool fails_whole(fault_kind kind, const char *call)
{
    return plan.error != EINTR && fails(kind, call);
}

static size_t shortened(size_t size)
{
    const int64_t most = atomic_load(&most_bytes);
    if (most < 0) return 0;
    return most > 0 && size > (size_t)most ? (size_t)most : size;
}

/* clang-format off */
#define CALL(kind, type, name, parameters, arguments, failed)                  \
    type __real_##name parameters;                                             \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        return fails_whole(kind, #name) ? failed : __real_##name arguments;    \
    }
/* clang-format on */

/* --- memory ----------------------------------------------------------------------------------------------------------- */

CALL(FAULT_MEMORY, void *, malloc, (size_t size), (size), NULL)
CALL(FAULT_MEMORY, void *, calloc, (size_t count, size_t size), (count, size), NULL)
CALL(FAULT_MEMORY, void *, realloc, (void *old, size_t size), (old, size), NULL)
CALL(FAULT_MEMORY, void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size), NULL)
CALL(FAULT_MEMORY, char *, strdup, (const char *text), (text), NULL)
CALL(FAULT_MEMORY, pthreadpool_t, pthreadpool_create, (size_t threads), (threads), NULL)
CALL(FAULT_MEMORY, FILE *, open_memstream, (char **text, size_t *size), (text, size), NULL)
CALL(FAULT_MEMORY, FILE *, fdopen, (int fd, const char *mode), (fd, mode), NULL)

void *__real_mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset)
{
    if (fails_whole(FAULT_MEMORY, "mmap") || (fd >= 0 && fails_whole(FAULT_LOOKS, "mmap"))) return MAP_FAILED;
    return __real_mmap(at, size, rights, flags, fd, offset);
}

/* jansson has a way of its own to be told. The buffer of its lexer is left alone: where that cannot grow (from 16 bytes,
 * doubling), jansson 2.14 goes on with a word that lacks a letter and says nothing, which only it could mend. */
static void *allocate_for_json(size_t size)
{
    const bool is_power_of_two = (size & (size - 1)) == 0;
    return size >= 32 && is_power_of_two ? __real_malloc(size) : __wrap_malloc(size);
}

__attribute__((constructor)) static void watch_json(void)
{
    json_set_alloc_funcs(allocate_for_json, free);
}

/* --- files ------------------------------------------------------------------------------------------------------------ */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    return fails((flags & O_ACCMODE) == O_RDONLY ? FAULT_LOOKS : FAULT_CHANGES, "open")
               ? -1
               : __real_open(path, flags, mode);
}

/* The descriptor is gone all the same, as on Linux. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    const int error = fails(FAULT_CHANGES, "close") ? errno : 0, result = __real_close(fd);
    if (error) errno = error;
    return error ? -1 : result;
}

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    return fails(FAULT_CHANGES, "write") ? -1 : __real_write(fd, data, shortened(size));
}

ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size)
{
    return fails(FAULT_LOOKS, "read") ? -1 : __real_read(fd, data, shortened(size));
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    return fails(FAULT_CHANGES, "fsync") ? -1 : __real_fsync(fd);
}

int __real_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size)
{
    return fails(FAULT_CHANGES, "ftruncate") ? -1 : __real_ftruncate(fd, size);
}

CALL(FAULT_CHANGES, int, truncate, (const char *path, off_t size), (path, size), -1)
CALL(FAULT_CHANGES, int, rename, (const char *from, const char *to), (from, to), -1)
CALL(FAULT_CHANGES, int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
CALL(FAULT_CHANGES, int, unlink, (const char *path), (path), -1)
CALL(FAULT_CHANGES, int, rmdir, (const char *path), (path), -1)

CALL(FAULT_LOOKS, int, stat, (const char *path, struct stat *info), (path, info), -1)
CALL(FAULT_LOOKS, int, lstat, (const char *path, struct stat *info), (path, info), -1)
CALL(FAULT_LOOKS, int, fstat, (int fd, struct stat *info), (fd, info), -1)
CALL(FAULT_LOOKS, int, access, (const char *path, int mode), (path, mode), -1)
CALL(FAULT_LOOKS, int, faccessat, (int at, const char *path, int mode, int flags), (at, path, mode, flags), -1)
CALL(FAULT_LOOKS, char *, realpath, (const char *path, char *resolved), (path, resolved), NULL)
CALL(FAULT_LOOKS, DIR *, opendir, (const char *path), (path), NULL)
CALL(FAULT_LOOKS, struct dirent *, readdir, (DIR * folder), (folder), NULL)
CALL(FAULT_LOOKS, FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL)

/* libzip keeps an account of its own of what went wrong. */
static int zip_code(void)
{
    return errno == ENOMEM ? ZIP_ER_MEMORY : ZIP_ER_READ;
}

static bool zip_fails(const char *call, zip_error_t *account)
{
    if (!fails_whole(FAULT_ZIPS, call)) return false;
    zip_error_set(account, zip_code(), zip_code() == ZIP_ER_READ ? errno : 0);
    return true;
}

zip_source_t *__real_zip_source_filep_create(FILE *file, zip_uint64_t start, zip_int64_t size, zip_error_t *error);
zip_source_t *__wrap_zip_source_filep_create(FILE *file, zip_uint64_t start, zip_int64_t size, zip_error_t *error);
zip_source_t *__wrap_zip_source_filep_create(FILE *file, zip_uint64_t start, zip_int64_t size, zip_error_t *error)
{
    return zip_fails("zip_source_filep_create", error) ? NULL
                                                       : __real_zip_source_filep_create(file, start, size, error);
}

zip_t *__real_zip_open_from_source(zip_source_t *source, int flags, zip_error_t *error);
zip_t *__wrap_zip_open_from_source(zip_source_t *source, int flags, zip_error_t *error);
zip_t *__wrap_zip_open_from_source(zip_source_t *source, int flags, zip_error_t *error)
{
    return zip_fails("zip_open_from_source", error) ? NULL : __real_zip_open_from_source(source, flags, error);
}

const char *__real_zip_get_name(zip_t *zip, zip_uint64_t index, zip_flags_t flags);
const char *__wrap_zip_get_name(zip_t *zip, zip_uint64_t index, zip_flags_t flags);
const char *__wrap_zip_get_name(zip_t *zip, zip_uint64_t index, zip_flags_t flags)
{
    return zip_fails("zip_get_name", zip_get_error(zip)) ? NULL : __real_zip_get_name(zip, index, flags);
}

zip_file_t *__real_zip_fopen_index(zip_t *zip, zip_uint64_t index, zip_flags_t flags);
zip_file_t *__wrap_zip_fopen_index(zip_t *zip, zip_uint64_t index, zip_flags_t flags);
zip_file_t *__wrap_zip_fopen_index(zip_t *zip, zip_uint64_t index, zip_flags_t flags)
{
    return zip_fails("zip_fopen_index", zip_get_error(zip)) ? NULL : __real_zip_fopen_index(zip, index, flags);
}

zip_int64_t __real_zip_fread(zip_file_t *file, void *data, zip_uint64_t size);
zip_int64_t __wrap_zip_fread(zip_file_t *file, void *data, zip_uint64_t size);
zip_int64_t __wrap_zip_fread(zip_file_t *file, void *data, zip_uint64_t size)
{
    return zip_fails("zip_fread", zip_file_get_error(file)) ? -1 : __real_zip_fread(file, data, size);
}
