#include "app/editor/editor.h"
#include "app/panels/all_panels.h"
#include <cstdio>
#include <string_view>

int main(int argc, char** argv)
{
    tessera::EditorOptions options;
    options.panels = tessera::all_panels();
    if (argc > 1) options.project = argv[1];
    auto editor = tessera::Editor::open(options);
    const tessera::Status status = editor ? (*editor)->run() : tessera::Status(std::move(editor.error()));
    if (status) return 0;
    std::fprintf(stderr, "tessera: %s\n", status.error().text().c_str());
    return 1;
}
