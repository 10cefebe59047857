/* The moves of each part, and how much is measured at each scale. */
#include <math.h>
#include <stdio.h>

#include "aliasfree/random.h"
#include "equivariance.h"

static const budget BUDGETS[ALF_SCALES] = {
    [ALF_SCALE_TINY] = {.fresh = {.resolution = 16, .channel_base = 256, .channel_max = 8},
                        .groups = 2,
                        .layer_groups = 2,
                        .band_groups = 2,
                        .shift_stride = 3,
                        .angle_step = 90},
    [ALF_SCALE_SMALL] = {.fresh = {.resolution = 64, .channel_base = 1024, .channel_max = 16},
                         .groups = 8,
                         .layer_groups = 3,
                         .band_groups = 4,
                         .shift_stride = 2,
                         .angle_step = 30},
    [ALF_SCALE_FULL] = {.fresh = {.resolution = 64, .channel_base = 2048, .channel_max = 32},
                        .groups = 16,
                        .layer_groups = 4,
                        .band_groups = 8,
                        .shift_stride = 1,
                        .angle_step = 15},
};

const budget *budget_of(alf_scale scale)
{
    return &BUDGETS[scale];
}

/* --- lists ---------------------------------------------------------------------------------------------------------- */

static void add_shift(move_list *list, double pixels, int64_t width)
{
    if (list->count == MOST_MOVES || pixels > (double)width / 8) return;
    for (int i = 0; i < list->count; i++)
        if (!list->items[i].turns && list->items[i].x == pixels) return;
    move *m = &list->items[list->count++];
    *m = (move){.shift = pixels / (double)width, .x = pixels, .whole = pixels == rint(pixels)};
    snprintf(m->label, sizeof m->label, "%g px", pixels);
    snprintf(m->file, sizeof m->file, "%gpx", pixels);
}

static void add_angle(move_list *list, double degrees)
{
    if (list->count == MOST_MOVES) return;
    move *m = &list->items[list->count++];
    *m = (move){.turns = true, .degrees = degrees, .x = degrees};
    snprintf(m->label, sizeof m->label, "%g deg", degrees);
    snprintf(m->file, sizeof m->file, "%gdeg", degrees);
}

/* Dense below two pixels, where half a pixel and one are in every list; beyond, whole pixels and those half a pixel
 * further, at the beginning and in the middle of each octave. */
void moves_of_shifts(const budget *b, int64_t width, move_list *out)
{
    static const double below_two[] = {0.0625, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 1.75};
    enum { COUNT = sizeof below_two / sizeof below_two[0] };
    out->count = 0;
    for (int i = 0; i < COUNT; i++)
        if ((i + 1) % b->shift_stride == 0 || below_two[i] == 0.5 || below_two[i] == 1)
            add_shift(out, below_two[i], width);
    for (int64_t octave = 2; octave <= width / 8; octave *= 2)
        for (int i = 0; i < 4; i++) add_shift(out, (double)octave * (i < 2 ? 1 : 1.5) + 0.5 * (i % 2), width);
}

void moves_of_angles(const budget *b, move_list *out)
{
    out->count = 0;
    for (int degrees = 0; degrees <= 360; degrees += b->angle_step) {
        add_angle(out, degrees);
        if (degrees % 90 < 45 && degrees % 90 + b->angle_step > 45 && degrees < 360)
            add_angle(out, degrees - degrees % 90 + 45);
    }
}

/* Shifts that are whole samples of all layers from some sampling rate on: of 16, of 32, of none. */
void moves_of_layers(int64_t width, move_list *out)
{
    out->count = 0;
    add_shift(out, (double)width / 16, width);
    add_shift(out, (double)width / 32, width);
    add_shift(out, (double)width / 128, width);
    add_angle(out, 45);
    add_angle(out, 90);
}

void moves_of_bands(int64_t width, move_list *out)
{
    out->count = 0;
    add_shift(out, 0.5, width);
    add_shift(out, 1, width);
    add_angle(out, 45);
    add_angle(out, 90);
}

void moves_of_pictures(int64_t width, move_list *out)
{
    out->count = 0;
    add_shift(out, 0.5, width);
    add_shift(out, 2.5, width);
    add_shift(out, (double)width / 8, width);
    add_angle(out, 45);
    add_angle(out, 90);
}

movement move_by(const move *m, uint64_t seed)
{
    static const int directions[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    double           u;
    alf_random_uniform(seed, 1, 0, 1, &u);
    const int *d = directions[(int)(4 * u)];
    return (movement){.turns = m->turns, .tx = m->shift * d[0], .ty = m->shift * d[1], .degrees = m->degrees};
}

movement move_along_x(const move *m)
{
    return (movement){.turns = m->turns, .tx = m->shift, .degrees = m->degrees};
}
