/* Open files by their descriptors: what a signal interrupts is done again, what is done in part goes on. */
#ifndef ALF_IO_DESCRIPTOR_H
#define ALF_IO_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor that programs started from here do not inherit; -1 with errno set. New files are for everybody whom the
 * umask lets. */
int alf_open(const char *path, int flags);
/* To write, also pipes and devices, but without waiting for who reads them. Flags such as O_APPEND are added. */
int alf_open_to_write(const char *path, int flags);
/* True, and errno says why, when what was written may be lost. The descriptor is gone in any case. */
bool alf_close_failed(int fd);

/* All of it: 0, or an errno; *written (NULL: nobody asks) is how much it was in any case. */
int alf_write_all(int fd, const void *data, size_t size, size_t *written);
/* Up to `size` bytes, fewer where the file ends: 0, or an errno. */
int alf_read_all(int fd, void *data, size_t size, size_t *got);
/* Brings a file to disk; true when it could not be done, though the file is of a kind that it can be done with. */
bool alf_sync_failed(int fd);

#endif
