// Read's inner part: one picture of one file, undecoded until a layer of it is asked for. Everything that depends on
// the frame, the range or the colour configuration has been decided by Read.
#include "core/media/image_file.h"
#include "core/op/op.h"
#include "nodes/io/movies.h"
#include "nodes/io/read_params.h"
#include "nodes/merge/inputs.h"

namespace tessera {
namespace {

struct Params {
    std::string file, proxy, part, view;
    bool movie = false, empty = false, auto_alpha = true;
    int frame = 0;
    AlphaHandling premultiplied = AlphaHandling::Auto;
    int reload = 0;
};

/// The view of the file that shows the request's view: the one chosen, the one of the same name, else the first.
Result<std::string> view_of(const Params& p, const OpContext& c, const FileInfo& file)
{
    const auto& views = file.info.views;
    const auto has = [&](std::string_view name) { return std::find(views.begin(), views.end(), name) != views.end(); };
    if (p.view.empty()) return has(c.view) ? std::string(c.view) : std::string();
    if (has(p.view)) return p.view;
    std::string names;
    for (const std::string& v : views) names += (names.empty() ? "" : ", ") + v;
    Error e{ErrorKind::NotFound, p.file + " has no view \"" + p.view + "\"", "choose one of its views: " + names};
    e.file = p.file;
    return e;
}

/// Index of the chosen part, by name or number; -1 for all parts.
Result<int> part_of(const Params& p, const FileInfo& file)
{
    if (p.part.empty()) return -1;
    std::string names;
    for (size_t i = 0; i < file.parts.size(); ++i) {
        if (file.parts[i].name == p.part || std::to_string(i) == p.part) return int(i);
        names += (i ? ", " : "") + (file.parts[i].name.empty() ? std::to_string(i) : file.parts[i].name);
    }
    Error e{ErrorKind::NotFound, p.file + " has no part \"" + p.part + "\"", "choose one of its parts: " + names};
    e.file = p.file;
    return e;
}

bool lies_in(const FileInfo& file, const Layer& layer, std::string_view view, int part)
{
    if (part < 0) return true;
    const LayerSource* s = file.source(layer.name, view);
    return s &&
           std::any_of(s->channels.begin(), s->channels.end(), [&](const ChannelSource& x) { return x.part == part; });
}

Result<ImageInfo> info(const Params& p, const OpContext& c)
{
    TESSERA_TRY(file, p.movie ? movie_info(p.file) : read_info(p.file));
    TESSERA_TRY(view, view_of(p, c, file));
    TESSERA_TRY(part, part_of(p, file));
    ImageInfo out = file.info;
    out.layers.clear();
    for (const Layer& layer : file.layers_of(view))
        if (lies_in(file, layer, view, part)) out.layers.push_back(layer);
    if (part >= 0) out.data_window = file.parts[size_t(part)].data_window;
    if (p.empty) out.data_window = {};
    const auto main =
        std::find_if(out.layers.begin(), out.layers.end(), [](const Layer& l) { return l.name == main_layer; });
    const bool alpha = main != out.layers.end() && has_alpha(*main);
    if (!alpha)
        out.alpha = AlphaState::Opaque;
    else if (p.premultiplied != AlphaHandling::Auto)
        out.alpha =
            p.premultiplied == AlphaHandling::Premultiplied ? AlphaState::Premultiplied : AlphaState::Unpremultiplied;
    if (p.auto_alpha && !alpha && main != out.layers.end() && main->channels.size() <= 3) main->channels.push_back("A");
    return out;
}

/// The full-size picture out of a smaller one, pixel for pixel from the nearest: reduced again to the proxy's own size
/// it is the proxy.
Result<HostImage> enlarged(const Params& p, std::string_view layer, std::string_view view, const Format& full,
                           const Rect& region)
{
    TESSERA_TRY(small, read_info(p.proxy));
    const double sx = double(small.info.format.width) / full.width, sy = double(small.info.format.height) / full.height;
    const auto at = [](int v, double s) { return int(std::floor((v + 0.5) * s)); };
    const Rect wanted{at(region.x0, sx), at(region.y0, sy), at(region.x1 - 1, sx) + 1, at(region.y1 - 1, sy) + 1};
    TESSERA_TRY(pixels, read_layer(p.proxy, layer, view, wanted));
    HostImage out(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x)
            if (pixels.region.contains(at(x, sx), at(y, sy)))
                std::copy_n(pixels.at(at(x, sx), at(y, sy)), 4, out.at(x, y));
    return out;
}

Result<SourceJob> source(const Params& p, const OpContext& c)
{
    TESSERA_TRY(file, p.movie ? movie_info(p.file) : read_info(p.file));
    TESSERA_TRY(view, view_of(p, c, file));
    const bool small = !p.proxy.empty() && !p.movie;
    TESSERA_TRY(stamp, stamp_of(small ? p.proxy : p.file));
    const Layer* stored = file.info.layer(c.layer);
    const bool fill_alpha = p.auto_alpha && c.layer == main_layer && stored && !has_alpha(*stored);
    SourceJob job;
    job.stamp = Hasher().add(stamp.key()).add(c.layer).add(view).add(small).key();
    job.file = small ? p.proxy : p.file;
    const Rect window = c.output->data_window;
    job.load = [p, layer = std::string(c.layer), view, full = file.info.format, fill_alpha, small,
                window](const Rect& region) -> Result<HostImage> {
        const Rect inside = intersected(region, window);
        auto pixels = small     ? enlarged(p, layer, view, full, inside)
                      : p.movie ? read_movie_frame(p.file, p.frame, inside)
                                : read_layer(p.file, layer, view, inside);
        if (pixels && fill_alpha)
            for (size_t i = 3; i < pixels->pixels.size(); i += 4) pixels->pixels[i] = 1;
        return pixels;
    };
    return job;
}

const Register read_file =
    Op<Params>("read_file")
        .label("ReadFile")
        .menu("Image")
        .internal()
        .help("One picture of a file as it is stored: what Read is made of.")
        .file(&Params::file, "file", {.label = "File", .help = "Absolute path of a still or a movie."})
        .file(&Params::proxy, "proxy",
              {.label = "Proxy", .help = "Smaller file whose pixels are taken instead; empty: none."})
        .param(&Params::part, "part", {.label = "Part", .help = "Name or number of the only part to read; empty: all."})
        .param(&Params::view, "view",
               {.label = "View", .help = "View to read; empty: the one asked for, or the first."})
        .param(&Params::movie, "movie", {.label = "Movie", .help = "The file is a movie."})
        .param(&Params::empty, "empty", {.label = "Empty", .help = "The file's layers and format, but no pixels."})
        .param(&Params::auto_alpha, "auto_alpha",
               {.label = "Auto alpha", .help = "Alpha is 1 where the file has none."})
        .param(&Params::frame, "frame", {.label = "Frame", .min = 0, .max = 1000, .help = "Frame of a movie."})
        .param(&Params::premultiplied, "premultiplied",
               {.label = "Premultiplied",
                .help = "What alpha is taken for: as the file says, or as told.",
                .choices = {"auto", "yes", "no"}})
        .param(&Params::reload, "reload", {.label = "Reload", .min = 0, .max = 100, .help = "Counts reloads."})
        .info(info)
        .source(source);

} // namespace
} // namespace tessera
