/* Networks in archives. */
#include "models/network_place.h"

#include <string.h>

#include "core/core.h"
#include "io/escape.h"

enum { LONGEST_KEY = 80 };

/* Looks for a network's metadata "<meta>init_kwargs" and "<meta>class"; ALF_OK and found or not. */
static alf_status look(alf_ctx *ctx, const alf_archive *archive, const char *prefix, const char *meta,
                       const alf_network_kind *kind, bool *found, alf_network_place *out)
{
    char key[160];
    alf_format(key, sizeof key, "%sinit_kwargs", meta);
    const char *kwargs = alf_archive_meta(archive, key);
    if (!(*found = kwargs != NULL)) return ALF_OK;
    alf_format(key, sizeof key, "%sclass", meta);
    const char *class_name = alf_archive_meta(archive, key);
    if (class_name && strcmp(class_name, kind->class_name) != 0)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "%s: network %.*s is of class %s: expected %s",
                        alf_archive_path(archive), (int)strlen(prefix) - 1, prefix, alf_escape(class_name).text,
                        kind->class_name);
    *out = (alf_network_place){.kwargs = kwargs};
    alf_format(out->prefix, sizeof out->prefix, "%s", prefix);
    return ALF_OK;
}

static alf_status look_for_key(alf_ctx *ctx, const alf_archive *archive, const char *key, const alf_network_kind *kind,
                               bool *found, alf_network_place *out)
{
    char prefix[LONGEST_KEY + 2];
    alf_format(prefix, sizeof prefix, "%s.", key);
    return look(ctx, archive, prefix, prefix, kind, found, out);
}

alf_status alf_network_find(alf_ctx *ctx, const alf_archive *archive, const char *key, const alf_network_kind *kind,
                            alf_network_place *out)
{
    const char *path = alf_archive_path(archive);
    bool        found = false;
    alf_status  status = ALF_OK;
    for (int i = 0; !key && !found && status == ALF_OK && kind->keys[i]; i++)
        status = look_for_key(ctx, archive, kind->keys[i], kind, &found, out);
    if (key && strlen(key) <= LONGEST_KEY) status = look_for_key(ctx, archive, key, kind, &found, out);
    if (status == ALF_OK && !found && (!key || strcmp(key, "param") == 0)) /* a file with a single network */
        status = look(ctx, archive, "param.", "", kind, &found, out);
    if (status != ALF_OK || found) return status;
    if (key)
        return alf_fail(ctx, ALF_ERR_FORMAT,
                        "%s: there is no network '%.80s' in this file (no metadata %.80s.init_kwargs)", path, key, key);
    return alf_fail(ctx, ALF_ERR_FORMAT,
                    "%s: no %s in this file: expected a network %s with metadata %s.init_kwargs; the file has %lld "
                    "tensors%s%s",
                    path, kind->what, kind->keys[0], kind->keys[0], (long long)alf_archive_count(archive),
                    alf_archive_count(archive) ? ", the first is " : "",
                    alf_archive_count(archive) ? alf_archive_at(archive, 0)->name : "");
}

alf_status alf_network_store(const alf_params *params, const alf_network_kind *kind, const char *key,
                             const char *kwargs, alf_archive *archive)
{
    char name[LONGEST_KEY + 16];
    if (!key || !*key || strlen(key) > LONGEST_KEY)
        return alf_fail(params->ctx, ALF_ERR_ARGUMENT, "the key of a network must have 1 to %d characters",
                        LONGEST_KEY);
    alf_format(name, sizeof name, "%s.init_kwargs", key);
    alf_status status = alf_archive_set_meta(archive, name, kwargs);
    alf_format(name, sizeof name, "%s.class", key);
    if (status == ALF_OK) status = alf_archive_set_meta(archive, name, kind->class_name);
    alf_format(name, sizeof name, "%s.", key);
    return status == ALF_OK ? alf_params_store(params, archive, name) : status;
}
