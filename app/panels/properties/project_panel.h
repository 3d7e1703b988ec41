#pragma once
// Settings of the project: format, rate, range, colour management, views, variables.
#include "app/editor/editor.h"
#include "app/widgets/file_browser.h"

namespace tessera {

/// A size that is known by name.
struct NamedFormat {
    const char* name;
    Format format;
};
std::span<const NamedFormat> named_formats();
/// The name of a size; "" for one of nobody's.
std::string name_of_format(const Format& format);

class ProjectPanel final : public Panel {
public:
    explicit ProjectPanel(Editor& editor);
    void draw(Editor& editor) override;

private:
    struct Names {
        std::vector<std::string> spaces;
        std::optional<Error> error;
        bool ready = false;
    };
    void row(const char* label, const char* help);
    void heading(const char* text);
    void draw_format(ProjectSettings& s);
    void draw_time(ProjectSettings& s);
    void draw_colour(ProjectSettings& s);
    void draw_views(ProjectSettings& s);
    void draw_variables(ProjectSettings& s);
    bool number(const char* id, double& value, double low, double high, bool whole, double fallback, float width);
    void read_names(const ProjectSettings& s);
    void apply(const ProjectSettings& before, ProjectSettings after);

    Editor& editor_;
    FileBrowser browser_;
    std::shared_ptr<Names> names_;
    std::string names_for_, new_view_, new_name_, new_value_, typed_, typed_for_, project_name_;
    float label_ = 0, control_ = 0;
    bool finished_ = true;
    std::optional<ProjectSettings> chosen_; ///< by the file browser
};

} // namespace tessera
