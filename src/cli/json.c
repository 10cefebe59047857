/* JSON on stdout, with what JSON cannot say said in its way. */
#include <math.h>
#include <stdlib.h>

#include "cli.h"
#include "report/printable.h"

int alf_cli_print_json(const alf_cli *c, json_t *json, bool line)
{
    /* 17 digits: every double survives the way through the text */
    size_t flags = JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY | (line ? 0 : JSON_INDENT(2));
    char  *text = json ? json_dumps(json, flags) : NULL;
    json_decref(json);
    if (!text) return alf_cli_error(c, "out of memory for the JSON output");
    alf_put_json(stdout, text);
    putchar('\n');
    free(text);
    return ALF_CLI_OK;
}

json_t *alf_cli_json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}
