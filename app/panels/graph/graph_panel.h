#pragma once
// The node graph: draws the graph that the selection shows, and turns the pointer into edits.
#include "app/editor/editor.h"
#include "app/panels/graph/create_menu.h"
#include "app/panels/graph/graph_scene.h"
#include "app/panels/graph/graph_status.h"

namespace tessera {

/// How graph units map to the screen.
struct GraphCamera {
    Vec2 centre;     ///< graph point in the middle of the panel
    double zoom = 1; ///< screen pixels (at scale 1) per graph unit
};

class GraphPanel final : public Panel {
public:
    explicit GraphPanel(Editor& editor);
    ~GraphPanel() override;
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

    void frame_selection(); ///< or everything, when nothing is selected
    /// Where the pointer was last over the graph, in graph units: pasted and new nodes go there.
    Vec2 pointer() const { return pointer_; }

private:
    enum class Drag { None, Pan, Zoom, Nodes, Marquee, NewPipe, MovePipe, MoveSource, Note, Minimap };
    enum class Popup { None, Rename, Note, Colour };

    // ---- graph_panel.cpp
    ImVec2 to_screen(Vec2 p) const;
    Vec2 to_graph(ImVec2 p) const;
    float unit() const { return float(camera_.zoom) * editor_.ui().scale; } ///< screen pixels a graph unit
    Reach reach() const;
    void follow_graph();
    void refresh_scene();
    void refresh_status();
    void zoom_at(ImVec2 at, double factor);
    void frame(Vec2 low, Vec2 high, double most_zoom);
    bool visible(Vec2 low, Vec2 high) const;
    const ProjectPtr& project() const { return editor_.session().project(); }
    std::vector<NodeId> selected() const; ///< the leader last
    std::vector<NoteId> selected_notes() const { return {notes_selected_.begin(), notes_selected_.end()}; }
    void select_only(NodeId node);
    void select_nothing();
    /// How far a node (or note) being dragged is from where the project has it.
    Vec2 shift_of(NodeId id) const;

    // ---- graph_draw.cpp, graph_draw_pipes.cpp, graph_draw_notes.cpp
    void draw_grid();
    void draw_node(const SceneNode& n);
    void draw_dot(const SceneNode& n);
    void draw_small_name(const SceneNode& n, ImVec2 low, ImVec2 high);
    void draw_texts(const SceneNode& n, ImVec2 low, ImVec2 high);
    void draw_marks(const SceneNode& n, ImVec2 low, ImVec2 high);
    void draw_tags(const SceneNode& n, ImVec2 low, ImVec2 high);
    void draw_ticks(const SceneNode& n, ImVec2 low, ImVec2 high);
    void age_stamps();
    void draw_thumbnail(const SceneNode& n, ImVec2 low, ImVec2 high);
    void draw_ports(const SceneNode& n);
    void draw_pipes();
    void draw_pipe(const PipeCurve& curve, ImU32 colour, float thickness, bool dashed);
    void draw_dragged_pipe();
    void draw_diamonds();
    void draw_links();
    void draw_notes(Note::Kind kind);
    void draw_note(const Note& note);
    void draw_plain_nodes();

    // ---- graph_overlays.cpp
    void draw_fusion();
    void draw_costs(const SceneNode& n, ImVec2 low, ImVec2 high);
    void refresh_costs();
    void draw_minimap();
    void draw_legend();
    void refresh_plan();
    bool minimap_rect(ImVec2& low, ImVec2& high, Vec2& least, Vec2& most) const;

    // ---- graph_windows.cpp
    bool begin_popup(const char* id);
    void end_popup();
    bool pressed(std::string_view key) const; ///< in a popup, which holds the keys
    void draw_breadcrumbs();
    void draw_rename();
    void draw_note_editor();
    void draw_colour();
    void draw_find();
    void find_matches();
    void draw_context_menu();
    void draw_hints();
    void menu_items(std::initializer_list<const char*> ids);
    void go_to_node(GraphId graph, NodeId node);

