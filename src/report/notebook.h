/* Notebooks (nbformat 4.5): what an experiment found, as one file that opens in Jupyter, on GitHub, in an editor. */
#ifndef ALF_REPORT_NOTEBOOK_H
#define ALF_REPORT_NOTEBOOK_H

#include "report/table.h"

typedef struct alf_notebook alf_notebook;

/* Opens with the title, the command that made it and the versions of library, FFTW, OpenBLAS. */
ALF_NODISCARD alf_status alf_notebook_create(alf_ctx *ctx, const char *title, const char *command, alf_notebook **out);
ALF_NODISCARD alf_status alf_notebook_markdown(alf_ctx *ctx, alf_notebook *notebook, const char *text);
ALF_NODISCARD alf_status alf_notebook_table(alf_ctx *ctx, alf_notebook *notebook, const alf_table *table);
/* The bytes of a PNG file, as an attachment of a Markdown cell; `caption` stands below. */
ALF_NODISCARD alf_status alf_notebook_picture(alf_ctx *ctx, alf_notebook *notebook, const char *png,
                                              const char *caption);
/* Python that nobody has run yet: the cell that loads raw arrays with NumPy. */
ALF_NODISCARD alf_status alf_notebook_code(alf_ctx *ctx, alf_notebook *notebook, const char *source);
ALF_NODISCARD alf_status alf_notebook_write(alf_ctx *ctx, const alf_notebook *notebook, const char *path);
void                     alf_notebook_destroy(alf_notebook *notebook); /* NULL is allowed */

#endif
