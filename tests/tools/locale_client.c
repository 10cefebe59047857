/* A program with a user's locale that uses the library: it writes texts, networks, a data set and a run of training into
 * a folder, and prints what it computed. In every locale both must be the same. Usage: locale_client FOLDER */
#include <locale.h>
#include <string.h>

#include "aliasfree/aliasfree.h"
#include "stages.h"

/* What read and writes numbers as text. */
static bool is_wanted(const stage *s)
{
    return s->run == stage_generator_2 || s->run == stage_training || s->run == stage_swd || s->run == stage_data_set;
}

static int run_stages(const char *folder)
{
    int failures = 0;
    for (int i = 0; i < STAGE_COUNT; i++) {
        stage_result result;
        char         message[512], name[16], digest[32];
        if (!is_wanted(&STAGES[i])) continue;
        snprintf(name, sizeof name, "stage%d", i);
        if (stage_run(&STAGES[i], ALF_ISA_AUTO, 2, folder, name, message, &result)) {
            fprintf(stderr, "%s\n", message);
            failures++;
        } else {
            alf_digest_show(&result.bytes, digest, sizeof digest);
            printf("%s %s\n", STAGES[i].name, digest);
        }
        stage_release(&result);
    }
    return failures;
}

/* Figures for people. */
static alf_status print_texts(alf_ctx *ctx)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();
    alf_config      config;
    alf_plan       *plan = NULL;
    alf_fir        *fir = NULL;
    alf_flrelu     *nonlinearity = NULL;
    alf_fir_spec    filter = alf_fir_spec_default();
    char           *kwargs = NULL;
    alf_status      status = alf_config_named(ctx, "stylegan3-t", 64, 1024, 16, &config);
    spec.in_h = spec.in_w = 8;
    spec.clamp = 256.5;
    if (!status) status = alf_plan_create(ctx, &config, &plan);
    if (!status) alf_plan_print(plan, stdout);
    if (!status) status = alf_config_to_kwargs(ctx, &config, &kwargs);
    if (!status) printf("%s\n", kwargs);
    if (!status) status = alf_config_from_kwargs(ctx, config.family, kwargs, "text", &config);
    if (!status) status = alf_fir_design(ctx, &filter, &fir);
    if (!status) alf_fir_print(fir, stdout);
    if (!status) status = alf_flrelu_create(ctx, &spec, &nonlinearity);
    if (!status) alf_flrelu_print(nonlinearity, stdout);
    alf_flrelu_destroy(nonlinearity);
    alf_fir_destroy(fir);
    alf_free_data(kwargs);
    alf_plan_destroy(plan);
    return status;
}

/* An error that names a number. */
static bool fails_in_words(alf_ctx *ctx)
{
    alf_fir_spec filter = alf_fir_spec_default();
    alf_fir     *fir = NULL;
    filter.cutoff = 1234.5;
    const bool failed = alf_fir_design(ctx, &filter, &fir) == ALF_ERR_RANGE;
    printf("%s\n", alf_ctx_message(ctx));
    alf_ctx_clear_error(ctx);
    return failed;
}

static bool stop_after_one(void *user)
{
    return ++*(int *)user == 1;
}

/* Two iterations, the first call stopped between them, so that all that was written is read again. */
static alf_status train(alf_ctx *ctx, const char *folder)
{
    static const char *const metrics[] = {"swd8"};
    char                     outdir[4200];
    int                      asked = 0;
    alf_training_options     training;
    alf_run_options          options = alf_run_options_default();
    alf_run_summary          summary;
    alf_dataset             *data = NULL;
    if (!stage_path(ctx, outdir, folder, "runs")) return alf_ctx_status(ctx);
    alf_status status = alf_training_options_named(ctx, "stylegan2", 16, 4, 64, 4, &training);
    training.generator.z_dim = training.generator.w_dim = 8;
    training.generator.mapping_layers = 2;
    training.augment_p = 0.25;
    options.outdir = outdir;
    options.cfg = "stylegan2";
    options.kimg = 0.008;
    options.tick = 0.004;
    options.snap = 1;
    options.grid[0] = options.grid[1] = 1;
    options.num_metrics = 1;
    options.metrics = metrics;
    options.stop = stop_after_one;
    options.user = &asked;
    if (!status) status = stage_open_data(ctx, folder, 8, 16, &data);
    for (int i = 0; i < 2 && !status; i++) status = alf_run(ctx, &training, data, NULL, &options, &summary);
    if (!status) printf("resumed %d, finished %d\n", summary.resumed, summary.finished);
    alf_dataset_destroy(data);
    return status;
}

int main(int argc, char **argv)
{
    char     message[512];
    alf_ctx *ctx;
    if (argc != 2 || !setlocale(LC_ALL, "")) {
        fprintf(stderr, "usage: locale_client FOLDER, in a locale that is there\n");
        return 2;
    }
    fprintf(stderr, "locale %s, decimal point '%s'\n", setlocale(LC_ALL, NULL), localeconv()->decimal_point);
    if (alf_ctx_create(NULL, message, sizeof message, &ctx)) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    int        failures = run_stages(argv[1]) + !fails_in_words(ctx);
    alf_status status = print_texts(ctx);
    if (!status) status = train(ctx, argv[1]);
    if (status) fprintf(stderr, "%s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return failures || status;
}
