// tessera image: what a node makes of one frame, as a file.
#include "app/cli/cli.h"
#include "app/cli/render_run.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "core/base/text.h"
#include "core/color/config.h"
#include "core/media/image_write.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace tessera {
namespace {

struct Options {
    ProjectFlags project;
    EngineFlags engine;
    std::string node, out, view = "main", display, display_view;
    std::string channels = "all";
    int frame = 1;
    int level = 0;
    bool as_output = false, raw = false, overwrite = false;
};

bool is_kind(const std::string& path, const char* extension)
{
    return CLI::detail::to_lower(path).ends_with(extension);
}

/// The display asked for, else the first with sRGB in its name, else the configuration's default.
Result<ColorDisplay> display_of(const ColorConfig& config, const std::string& wanted)
{
    std::vector<std::string> names;
    for (const ColorDisplay& d : config.displays()) {
        if (d.name == wanted) return d;
        names.push_back(d.name);
    }
    if (names.empty())
        return Error{ErrorKind::NotFound, "the colour configuration has no display", "write an EXR, or give --raw"};
    if (!wanted.empty())
        return Error{ErrorKind::NotFound, "there is no display '" + wanted + "'",
                     "the configuration has " + quoted_list(names)};
    for (const ColorDisplay& d : config.displays())
        if (CLI::detail::to_lower(d.name).find("srgb") != std::string::npos) return d;
    return config.displays().front();
}

/// Colour divided by alpha, through the display transform: what an integer file with straight alpha holds.
Status show(const Project& project, const Options& o, AlphaState& alpha, HostImage& image)
{
    std::string setting = project.settings.color_config;
    if (!setting.empty()) {
        TESSERA_TRY(resolved, resolved_path(project, setting));
        setting = resolved;
    }
    TESSERA_TRY(config, ColorConfig::load(setting));
    TESSERA_TRY(display, display_of(config, o.display));
    const std::string view = !o.display_view.empty() ? o.display_view
                             : display.views.empty() ? ""
                                                     : display.views.front();
    TESSERA_TRY(transform, config.display(project.settings.working_space, display.name, view));
    if (alpha == AlphaState::Premultiplied) {
        for (size_t i = 0; i < image.pixels.size(); i += 4) {
            const float a = image.pixels[i + 3];
            if (a == 0) continue;
            for (size_t c = 0; c < 3; ++c) image.pixels[i + c] /= a;
        }
        alpha = AlphaState::Unpremultiplied;
    }
    transform.apply(image);
    return {};
}

Status write_node(const Options& o)
{
    const bool exr = is_kind(o.out, ".exr");
    if (!exr && !is_kind(o.out, ".png"))
        return Error{.kind = ErrorKind::Unsupported,
                     .message = "cannot write " + o.out + ": it is neither an EXR nor a PNG file",
                     .remedy = "end its name with .exr or .png",
                     .file = o.out};
    EngineStart start(o.engine);
    TESSERA_TRY(project, open_project(o.project));
    TESSERA_TRY(place, node_named(*project, o.node));
    TESSERA_TRY(engine, start.engine());
    RenderTarget target;
    target.writer = o.node;
    target.graph = place.graph->id;
    target.node = place.node->id;
    target.channels = o.channels;
    target.data_layers = target.whole_window = exr;
    target.views = {o.view};
    ImageInfo info;
    auto parts = frame_parts(*engine, project, target, o.frame, info);
    if (!parts) return std::move(parts.error().at_node(o.node).at_frame(o.frame));

    WriteRequest file;
    file.path = absolute_path(o.out);
    const Rect window = at_level(info.format.window(), o.level);
    file.format = {window.width(), window.height(), info.format.pixel_aspect};
    file.alpha = info.alpha;
    file.depth = exr ? PixelDepth::Float : PixelDepth::Int16; // exact values; and fine enough steps to grade on
    file.overwrite = o.overwrite;
    if (info.metadata && exr) file.metadata = *info.metadata;
    std::vector<HostImage> images;
    images.reserve(parts->size()); // the file's layers point to them
    for (const FramePart& part : *parts) {
        Request request = part_request(project, target, o.frame, part, o.level);
        request.as_output = o.as_output;
        TESSERA_TRY(rendered, engine->render(std::move(request)));
        images.push_back(std::move(rendered.pixels));
        file.layers.push_back({.layer = part.layer, .view = o.view, .pixels = &images.back()});
    }
    if (!exr && !o.raw && !o.as_output && !parts->front().layer.data)
        TESSERA_CHECK(show(*project, o, file.alpha, images.front()));
    TESSERA_TRY(written, write_image(file));
    std::cout << written.path << " (" << size_text(written.bytes) << ")\n";
    return {};
}

} // namespace

void add_image(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("image", "Write what a node makes of one frame to an EXR or PNG file");
    add_project_flags(*command, o->project);
    command->add_option("NODE", o->node, "Path of the node: Blur1, Group1.Blur1")->required();
    command->add_option("FRAME", o->frame, "The frame")->required();
    command
        ->add_option("OUT", o->out,
                     "name.exr: every layer, 32-bit values as they are; name.png: the main layer, 16 bits, through the "
                     "sRGB display transform")
        ->required();
    command->add_option("--channels", o->channels, "Layers and channels, as a writer's channels parameter")
        ->type_name("LIST");
    command->add_option("--view", o->view, "The view of a stereo project")->type_name("NAME");
    command->add_option("--proxy", o->level, "Evaluate at 1/2, 1/4, ... of the resolution: level 1, 2, ...")
        ->check(CLI::Range(0, 8))
        ->type_name("LEVEL");
    command->add_option("--display", o->display, "PNG: another display of the colour configuration")->type_name("NAME");
    command->add_option("--display-view", o->display_view, "PNG: another view of the display")->type_name("NAME");
    command->add_flag("--raw", o->raw, "PNG: values as they are, without a display transform");
    command->add_flag("--as-output", o->as_output,
                      "For a Write node: after its colour transform, as it goes to the file");
    command->add_flag("--overwrite", o->overwrite, "Replace the file if it exists");
    add_engine_flags(*command, o->engine);
    command->footer("Example: tessera image shot.tess Merge1 12 frame.png");
    command->callback([o, &chosen] { chosen = [o] { return write_node(*o); }; });
}

} // namespace tessera
