#include "app/editor/editor.h"
#include "app/editor/ui_report.h"
#include "app/panels/all_panels.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv)
{
    tessera::EditorOptions options;
    options.panels = tessera::all_panels();
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--size" && i + 1 < argc) std::sscanf(argv[++i], "%dx%d", &options.width, &options.height);
        else if (argument == "--scale" && i + 1 < argc) options.scale = std::clamp(std::atof(argv[++i]), 0.5, 4.0);
        else if (argument == "--validation") options.validation = true;
        else options.project = argument;
    }
    auto editor = tessera::Editor::open(options);
    const auto report = tessera::UiReport::from_environment();
    if (editor && report) (*editor)->on_frame = [&] { report->note(**editor); };
    const tessera::Status status = editor ? (*editor)->run() : tessera::Status(std::move(editor.error()));
    if (status) return 0;
    std::fprintf(stderr, "tessera: %s\n", status.error().text().c_str());
    return 1;
}
