/* Calls that begin again. */
#include "io/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MAX_PIECE ((size_t)1 << 30) /* some systems refuse more than 2 GB at once */

int alf_open(const char *path, int flags)
{
    int fd;

    do fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

int alf_open_to_write(const char *path, int flags)
{
    int fd = alf_open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | flags);
    int now = fd < 0 ? -1 : fcntl(fd, F_GETFL);

    if (now >= 0) (void)fcntl(fd, F_SETFL, now & ~O_NONBLOCK); /* only opening must not wait */
    return fd;
}

/* Interrupted, it is closed all the same on Linux and most others; a second time might close what is new. */
bool alf_close_failed(int fd)
{
    return close(fd) && errno != EINTR;
}

static size_t piece_of(size_t size)
{
    return size < MAX_PIECE ? size : MAX_PIECE;
}

int alf_write_all(int fd, const void *data, size_t size)
{
    const char *from = data;

    while (size > 0) {
        ssize_t taken = write(fd, from, piece_of(size));
        if (taken < 0 && errno != EINTR) return errno;
        if (taken < 0) continue;
        from += taken;
        size -= (size_t)taken;
    }
    return 0;
}

int alf_read_all(int fd, void *data, size_t size, size_t *got)
{
    char   *to = data;
    ssize_t piece = 1;

    for (*got = 0; *got < size && piece != 0;) {
        piece = read(fd, to + *got, piece_of(size - *got));
        if (piece < 0 && errno != EINTR) return errno;
        if (piece > 0) *got += (size_t)piece;
    }
    return 0;
}

/* Pipes, devices and some file systems cannot sync; that is not a failure to write. */
bool alf_sync_failed(int fd)
{
    int result;

    do result = fsync(fd);
    while (result && errno == EINTR);
    return result && errno != EINVAL && errno != ENOTSUP && errno != EROFS;
}
