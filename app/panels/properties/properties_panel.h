#pragma once
// The parameters of the nodes whose panels are open, newest on top: every type with its own control.
#include "app/panels/properties/media_info.h"
#include "app/panels/properties/param_controls.h"
#include "app/panels/properties/presets.h"
#include <deque>

namespace tessera {

class PropertiesPanel final : public Panel {
public:
    explicit PropertiesPanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

    /// Opens a node's parameters on top, or brings them there; they stay until they are closed.
    void open(GraphId graph, NodeId node);
    /// The nodes that are open, newest first.
    std::vector<NodeId> open_nodes() const;

private:
    /// A node whose parameters are shown.
    struct Open {
        GraphId graph = 0;
        NodeId node = 0;
        bool collapsed = false, help = false;
        bool passing = false;       ///< shown because it is selected; the next selected one takes its place
        std::optional<bool> wheels; ///< nothing: as the workspace has it
        std::set<std::string> closed_groups;
        std::shared_ptr<const NodeRows> rows; ///< of `revision`, `frame` and `selection`
        uint64_t revision = 0, selection = 0;
        double frame = 0;
        bool operator==(const Open& o) const { return graph == o.graph && node == o.node; }
    };
    struct PresetMenu {
        Presets presets;
        std::optional<Error> error;
        bool ready = false;
        std::string op, name;
    };

    void follow_selection();
    void insert(GraphId graph, NodeId node, bool passing);
    void refresh(Open& open);
    void draw_toolbar(const Ui& ui);
    void draw_node(Open& open, bool& close);
    void draw_header(Open& open, bool& close);
    void draw_name(Open& open, ImVec2 low, float right);
    void draw_colour_menu(Open& open);
    void draw_header_buttons(Open& open, bool& close);
    void draw_help(const Open& open);
    void draw_media(const Open& open);
    void draw_params(Open& open);
    bool draw_heading(Open& open, const RowGroup& group, float width);
    void draw_presets(Open& open);
    void read_presets(const std::string& op);
    void write_presets();
    bool shows_wheels(const Open& open) const;

    Editor& editor_;
    ParamControls controls_;
    MediaInfo media_;
    std::deque<Open> open_;
    bool follow_ = true, scroll_up_ = false;
    bool choose_wanted_ = false; ///< the file browser for the first node that has a file
    int most_open_ = 10;
    RowFilter filter_;
    NodeId followed_ = 0;
    std::vector<NodeId> selected_;  ///< as it was when `selection_` was counted up
    uint64_t selection_ = 1;
    NodeId naming_ = 0;             ///< the node whose name is being typed
    std::string name_text_;
    bool naming_fresh_ = false;
    std::shared_ptr<PresetMenu> presets_;
};

} // namespace tessera
