#include "app/panels/viewer/display_names.h"
#include "app/editor/editor.h"

namespace tessera {

const DisplayNames& display_names(Editor& editor)
{
    struct Kept {
        std::string setting;
        bool asked = false;
        DisplayNames names;
    };
    static const auto kept = std::make_shared<Kept>(); // of the interface's one thread; answers may come late
    const Project& project = *editor.session().project();
    std::string setting = project.settings.color_config;
    // As the operators read it: nothing is what the environment names.
    if (setting.empty() || setting == "${OCIO}") setting = "$OCIO";
    if (setting != "$OCIO" && setting != "builtin")
        if (auto path = resolved_path(project, setting)) setting = *path;
    if (kept->asked && kept->setting == setting) return kept->names;
    kept->setting = setting, kept->asked = true, kept->names = {};
    editor.workers().run(
        [setting] {
            DisplayNames names;
            if (auto config = ColorConfig::load(setting))
                names.displays = config->displays(), names.looks = config->looks();
            else
                names.problem = config.error().text();
            return names;
        },
        [setting](DisplayNames& names) {
            if (kept->setting == setting) kept->names = std::move(names);
        });
    return kept->names;
}

} // namespace tessera
