// The commands that show the graph otherwise: groups, notes, views, bookmarks.
#include "app/panels/graph/graph_background.h"
#include <algorithm>

namespace tessera {

void GraphPanel::enter_group()
{
    const NodePlace p = find_node(*project(), shown_, editor_.selection().last);
    if (!p || !p.node->graph) return;
    editor_.selection().path.push_back(p.node->graph);
    select_nothing();
}

void GraphPanel::leave_group()
{
    auto& path = editor_.selection().path;
    if (path.size() < 2) return;
    const NodePlace group = shown_by(*project(), path.back());
    path.pop_back();
    select_nothing();
    if (group) select_only(group.node->id);
}

void GraphPanel::add_group_commands()
{
    add_command(
        "graph.group", "Group", "Node", 210, "Put the selected nodes into a group.",
        [this] {
            const NodeId id = project()->next_node;
            if (editor_.session().apply(group(project(), shown_, selected()), "Group")) select_only(id);
        },
        [this] { return !editor_.selection().nodes.empty(); });
    const auto is_group = [this] {
        const NodePlace p = find_node(*project(), shown_, editor_.selection().last);
        return p && p.node->graph && editor_.selection().nodes.contains(p.node->id);
    };
    add_command(
        "graph.expand", "Expand the group", "Node", 220, "Put the nodes of the group in its place.",
        [this] {
            editor_.session().apply(ungroup(project(), {shown_, editor_.selection().last}), "Expand group");
        },
        is_group);
    add_command(
        "graph.enter_group", "Enter the group", "Node", 230, "Show the graph inside.", [this] { enter_group(); },
        is_group);
    add_command(
        "graph.leave_group", "Leave the group", "Node", 240, "Show the graph around this one.",
        [this] { leave_group(); }, [this] { return editor_.selection().path.size() > 1; });
}

void GraphPanel::add_note_commands()
{
    const auto add = [this](Note note, const char* label) {
        const NoteId id = project()->next_node;
        if (!editor_.session().apply(add_note(project(), shown_, std::move(note)), label)) return;
        select_nothing();
        notes_selected_ = {id};
        editing_note_ = id;
        popup_wanted_ = Popup::Note;
    };
    add_command("graph.backdrop", "Backdrop", "Node", 250,
                "A titled field behind the selected nodes that moves them along.", [this, add] {
                    const std::vector<NodeId> nodes = selected();
                    Note note = backdrop_around(scene_, nodes);
                    if (nodes.empty()) note.position = pointer_;
                    add(std::move(note), "Backdrop");
                });
    add_command("graph.sticky", "Sticky note", "Node", 260, "A few words beside the nodes.", [this, add] {
        Note note;
        note.kind = Note::Kind::Sticky;
        note.position = pointer_, note.size = {176, 88}, note.font_size = 13;
        add(std::move(note), "Sticky note");
    });
    const auto one_note = [this] { return !notes_selected_.empty(); };
    add_command(
        "graph.edit_note", "Edit the note", "Node", 270, "Title, text, type and colour.",
        [this] {
            editing_note_ = *notes_selected_.begin();
            popup_wanted_ = Popup::Note;
        },
        one_note);
    const auto stack = [this](int by) {
        const Graph* g = find_graph(*project(), shown_);
        ProjectPtr p = project();
        for (const NoteId id : notes_selected_)
            if (const NotePtr* old = g ? g->notes.find(id) : nullptr) {
                Note note = **old;
                note.z += by;
                if (auto next = set_note(p, shown_, std::move(note))) p = *next;
            }
        editor_.session().apply(p, by > 0 ? "Note to the front" : "Note to the back");
    };
    add_command(
        "graph.note_to_front", "To the front", "", 0, "Draw the note over others.", [stack] { stack(1); }, one_note);
    add_command(
        "graph.note_to_back", "To the back", "", 0, "Draw the note under others.", [stack] { stack(-1); }, one_note);
}

void GraphPanel::walk(bool up, bool extend)
{
    Selection& s = editor_.selection();
    const NodeId next = walked(scene_, s.last, up);
    if (!next) return;
    if (extend)
        s.nodes.insert(next), s.last = next;
    else
        select_only(next);
    const SceneNode* n = scene_.find(next);
    const ImVec2 at = to_screen(n->centre);
    if (at.x < low_.x || at.x > high_.x || at.y < low_.y || at.y > high_.y) camera_.centre = n->centre;
}

void GraphPanel::add_view_commands()
{
    add_command("graph.frame", "Frame", "View", 10, "The selected nodes, or all, fill the panel.",
                [this] { frame_selection(); });
    add_command("graph.frame_all", "Frame all", "View", 15, "The whole graph fills the panel.",
                [this] { frame(scene_.low, scene_.high, 1); });
    const auto middle = [this] { return ImVec2{(low_.x + high_.x) / 2, (low_.y + high_.y) / 2}; };
    add_command("graph.zoom_in", "Zoom in", "View", 20, "Nearer to the graph.",
                [this, middle] { zoom_at(middle(), 1.25); });
    add_command("graph.zoom_out", "Zoom out", "View", 30, "Farther from the graph.",
                [this, middle] { zoom_at(middle(), 0.8); });
    add_command("graph.find", "Find a node", "Edit", 210, "By name, class, label or file, in the whole project.",
                [this] { find_open_ = find_appeared_ = true, replace_open_ = false; });
    add_command("graph.replace", "Replace in names and files", "Edit", 220, "In the selected nodes, or everywhere.",
                [this] { find_open_ = find_appeared_ = replace_open_ = true; });
    const auto toggle = [&](std::string id, std::string name, int order, std::string help, bool GraphPanel::*field) {
        add_command(
            std::move(id), std::move(name), "View/Graph", order, std::move(help),
            [this, field] { this->*field = !(this->*field); }, {}, [this, field] { return this->*field; });
    };
    toggle("graph.minimap", "Mini-map", 110, "The whole graph in a corner; drag in it.", &GraphPanel::minimap_);
    toggle("overlay.expressions", "Links and clones", 120, "Lines along links, expressions and clones.",
           &GraphPanel::show_links_);
    toggle("overlay.channels", "Channels", 130, "Ticks for the layers that each node carries.",
           &GraphPanel::show_channels_);
    toggle("overlay.fusion", "Fused kernels", 140, "What is computed in one kernel, and transforms that become one.",
           &GraphPanel::show_fusion_);
    toggle("overlay.time", "Time and memory", 150, "What each node cost when it was last viewed.",
           &GraphPanel::show_costs_);
    add_command("graph.thumbnails", "Postage stamps on or off", "View/Graph", 160,
                "Of the selected nodes, or of all that read or make pictures.", [this] {
                    std::vector<NodeId> nodes = selected();
                    if (nodes.empty())
                        for (const SceneNode& n : scene_.nodes)
                            if (n.op && n.op->inputs.empty() && n.output && !n.dot) nodes.push_back(n.id);
                    const bool all_on = std::all_of(nodes.begin(), nodes.end(), [&](NodeId id) {
                        const SceneNode* n = scene_.find(id);
                        return n && n->look.thumbnail;
                    });
                    editor_.session().apply(
                        change_looks(project(), shown_, nodes, [&](NodeLook& l) { l.thumbnail = !all_on; }),
                        "Postage stamps");
                });
    const auto any = [this] { return editor_.selection().last != 0; };
    add_command(
        "graph.walk_up", "Select what feeds it", "", 0, "Up the main input.", [this] { walk(true, false); }, any);
    add_command(
        "graph.walk_down", "Select what takes it", "", 0, "Down the nearest pipe.", [this] { walk(false, false); },
        any);
    add_command(
        "graph.extend_up", "Also select what feeds it", "", 0, "Up the main input.", [this] { walk(true, true); }, any);
    add_command(
        "graph.extend_down", "Also select what takes it", "", 0, "Down the nearest pipe.",
        [this] { walk(false, true); }, any);
}

void GraphPanel::add_bookmark_commands()
{
    for (int i = 1; i <= 9; ++i) {
        const std::string digit = std::to_string(i);
        add_command(
            "graph.set_bookmark" + digit, "Bookmark " + digit, "Node/Bookmark", i,
            "Set or remove it on the selected node.",
            [this, i] {
                const NodeId id = editor_.selection().last;
                const Graph* g = find_graph(*project(), shown_);
                if (!g) return;
                NodeLook look = look_of(*g, id);
                look.bookmark = look.bookmark == i ? 0 : i;
                editor_.session().apply(set_look(project(), {shown_, id}, std::move(look)),
                                        "Bookmark " + std::to_string(i));
            },
            [this] { return !editor_.selection().nodes.empty(); },
            [this, i] {
                const Graph* g = find_graph(*project(), shown_);
                return g && look_of(*g, editor_.selection().last).bookmark == i;
            });
        add_command("graph.go_bookmark" + digit, "Go to bookmark " + digit, "View/Bookmarks", i,
                    "Show the node that has it.", [this, i] {
                        // This graph's first, then any other's.
                        std::pair<GraphId, NodeId> found{};
                        project()->graphs.each([&](GraphId graph, const GraphPtr& g) {
                            g->looks.each([&](NodeId id, const NodeLook& look) {
                                if (look.bookmark == i && (!found.second || graph == shown_)) found = {graph, id};
                            });
                        });
                        if (found.second)
                            go_to_node(found.first, found.second);
                        else
                            editor_.notices().add(NoticeLevel::Info,
                                                  "No node has bookmark " + std::to_string(i) +
                                                      ". Select one and press " +
                                                      editor_.key_of("graph.set_bookmark" + std::to_string(i)) + ".");
                    });
    }
}

} // namespace tessera
