#pragma once
// The image format of generators: the project's, a common one, or any size.
#include "core/op/op.h"

namespace tessera {

struct FormatParams {
    int format = 0; ///< index into format_choices
    int width = 1920, height = 1080;
    double pixel_aspect = 1;
};

struct NamedFormat {
    const char* name;
    Format format;
};
/// The first one stands for the project's format, the last one for width, height and pixel aspect.
inline constexpr NamedFormat named_formats[] = {
    {"project", {}},
    {"hd_720", {1280, 720, 1}},
    {"hd_1080", {1920, 1080, 1}},
    {"uhd_4k", {3840, 2160, 1}},
    {"uhd_8k", {7680, 4320, 1}},
    {"dci_2k", {2048, 1080, 1}},
    {"dci_4k", {4096, 2160, 1}},
    {"full_ap_2k", {2048, 1556, 1}},
    {"full_ap_4k", {4096, 3112, 1}},
    {"scope_2k", {1828, 1556, 2}},
    {"scope_4k", {3656, 3112, 2}},
    {"ntsc", {720, 486, 0.91}},
    {"pal", {720, 576, 1.09}},
    {"square_512", {512, 512, 1}},
    {"square_1k", {1024, 1024, 1}},
    {"square_2k", {2048, 2048, 1}},
    {"square_4k", {4096, 4096, 1}},
    {"custom", {}},
};

inline std::vector<const char*> format_choices()
{
    std::vector<const char*> names;
    for (const NamedFormat& f : named_formats) names.push_back(f.name);
    return names;
}

inline Format chosen_format(const FormatParams& p, const OpContext& c)
{
    if (p.format <= 0) return c.project_format;
    if (size_t(p.format) + 1 >= std::size(named_formats)) return {p.width, p.height, p.pixel_aspect};
    return named_formats[p.format].format;
}

/// Declares format, width, height and pixel_aspect.
template <class P> Op<P>& add_format(Op<P>& op)
{
    constexpr double largest = 1 << 20; ///< pixels along one side
    return op
        .param(static_cast<int P::*>(&P::format), "format",
               {.label = "Format",
                .help = "Size of the image: the project's, a common one, or the one below.",
                .choices = format_choices()})
        .param(static_cast<int P::*>(&P::width), "width",
               {.label = "Width", .min = 1, .max = largest, .hard = true, .help = "In pixels, of the custom format."})
        .param(static_cast<int P::*>(&P::height), "height",
               {.label = "Height", .min = 1, .max = largest, .hard = true, .help = "In pixels, of the custom format."})
        .param(static_cast<double P::*>(&P::pixel_aspect), "pixel_aspect",
               {.label = "Pixel aspect",
                .min = 0.1,
                .max = 10,
                .hard = true,
                .help = "Width of a pixel by its height, of the custom format."});
}

} // namespace tessera
