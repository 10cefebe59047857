/* A network as a source of images. */
#include "metrics/network_images.h"

#include "metrics/draw.h"
#include "metrics/movement.h"

static alf_tensor *styles_of(alf_network_images *n, int64_t first, int64_t count)
{
    if (n->ws && n->first == first && n->count == count) return n->ws;
    alf_tensor_release(n->ws);
    n->ws = alf_tensor_retain(alf_draw_styles(n->g, n->seed, n->class_index, first, count));
    n->first = first;
    n->count = count;
    return n->ws;
}

static alf_status render(void *user, int64_t first, int64_t count, const double inverse[9], double images[])
{
    alf_network_images *n = user;
    alf_ctx            *ctx = alf_generator_ctx(n->g);
    alf_scope          *scope = alf_scope_open(ctx);
    alf_tensor         *image = alf_synthesize_moved(n->g, styles_of(n, first, count), inverse, NULL, NULL);
    alf_status          status = alf_tensor_read(ctx, image, images);
    alf_scope_close(scope, NULL);
    return status;
}

alf_image_source alf_network_source(alf_network_images *images)
{
    const alf_config *config = &alf_generator_plan(images->g)->config;
    return (alf_image_source){
        .render = render, .user = images, .size = config->img_resolution, .channels = config->img_channels};
}
