#include "core/color/processor.h"
#include "core/color/gpu_text.h"
#include "core/color/ocio_bridge.h"
#include <OpenColorIO/OpenColorIO.h>
#include <mutex>
#include <optional>

namespace OCIO = OCIO_NAMESPACE;

namespace tessera {

namespace {

// Exact: nothing is approximated but the inverses of LUTs, for which the GPU knows no other way. The CPU takes the same
// steps, so that both agree. Fast logarithms are left out for the same reason.
constexpr auto optimization = OCIO::OptimizationFlags(OCIO::OPTIMIZATION_LOSSLESS | OCIO::OPTIMIZATION_LUT_INV_FAST |
                                                      OCIO::OPTIMIZATION_NO_DYNAMIC_PROPERTIES);
constexpr size_t name_digits = 12; ///< of the key in names: 48 bits keep the transforms of one kernel apart

/// Converts to any lvalue reference: for a parameter whose type only some versions of OpenColorIO have.
struct Ignored {
    template <class T> operator T&() const
    {
        static thread_local T value{};
        return value;
    }
};

template <class Description> std::vector<GpuTexture> textures_of(const Description& d)
{
    std::vector<GpuTexture> out;
    for (unsigned i = 0; i < d->getNum3DTextures(); ++i) {
        const char *name = nullptr, *sampler = nullptr;
        const float* values = nullptr;
        OCIO::Interpolation interpolation{};
        unsigned edge = 0;
        d->get3DTexture(i, name, sampler, edge, interpolation);
        d->get3DTextureValues(i, values);
        const bool nearest = interpolation == OCIO::INTERP_TETRAHEDRAL || interpolation == OCIO::INTERP_NEAREST;
        out.push_back({sampler, edge, edge, edge, 3, nearest, {values, values + size_t(edge) * edge * edge * 3}});
    }
    for (unsigned i = 0; i < d->getNumTextures(); ++i) {
        const char *name = nullptr, *sampler = nullptr;
        const float* values = nullptr;
        unsigned width = 0, height = 0;
        OCIO::Interpolation interpolation{};
        OCIO::GpuShaderCreator::TextureType type{};
        if constexpr (requires { d->getTexture(i, name, sampler, width, height, type, Ignored{}, interpolation); })
            d->getTexture(i, name, sampler, width, height, type, Ignored{}, interpolation);
        else
            d->getTexture(i, name, sampler, width, height, type, interpolation);
        d->getTextureValues(i, values);
        height = std::max(height, 1u);
        const unsigned channels = type == OCIO::GpuShaderCreator::TEXTURE_RED_CHANNEL ? 1 : 3;
        out.push_back({sampler,
                       width,
                       height,
                       1,
                       channels,
                       interpolation == OCIO::INTERP_NEAREST,
                       {values, values + size_t(width) * height * channels}});
    }
    return out;
}

} // namespace

struct ColorProcessor::State {
    OCIO::ConstProcessorRcPtr processor;
    OCIO::ConstCPUProcessorRcPtr cpu;
    Key key;
    bool identity = false;
    mutable std::mutex mutex;
    mutable std::optional<Result<std::shared_ptr<const GpuColor>>> gpu; ///< once made; guarded by `mutex`
};

Result<ColorProcessor> wrap_processor(const std::shared_ptr<const void>& ocio_processor, const std::string& what)
{
    try {
        auto state = std::make_shared<ColorProcessor::State>();
        state->processor = std::static_pointer_cast<const OCIO::Processor>(ocio_processor);
        state->cpu = state->processor->getOptimizedCPUProcessor(OCIO::BIT_DEPTH_F32, OCIO::BIT_DEPTH_F32, optimization);
        state->identity = state->cpu->isIdentity();
        state->key =
            Hasher().add("ocio").add(OCIO::GetVersion()).add(int64_t(optimization)).add(state->cpu->getCacheID()).key();
        return ColorProcessor(std::move(state));
    } catch (const std::exception& e) {
        return ocio_error(what, e.what());
    }
}

bool ColorProcessor::identity() const
{
    return state_->identity;
}
const Key& ColorProcessor::key() const
{
    return state_->key;
}

void ColorProcessor::apply(HostImage& image) const
{
    apply(std::span<float>(image.pixels));
}

void ColorProcessor::apply(std::span<float> rgba) const
{
    assert(rgba.size() % 4 == 0);
    if (state_->identity) return;
    // Long runs in pieces: the image's width is a C long, but its byte offsets are not promised to be.
    constexpr size_t piece = size_t(1) << 20;
    for (size_t at = 0; at < rgba.size() / 4; at += piece) {
        const size_t count = std::min(piece, rgba.size() / 4 - at);
        OCIO::PackedImageDesc pixels(rgba.data() + at * 4, long(count), 1, 4);
        state_->cpu->apply(pixels); // throws for bad descriptions only, and this one is not
    }
}

Result<std::shared_ptr<const GpuColor>> ColorProcessor::gpu() const
{
    std::lock_guard lock(state_->mutex);
    if (state_->gpu) return *state_->gpu;
    const std::string function = "ocio_" + state_->key.hex().substr(0, name_digits);
    try {
        auto gpu = state_->processor->getOptimizedGPUProcessor(optimization);
        auto description = OCIO::GpuShaderDesc::CreateShaderDesc();
        description->setLanguage(OCIO::GPU_LANGUAGE_GLSL_4_0);
        description->setFunctionName((function + "_main").c_str());
        description->setResourcePrefix((function + "_").c_str());
        gpu->extractGpuShaderInfo(description);
        auto made = plain_gpu_text(description->getShaderText(), function, textures_of(description));
        if (made)
            state_->gpu = std::make_shared<const GpuColor>(std::move(*made));
        else
            state_->gpu = made.error();
    } catch (const std::exception& e) {
        state_->gpu = ocio_error("cannot make GPU code of a colour transform", e.what());
    }
    return *state_->gpu;
}

} // namespace tessera