    // ---- graph_pointer.cpp
    void handle_pointer();
    void press(ImVec2 at);
    bool press_ports(Vec2 at, const SceneNode* node);
    void press_node(const SceneNode& node);
    bool press_note(Vec2 at);
    void press_right(const SceneNode* node, Vec2 at);
    void move(ImVec2 at);
    void move_nodes_to(ImVec2 at);
    void move_marquee(ImVec2 at);
    void release(ImVec2 at);
    void release_nodes(Vec2 at);
    void release_pipe(Vec2 at);
    void release_note();
    bool shaken(ImVec2 at);
    PipeHit pipe_for_drop(Vec2 at) const;
    PipeEnd drop_target(Vec2 at) const;
    void hover(ImVec2 at);
    void pan_at_edges(ImVec2 at);
    void add_dot(const PipeHit& pipe, Vec2 at);

    // ---- graph_commands.cpp, graph_view_commands.cpp
    using Edit = std::function<Result<ProjectPtr>(const ProjectPtr&, GraphId)>;
    void add_command(std::string id, std::string name, std::string menu, int order, std::string help,
                     std::function<void()> run, std::function<bool()> enabled = {}, std::function<bool()> checked = {});
    void add_edit(std::string id, std::string name, std::string menu, int order, std::string help, Edit edit);
    void add_commands();
    void add_node_commands();
    void add_clipboard_commands();
    void add_group_commands();
    void add_note_commands();
    void add_view_commands();
    void add_bookmark_commands();
    void open_create_menu(bool branch);
    void create(const std::string& op, bool branch);
    void duplicate();
    void paste();
    void pasted(Result<ProjectPtr> result, NodeId first);
    void select_from(NodeId first);
    void enter_group();
    void leave_group();
    void walk(bool up, bool extend);

    Editor& editor_;
    GraphCamera camera_;
    std::map<GraphId, GraphCamera> cameras_; ///< of graphs left
    GraphId shown_ = 0;
    ImVec2 low_{}, high_{};
    Scene scene_;
    uint64_t scene_revision_ = 0;
    double scene_frame_ = 0;
    std::set<NoteId> notes_selected_;

    Drag drag_ = Drag::None;
    ImVec2 press_at_{}, last_at_{};
    Vec2 press_graph_;
    NodeId pressed_ = 0;
    NotePart note_part_ = NotePart::None;
    NoteId pressed_note_ = 0;
    bool moved_ = false;
    std::set<NodeId> moving_; ///< nodes and notes that a drag takes along
    Vec2 drag_offset_;
    std::vector<Guide> guides_;
    PipeEnd pipe_end_;       ///< MovePipe, MoveSource: the input it belongs to; NewPipe: that it was pulled from
    NodeId pipe_source_ = 0; ///< NewPipe, MovePipe: what the pipe comes from; 0: it was pulled from an input
    std::set<NodeId> marquee_before_;
    std::vector<std::pair<double, ImVec2>> shake_;

    PipeHit hovered_pipe_;
    NodeId hovered_ = 0, rested_ = 0;
    double rested_since_ = 0;
    bool pointer_over_ = false;
    Vec2 pointer_;

    CreateMenu create_menu_;
    bool create_branch_ = false, frame_wanted_ = true;
    bool minimap_ = true, show_links_ = true, show_costs_ = false, show_fusion_ = false, show_channels_ = true;
    Popup popup_wanted_ = Popup::None;
    NodeId renaming_ = 0;
    NoteId editing_note_ = 0;
    std::string rename_text_, label_text_, rename_problem_;
    struct Found {
        GraphId graph = 0;
        NodeId node = 0;
        std::string path, about;
        int score = 0;
    };
    bool find_open_ = false, find_appeared_ = false, replace_open_ = false, replace_names_ = true,
         replace_paths_ = true;
    std::string find_text_, replace_text_;
    std::vector<Found> found_;
    std::string found_for_;
    uint64_t found_revision_ = 0;

    struct Background; ///< what workers bring: it outlives the panel while they run
    std::shared_ptr<Background> background_;
    double status_at_ = 0;
    uint64_t status_revision_ = 0;
    double status_frame_ = 0;
    uint64_t plan_revision_ = 0;
    NodeId plan_target_ = 0;
    struct Stamp {
        TextureId texture = 0;
        uint64_t picture = 0; ///< what it holds
        int width = 0, height = 0;
        int unseen = 0; ///< frames
    };
    std::map<NodeId, Stamp> stamps_; ///< pictures of nodes that are on the screen
    std::unordered_map<NodeId, NodeTimes::Cost> costs_;
    uint64_t costs_revision_ = 0, costs_scene_ = 0;
    double slowest_ = 0;
};

} // namespace tessera
