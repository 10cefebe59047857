/* Animated PNG out. libpng encodes each frame as a picture of its own; its data chunks are taken over, those of later
 * frames under the type that readers without animation pass over. */
#include <string.h>
#include <zlib.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/atomic.h"
#include "io/picture_codec.h"

enum { SIGNATURE = 8, WORD = 4, TYPE = 4, HEAD = WORD + TYPE };

typedef struct {
    alf_ctx             *ctx;
    const alf_animation *animation;
    alf_frame_fn         next;
    void                *user;
    alf_picture         *picture;
    alf_atomic_file     *file;
    int64_t              frame;
    uint32_t             sequence; /* of the next chunk that is numbered */
} writing;

/* --- chunks ----------------------------------------------------------------------------------------------------------- */

static void store_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < WORD; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void store_u16(uint8_t *at, int value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint32_t load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* A chunk; of a numbered one the content starts with its place in the sequence of such chunks. */
static alf_status put_chunk(writing *w, const char *type, bool numbered, const uint8_t *content, uint32_t size)
{
    uint8_t    head[HEAD + WORD], check[WORD];
    uint32_t   number = numbered ? WORD : 0;
    uLong      sum;
    alf_status status;

    store_u32(head, number + size);
    memcpy(head + WORD, type, TYPE);
    if (numbered) store_u32(head + HEAD, w->sequence++);
    sum = crc32(0, head + WORD, TYPE + number);
    if (size) sum = crc32(sum, content, size);
    store_u32(check, (uint32_t)sum);
    status = alf_atomic_write(w->file, head, HEAD + number);
    if (!status) status = alf_atomic_write(w->file, content, size);
    return status ? status : alf_atomic_write(w->file, check, sizeof check);
}

/* How many frames there are, and that they are repeated for ever. */
static alf_status put_animation_control(writing *w)
{
    uint8_t content[8] = {0};

    store_u32(content, (uint32_t)w->animation->frames);
    return put_chunk(w, "acTL", false, content, sizeof content);
}

/* A frame that covers the whole picture, replaces what was there, and stands for 1/fps of a second. */
static alf_status put_frame_control(writing *w)
{
    uint8_t content[22] = {0};

    store_u32(content, (uint32_t)w->animation->width);
    store_u32(content + 4, (uint32_t)w->animation->height);
    store_u16(content + 16, 1);
    store_u16(content + 18, w->animation->fps);
    return put_chunk(w, "fcTL", true, content, sizeof content);
}

static alf_status put_frame_data(writing *w, const uint8_t *data, uint32_t size)
{
    return w->frame == 0 ? put_chunk(w, "IDAT", false, data, size) : put_chunk(w, "fdAT", true, data, size);
}

/* --- frames ----------------------------------------------------------------------------------------------------------- */

/* Takes over what belongs to this frame from the PNG that libpng made of it. */
static alf_status put_picture(writing *w, const uint8_t *png)
{
    const uint8_t *at = png + SIGNATURE;
    uint32_t       size = load_u32(at); /* of the first chunk, IHDR */
    alf_status     status = ALF_OK;

    if (w->frame == 0) {
        status = alf_atomic_write(w->file, png, SIGNATURE + HEAD + size + WORD);
        if (!status) status = put_animation_control(w);
    }
    if (!status) status = put_frame_control(w);
    while (!status && memcmp(at + WORD, "IEND", TYPE) != 0) {
        if (memcmp(at + WORD, "IDAT", TYPE) == 0) status = put_frame_data(w, at + HEAD, size);
        at += HEAD + size + WORD;
        size = load_u32(at);
    }
    return status;
}

static alf_status put_frame(writing *w)
{
    uint8_t   *png = NULL;
    size_t     size;
    alf_status status =
        alf_callback_status(w->ctx, "the function that paints frames", w->next(w->user, w->frame, w->picture));

    if (status && !alf_ctx_status(w->ctx))
        return alf_fail(w->ctx, status, "frame %lld could not be made", (long long)w->frame);
    if (!status) status = alf_picture_encode_png(w->ctx, w->picture, &png, &size);
    if (!status) status = put_picture(w, png);
    alf_mem_free(png);
    return status;
}

static alf_status write_content(alf_atomic_file *file, const void *user)
{
    writing    w = *(const writing *)user;
    alf_status status = ALF_OK;

    w.file = file;
    for (; w.frame < w.animation->frames && !status; w.frame++) status = put_frame(&w);
    return status ? status : put_chunk(&w, "IEND", false, NULL, 0);
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static alf_status check_animation(alf_ctx *ctx, const char *path, const alf_animation *a)
{
    if (a->frames < 1 || a->frames > ALF_ANIMATION_MAX_FRAMES)
        return alf_fail(ctx, ALF_ERR_RANGE, "cannot write '%s': %lld frames, expected 1 to %d", path,
                        (long long)a->frames, ALF_ANIMATION_MAX_FRAMES);
    if (a->fps < 1 || a->fps > 65535)
        return alf_fail(ctx, ALF_ERR_RANGE, "cannot write '%s': %d frames a second, expected 1 to 65535", path, a->fps);
    return ALF_OK;
}

alf_status alf_animation_write_png(alf_ctx *ctx, const char *path, const alf_animation *animation, alf_frame_fn next,
                                   void *user)
{
    writing    w = {.ctx = ctx, .animation = animation, .next = next, .user = user};
    alf_status status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !animation || !next)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_animation_write_png: an argument is NULL");
    status = check_animation(ctx, path, animation);
    if (!status) status = alf_picture_create(ctx, animation->width, animation->height, animation->channels, &w.picture);
    if (!status) status = alf_atomic_save(ctx, path, write_content, &w);
    alf_picture_destroy(w.picture);
    return status;
}
