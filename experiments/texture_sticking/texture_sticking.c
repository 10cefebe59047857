/* Does fine detail move with what is shown, or does it stick to the pixels? A number for each network, the pictures of
 * the paper's figure 1, and which step of the ladder and which setting takes how much of it away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "texture_sticking.h"

/* --- which networks ------------------------------------------------------------------------------------------------- */

/* Those that the project carries; where there are none, and for a test, fresh rungs. Free with free(). */
static alf_status default_list(const alf_study_run *run, char **out)
{
    char *list = NULL;
    if (run->scale != ALF_SCALE_TINY && subjects_pretrained(run->ctx, NULL, &list) != ALF_OK)
        return alf_ctx_status(run->ctx);
    if (!list || !*list) {
        free(list);
        list = strdup("A,B,T");
    }
    *out = list;
    return list ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for a list of networks");
}

static alf_status open_list(experiment *e, int *count, subject **subjects)
{
    alf_study_run *run = e->run;
    const char    *given = alf_study_text(run, "networks");
    subjects_fresh fresh = budget_of(run->scale)->fresh;
    char          *list = NULL;
    alf_status     status = given ? ALF_OK : default_list(run, &list);
    fresh.seed = run->seed;
    if (status == ALF_OK)
        status = alf_study_check_options(run, subjects_open(run->ctx, given ? given : list, &fresh, count, subjects));
    free(list);
    return status;
}

/* --- the study ------------------------------------------------------------------------------------------------------ */

/* A row's network is made, measured and given back before the next one. */
static alf_status measure_row(experiment *e, const row *r)
{
    network   *n = &e->networks[e->count];
    alf_status status = row_open(e->run, r, &n->subject);
    if (status != ALF_OK) return status;
    n->row = r;
    e->count++;
    status = network_measure(e->run, n);
    alf_generator_destroy(n->subject.generator);
    n->subject.generator = NULL;
    return status;
}

static alf_status measure_all(experiment *e, const subject subjects[])
{
    const char *rows = alf_study_text(e->run, "rows");
    alf_status  status = ALF_OK;
    for (int i = 0; i < e->listed && status == ALF_OK; i++) {
        e->networks[i].subject = subjects[i];
        e->count++;
        status = network_measure(e->run, &e->networks[i]);
    }
    if (strcmp(rows, "none") == 0) return status;
    const row *r;
    for (int i = 0; status == ALF_OK && (r = row_at(e->run->scale, strcmp(rows, "all") == 0, i)); i++)
        status = measure_row(e, r);
    return status;
}

static alf_status explain(const experiment *e)
{
    alf_sticking_options o = alf_sticking_options_default();
    return alf_study_markdown(
        e->run,
        "## The number\n\n"
        "The input of a network is translated by %g pixels per frame, to the right and then downwards, over half the "
        "image's width (at least 32 pixels) about the middle. A slice is a row (or column) of pixels along the motion, "
        "one line per frame. In its spectrum over spatial frequency k and temporal frequency w, an image that is "
        "carried along exactly has all of its energy on w = -v k, texture that sticks to the pixels on w = 0. "
        "**Stuck** is the share of a slice's energy from k = %g cycles per pixel on that lies on w = 0, **carried** "
        "that on w = -v k, **rest** what is on neither: each within the main lobe of a Kaiser window (beta %g in "
        "space, %g in time). Frequencies at which the two lines overlap do not count. Nothing is subtracted in time. "
        "Side lobes of the window leave about 1e-5 stuck of what is shifted exactly. Slices count alike; intervals are "
        "95%% by bootstrap over images.\n\n"
        "**stuck, dB of variance** is the energy on the stuck line relative to the variance of the images: how much "
        "there is to see. **EQ-T** is that of the paper, relative EQ-T the same relative to the variance of the "
        "images. **Detail kept** is the part of the energy of an image's detail that is still there in the mean over a "
        "latent neighbourhood (see the pictures): 1 where all images have the same detail.",
        budget_of(e->run->scale)->velocity, alf_study_real(e->run, "k-min"), o.beta_space, o.beta_time);
}

static alf_status report(const experiment *e)
{
    alf_status status = explain(e);
    if (status == ALF_OK) status = report_networks(e);
    if (status == ALF_OK) status = report_pictures(e);
    if (status == ALF_OK) status = report_rows(e);
    if (status == ALF_OK) status = alf_study_markdown(e->run, "## Curves and spectra");
    if (status == ALF_OK) status = report_curves(e);
    return status == ALF_OK ? report_spectra(e) : status;
}

static int count_rows(const alf_study_run *run)
{
    int count = 0;
    while (row_at(run->scale, true, count)) count++;
    return count;
}

static alf_status run_study(alf_study_run *run)
{
    experiment e = {.run = run};
    subject   *subjects = NULL;
    alf_status status = open_list(&e, &e.listed, &subjects);
    if (status != ALF_OK) return status;
    e.networks = calloc((size_t)e.listed + (size_t)count_rows(run), sizeof *e.networks);
    status = e.networks ? measure_all(&e, subjects) : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for networks");
    if (status == ALF_OK) status = report(&e);
    for (int i = 0; i < e.count; i++) network_close(&e.networks[i]);
    free(e.networks);
    subjects_close(e.listed, subjects);
    return status;
}

int main(int argc, char *argv[])
{
    static const alf_study_option options[] = {
        {"networks", "LIST", NULL,
         "files and rungs of the ladder between commas (default: those of experiments/pretrained, for tiny and where "
         "there are none A, B and T); without input transform (A) one is in the latent pictures only",
         ALF_STUDY_TEXT, 0, 0},
        {"rows", "all|rungs|none", "all", "fresh networks of the ablation: steps of the ladder and settings",
         ALF_STUDY_CHOICE, 0, 0},
        {"k-min", "K", "0.2", "cycles per pixel from which on energy counts", ALF_STUDY_REAL, 0.05, 0.45},
        {"radius", "R", "0.2", "of latent neighbourhoods, in standard deviations of a latent", ALF_STUDY_REAL, 0, 10},
        {NULL, NULL, NULL, NULL, ALF_STUDY_TEXT, 0, 0}};
    static const alf_study study = {
        .name = "texture_sticking",
        .title = "Texture sticking",
        .summary =
            "Whether fine detail moves with what is shown or sticks to the pixels: a number for each network, what "
            "it looks like, and which step of the ladder and which setting takes how much of it away.",
        .options = options,
        .run = run_study};
    return alf_study_main(argc, argv, &study);
}
