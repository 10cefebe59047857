/* Where generated images go: a picture or an array each, or one grid. */
#include <stdlib.h>

#include "images.h"

int alf_cli_images_open(alf_cli_images *images, const alf_cli *c, const alf_plan *plan)
{
    int64_t size = plan->config.img_resolution, cells[2];
    alf_cli_grid_size(c, "grid", cells);
    *images = (alf_cli_images){.c = c,
                               .folder = alf_cli_text(c, "outdir"),
                               .channels = plan->config.img_channels,
                               .height = size,
                               .width = size,
                               .npy = alf_cli_flag(c, "npy"),
                               .columns = cells[0],
                               .rows = cells[1]};
    if (images->channels != 1 && images->channels != 3)
        return alf_cli_error(c, "%s: images of %lld channels: pictures have 1 or 3", alf_cli_text(c, "network"),
                             (long long)images->channels);
    images->values = malloc((size_t)(images->channels * size * size) * sizeof *images->values);
    if (!images->values) return alf_cli_error(c, "out of memory for an image");
    if (images->columns && alf_picture_create(c->ctx, images->columns * size, images->rows * size,
                                              (int)images->channels, &images->grid) != ALF_OK)
        return alf_cli_failure(c);
    return alf_make_folder(c->ctx, images->folder) == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

void alf_cli_images_close(alf_cli_images *images)
{
    alf_picture_destroy(images->grid);
    free(images->values);
    *images = (alf_cli_images){.c = NULL};
}

/* --- files ------------------------------------------------------------------------------------------------------------ */

/* The values as a picture of their own, or the grid. */
static alf_status write_picture(const alf_cli_images *images, const char *name)
{
    alf_ctx *ctx = images->c->ctx;
    char    *path = alf_cli_concat(images->folder, "/", name, ".png");
    if (!path) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a path");
    alf_status status = images->grid ? alf_picture_write_png(ctx, images->grid, path)
                                     : alf_image_write_png(ctx, (int)images->channels, images->height, images->width,
                                                           images->values, path);
    free(path);
    return status;
}

static alf_status write_array(const alf_cli_images *images, const char *name)
{
    alf_ctx   *ctx = images->c->ctx;
    int64_t    shape[4] = {1, images->channels, images->height, images->width};
    int64_t    count = shape[1] * shape[2] * shape[3];
    char      *path = alf_cli_concat(images->folder, "/", name, ".npy");
    float     *values = malloc((size_t)count * sizeof *values);
    alf_status status = ALF_ERR_MEMORY;
    if (path && values) {
        for (int64_t i = 0; i < count; i++) values[i] = (float)images->values[i];
        status = alf_npy_write(ctx, path, ALF_F32, 4, shape, values);
    } else {
        (void)alf_fail(ctx, status, "out of memory for an array");
    }
    free(path);
    free(values);
    return status;
}

int alf_cli_images_put(alf_cli_images *images, int64_t index, const char *name)
{
    alf_status status = ALF_OK;
    if (images->npy) status = write_array(images, name);
    if (status == ALF_OK && images->grid)
        status = alf_picture_put(images->c->ctx, images->grid, index % images->columns * images->width,
                                 index / images->columns * images->height, (int)images->channels, images->height,
                                 images->width, images->values, ALF_BYTES_GRID);
    else if (status == ALF_OK)
        status = write_picture(images, name);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(images->c);
}

int alf_cli_images_finish(alf_cli_images *images)
{
    if (!images->grid || write_picture(images, "grid") == ALF_OK) return ALF_CLI_OK;
    return alf_cli_failure(images->c);
}
