/* Texts that claim to be init_kwargs: of both families of generators, after a first byte that chooses. */
#include <stdlib.h>
#include <string.h>

#include "plans.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    alf_ctx   *ctx = fuzz_open((int64_t)8 << 20);
    alf_family family = data[0] & 1 ? ALF_STYLEGAN3 : ALF_STYLEGAN2;
    alf_config config;
    char      *text = fuzz_alloc(size, 1);

    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    alf_status status = alf_config_from_kwargs(ctx, family, text, "network.pkl", &config);
    if (fuzz_took(ctx, status, NULL)) fuzz_plan(ctx, &config);
    free(text);
    fuzz_close(ctx);
    return 0;
}
