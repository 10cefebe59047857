/* ffmpeg as a child that reads raw frames from a pipe. It is run by its name, without a shell. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ffmpeg.h"
#include "part.h"

extern char **environ;

typedef struct {
    const alf_cli       *c;
    const char          *path; /* of the video, for messages */
    const alf_animation *animation;
    pid_t                child;
    int                  pipe;  /* where frames go in                       */
    bool                 stuck; /* it does not read any more                */
} encoder;

/* --- starting --------------------------------------------------------------------------------------------------------- */

/* Colours are converted by the rule that players assume, and sides made even, as 4:2:0 wants them. */
static int spawn_with(encoder *e, const char *part, const posix_spawn_file_actions_t *actions,
                      const posix_spawnattr_t *attributes)
{
    static const char filter[] =
        "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";

    char        size[64], rate[16];
    const char *pixels = e->animation->channels == 1 ? "gray" : e->animation->channels == 3 ? "rgb24" : "rgba";
    const char *argv[] = {"ffmpeg",   "-v",         "error", "-y",          "-f",         "rawvideo",
                          "-pix_fmt", pixels,       "-s",    size,          "-r",         rate,
                          "-i",       "pipe:0",     "-an",   "-vf",         filter,       "-c:v",
                          "libx264",  "-crf",       "14",    "-colorspace", "bt709",      "-color_primaries",
                          "bt709",    "-color_trc", "bt709", "-movflags",   "+faststart", "-f",
                          "mp4",      part,         NULL};
    snprintf(size, sizeof size, "%lldx%lld", (long long)e->animation->width, (long long)e->animation->height);
    snprintf(rate, sizeof rate, "%d", e->animation->fps);
    return posix_spawnp(&e->child, "ffmpeg", actions, attributes, (char *const *)(uintptr_t)argv, environ);
}

/* In a process group of its own, so that Ctrl-C reaches us alone and we end it; and stopped by a closed pipe. */
static int spawn(encoder *e, const char *part, int input)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t          attributes;
    sigset_t                   defaults;
    int                        error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (!error) error = posix_spawnattr_setpgroup(&attributes, 0);
    if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    if (!error) error = spawn_with(e, part, &actions, &attributes);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* 0, or an errno; ENOENT: there is no ffmpeg. */
static int start(encoder *e, const char *part)
{
    int ends[2];
    if (pipe(ends)) return errno;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = spawn(e, part, ends[0]);
    close(ends[0]);
    if (error)
        close(ends[1]);
    else
        e->pipe = ends[1];
    return error;
}

/* --- frames ----------------------------------------------------------------------------------------------------------- */

static int write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t taken = write(fd, data, size);
        if (taken < 0 && errno != EINTR) return errno;
        if (taken < 0) continue;
        data += taken;
        size -= (size_t)taken;
    }
    return 0;
}

/* Until all are sent, or ffmpeg does not read any more: its exit code should tell why. */
static alf_status send_frames(encoder *e, alf_picture *picture, alf_frame_fn next, void *user)
{
    size_t size = (size_t)(picture->width * picture->height * picture->channels);
    for (int64_t i = 0; i < e->animation->frames; i++) {
        alf_status status = next(user, i, picture);
        if (status != ALF_OK) return status;
        e->stuck = write_all(e->pipe, picture->pixels, size) != 0;
        if (e->stuck) return ALF_OK;
    }
    return ALF_OK;
}

/* A write to a child that has ended shall be an error, not the end of this program. */
static alf_status send_safely(encoder *e, alf_frame_fn next, void *user)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    alf_picture     *picture;
    alf_status       status =
        alf_picture_create(e->c->ctx, e->animation->width, e->animation->height, e->animation->channels, &picture);
    if (status != ALF_OK) return status;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    status = send_frames(e, picture, next, user);
    sigaction(SIGPIPE, &before, NULL);
    alf_picture_destroy(picture);
    return status;
}

/* --- ending ----------------------------------------------------------------------------------------------------------- */

static int wait_for(encoder *e)
{
    int state = 0;
    close(e->pipe);
    while (waitpid(e->child, &state, 0) < 0)
        if (errno != EINTR) return alf_cli_error(e->c, "cannot wait for ffmpeg: %s", strerror(errno));
    if (WIFSIGNALED(state)) return alf_cli_error(e->c, "%s: ffmpeg was ended by signal %d", e->path, WTERMSIG(state));
    if (WEXITSTATUS(state) != 0)
        return alf_cli_error(e->c, "%s: ffmpeg failed with exit code %d", e->path, WEXITSTATUS(state));
    if (e->stuck) return alf_cli_error(e->c, "%s: ffmpeg did not take all frames", e->path);
    return ALF_CLI_OK;
}

static void give_up(encoder *e)
{
    int state;
    kill(-e->child, SIGKILL); /* and what it has started */
    close(e->pipe);
    while (waitpid(e->child, &state, 0) < 0 && errno == EINTR) continue;
}

static int encode(encoder *e, alf_frame_fn next, void *user)
{
    if (send_safely(e, next, user) == ALF_OK) return wait_for(e);
    give_up(e);
    return alf_cli_failure(e->c);
}

int alf_cli_ffmpeg(const alf_cli *c, const char *path, const alf_animation *animation, alf_frame_fn next, void *user,
                   bool *found)
{
    encoder      e = {.c = c, .path = path, .animation = animation};
    alf_cli_part part;
    int          exit_code = alf_cli_part_make(c, path, &part);
    if (exit_code != ALF_CLI_OK) return exit_code;
    int error = start(&e, part.part);
    *found = error != ENOENT;
    if (error == 0)
        exit_code = encode(&e, next, user);
    else if (*found)
        exit_code = alf_cli_error(c, "cannot run ffmpeg: %s", strerror(error));
    return alf_cli_part_end(c, &part, exit_code, *found);
}
