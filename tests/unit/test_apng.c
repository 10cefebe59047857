/* Animated PNG: its chunks, its frames, and that nothing is left of one that fails. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "aliasfree/files.h"
#include "files.h"

enum { WIDTH = 5, HEIGHT = 3, FRAMES = 4 };

static uint8_t level_of(int64_t frame, int64_t i)
{
    return (uint8_t)(frame * 50 + i * 7);
}

static alf_status paint(void *user, int64_t index, alf_picture *picture)
{
    int64_t *next = user; /* frames come in order, and the picture keeps what it shows */

    assert_int_equal(index, *next);
    if (index > 0) assert_int_equal(picture->pixels[1], level_of(index - 1, 1));
    ++*next;
    for (int64_t i = 0; i < picture->width * picture->height * picture->channels; i++)
        picture->pixels[i] = level_of(index, i);
    return ALF_OK;
}

static alf_animation animation_of(int channels)
{
    return (alf_animation){.width = WIDTH, .height = HEIGHT, .channels = channels, .frames = FRAMES, .fps = 60};
}

/* An animation of this many channels; the caller frees its path. */
static char *write_animation(file_fixture *f, int channels)
{
    const alf_animation animation = animation_of(channels);
    char               *path = test_path(f->folder, "x.png");
    int64_t             next = 0;

    test_ok(f->ctx, alf_animation_write_png(f->ctx, path, &animation, paint, &next));
    assert_int_equal(next, FRAMES);
    assert_int_equal(test_count_files(f->folder), 1);
    return path;
}

/* --- chunks ------------------------------------------------------------------------------------------------------------- */

static uint32_t u32_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

typedef struct {
    char           type[5];
    uint32_t       size;
    const uint8_t *content;
} chunk;

/* The chunks of the file, whose sums must be right. */
static int read_chunks(const uint8_t *bytes, size_t size, chunk chunks[], int room)
{
    int count = 0;

    assert_memory_equal(bytes, "\211PNG\r\n\032\n", 8);
    for (size_t at = 8; at < size; count++) {
        chunk *c = &chunks[count];
        assert_true(count < room && size - at >= 12);
        *c = (chunk){.size = u32_at(bytes + at), .content = bytes + at + 8};
        memcpy(c->type, bytes + at + 4, 4);
        assert_true(size - at - 12 >= c->size);
        assert_int_equal(crc32(0, bytes + at + 4, c->size + 4), u32_at(c->content + c->size));
        at += 12 + c->size;
    }
    return count;
}

static void chunks_stand_in_the_order_of_the_specification(void **state)
{
    static const char *const order[] = {"IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT",
                                        "fcTL", "fdAT", "fcTL", "fdAT", "IEND"};
    enum { CHUNKS = sizeof order / sizeof order[0] };
    file_fixture *f = *state;
    char         *path = write_animation(f, 3);
    size_t        size;
    uint8_t      *bytes = (uint8_t *)test_read_file(path, &size);
    chunk         chunks[32];
    uint32_t      sequence = 0;

    assert_int_equal(read_chunks(bytes, size, chunks, 32), CHUNKS);
    for (int i = 0; i < CHUNKS; i++) {
        const chunk *c = &chunks[i];
        assert_string_equal(c->type, order[i]);
        if (c->type[0] == 'f') assert_int_equal(u32_at(c->content), sequence++);
        if (strcmp(c->type, "fcTL") != 0) continue;
        assert_int_equal(c->size, 26);
        assert_true(u32_at(c->content + 4) == WIDTH && u32_at(c->content + 8) == HEIGHT);
        assert_true(u32_at(c->content + 12) == 0 && u32_at(c->content + 16) == 0);
        assert_memory_equal(c->content + 20, "\0\1\0\74\0\0", 6); /* 1/60 of a second, replacing all */
    }
    assert_int_equal(chunks[1].size, 8);
    assert_int_equal(u32_at(chunks[1].content), FRAMES);
    assert_int_equal(u32_at(chunks[1].content + 4), 0); /* without end */
    free(bytes);
    free(path);
}

/* --- frames ------------------------------------------------------------------------------------------------------------- */

