#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter_plot.h"

/* --- names ---------------------------------------------------------------------------------------------------------- */

/* The picture's path split for gnuplot, which runs in the picture's folder, so that the script can be moved with it. */
typedef struct {
    char *folder;        /* "." when the path has none  */
    char *name;          /* without folder               */
    char *data, *script; /* paths of the companions      */
} plot_names;

static void free_names(plot_names *n)
{
    free(n->folder);
    free(n->name);
    free(n->data);
    free(n->script);
}

static bool make_names(const char *path, plot_names *n)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    *n = (plot_names){.folder = alf_cli_concat(slash ? path : ".", slash == path ? "/" : "", NULL, NULL),
                      .name = strdup(name)};
    if (n->folder && slash) n->folder[slash == path ? 1 : slash - path] = '\0';
    if (n->folder && n->name) {
        n->data = alf_cli_concat(n->folder, "/", n->name, ".dat");
        n->script = alf_cli_concat(n->folder, "/", n->name, ".gp");
    }
    if (n->data && n->script) return true;
    free_names(n);
    return false;
}

/* --- data and script -------------------------------------------------------------------------------------------------- */

static char *data_text(int count, const double freq[], const double gain[])
{
    enum { LINE = 96 };
    char  *text = malloc((size_t)(count + 1) * LINE);
    size_t used = 0;
    if (!text) return NULL;
    used += (size_t)snprintf(text, LINE, "# frequency  gain  gain in dB\n");
    for (int i = 0; i < count; i++)
        used +=
            (size_t)snprintf(text + used, LINE, "%.9g %.9g %.6g\n", freq[i], gain[i], 20 * log10(fmax(gain[i], 1e-15)));
    return text;
}

/* In gnuplot's single quotes nothing is special but the quote, which is doubled. */
static char *quoted(const char *text)
{
    char *out = malloc(2 * strlen(text) + 3), *end = out;
    if (!out) return NULL;
    *end++ = '\'';
    for (; *text; text++) {
        if (*text == '\'') *end++ = '\'';
        *end++ = *text;
    }
    *end++ = '\'';
    *end = '\0';
    return out;
}

/* The script reads and writes by bare names; `picture` can be set from outside. */
static char *script_text(const alf_cli *c, const char *picture)
{
    static const char form[] = "# gnuplot script: run it in its folder\n"
                               "if (!exists('picture')) picture = %s\n"
                               "set terminal pngcairo size 900,600\n"
                               "set output picture\n"
                               "set title 'Response: %lld taps, cutoff %.6g, width %.6g, sampling rate %.6g'\n"
                               "set xlabel 'frequency (cycles per unit length)'\n"
                               "set ylabel 'gain (dB)'\n"
                               "set grid\n"
                               "unset key\n"
                               "set yrange [-140:10]\n"
                               "plot %s.'.dat' using 1:3 with lines linewidth 2\n";

    char  *name = quoted(picture);
    size_t size = name ? sizeof form + 2 * strlen(name) + 128 : 0;
    char  *text = name ? malloc(size) : NULL;
    if (text)
        snprintf(text, size, form, name, (long long)alf_cli_int(c, "numtaps"), alf_cli_real(c, "cutoff"),
                 alf_cli_real(c, "width"), alf_cli_real(c, "fs"), name);
    free(name);
    return text;
}

/* Writes a text that was just made, and frees it. */
static int write_text(const alf_cli *c, const char *path, char *text)
{
    if (!text) return alf_cli_error(c, "out of memory for '%s'", path);
    alf_status status = alf_text_write(c->ctx, path, text);
    free(text);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

/* --- the picture ------------------------------------------------------------------------------------------------------ */

enum { NOT_STARTED = 127 };

/* Runs gnuplot on the script in its folder, drawing to the file `part` there; its exit code. */
static int run_gnuplot(const plot_names *n, const char *part)
{
    char *name = quoted(part);
    char *setting = name ? alf_cli_concat("picture=", name, NULL, NULL) : NULL;
    char *script = alf_cli_concat("./", n->name, ".gp", NULL);
    int   state = 0;
    pid_t child = setting && script ? fork() : -1;
    if (child == 0) {
        if (chdir(n->folder) == 0) execlp("gnuplot", "gnuplot", "-e", setting, script, (char *)NULL);
        _exit(NOT_STARTED);
    }
    while (child > 0 && waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
    free(name);
    free(setting);
    free(script);
    return child > 0 && WIFEXITED(state) ? WEXITSTATUS(state) : NOT_STARTED;
}

/* An empty file of a name that nobody else has, beside the picture, with the rights of any new file; its name without
 * folder stands in `name`. Returns its path, NULL with errno set. */
static char *make_part(const plot_names *n, const char **name)
{
    char *path = alf_cli_concat(n->folder, "/.aliasfree-plot-XXXXXX", NULL, NULL);
    int   file = path ? mkstemp(path) : -1;
    if (file < 0) {
        free(path);
        return NULL;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, 0666 & ~mask); /* best effort: without it the picture is the user's alone */
    close(file);
    *name = path + strlen(n->folder) + 1;
    return path;
}

/* gnuplot draws beside the goal and the result is renamed, so no half picture is left under its name. */
static int draw(const alf_cli *c, const char *path, const plot_names *n)
{
    const char *name = NULL;
    char       *part = make_part(n, &name);
    if (!part) return alf_cli_error(c, "cannot make a file beside '%s': %s", path, strerror(errno));
    int exit_code = ALF_CLI_OK, result = run_gnuplot(n, name);
    if (result == 0 && rename(part, path) != 0)
        exit_code = alf_cli_error(c, "cannot rename '%s' to '%s': %s", part, path, strerror(errno));
    else if (result != 0)
        alf_cli_warn(c, "no picture: gnuplot %s; its data and script are '%s' and '%s'",
                     result == NOT_STARTED ? "could not be run" : "failed", n->data, n->script);
    if (result != 0 || exit_code != ALF_CLI_OK) unlink(part);
    free(part);
    return exit_code;
}

int alf_cli_plot_filter(const alf_cli *c, const char *path, int count, const double freq[], const double gain[])
{
    plot_names n;
    if (!make_names(path, &n)) return alf_cli_error(c, "out of memory for '%s'", path);
    int exit_code = write_text(c, n.data, data_text(count, freq, gain));
    if (exit_code == ALF_CLI_OK) exit_code = write_text(c, n.script, script_text(c, n.name));
    if (exit_code == ALF_CLI_OK) exit_code = draw(c, path, &n);
    free_names(&n);
    return exit_code;
}
