#include "app/editor/editor.h"
#include "app/panels/all_panels.h"
#include <cstdio>
#include <string_view>

int main(int argc, char** argv)
{
    tessera::EditorOptions options;
    options.panels = tessera::all_panels();
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--size" && i + 1 < argc) std::sscanf(argv[++i], "%dx%d", &options.width, &options.height);
        else if (argument == "--validation") options.validation = true;
        else options.project = argument;
    }
    auto editor = tessera::Editor::open(options);
    const tessera::Status status = editor ? (*editor)->run() : tessera::Status(std::move(editor.error()));
    if (status) return 0;
    std::fprintf(stderr, "tessera: %s\n", status.error().text().c_str());
    return 1;
}
