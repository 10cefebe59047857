// Uses the installed library from C++: owned by smart pointers, errors as exceptions. A designed filter halves what it is
// given at its cutoff.
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <aliasfree/fir.h>

namespace {

struct Destroy {
    void operator()(alf_ctx *ctx) const { alf_ctx_destroy(ctx); }
    void operator()(alf_fir *fir) const { alf_fir_destroy(fir); }
};
using Context = std::unique_ptr<alf_ctx, Destroy>;
using Filter = std::unique_ptr<alf_fir, Destroy>;

Context make_context()
{
    char     message[256] = "";
    alf_ctx *ctx = nullptr;
    if (alf_ctx_create(nullptr, message, sizeof message, &ctx) != ALF_OK) throw std::runtime_error(message);
    return Context(ctx);
}

Filter design(alf_ctx *ctx, const alf_fir_spec &spec)
{
    alf_fir *fir = nullptr;
    if (alf_fir_design(ctx, &spec, &fir) != ALF_OK) throw std::runtime_error(alf_ctx_message(ctx));
    return Filter(fir);
}

double gain_at(const Filter &filter, double frequency)
{
    double gain = 0;
    alf_fir_response(filter.get(), 1, &frequency, &gain);
    return gain;
}

} // namespace

int main()
{
    try {
        const Context ctx = make_context();
        alf_fir_spec  spec = alf_fir_spec_default();
        spec.numtaps = 64;
        const Filter filter = design(ctx.get(), spec);
        const double gain = gain_at(filter, spec.cutoff);
        std::printf("aliasfree %s: gain %.3f at the cutoff\n", alf_version(), gain);

        bool refused = false;
        spec.cutoff = spec.fs;
        try {
            design(ctx.get(), spec);
        } catch (const std::runtime_error &error) {
            std::printf("refused: %s\n", error.what());
            refused = true;
        }
        return refused && std::fabs(gain - 0.5) < 0.01 ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
