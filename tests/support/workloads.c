/* Things to do. Each releases everything and returns the first failure, as a program would. */
#include "workloads.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aliasfree/discriminator.h"
#include "aliasfree/metrics.h"
#include "core/digest.h"
#include "data_sets.h"
#include "io/json_load.h"
#include "picture_bytes.h"
#include "report/parts.h"
#include "trainers.h"
#include "training/run_compare.h"

enum { SIZE = 16 };

/* A file of the site, in memory that no plan counts. */
typedef struct {
    char path[4096];
} site_path;

static site_path path_in(const char *folder, const char *name)
{
    site_path p;
    snprintf(p.path, sizeof p.path, "%s/%s", folder, name);
    return p;
}

#define INPUT(name) path_in(site->inputs, name).path
#define OUTPUT(name) path_in(site->outputs, name).path

static void put_result(test_site *site, const void *data, size_t size)
{
    alf_digest digest = alf_digest_start();
    alf_digest_bytes(&digest, data, size);
    site->result = alf_digest_value(&digest);
}

/* --- networks ----------------------------------------------------------------------------------------------------------- */

/* An image of the network, as `aliasfree generate` makes it. */
static alf_status paint(alf_ctx *ctx, alf_generator *g, const char *path)
{
    const uint32_t seed = 1;
    alf_scope     *scope = alf_scope_open(ctx);
    alf_tensor    *z = alf_generator_latents(g, 1, &seed);
    alf_tensor    *image = alf_generator_synthesize(g, alf_generator_map(g, z, NULL, 0.7, -1), NULL);
    alf_status     status = alf_image_save_png(ctx, image, path);
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status generate_from(alf_ctx *ctx, const char *network, const char *image)
{
    alf_generator *g = NULL;
    alf_status     status = alf_generator_load(ctx, network, NULL, &g);
    if (!status) status = paint(ctx, g, image);
    alf_generator_destroy(g);
    return status;
}

static alf_status generate_from_safetensors(alf_ctx *ctx, test_site *site)
{
    return generate_from(ctx, INPUT("network.safetensors"), OUTPUT("image.png"));
}

static alf_status generate_from_pickle(alf_ctx *ctx, test_site *site)
{
    return generate_from(ctx, path_in(golden_dir(), "stylegan3-t-32.pkl").path, OUTPUT("pickled.png"));
}

static alf_status convert_pickle(alf_ctx *ctx, test_site *site)
{
    alf_generator *g = NULL;
    alf_status     status = alf_generator_load(ctx, path_in(golden_dir(), "stylegan2-32-cond2.pkl").path, NULL, &g);
    if (!status) status = alf_generator_save(g, OUTPUT("converted.safetensors"));
    alf_generator_destroy(g);
    return status;
}

/* What it says of two grey images. */
static alf_status judge(alf_ctx *ctx, alf_discriminator *d, double logits[2])
{
    const alf_discriminator_config *config = alf_discriminator_settings(d);
    const int64_t                   shape[] = {2, config->img_channels, config->img_resolution, config->img_resolution};
    alf_scope                      *scope = alf_scope_open(ctx);
    alf_tensor                     *y = alf_discriminator_logits(d, alf_tensor_full(ctx, 4, shape, 0.25), NULL);
    alf_status                      status = alf_tensor_read(ctx, y, logits);
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status judge_images(alf_ctx *ctx, test_site *site)
{
    double             logits[2];
    alf_archive       *archive = NULL;
    alf_discriminator *d = NULL;
    alf_status         status = alf_archive_open(ctx, INPUT("discriminator.safetensors"), &archive);
    if (!status) status = alf_discriminator_from_archive(ctx, archive, NULL, &d);
    if (!status) status = judge(ctx, d, logits);
    if (!status) put_result(site, logits, sizeof logits);
    alf_discriminator_destroy(d);
    alf_archive_destroy(archive);
    return status;
}

/* --- metrics ------------------------------------------------------------------------------------------------------------ */

static alf_status measure_equivariance(alf_ctx *ctx, test_site *site)
{
    static const char *const names[] = {"eqt2_int", "eqr2"};
    alf_generator           *g = NULL;
    alf_metric               metrics[2];
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  results[2];
    alf_status               status = alf_generator_load(ctx, INPUT("network.safetensors"), NULL, &g);
    options.batch = 2;
    for (int i = 0; i < 2 && !status; i++) status = alf_metric_parse(ctx, names[i], metrics + i);
    if (!status) status = alf_measure_equivariance(g, 2, metrics, &options, results);
    if (!status) put_result(site, (double[]){results[0].db, results[1].db}, 2 * sizeof(double));
    alf_generator_destroy(g);
    return status;
}

static alf_status measure_swd(alf_ctx *ctx, test_site *site)
{
    alf_generator  *g = NULL;
    alf_dataset    *set = NULL;
    alf_swd_options options = alf_swd_options_default();
    alf_swd_result  result;
    alf_status      status = alf_generator_load(ctx, INPUT("network.safetensors"), NULL, &g);
    if (!status) status = alf_dataset_open(ctx, INPUT("set.zip"), NULL, &set);
    if (!status) status = alf_measure_swd(g, set, 2, &options, &result);
    if (!status) put_result(site, &result.mean, sizeof result.mean);
    alf_dataset_destroy(set);
    alf_generator_destroy(g);
    return status;
}

static alf_status measure_sticking(alf_ctx *ctx, test_site *site)
{
    const double         from = 0.1;
    alf_generator       *g = NULL;
    alf_sticking_options options = alf_sticking_options_default();
    alf_sticking_result  result;
    alf_status           status = alf_generator_load(ctx, INPUT("network.safetensors"), NULL, &g);
    options.velocity = 0.5;
    options.span = 1;
    options.seeds = 1;
    options.rows = 2;
    if (!status) status = alf_measure_sticking(g, &options, 1, &from, &result, NULL);
    if (!status) put_result(site, &result.stuck, sizeof result.stuck);
    alf_generator_destroy(g);
    return status;
}

/* --- data sets ---------------------------------------------------------------------------------------------------------- */

static alf_status read_set(alf_ctx *ctx, test_site *site, const char *path)
{
    const alf_dataset_options options = {.labels = true, .mirror = true, .max_items = 9, .seed = 1};
    static double             images[3 * 3 * SIZE * SIZE], labels[3 * 2];
    alf_dataset              *set = NULL;
    uint64_t                  digest;
    alf_status                status = alf_dataset_open(ctx, path, &options, &set);
    if (!status) status = alf_dataset_digest(set, &digest);
    if (!status) status = alf_dataset_read(set, 3, (int64_t[]){0, 7, 12}, images, labels);
    if (!status) put_result(site, images, sizeof images);
    alf_dataset_destroy(set);
    return status;
}

static alf_status read_folder(alf_ctx *ctx, test_site *site)
{
    return read_set(ctx, site, INPUT("set"));
}

static alf_status read_zip(alf_ctx *ctx, test_site *site)
{
    return read_set(ctx, site, INPUT("set.zip"));
}

static alf_status build_set(alf_ctx *ctx, const char *from, const char *to)
{
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.labels = true;
    recipe.max_images = 3;
    recipe.width = recipe.height = 12;
    return alf_dataset_build(ctx, 1, &from, to, &recipe, &report);
}

static alf_status build_folder(alf_ctx *ctx, test_site *site)
{
    return build_set(ctx, INPUT("set.zip"), OUTPUT("set"));
}

static alf_status build_zip(alf_ctx *ctx, test_site *site)
{
    return build_set(ctx, INPUT("set"), OUTPUT("set.zip"));
}

/* JPEG and WebP where they are read. */
static alf_status build_mixed(alf_ctx *ctx, test_site *site)
{
    return build_set(ctx, INPUT("mixed"), OUTPUT("mixed.zip"));
}

static alf_status place_subjects(alf_ctx *ctx, test_site *site)
{
    const char        *from = INPUT("set");
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.fit = ALF_FIT_NONALIGNED;
    recipe.max_images = 1;
    return alf_dataset_build(ctx, 1, &from, OUTPUT("placed.zip"), &recipe, &report);
}

static alf_status synthesize_set(alf_ctx *ctx, test_site *site)
{
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.width = recipe.height = SIZE;
    recipe.max_images = 2;
    return alf_dataset_synthesize(ctx, "textured-blobs", OUTPUT("blobs"), &recipe, &report);
}

/* --- arrays, animations, parts ------------------------------------------------------------------------------------------- */

static alf_status write_and_read_arrays(alf_ctx *ctx, test_site *site)
{
    static const double values[] = {1, 2, 3, 4, 5, 6};
    const int64_t       shape[] = {2, 3};
    const alf_npz_array arrays[] = {{"a", ALF_F64, 2, shape, values}, {"b", ALF_F64, 1, shape + 1, values}};
    int64_t             read_shape[ALF_MAX_DIMS];
    double             *data = NULL;
    int                 ndim;
    alf_status          status = alf_npz_write(ctx, OUTPUT("arrays.npz"), 2, arrays);
    if (!status) status = alf_npz_read(ctx, OUTPUT("arrays.npz"), "a", &ndim, read_shape, &data);
    if (!status) status = alf_npy_write(ctx, OUTPUT("array.npy"), ALF_F64, ndim, read_shape, data);
    alf_free_data(data);
    data = NULL;
    if (!status) status = alf_npy_read(ctx, OUTPUT("array.npy"), &ndim, read_shape, &data);
    if (!status) put_result(site, data, sizeof values);
    alf_free_data(data);
    return status;
}

static alf_status paint_frame(void *user, int64_t index, alf_picture *picture)
{
    (void)user;
    memset(picture->pixels, (int)(20 * index), (size_t)(picture->width * picture->height * picture->channels));
    return ALF_OK;
}

static alf_status animate(alf_ctx *ctx, test_site *site)
{
    const alf_animation animation = {.width = 9, .height = 5, .channels = 3, .frames = 3, .fps = 30};
    return alf_animation_write_png(ctx, OUTPUT("moving.png"), &animation, paint_frame, NULL);
}

static alf_status keep_and_find_part(alf_ctx *ctx, test_site *site)
{
    json_t    *settings = json_pack("{s:i}", "samples", 8), *result = json_pack("{s:f}", "value", 0.5), *found = NULL;
    alf_status status = settings && result ? ALF_OK : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for JSON");
    if (!status) status = alf_part_store(ctx, site->outputs, "part", settings, result);
    if (!status) status = alf_part_find(ctx, site->outputs, "part", settings, &found);
    if (!status) site->result = found ? 1 : 0;
    json_decref(found);
    json_decref(result);
    json_decref(settings);
    return status;
}

/* --- training ------------------------------------------------------------------------------------------------------------ */

/* Trains all phases once, stores the state and takes it back. */
static alf_status train_and_restore(alf_ctx *ctx, test_site *site)
{
    const alf_dataset_options options = {.labels = true};
    alf_scope                *scope = alf_scope_open(ctx);
    alf_dataset              *set = NULL;
    alf_trainer              *trainer = NULL;
    alf_archive              *archive = NULL;
    alf_status                status = alf_dataset_open(ctx, INPUT("set"), &options, &set);
    if (!status) status = alf_trainer_create(ctx, &site->training, set, NULL, &trainer);
    if (!status) status = alf_trainer_iterate(trainer);
    if (!status) status = alf_archive_create(ctx, &archive);
    if (!status) status = alf_trainer_state_to_archive(trainer, archive);
    if (!status) status = alf_archive_save(archive, OUTPUT("state.safetensors"));
    if (!status) status = alf_trainer_restore(trainer, archive);
    alf_archive_destroy(archive);
    alf_trainer_destroy(trainer);
    alf_dataset_destroy(set);
    alf_scope_close(scope, NULL);
    return status;
}

/* --- runs ---------------------------------------------------------------------------------------------------------------- */

/* Options that differ in their data, as another process left them. */
static alf_status compare_runs(alf_ctx *ctx, test_site *site)
{
    static const char *const texts[] = {
        "{\"training_set_kwargs\": {\"path\": \"a\", \"digest\": \"0\"}, \"batch\": 8}",
        "{\"training_set_kwargs\": {\"path\": \"a\", \"digest\": \"1\"}, \"batch\": 8}"};
    alf_json   read[2] = {{.root = NULL}, {.root = NULL}};
    alf_status status = ALF_OK;
    struct {
        alf_run_likeness    likeness;
        alf_run_fingerprint fingerprint;
    } found = {.likeness = ALF_RUN_SAME};
    for (int i = 0; i < 2 && !status; i++)
        status = alf_json_load(ctx, texts[i], strlen(texts[i]), "options", 0, &read[i]);
    if (!status) status = alf_run_compare(ctx, read[0].root, read[1].root, &found.likeness);
    if (!status) status = alf_run_fingerprint_of(ctx, read[0].root, &found.fingerprint);
    if (!status) put_result(site, &found, sizeof found);
    for (int i = 0; i < 2; i++) alf_json_release(&read[i]);
    return status;
}

/* From wherever the folder stands to the end. */
static alf_status run_to_the_end(alf_ctx *ctx, test_site *site)
{
    alf_run_summary summary;
    return test_run_go(ctx, &site->run, &summary);
}

static void remove_runs(test_site *site)
{
    if (access(site->run.outdir, F_OK) == 0) test_remove_folder(test_path(site->inputs, "runs"));
}

/* Stopped in the middle. */
static void put_half_a_run(test_site *site)
{
    char *half = test_path(site->inputs, "half");
    if (access(half, F_OK) != 0) {
        alf_run_summary summary;
        alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
        remove_runs(site);
        site->run.stop_after = 1;
        test_ok(ctx, test_run_go(ctx, &site->run, &summary));
        site->run.stop_after = 0;
        assert_false(summary.finished);
        test_copy_folder(site->run.outdir, half);
        alf_ctx_destroy(ctx);
    }
    test_copy_folder(half, site->run.outdir);
    free(half);
}

uint64_t test_result(const test_site *site, const test_workload *workload)
{
    return workload->prepare ? test_run_digest(site->run.outdir) : site->result;
}

bool test_goes_on(alf_ctx *ctx, test_site *site, const test_workload *workload, uint64_t result)
{
    if (!workload->prepare) return true;
    alf_ctx_clear_error(ctx);
    /* All was done but to bring the last name to disk. */
    if (access(site->run.outdir, F_OK) == 0 && test_result(site, workload) == result) return true;
    if (workload->work(ctx, site) == ALF_OK && test_result(site, workload) == result) return true;
    printf("it went on to %llx: '%s'\n", (unsigned long long)test_run_digest(site->run.outdir), alf_ctx_message(ctx));
    return false;
}

/* Two iterations with all that a snapshot has. */
static void prepare_run(alf_ctx *ctx, test_site *site)
{
    static const char *const metrics[] = {"swd2"};
    test_run_prepare(ctx, site->inputs, &site->run);
    alf_run_options *o = &site->run.options;
    o->kimg = 0.016;
    o->tick = 0.008;
    o->snap = 1;
    o->grid[0] = 2;
    o->grid[1] = 1;
    o->metrics = metrics;
}

/* --- the list ------------------------------------------------------------------------------------------------------------ */

const test_workload test_workloads[] = {{"generate from safetensors", generate_from_safetensors, true, NULL, NULL},
                                        {"generate from a pickle", generate_from_pickle, true, NULL, NULL},
                                        {"convert a pickle", convert_pickle, true, NULL, NULL},
                                        {"judge images", judge_images, false, NULL, NULL},
                                        {"measure equivariance", measure_equivariance, false, NULL, NULL},
                                        {"measure texture sticking", measure_sticking, false, NULL, NULL},
                                        {"measure the sliced Wasserstein distance", measure_swd, false, NULL, NULL},
                                        {"read a data set from a folder", read_folder, false, NULL, NULL},
                                        {"read a data set from a zip archive", read_zip, false, NULL, NULL},
                                        {"make a data set in a folder", build_folder, true, "set", NULL},
                                        {"make a data set in a zip archive", build_zip, true, NULL, NULL},
                                        {"make a data set of mixed formats", build_mixed, true, NULL, NULL},
                                        {"place subjects", place_subjects, true, NULL, NULL},
                                        {"synthesize a data set", synthesize_set, true, "blobs", NULL},
                                        {"write and read arrays", write_and_read_arrays, true, NULL, NULL},
                                        {"write an animation", animate, true, NULL, NULL},
                                        {"keep a part and find it", keep_and_find_part, true, NULL, NULL},
                                        {"train", train_and_restore, true, NULL, NULL},
                                        {"compare runs", compare_runs, false, NULL, NULL},
                                        {"begin a run", run_to_the_end, true, NULL, remove_runs},
                                        {"go on with a run", run_to_the_end, true, NULL, put_half_a_run},
                                        {NULL, NULL, false, NULL, NULL}};

void test_make_room(test_site *site, const test_workload *workload)
{
    if (workload->prepare) workload->prepare(site);
    if (!workload->vacant) return;
    char *path = test_path(site->outputs, workload->vacant);
    if (access(path, F_OK) == 0)
        test_remove_folder(path); /* and frees the path */
    else
        free(path);
}

/* --- the site ------------------------------------------------------------------------------------------------------------ */

static void put_network(alf_ctx *ctx, const char *path)
{
    alf_generator *g = NULL;
    alf_config     config;
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", SIZE, 64, 4, &config));
    config.z_dim = config.w_dim = 8;
    config.num_layers = 3;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    test_ok(ctx, alf_generator_save(g, path));
    alf_generator_destroy(g);
}

static void put_discriminator(alf_ctx *ctx, const char *path)
{
    alf_discriminator       *d = NULL;
    alf_archive             *archive = NULL;
    alf_discriminator_config config = alf_discriminator_config_default();
    config.img_resolution = SIZE;
    config.channel_base = 64;
    config.channel_max = 4;
    test_ok(ctx, alf_discriminator_create(ctx, &config, 1, &d));
    test_ok(ctx, alf_archive_create(ctx, &archive));
    test_ok(ctx, alf_discriminator_to_archive(d, "D", archive));
    test_ok(ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    alf_discriminator_destroy(d);
}

static void put_mixed(alf_ctx *ctx, const char *folder)
{
    test_ok(ctx, alf_make_folder(ctx, folder));
    test_put_picture(ctx, folder, "a.png", 0, 4, 3);
    test_put_file(ctx, folder, "b.jpeg", test_jpeg_cmyk, test_jpeg_cmyk_size);
    test_put_file(ctx, folder, "c.webp", test_webp_alpha, test_webp_alpha_size);
}

static void put_zip(alf_ctx *ctx, const char *from, const char *path)
{
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.labels = true;
    test_ok(ctx, alf_dataset_build(ctx, 1, &from, path, &recipe, &report));
}

void test_site_prepare(alf_ctx *ctx, const char *folder, test_site *out)
{
    *out = (test_site){.inputs = test_path(folder, "inputs"), .outputs = test_path(folder, "outputs")};
    test_site *site = out;
    test_ok(ctx, alf_make_folder(ctx, site->inputs));
    test_ok(ctx, alf_make_folder(ctx, site->outputs));
    test_training_data(ctx, INPUT("set"));
    put_zip(ctx, INPUT("set"), INPUT("set.zip"));
    put_network(ctx, INPUT("network.safetensors"));
    put_discriminator(ctx, INPUT("discriminator.safetensors"));
    put_mixed(ctx, INPUT("mixed/0"));
    prepare_run(ctx, site);
    site->training = test_training_options(ctx, "stylegan2", true);
}

void test_site_clear(test_site *site)
{
    free(site->inputs);
    free(site->outputs);
    test_run_clear(&site->run);
}
