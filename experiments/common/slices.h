/* Slices of films: one column of pixels, frame by frame beside each other. While the canvas moves down, what is carried along
 * draws slanting lines, texture that sticks to the screen level ones. */
#ifndef EXPERIMENTS_SLICES_H
#define EXPERIMENTS_SLICES_H

#include <stdbool.h>
#include <stdint.h>

/* The middle column of an image [channels, size, size] as column `frame` of [channels, size, frames]. */
void slice_put(int64_t channels, int64_t size, const double image[], int64_t frames, int64_t frame, double out[]);

/* Detail: an image [planes, height, width] without its binomial average over 5 pixels down, and across where `across`. */
void detail_of(int64_t planes, int64_t height, int64_t width, bool across, const double x[], double out[]);

#endif