static void put_chunk(uint8_t *file, size_t *size, const char *type, const uint8_t *content, uint32_t length)
{
    uint8_t *at = file + *size;

    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(length >> (24 - 8 * i));
    memcpy(at + 4, type, 4);
    if (length) memcpy(at + 8, content, length);
    uLong sum = crc32(0, at + 4, length + 4);
    for (int i = 0; i < 4; i++) at[8 + length + (uint32_t)i] = (uint8_t)(sum >> (24 - 8 * i));
    *size += 12 + length;
}

/* Reads a frame's data as what it is, the picture of a PNG of its own. */
static void check_frame(file_fixture *f, const chunk *head, const chunk *data, int64_t frame)
{
    uint8_t      file[1024];
    size_t       size = 8, number = data->type[0] == 'f' ? 4 : 0;
    char        *path;
    alf_picture *picture = NULL;

    assert_true(data->size < 900);
    memcpy(file, "\211PNG\r\n\032\n", 8);
    put_chunk(file, &size, "IHDR", head->content, head->size);
    put_chunk(file, &size, "IDAT", data->content + number, data->size - (uint32_t)number);
    put_chunk(file, &size, "IEND", NULL, 0);
    path = test_write_file(f->folder, "frame.png", file, size);
    test_ok(f->ctx, alf_picture_read_png(f->ctx, path, &picture));
    assert_true(picture->width == WIDTH && picture->height == HEIGHT);
    for (int64_t i = 0; i < WIDTH * HEIGHT * picture->channels; i++)
        assert_int_equal(picture->pixels[i], level_of(frame, i));
    alf_picture_destroy(picture);
    free(path);
}

static void every_frame_is_lossless(void **state)
{
    file_fixture *f = *state;

    for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
        char    *path = write_animation(f, channels);
        size_t   size;
        uint8_t *bytes = (uint8_t *)test_read_file(path, &size);
        chunk    chunks[32];
        int      count = read_chunks(bytes, size, chunks, 32), frame = 0;
        for (int i = 0; i < count; i++)
            if (strcmp(chunks[i].type, "IDAT") == 0 || strcmp(chunks[i].type, "fdAT") == 0)
                check_frame(f, &chunks[0], &chunks[i], frame++);
        assert_int_equal(frame, FRAMES);
        free(bytes);
        free(path);
        path = test_path(f->folder, "frame.png");
        assert_int_equal(remove(path), 0);
        free(path);
    }
}

static void readers_without_animation_see_the_first_frame(void **state)
{
    file_fixture *f = *state;
    char         *path = write_animation(f, 3);
    alf_picture  *picture = NULL;

    test_ok(f->ctx, alf_picture_read_png(f->ctx, path, &picture));
    assert_true(picture->width == WIDTH && picture->height == HEIGHT && picture->channels == 3);
    for (int64_t i = 0; i < WIDTH * HEIGHT * 3; i++) assert_int_equal(picture->pixels[i], level_of(0, i));
    alf_picture_destroy(picture);
    free(path);
}

/* libpng gives large pictures in several chunks, each of which is numbered. */
static alf_status paint_noise(void *user, int64_t index, alf_picture *picture)
{
    uint32_t *state = user;

    (void)index;
    for (int64_t i = 0; i < picture->width * picture->height; i++) {
        *state = *state * 1664525u + 1013904223u;
        picture->pixels[i] = (uint8_t)(*state >> 24);
    }
    return ALF_OK;
}

static void data_of_a_frame_may_be_several_chunks(void **state)
{
    file_fixture       *f = *state;
    const alf_animation animation = {.width = 800, .height = 800, .channels = 1, .frames = 2, .fps = 1};
    char               *path = test_path(f->folder, "x.png");
    uint32_t            seed = 1, sequence = 0;
    size_t              size;
    uint8_t            *bytes;
    chunk               chunks[64];
    int                 count, later = 0;

    test_ok(f->ctx, alf_animation_write_png(f->ctx, path, &animation, paint_noise, &seed));
    bytes = (uint8_t *)test_read_file(path, &size);
    count = read_chunks(bytes, size, chunks, 64);
    for (int i = 0; i < count; i++) {
        later += strcmp(chunks[i].type, "fdAT") == 0;
        if (chunks[i].type[0] == 'f') assert_int_equal(u32_at(chunks[i].content), sequence++);
    }
    assert_true(later > 1);
    free(bytes);
    free(path);
}

