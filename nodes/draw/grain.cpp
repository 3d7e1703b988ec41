// Grain: film-like noise, made from hashes of absolute pixel coordinates, the frame and a seed, so that it is the same
// whatever region is computed and whenever.
//
// A lattice with the grain's size as its step carries approximately normal numbers (sums of four hashed bytes); a
// quadratic B-spline over 3x3 of them, divided by the root of the sum of its squared weights, is a band-limited noise
// of variance 1 everywhere. Gradient noise was rejected: it is zero at its lattice points, which shows as a grid at
// the sizes that grain has. Irregularity displaces the lattice by a second, four times coarser noise, which varies
// the size of the grains and leaves the variance. At a reduced level the noise is averaged over the full-resolution
// pixels that the pixel stands for, so that proxies show the grain as it looks when the final image is reduced.
//
// Strength: with the perceptual lightness v = min(Y, 1)^(1/2.2) of the unpremultiplied colour, grain is most visible at
// the mid-tone m and falls towards black and white: q(v) = smoothstep(0, m, v) below m and 1 - (1 - white) *
// smoothstep(m, 1, v) above. (v/m)^1.2 turns visible strength into scene-linear amplitude, since dY/dv = 2.2 v^1.2:
//
//     out = in + noise * intensity * (black + (1 - black) * q(v) * (v/m)^1.2)
#include "core/op/op.h"
#include <bit>

namespace tessera {
namespace {

struct Params {
    Vec3 size{1.6, 1.5, 2.0};
    Vec3 irregularity{0.5, 0.5, 0.5};
    Vec3 intensity{0.01, 0.009, 0.013};
    Vec3 black{0.05, 0.05, 0.05};
    double midtone = 0.5;
    double white = 0.4;
    int seed = 1;
    double scanned_grain = 1;
    bool through_alpha = true;
};

/// One round of a 64-bit mixer (Steele, Lea and Flood's SplitMix64).
uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

/// Key of the hashes of one channel (3: the displacement) at a frame; frames between whole ones have their own.
int channel_key(int seed, double frame, int channel)
{
    const uint64_t h =
        mixed(mixed(uint64_t(uint32_t(seed))) ^ std::bit_cast<uint64_t>(frame + 0.0)) + uint64_t(channel);
    return int(uint32_t(mixed(h) >> 32));
}

/// Whether the layer being made has an alpha that colour is multiplied by or covered with.
bool has_alpha(const OpContext& c)
{
    if (!c.connected(0) || c.inputs[0]->alpha == AlphaState::Opaque) return false;
    const Layer* layer = c.inputs[0]->layer(c.layer);
    return layer && channel_slot(*layer, "A") == 3;
}

void prepare(const Params& p, const OpContext& c, Block& u)
{
    // Samples a pixel stands for, in each direction; above 4 they are spread over the pixel and the noise, which they
    // would have averaged down further, is weakened in proportion.
    constexpr int most_samples = 4;
    const int pixels = 1 << std::min(c.level, 20);
    const int samples = std::min(pixels, most_samples);
    const double weaken = double(samples) / pixels;
    constexpr double smallest_size = 0.05;
    const auto size = [=](double s) { return std::max(s, smallest_size); };
    const bool alpha = has_alpha(c);

    u.put("step", Vec3{1 / size(p.size.x), 1 / size(p.size.y), 1 / size(p.size.z)});
    u.put("samples", samples);
    u.put("irregularity", p.irregularity);
    u.put("spacing", double(pixels) / samples);
    u.put("intensity", Vec3{p.intensity.x * weaken, p.intensity.y * weaken, p.intensity.z * weaken});
    u.put("midtone", std::clamp(p.midtone, 0.01, 0.99));
    u.put("black", p.black);
    u.put("white", p.white);
    u.put("keys", Rect{channel_key(p.seed, c.frame, 0), channel_key(p.seed, c.frame, 1),
                       channel_key(p.seed, c.frame, 2), channel_key(p.seed, c.frame, 3)});
    u.put("scanned", c.connected(1) ? p.scanned_grain : 0.0);
    u.put("divide", alpha && c.inputs[0]->alpha == AlphaState::Premultiplied);
    u.put("through_alpha", alpha && p.through_alpha);
}

const Register grain =
    Op<Params>("grain")
        .label("Grain")
        .menu("Draw")
        .uses_frame()
        .help(
            "out = in + (noise*intensity + (scan - 0.5)*scanned grain) * (black + (1-black)*q(v)*(v/m)^1.2), noise "
            "of variance 1 with grains of `size`, other on every frame; v = min(luminance, 1)^(1/2.2), m the "
            "mid-tone; q rises smoothly from 0 at black to 1 at m and falls to `white` at 1. Where colour is "
            "premultiplied the grain is multiplied by alpha.")
        .in("in")
        .optional_in("scan")
        .mask("rgb")
        .param(&Params::size, "size",
               {.label = "Size", .min = 0.5, .max = 10, .help = "Size of the grains in pixels, red, green and blue."})
        .param(&Params::irregularity, "irregularity",
               {.label = "Irregularity", .min = 0, .max = 1, .help = "How much the grains differ in size and shape."})
        .param(&Params::intensity, "intensity",
               {.label = "Intensity",
                .min = 0,
                .max = 0.2,
                .help = "Standard deviation of the grain at the mid-tone, in scene-linear units."})
        .param(&Params::black, "black",
               {.label = "Black", .min = 0, .max = 1, .help = "Share of the intensity that is there in black too."})
        .param(&Params::midtone, "midtone",
               {.label = "Mid-tone",
                .min = 0.05,
                .max = 0.95,
                .help = "Lightness at which grain is most visible: luminance to the power of 1/2.2."})
        .param(&Params::white, "white",
               {.label = "White",
                .min = 0,
                .max = 1,
                .help = "Visibility of the grain in white, relative to the mid-tone."})
        .param(&Params::seed, "seed",
               {.label = "Seed", .min = 0, .max = 1000, .help = "Another number, another pattern."})
        .param(&Params::scanned_grain, "scanned_grain",
               {.label = "Scanned grain",
                .min = 0,
                .max = 4,
                .help = "Strength of the grain of a scanned grain plate at the input scan, in which 0.5 is no grain."})
        .param(&Params::through_alpha, "through_alpha",
               {.label = "Through alpha", .help = "Grain only where alpha is, in proportion; off: everywhere."})
        .info([](const Params&, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
            return *c.inputs[0];
        })
        .identity([](const Params& p, const OpContext& c) {
            return p.intensity == Vec3{} && (!c.connected(1) || p.scanned_grain == 0);
        })
        .pixel("draw/grain", prepare);

} // namespace
} // namespace tessera
