#pragma once
// The curve editor: a tree of animated parameters beside the graph of their curves. What keys can become lies in
// key_edits.h and curve_operations.h, edits of the project in key_selection.h; here they are drawn, pointed at and
// commanded.
#include "app/editor/editor.h"
#include "app/panels/curves/channel_list.h"
#include "app/panels/curves/curve_lines.h"
#include "app/panels/curves/curve_operations.h"
#include "app/panels/curves/key_selection.h"
#include "app/widgets/file_browser.h"

namespace tessera {

class CurvesPanel final : public Panel, public KeysOwner {
public:
    explicit CurvesPanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

private:
    static constexpr float value_axis_width = 52; ///< at 96 dots an inch

    /// A curve as it is drawn: those of the list whose eye is open.
    struct Line {
        const ListedChannel* listed = nullptr;
        ImU32 colour = 0;
        bool focused = false; ///< among what the tree has selected, or nothing is selected there
        ValueView view;
        std::vector<ScreenPoint> points;
    };
    /// A key or the end of a tangent on the screen.
    struct Spot {
        size_t line = 0, key = 0; ///< indices
        ImVec2 at;
        bool selected = false;
    };
    struct HandleSpot {
        size_t line = 0, key = 0;
        bool in = false;
        ImVec2 at, key_at;
    };
    /// Values of what has no keys to draw (expressions, links), sampled over the view a few at a time.
    struct Samples {
        uint64_t revision = 0;
        double low = 0, high = 0;
        std::vector<std::pair<double, double>> values;
        std::string problem;
    };
    enum class Drag { None, Pan, Scrub, Keys, Handle, Marquee, Box };
    struct DragState {
        Drag kind = Drag::None;
        ImVec2 from;
        ProjectPtr base;
        KeySelection selection; ///< at its beginning
        std::map<ChannelRef, ValueView> views;
        KeyBounds bounds; ///< Box: of the selection, values as the view shows them
        int side_x = 0, side_y = 0;
        ChannelRef channel; ///< Handle
        size_t key = 0;
        bool in = false, moved = false, applied = false;
        std::string merge;
    };

    // curves_panel.cpp
    void refresh();
    void draw_toolbar(ImVec2 low, float width);
    float draw_key_fields(float x, float right);
    void draw_expression_row(ImVec2 low, float width);
    void draw_context_menu();
    // curves_tree.cpp
    void draw_tree(ImVec2 low, ImVec2 high);
    void draw_row(const ChannelRow& row, ImVec2 low, float width, float height);
    void click_row(const ChannelRow& row);
    // curves_graph.cpp
    void lay_out_lines();
    void sample(Line& line, double& budget);
    void lay_out_spots();
    void draw_graph();
    void draw_value_axis();
    void draw_lines();
    void draw_keys();
    void draw_box();
    void draw_pointer_hint();
    ImU32 colour_of(const ListedChannel& channel) const;
    // curves_pointer.cpp
    void handle_pointer();
    void press(ImVec2 at);
    void move(ImVec2 at);
    void release(ImVec2 at);
    void cancel_drag();
    void wheel(ImVec2 at);
    void begin(Drag kind, ImVec2 at);
    void drag_keys(ImVec2 at);
    void drag_handle(ImVec2 at);
    void drag_box(ImVec2 at);
    void select_inside(ImVec2 a, ImVec2 b);
    void insert_at(ImVec2 at);
    const Spot* spot_at(ImVec2 at) const;
    const HandleSpot* handle_at(ImVec2 at) const;
    std::optional<size_t> line_at(ImVec2 at) const;
    bool box_side_at(ImVec2 at, int& side_x, int& side_y) const;
    std::optional<std::pair<ImVec2, ImVec2>> box_on_screen() const;
    bool inside_graph(ImVec2 p) const;
    // curves_commands.cpp
    void add_commands();
    void add_rule_commands();
    void add_operation_commands();
    bool apply(Result<SelectionEdit> edit, const std::string& label, const std::string& merge = {});
    void change(const std::string& label, const ChannelChange& change, const std::string& merge = {});
    void nudge(double frames, double steps, const char* without_keys);
    void copy();
    void paste(bool absolute);
    void fit_view(bool selected_only);
    /// What commands work on: the selected keys, else all keys of the curves shown.
    KeySelection targets() const;
    bool has_targets() const;
    std::vector<ChannelRef> shown_channels() const;
    std::vector<ChannelRef> focused_channels() const;
    // curves_dialogs.cpp
    void add_dialog_commands();
    void ask_shift();
    void ask_scale();
    void ask_repeat();
    void ask_smooth();
    void ask_filter();
    void ask_generate();
    void bake();
    void export_table();
    void import_table();

    Editor& editor_;
    ChannelFilter filter_ = ChannelFilter::Selected;
    std::string search_;
    ChannelList list_;
    struct Made {
        uint64_t revision = 0;
        GraphId graph = 0;
        std::set<NodeId> nodes;
        ChannelFilter filter = ChannelFilter::Selected;
        std::string search;
        bool operator==(const Made&) const = default;
    };
    std::optional<Made> made_; ///< what list_ was made of
    std::set<ChannelRef> folded_, hidden_, focused_;
    ChannelRef last_clicked_;
    float tree_width_ = 240, tree_scroll_ = 0;

    Axis time_{1, 100}, value_{0, 1};
    ImVec2 low_{}, high_{}; ///< of the graph, without ruler and value axis
    std::vector<Line> lines_;
    std::vector<Spot> spots_;
    std::vector<HandleSpot> handles_;
    std::map<ChannelRef, Samples> samples_;
    std::map<ChannelRef, ValueView> frozen_views_; ///< normalisation stands still while keys are dragged
    bool fit_wanted_ = true, normalised_ = false, snap_ = true, box_ = true;
    DragState drag_;
    uint64_t drags_ = 0;
    ImVec2 pointer_{};
    bool hovered_ = false;

    std::string expression_text_, expression_problem_;
    std::optional<ChannelRef> expression_of_;
    uint64_t expression_revision_ = 0;
    FileBrowser browser_;
};

} // namespace tessera
