// tessera plan: how a frame would be rendered.
#include "app/cli/cli.h"
#include "app/cli/session.h"
#include <CLI/CLI.hpp>
#include <iostream>

namespace tessera {
namespace {

struct Options {
    ProjectFlags project;
    EngineFlags engine;
    std::string node, layer{main_layer}, view = "main";
    double frame = 1;
    int level = 0;
};

Status print_plan(const Options& o)
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
    request.as_output = true;
    TESSERA_TRY(text, engine->print_plan(request));
    std::cout << text;
    if (!text.empty() && text.back() != '\n') std::cout << "\n";
    return {};
}

} // namespace

void add_plan(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("plan", "Print how a frame would be rendered: passes, fused operators, images and bytes");
    add_project_flags(*command, o->project);
    command->add_option("NODE", o->node, "Path of the node: Write1, Group1.Blur1")->required();
    command->add_option("FRAME", o->frame, "The frame")->required();
    command->add_option("--layer", o->layer, "The layer; rgba when left out")->type_name("NAME");
    command->add_option("--view", o->view, "The view of a stereo project")->type_name("NAME");
    command->add_option("--proxy", o->level, "Plan at 1/2, 1/4, ... of the resolution: level 1, 2, ...")
        ->check(CLI::Range(0, 8))
        ->type_name("LEVEL");
    add_engine_flags(*command, o->engine);
    command->footer("Example: tessera plan shot.tess Write1 1 --no-fuse");
    command->callback([o, &chosen] { chosen = [o] { return print_plan(*o); }; });
}

} // namespace tessera
