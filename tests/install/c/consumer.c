/* Uses the installed library: plans a generator and counts its parameters. */
#include <stdio.h>

#include <aliasfree/aliasfree.h>

int main(void)
{
    char     message[256];
    alf_ctx *ctx = NULL;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    alf_config config;
    alf_plan  *plan = NULL;
    int64_t    count = 0;
    if (alf_config_named(ctx, "stylegan3-t", 256, 16384, 512, &config) == ALF_OK &&
        alf_plan_create(ctx, &config, &plan) == ALF_OK)
        count = plan->num_parameters;
    printf("aliasfree %s: %lld parameters%s\n", alf_version(), (long long)count, alf_ctx_message(ctx));
    alf_plan_destroy(plan);
    alf_ctx_destroy(ctx);
    return count > 0 ? 0 : 1;
}