/* --- failures ----------------------------------------------------------------------------------------------------------- */

static alf_status give_up_at_2(void *user, int64_t index, alf_picture *picture)
{
    (void)picture;
    if (index < 2) return ALF_OK;
    return user ? alf_fail(user, ALF_ERR_CANCELLED, "enough") : ALF_ERR_CANCELLED;
}

static alf_status return_42(void *user, int64_t index, alf_picture *picture)
{
    (void)user, (void)index, (void)picture;
    return (alf_status)42;
}

static void an_animation_that_fails_leaves_what_was_there(void **state)
{
    file_fixture       *f = *state;
    const alf_animation animation = animation_of(3);
    char               *path = test_write_file(f->folder, "x.png", "earlier", 7), *content;

    assert_fails(f->ctx, alf_animation_write_png(f->ctx, path, &animation, give_up_at_2, f->ctx), ALF_ERR_CANCELLED,
                 "enough", NULL);
    assert_fails(f->ctx, alf_animation_write_png(f->ctx, path, &animation, give_up_at_2, NULL), ALF_ERR_CANCELLED,
                 "frame 2", NULL);
    assert_fails(f->ctx, alf_animation_write_png(f->ctx, path, &animation, return_42, NULL), ALF_ERR_ARGUMENT,
                 "returned 42", NULL);
    content = test_read_file(path, NULL);
    assert_string_equal(content, "earlier");
    assert_int_equal(test_count_files(f->folder), 1);
    free(content);
    free(path);
}

static void what_is_no_animation_is_refused(void **state)
{
    file_fixture       *f = *state;
    char               *path = test_path(f->folder, "x.png"), *nowhere = test_path(f->folder, "missing/x.png");
    const alf_animation good = animation_of(3);
    alf_animation       bad[6] = {good, good, good, good, good, good};
    int64_t             next = 0;

    bad[0].width = 0;
    bad[1].channels = 2;
    bad[2].frames = 0;
    bad[3].frames = ALF_ANIMATION_MAX_FRAMES + 1;
    bad[4].fps = 0;
    bad[5].fps = 65536;
    for (int i = 0; i < 6; i++)
        assert_fails(f->ctx, alf_animation_write_png(f->ctx, path, &bad[i], paint, &next), ALF_ERR_RANGE, NULL, NULL);
    assert_fails(f->ctx, alf_animation_write_png(f->ctx, nowhere, &good, paint, &next), ALF_ERR_IO, nowhere, NULL);
    assert_fails(f->ctx, alf_animation_write_png(f->ctx, path, &good, NULL, &next), ALF_ERR_ARGUMENT, NULL, NULL);
    assert_int_equal(test_count_files(f->folder), 0);
    free(nowhere);
    free(path);
}

/* A device without room takes the first bytes' failure; so does every later one. */
static void a_full_disk_is_an_error(void **state)
{
    file_fixture       *f = *state;
    const alf_animation animation = animation_of(1);
    int64_t             next = 0;

    assert_fails(f->ctx, alf_animation_write_png(f->ctx, "/dev/full", &animation, paint, &next), ALF_ERR_IO,
                 "/dev/full", "No space");
    assert_int_equal(next, 1);
}

static void memory_stays_within_the_budget(void **state)
{
    file_fixture       *f = *state;
    alf_ctx            *small = test_ctx_with_budget(4096);
    const alf_animation animation = animation_of(3);
    char               *path = test_path(f->folder, "x.png");
    int64_t             next = 0;

    assert_fails(small, alf_animation_write_png(small, path, &animation, paint, &next), ALF_ERR_MEMORY, "budget", NULL);
    assert_int_equal(test_count_files(f->folder), 0);
    alf_ctx_destroy(small);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(chunks_stand_in_the_order_of_the_specification),
        FILE_TEST(every_frame_is_lossless),
        FILE_TEST(readers_without_animation_see_the_first_frame),
        FILE_TEST(data_of_a_frame_may_be_several_chunks),
        FILE_TEST(an_animation_that_fails_leaves_what_was_there),
        FILE_TEST(what_is_no_animation_is_refused),
        FILE_TEST(a_full_disk_is_an_error),
        FILE_TEST(memory_stays_within_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
