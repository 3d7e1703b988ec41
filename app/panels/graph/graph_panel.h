#pragma once
// The node graph: draws the graph that the selection shows, and turns the pointer into edits.
#include "app/editor/editor.h"
#include "app/panels/graph/create_menu.h"
#include "app/panels/graph/graph_edits.h"

namespace tessera {

/// How graph units map to the screen.
struct GraphCamera {
    Vec2 centre;     ///< graph point in the middle of the panel
    double zoom = 1; ///< screen pixels (at scale 1) per graph unit, 0.05 to 4
};

class GraphPanel final : public Panel {
public:
    explicit GraphPanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

    void frame_selection(); ///< or everything, when nothing is selected
    void open_create_menu();
    void start_rename();
    /// Where the pointer was last over the graph, in graph units: pasted and new nodes go there.
    Vec2 pointer() const { return pointer_; }

private:
    /// A node as it lies on the screen this frame.
    struct Box {
        NodeId id = 0;
        const Node* node = nullptr;
        const OpDesc* op = nullptr;
        ImVec2 low, high;
        bool dot = false, selected = false;
        std::vector<std::string> inputs;
    };
    struct PipeEnd {
        NodeId node = 0; ///< the node that has the input
        std::string port;
        bool operator==(const PipeEnd&) const = default;
    };
    enum class Drag { None, Pan, Nodes, Marquee, NewPipe, MovePipe };

    ImVec2 to_screen(Vec2 p) const;
    Vec2 to_graph(ImVec2 p) const;
    void lay_out(Editor& editor);
    const Box* box_of(NodeId id) const;
    ImVec2 input_point(const Box& box, size_t input) const;
    ImVec2 output_point(const Box& box) const;
    static bool is_mask(const Box& box, size_t input);

    void draw_grid(const Ui& ui);
    void draw_pipes(const Ui& ui);
    void draw_pipe(const Ui& ui, ImVec2 from, ImVec2 to, ImU32 colour, float thickness, bool side);
    void draw_box(const Ui& ui, const Box& box);
    void draw_ports(const Ui& ui, const Box& box);
    void draw_minimap(const Ui& ui);
    void draw_breadcrumbs(Editor& editor);
    void draw_rename(Editor& editor);
    void draw_find(Editor& editor);
    void draw_context_menu(Editor& editor);

    void handle_pointer(Editor& editor);
    void press(Editor& editor, ImVec2 at);
    void move(Editor& editor, ImVec2 at);
    void release(Editor& editor, ImVec2 at);
    void zoom_at(ImVec2 at, double factor);
    const Box* box_at(ImVec2 at) const;
    std::optional<PipeEnd> pipe_at(ImVec2 at) const;
    std::optional<PipeEnd> input_at(ImVec2 at, NodeId except) const;
    bool shaken(ImVec2 at);
    void add_commands();
    std::vector<NodeId> selected() const;
    void create(const std::string& op, bool branch);

    Editor& editor_;
    GraphCamera camera_;
    std::map<GraphId, GraphCamera> cameras_; ///< of graphs left
    GraphId shown_ = 0;
    ImVec2 low_{}, high_{};
    std::vector<Box> boxes_; ///< those on the screen
    std::map<NodeId, size_t> box_index_;
    Drag drag_ = Drag::None;
    ImVec2 press_at_{}, last_at_{};
    NodeId pressed_ = 0;
    bool moved_ = false, ctrl_tree_ = false;
    ProjectPtr before_drag_;
    Vec2 drag_offset_;
    PipeEnd pipe_end_;           ///< MovePipe: the input that was taken off
    NodeId pipe_source_ = 0;     ///< NewPipe, MovePipe: what the pipe comes from; 0: dragged from an input
    std::set<NodeId> marquee_before_;
    std::optional<PipeEnd> hovered_pipe_;
    NodeId hovered_ = 0;
    std::vector<std::pair<double, ImVec2>> shake_;
    CreateMenu create_menu_;
    bool create_branch_ = false, frame_wanted_ = true, rename_wanted_ = false, find_open_ = false, minimap_ = true;
    std::optional<NodeId> renaming_;
    std::string rename_text_, find_text_;
    Vec2 pointer_;
};

} // namespace tessera
