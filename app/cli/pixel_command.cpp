// tessera pixel: exact values of one pixel.
#include "app/cli/cli.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

struct Options {
    ProjectFlags project;
    EngineFlags engine;
    std::string node, layer{main_layer}, view = "main";
    double frame = 1;
    int x = 0, y = 0, level = 0;
    bool as_output = false, json = false;
};

nlohmann::json number_json(float value)
{
    if (std::isfinite(value)) return value;
    return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf"; // JSON has no words for them
}

void print(const Options& o, const Layer& layer, const Rendered& rendered, const float* rgba)
{
    if (o.json) {
        nlohmann::json values;
        for (const std::string& channel : layer.channels)
            values[channel] = number_json(rgba[channel_slot(layer, channel)]);
        std::cout << nlohmann::json{{"node", o.node},
                                    {"frame", o.frame},
                                    {"x", o.x},
                                    {"y", o.y},
                                    {"layer", layer.name},
                                    {"values", values},
                                    {"key", rendered.key.hex()}}
                         .dump()
                  << "\n";
        return;
    }
    TextTable table;
    for (const std::string& channel : layer.channels)
        table.row({channel, float_text(rgba[channel_slot(layer, channel)])});
    std::cout << table.text();
}

Status print_pixel(const Options& o)
{
    EngineStart start(o.engine);
    TESSERA_TRY(project, open_project(o.project));
    TESSERA_TRY(place, node_named(*project, o.node));
    TESSERA_TRY(engine, start.engine());
    Request request;
    request.project = project;
    request.graph = place.graph->id;
    request.node = place.node->id;
    request.frame = o.frame;
    request.view = o.view;
    request.layer = o.layer;
    request.level = o.level;
    request.as_output = o.as_output;
    const int step = 1 << o.level;
    request.region = Rect{o.x, o.y, o.x + step, o.y + step};
    TESSERA_TRY(info, engine->info(request));
    const Layer* layer = info.layer(o.layer);
    if (!layer) {
        std::vector<std::string> names;
        for (const Layer& l : info.layers) names.push_back(l.name);
        return Error{.kind = ErrorKind::NotFound,
                     .message = "it has no layer '" + o.layer + "'",
                     .remedy =
                         names.empty() ? "it has no layers at all; connect its input" : "it has " + quoted_list(names),
                     .node = o.node};
    }
    TESSERA_TRY(rendered, engine->render(request));
    if (rendered.pixels.region.empty())
        return Error{
            .kind = ErrorKind::InvalidArgument, .message = "there is no pixel at these coordinates", .node = o.node};
    print(o, *layer, rendered, rendered.pixels.pixels.data());
    return {};
}

} // namespace

void add_pixel(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("pixel", "Print what a node makes of one pixel, exactly");
    add_project_flags(*command, o->project);
    command->add_option("NODE", o->node, "Path of the node: Blur1, Group1.Blur1")->required();
    command->add_option("FRAME", o->frame, "The frame")->required();
    command->add_option("X", o->x, "Pixels from the left, from 0 on; full resolution")
        ->required()
        ->check(CLI::Range(-(1 << 28), 1 << 28));
    command->add_option("Y", o->y, "Pixels from the bottom, from 0 on; full resolution")
        ->required()
        ->check(CLI::Range(-(1 << 28), 1 << 28));
    command->add_option("LAYER", o->layer, "The layer; rgba when left out");
    command->add_option("--view", o->view, "The view of a stereo project")->type_name("NAME");
    command->add_option("--proxy", o->level, "Evaluate at 1/2, 1/4, ... of the resolution: level 1, 2, ...")
        ->check(CLI::Range(0, 8))
        ->type_name("LEVEL");
    command->add_flag("--as-output", o->as_output,
                      "For a Write node: after its colour transform, as it goes to the file");
    command->add_flag("--json", o->json, "As one JSON object, with the content key");
    add_engine_flags(*command, o->engine);
    command->footer("Example: tessera pixel shot.tess Grade1 12 960 540");
    command->callback([o, &chosen] { chosen = [o] { return print_pixel(*o); }; });
}

} // namespace tessera
