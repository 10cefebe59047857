/* Measures how equivariant the project's networks are, prints a table, and writes pictures and a JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickstart.h"

static const char *const NETWORKS[] = {"config-c", "stylegan3-t", "stylegan3-r"};
enum { COUNT = sizeof NETWORKS / sizeof NETWORKS[0] };

typedef struct {
    const char *networks, *outdir;
    int64_t     samples;
} settings;

static void print_help(FILE *to)
{
    fputs("usage: quickstart [--networks=DIR] [--outdir=DIR] [--samples=N]\n"
          "  --networks=DIR  folder of config-c-64, stylegan3-t-64 and stylegan3-r-64 (.safetensors);\n"
          "                  default experiments/pretrained\n"
          "  --outdir=DIR    where pictures and figures go; default results/quickstart\n"
          "  --samples=N     images per metric; default 64\n",
          to);
}

static const char *value_of(const char *word, const char *option)
{
    size_t length = strlen(option);
    return strncmp(word, option, length) == 0 && word[length] ? word + length : NULL;
}

/* False: not understood. */
static bool parse(int argc, char *const argv[], settings *s)
{
    for (int i = 1; i < argc; i++) {
        const char *value;
        if ((value = value_of(argv[i], "--networks="))) {
            s->networks = value;
        } else if ((value = value_of(argv[i], "--outdir="))) {
            s->outdir = value;
        } else if ((value = value_of(argv[i], "--samples="))) {
            char *end;
            s->samples = strtol(value, &end, 10);
            if (*end || s->samples < 1 || s->samples > 1000000) return false;
        } else {
            return false;
        }
    }
    return true;
}

typedef struct {
    quickstart_row rows[COUNT];
    char           json[4096], slices[4096]; /* slices: "" where no network moves */
} results;

static alf_status run(alf_ctx *ctx, const settings *s, results *r)
{
    alf_status status = alf_make_folder(ctx, s->outdir);
    snprintf(r->json, sizeof r->json, "%s/equivariance.json", s->outdir);
    for (int i = 0; i < COUNT && status == ALF_OK; i++) {
        quickstart_row *row = &r->rows[i];
        row->name = NETWORKS[i];
        snprintf(row->network, sizeof row->network, "%s/%s-64.safetensors", s->networks, row->name);
        snprintf(row->picture, sizeof row->picture, "%s/%s.png", s->outdir, row->name);
        double start = alf_machine_seconds();
        printf("%s ... ", row->network);
        fflush(stdout);
        status = quickstart_measure(ctx, s->samples, row);
        if (row->measured) snprintf(r->slices, sizeof r->slices, "%s/sticking.png", s->outdir);
        printf("%.1f s\n", alf_machine_seconds() - start);
    }
    if (status == ALF_OK && *r->slices) status = quickstart_draw_slices(ctx, COUNT, r->rows, r->slices);
    return status == ALF_OK ? quickstart_write_json(ctx, r->json, COUNT, r->rows) : status;
}

/* Of a picture whose contrast was chosen. */
static void tell_contrast(const quickstart_row *row)
{
    if (row->grey != 0 || row->range != 1)
        printf(" (mid-grey is %.3f; black and white are %.3g below and above it)", row->grey, row->range);
    putchar('\n');
}

static void report(const results *r)
{
    quickstart_print_table(COUNT, r->rows);
    quickstart_explain_grids();
    if (*r->slices) quickstart_explain_slices();
    printf("\nOpen:\n  %s\n", r->json);
    if (*r->slices) printf("  %s\n", r->slices);
    for (int i = 0; i < COUNT; i++) {
        printf("  %s", r->rows[i].picture);
        tell_contrast(&r->rows[i]);
    }
}

int main(int argc, char *argv[])
{
    settings s = {"experiments/pretrained", "results/quickstart", 64};
    results  r = {.rows = {{0}}};
    char     message[1024];
    alf_ctx *ctx = NULL;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (!parse(argc, argv, &s)) {
        print_help(stderr);
        return 2;
    }
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "quickstart: %s\n", message);
        return 1;
    }
    alf_status status = run(ctx, &s, &r);
    if (status == ALF_OK)
        report(&r);
    else
        fprintf(stderr, "quickstart: %s\n", alf_ctx_message(ctx));
    for (int i = 0; i < COUNT; i++) quickstart_close(&r.rows[i]);
    alf_ctx_destroy(ctx);
    return status == ALF_OK && fflush(stdout) == 0 ? 0 : 1;
}
