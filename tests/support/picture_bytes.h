/* Little JPEG and WebP files, which the library reads and does not write. */
#ifndef TEST_PICTURE_BYTES_H
#define TEST_PICTURE_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* 16 x 8 of one colour (200, 100, 50); 8 x 8 of grey 77; 8 x 8 of CMYK (246, 236, 226, 216); 16 x 16 of many colours. */
extern const uint8_t test_jpeg_colour[], test_jpeg_grey[], test_jpeg_cmyk[], test_jpeg_progressive[];
extern const size_t  test_jpeg_colour_size, test_jpeg_grey_size, test_jpeg_cmyk_size, test_jpeg_progressive_size;

/* Lossless: 3 x 2 of RGB; 2 x 1 of RGBA; two frames. */
extern const uint8_t test_webp_colour[], test_webp_alpha[], test_webp_frames[];
extern const size_t  test_webp_colour_size, test_webp_alpha_size, test_webp_frames_size;

/* 16 x 16, without and with alpha. */
extern const uint8_t test_webp_lossy[], test_webp_lossy_alpha[];
extern const size_t  test_webp_lossy_size, test_webp_lossy_alpha_size;

#endif
