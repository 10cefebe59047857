/* Video files, by ffmpeg. */
#ifndef ALF_CLI_FFMPEG_H
#define ALF_CLI_FFMPEG_H

#include "cli.h"

/* Gives the frames to ffmpeg through a pipe, one at a time, which makes an mp4 (H.264) of them; it gets the name `path`
 * when it is whole. *found: whether ffmpeg could be run; if not, nothing was made and no frame asked for. Returns an exit
 * code. */
int alf_cli_ffmpeg(const alf_cli *c, const char *path, const alf_animation *animation, alf_frame_fn next, void *user,
                   bool *found);

#endif
