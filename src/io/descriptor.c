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

/* Whoever takes nothing and says nothing would be asked for ever. */
int alf_write_all(int fd, const void *data, size_t size, size_t *written)
{
    const char *from = data;
    size_t      done = 0;
    int         error = 0;

    while (done < size && !error) {
        ssize_t taken = write(fd, from + done, piece_of(size - done));
        if (taken > 0)
            done += (size_t)taken;
        else if (taken == 0)
            error = EIO;
        else if (errno != EINTR)
            error = errno;
    }
    if (written) *written = done;
    return error;
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
