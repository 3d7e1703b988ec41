#pragma once
// The rows of a node's parameters: label, control by type, key button, and what stands beneath.
#include "app/editor/editor.h"
#include "app/panels/properties/param_rows.h"
#include "app/widgets/colour_wheel.h"
#include "app/widgets/file_browser.h"
#include "app/widgets/number_field.h"
#include <set>

namespace tessera {

/// Names that the project's colour configuration has, for fields that want one.
struct ColourNames {
    std::vector<std::string> spaces, displays, views, looks;
};

class ParamControls {
public:
    explicit ParamControls(Editor& editor);
    ~ParamControls();

    /// Begins a frame: forgets where file fields were.
    void begin();
    /// A row over `width` from the cursor on.
    void draw_row(const NodeRows& node, const ParamRow& row, float width);
    /// Lift, gamma, gain and offset as wheels side by side, for operators that have them.
    static bool has_wheels(const OpDesc& op);
    void draw_wheels(const NodeRows& node, float width);
    /// Windows that belong to a row: the file browser and the expression editor. Once a frame, after the rows.
    void draw_windows();

    /// What to do when the user follows a link; the panel sets it.
    std::function<void(GraphId, NodeId)> jump;
    /// Opens the file browser for the node's first file parameter.
    bool choose_file(const NodeRows& node);

private:
    /// Widths of the columns of a row.
    struct Grid {
        float label = 0, control = 0, key = 0, gap = 0;
    };
    struct FileZone {
        ImVec2 low, high;
        NodeRef ref{0, 0};
        std::string param;
    };
    struct ExpressionEditor {
        ParamAddress to;
        const ParamDesc* param = nullptr;
        std::string text, tried_text, error, value;
        uint64_t tried_revision = 0;
        double tried_frame = 0;
        Completions offers;
        size_t caret = 0;
        int chosen = 0;
        bool fresh = true, opened = false, insert = false;
        int drawn = 0; ///< frames
        ImVec2 at{};
    };
    struct Names; // what a worker brings

    Grid grid_of(float width) const;
    /// A button for a row's tools that does not draw the eye from the numbers.
    static bool tool(const Ui& ui, const char* id, const char* sign, const char* tip, bool on);
    static ImU32 tint_of(const Ui& ui, const ParamRow& row, int component);
    NumberStyle style_of(const ParamRow& row, int component) const;
    void draw_label(const NodeRows& node, const ParamRow& row, const Grid& grid);
    void draw_control(const NodeRows& node, const ParamRow& row, float width);
    void draw_numbers(const NodeRows& node, const ParamRow& row, float width);
    void draw_combined(const NodeRows& node, const ParamRow& row, float width, float column);
    bool split(const NodeRows& node, const ParamRow& row) const;
    void draw_split_button(const NodeRows& node, const ParamRow& row);
    void draw_colour(const NodeRows& node, const ParamRow& row, float width);
    void draw_colour_popup(const NodeRows& node, const ParamRow& row);
    void draw_eyedropper(const NodeRows& node, const ParamRow& row);
    void arm(const NodeRows& node, const ParamRow& row, PickFrom from);
    void draw_bool(const NodeRows& node, const ParamRow& row);
    void draw_enum(const NodeRows& node, const ParamRow& row, float width);
    void draw_text(const NodeRows& node, const ParamRow& row, float width);
    void draw_file(const NodeRows& node, const ParamRow& row, float width);
    void draw_channels(const NodeRows& node, const ParamRow& row, float width);
    void draw_curve(const NodeRows& node, const ParamRow& row, float width);
    void draw_key_button(const NodeRows& node, const ParamRow& row);
    void draw_driver(const NodeRows& node, const ParamRow& row, const Grid& grid);
    void draw_menu(const NodeRows& node, const ParamRow& row);
    void draw_link_menu(const NodeRows& node, const ParamRow& row);
    void accept_link(const NodeRows& node, const ParamRow& row, ImVec2 low, ImVec2 high);
    bool suggestions(const NodeRows& node, const ParamRow& row, std::vector<std::string>& list);
    const ColourNames* colour_names();
    const std::vector<std::string>* layers_of(const NodeRows& node);
    void open_file(const NodeRows& node, const ParamRow& row);
    void set_file(NodeRef ref, const std::string& param, const std::string& label, const std::string& path);
    bool take_drop(ImVec2 at, const std::vector<std::filesystem::path>& files);
    void open_expression(const NodeRows& node, const ParamRow& row, int component);
    void draw_expression();
    void try_expression(ExpressionEditor& e);

    void set_number(const NodeRows& node, const ParamRow& row, int component, const NumberEdit& edit);
    void set_colour(const NodeRows& node, const ParamRow& row, const ColourEdit& edit, bool with_alpha);
    void set_value(const NodeRows& node, const ParamRow& row, const Value& value);
    /// Applies one step of a drag, or a whole edit.
    void apply(const NodeRows& node, const ParamRow& row, Result<ProjectPtr> edited, const std::string& part, bool finished, bool cancelled);
    std::string subject(const NodeRows& node, const ParamRow& row) const;

    Editor& editor_;
    float control_ = 0;                  ///< width of the row's control: fields of all rows are of one width
    std::string dragging_;               ///< merge key of the drag that is under way
    std::set<std::string> split_;        ///< "node.param" whose components are shown one by one though they are equal
    ParamAddress link_from_;             ///< what is being dragged as a link
    std::vector<std::pair<ImVec2, ImVec2>> fields_; ///< of the row being drawn, by component
    Color colour_before_;                ///< when the colour popup opened
    std::string typed_owner_, typed_;    ///< the text field being typed into
    std::string choice_filter_;
    FileBrowser browser_;
    std::vector<FileZone> zones_;        ///< file fields on the screen
    std::optional<ExpressionEditor> expression_;
    std::string names_for_;              ///< the configuration that `names_` is of, or is being read
    std::shared_ptr<Names> names_;
    struct LayerNames;
    std::shared_ptr<LayerNames> layers_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace tessera
