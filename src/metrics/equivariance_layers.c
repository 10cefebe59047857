/* Where equivariance is lost: the features of every layer under a transform of the input. */
#include <string.h>

#include "core/core.h"
#include "metrics/layer_error.h"

static const char INPUT[] = "input", IMAGE[] = "image";

/* What the observer of a synthesis walks along. */
typedef struct {
    alf_ctx            *ctx;
    const alf_plan     *plan;
    const alf_movement *movement;
    alf_rotation       *rotation; /* NULL: it is a translation */
    alf_tensor        **unmoved;  /* of each layer, retained */
    alf_layer_error    *layers;
} walk;

int alf_equivariance_layer_count(const alf_generator *g)
{
    return alf_generator_plan(g)->num_layers + 2;
}

/* Names and rates; until they are seen layers have no features. */
static void name_layers(const alf_plan *plan, alf_layer_error layers[])
{
    const int last = plan->num_layers + 1;
    for (int i = 0; i <= last; i++) {
        const char *name = i == 0 ? INPUT : i == last ? IMAGE : plan->layers[i - 1].name;
        layers[i] = (alf_layer_error){.rate = i == 0      ? plan->input_rate
                                              : i == last ? (double)plan->config.img_resolution
                                                          : plan->layers[i - 1].out_rate};
        alf_format(layers[i].name, sizeof layers[i].name, "%s", name);
    }
}

static int index_of(const walk *w, const char *layer)
{
    for (int i = 0; i < w->plan->num_layers + 2; i++)
        if (strcmp(w->layers[i].name, layer) == 0) return i;
    return -1;
}

static void keep_features(void *user, const char *layer, alf_tensor *x)
{
    walk     *w = user;
    const int i = index_of(w, layer);
    if (i >= 0 && !w->unmoved[i]) w->unmoved[i] = alf_tensor_retain(x);
}

/* A failure stays in the context, where the synthesis finds it. */
static void compare_features(void *user, const char *layer, alf_tensor *x)
{
    walk     *w = user;
    const int i = index_of(w, layer);
    if (i < 0 || !w->unmoved[i]) return;
    alf_status status = alf_layer_error_of(w->ctx, w->movement, w->rotation, w->unmoved[i], x, &w->layers[i]);
    (void)status;
    alf_tensor_release(w->unmoved[i]);
    w->unmoved[i] = NULL;
}

static alf_status run(alf_generator *g, alf_tensor *ws, walk *w)
{
    double     inverse[9];
    alf_scope *scope = alf_scope_open(w->ctx);
    alf_movement_inverse(NULL, inverse);
    alf_tensor *image = alf_synthesize_moved(g, ws, inverse, keep_features, w);
    if (!alf_tensor_failed(image)) keep_features(w, IMAGE, image);
    alf_movement_inverse(w->movement, inverse);
    image = alf_synthesize_moved(g, ws, inverse, compare_features, w);
    if (!alf_tensor_failed(image)) compare_features(w, IMAGE, image);
    alf_scope_close(scope, NULL);
    return alf_ctx_status(w->ctx);
}

alf_status alf_equivariance_layers(alf_generator *g, alf_tensor *ws, alf_metric_kind kind, double tx, double ty,
                                   double angle, alf_layer_error layers[])
{
    alf_ctx        *ctx = alf_generator_ctx(g);
    const alf_plan *plan = alf_generator_plan(g);
    const size_t    count = (size_t)alf_equivariance_layer_count(g);
    alf_status      status = alf_demand_transform(g, "equivariance");
    if (status != ALF_OK) return status;
    if (kind < 0 || kind >= ALF_EQ_KINDS)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_equivariance_layers: kind is %d, expected one of equivariance",
                        (int)kind);

    const alf_movement movement = alf_movement_of(kind, tx, ty, angle, plan->config.img_resolution);
    walk               w = {.ctx = ctx, .plan = plan, .movement = &movement};
    w.unmoved = alf_mem_zalloc(ctx, count, sizeof(alf_tensor *));
    w.layers = alf_mem_alloc(ctx, count, sizeof *w.layers);
    status = ALF_ERR_MEMORY;
    if (w.unmoved && w.layers) {
        name_layers(plan, w.layers);
        status = kind == ALF_EQR ? alf_rotation_create(ctx, angle, &w.rotation) : ALF_OK;
        if (status == ALF_OK) status = run(g, ws, &w);
        if (status == ALF_OK) memcpy(layers, w.layers, count * sizeof *layers);
        for (size_t i = 0; i < count; i++) alf_tensor_release(w.unmoved[i]);
    }
    alf_rotation_destroy(w.rotation);
    alf_mem_free(w.unmoved);
    alf_mem_free(w.layers);
    return status;
}
