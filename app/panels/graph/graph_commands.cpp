// The commands that change the graph.
#include "app/panels/graph/graph_background.h"
#include <algorithm>

namespace tessera {

namespace {

/// The clipboard is handed to a worker above this length, so that a large one holds up no frame.
constexpr size_t large_text = 200'000;

Error no_nodes()
{
    return {ErrorKind::InvalidArgument, "the clipboard holds no nodes",
            "copy nodes in the graph, or their text, first"};
}

} // namespace

void GraphPanel::add_command(std::string id, std::string name, std::string menu, int order, std::string help,
                             std::function<void()> run, std::function<bool()> enabled, std::function<bool()> checked)
{
    editor_.commands().add({std::move(id), std::move(name), std::move(menu), std::move(help), "graph", std::move(run),
                            std::move(enabled), std::move(checked), order});
}

void GraphPanel::add_edit(std::string id, std::string name, std::string menu, int order, std::string help, Edit edit)
{
    add_command(
        std::move(id), name, std::move(menu), order, std::move(help),
        [this, name, edit = std::move(edit)] { editor_.session().apply(edit(project(), shown_), name); },
        [this] { return !editor_.selection().nodes.empty(); });
}

void GraphPanel::add_commands()
{
    add_node_commands();
    add_clipboard_commands();
    add_group_commands();
    add_note_commands();
    add_view_commands();
    add_bookmark_commands();
}

void GraphPanel::open_create_menu(bool branch)
{
    create_branch_ = branch;
    ImVec2 at = ImGui::GetIO().MousePos;
    if (at.x < low_.x || at.x > high_.x || at.y < low_.y || at.y > high_.y)
        at = {(low_.x + high_.x) / 2, (low_.y + high_.y) / 2};
    pointer_ = to_graph(at);
    create_menu_.open(at);
}

void GraphPanel::create(const std::string& op, bool branch)
{
    CreateWhere where;
    where.selected = selected();
    where.branch = branch;
    if (where.selected.empty()) where.at = pointer_;
    const OpDesc* desc = Registry::instance().find(op);
    const bool over_pipe = where.selected.empty() && hovered_pipe_ && drag_ == Drag::None;
    auto made = create_node(project(), shown_, op, where);
    if (!made) return editor_.notices().add(made.error());
    if (over_pipe && desc && main_input(*desc) >= 0 && desc->kind != OpKind::Output)
        if (auto inserted =
                insert_on_pipe(made->project, shown_, made->node, hovered_pipe_.end.node, hovered_pipe_.end.port))
            made->project = *inserted;
    if (!editor_.session().apply(made->project, "Create " + (desc ? desc->label : op))) return;
    select_only(made->node);
    refresh_scene();
    const SceneNode* n = scene_.find(made->node);
    if (!n) return;
    const ImVec2 a = to_screen(n->low()), b = to_screen(n->high());
    if (a.x < low_.x || b.x > high_.x || a.y < low_.y || b.y > high_.y) camera_.centre = n->centre; // made out of sight
}

void GraphPanel::add_node_commands()
{
    add_command("graph.create", "Add a node", "Node", 10,
                "Find a node by a few letters; Shift+Enter starts a new branch.", [this] { open_create_menu(false); });
    add_command("graph.create_branch", "Add a node as a branch", "Node", 11,
                "It takes the selected node and leaves those below alone.", [this] { open_create_menu(true); });
    for (const char* id : {"transform", "merge", "grade", "blur", "read", "write", "dot", "copy", "color_correct"})
        if (const OpDesc* desc = Registry::instance().find(id)) {
            const std::string help = desc->help.substr(0, desc->help.find(". "));
            add_command(std::string("create.") + id, desc->label, "Node/Create", 10, help,
                        [this, op = desc->id] {
                            // A plate is chosen first, as a Read without one shows nothing.
                            if (op == "read") editor_.commands().run("file.import");
                            else create(op, false);
                        });
            add_command(std::string("create_branch.") + id, desc->label + " as a branch", "", 10, help,
                        [this, op = desc->id] { create(op, true); });
        }
    add_edit("graph.disable", "Disable", "Node", 110, "Switch the selected nodes off or on.",
             [this](const ProjectPtr& p, GraphId g) { return toggle_disabled(p, g, selected()); });
    const auto has_selection = [this] { return !editor_.selection().nodes.empty(); };
    add_command(
        "graph.rename", "Rename", "Node", 120, "Name and label.", [this] { popup_wanted_ = Popup::Rename; },
        has_selection);
    add_command(
        "graph.colour", "Colour...", "Node", 121, "The header's colour.", [this] { popup_wanted_ = Popup::Colour; },
        has_selection);
    add_edit("graph.swap_inputs", "Swap A and B", "Node", 130, "Exchange the first two inputs.",
             [this](const ProjectPtr& p, GraphId g) { return swap_inputs(p, g, editor_.selection().last); });
    add_edit("graph.extract", "Extract", "Node", 140, "Take the selected nodes out of the line.",
             [this](const ProjectPtr& p, GraphId g) {
                 return extract_nodes(p, g, selected(), {NodeMetrics::column, 0});
             });
    const auto look = [&](std::string id, std::string name, int order, std::string help, bool NodeLook::*field) {
        add_command(
            std::move(id), name, "Node", order, std::move(help),
            [this, name, field] {
                const Graph* g = find_graph(*project(), shown_);
                const bool on = g && !(look_of(*g, editor_.selection().last).*field);
                editor_.session().apply(
                    change_looks(project(), shown_, selected(), [&](NodeLook& l) { l.*field = on; }), name);
            },
            has_selection,
            [this, field] {
                const Graph* g = find_graph(*project(), shown_);
                return g && look_of(*g, editor_.selection().last).*field;
            });
    };
    look("graph.thumbnail", "Postage stamp", 150, "A small picture on the node.", &NodeLook::thumbnail);
    look("graph.hide_inputs", "Hide inputs", 151, "Pipes into the node are drawn only while it is selected.",
         &NodeLook::hide_inputs);
    add_command("graph.auto_layout", "Lay out", "Node", 310, "Arrange the selected nodes, or all of them.", [this] {
        std::vector<NodeId> nodes = selected();
        const Graph* g = find_graph(*project(), shown_);
        if (nodes.size() < 2 && g) {
            nodes.clear();
            g->nodes.each([&](NodeId id, const NodePtr&) { nodes.push_back(id); });
        }
        editor_.session().apply(auto_layout(project(), shown_, nodes), "Lay out");
    });
    for (const auto& [id, name, how] : {std::tuple{"columns", "Align in a column", Align::Columns},
                                        {"rows", "Align in a row", Align::Rows},
                                        {"across", "Spread across", Align::SpreadAcross},
                                        {"down", "Spread down", Align::SpreadDown}})
        add_edit(std::string("graph.align_") + id, name, "Node/Arrange", 320, "The selected nodes.",
                 [this, h = how](const ProjectPtr& p, GraphId g) { return align_nodes(p, g, selected(), h); });
    add_edit("graph.to_front", "To the front", "Node/Arrange", 410, "Draw the selected nodes over all others.",
             [this](const ProjectPtr& p, GraphId g) { return restack(p, g, selected(), true); });
    add_edit("graph.to_back", "To the back", "Node/Arrange", 420, "Draw the selected nodes under all others.",
             [this](const ProjectPtr& p, GraphId g) { return restack(p, g, selected(), false); });
}

// ---- clipboard ------------------------------------------------------------------------------------------------------

void GraphPanel::select_from(NodeId first)
{
    select_nothing();
    const Graph* g = find_graph(*project(), shown_);
    if (!g) return;
    g->nodes.each([&](NodeId id, const NodePtr&) {
        if (id >= first) editor_.selection().nodes.insert(id), editor_.selection().last = id;
    });
    g->notes.each([&](NoteId id, const NotePtr&) {
        if (id >= first) notes_selected_.insert(id);
    });
}

void GraphPanel::duplicate()
{
    const NodeId first = project()->next_node;
    if (editor_.session().apply(
            duplicate_nodes(project(), shown_, selected(), {NodeMetrics::column, 0}, selected_notes()), "Duplicate"))
        select_from(first);
}

void GraphPanel::pasted(Result<ProjectPtr> result, NodeId first)
{
    if (!result) return editor_.notices().add(result.error());
    // The middle of what came goes to the pointer.
    const Graph* g = find_graph(**result, shown_);
    Vec2 low{1e30, 1e30}, high{-1e30, -1e30};
    const auto take = [&](Vec2 a, Vec2 b) {
        low = {std::min(low.x, a.x), std::min(low.y, a.y)};
        high = {std::max(high.x, b.x), std::max(high.y, b.y)};
    };
    std::vector<NodeId> nodes, notes;
    if (!g) return;
    g->nodes.each([&](NodeId id, const NodePtr&) {
        if (id < first) return;
        const Vec2* at = g->positions.find(id);
        take(at ? *at : Vec2{}, at ? *at : Vec2{});
        nodes.push_back(id);
    });
    g->notes.each([&](NoteId id, const NotePtr& note) {
        if (id >= first) take(note->position, note->position + note->size), notes.push_back(id);
    });
    if (nodes.empty() && notes.empty()) return editor_.notices().add(no_nodes());
    const Vec2 by = pointer_ - (low + high) * 0.5;
    constexpr double grid = NodeMetrics::grid;
    auto moved =
        move_all(*result, shown_, nodes, notes, {std::round(by.x / grid) * grid, std::round(by.y / grid) * grid});
    if (editor_.session().apply(std::move(moved), "Paste")) select_from(first);
}

void GraphPanel::paste()
{
    const char* clipboard = ImGui::GetClipboardText();
    std::string text = clipboard ? clipboard : "";
    const size_t start = text.find_first_not_of(" \t\r\n");
    if (start == text.npos || text[start] != '{' || text.find("\"tessera_nodes\"") == text.npos)
        return editor_.notices().add(no_nodes());
    const NodeId first = project()->next_node;
    if (text.size() < large_text) return pasted(paste_nodes(project(), shown_, text), first);
    if (std::exchange(background_->paste_busy, true)) return;
    auto task = editor_.tasks().begin("Pasting", false);
    editor_.workers().run(
        [p = project(), g = shown_, text = std::move(text)] {
            return std::pair{p, paste_nodes(p, g, text)};
        },
        [this, b = background_, task, first, g = shown_](std::pair<ProjectPtr, Result<ProjectPtr>>& made) {
            task->finish();
            b->paste_busy = false;
            if (b->gone) return;
            if (made.first != project() || shown_ != g)
                return editor_.notices().add(NoticeLevel::Warning,
                                             "The project was changed while the clipboard was read. Paste again.");
            pasted(std::move(made.second), first);
        });
}

void GraphPanel::add_clipboard_commands()
{
    const auto anything = [this] { return !editor_.selection().nodes.empty() || !notes_selected_.empty(); };
    add_command(
        "graph.delete", "Delete", "Edit", 130, "Remove the selected nodes and close the gap.",
        [this] {
            auto edited = delete_nodes(project(), shown_, selected());
            if (edited) edited = remove_notes(*edited, shown_, selected_notes());
            editor_.session().apply(std::move(edited), "Delete");
        },
        anything);
    add_command(
        "graph.copy", "Copy", "Edit", 110, "Copy the selected nodes as text.",
        [this] {
            auto text = copy_nodes(project(), shown_, selected(), selected_notes());
            if (text)
                ImGui::SetClipboardText(text->c_str());
            else
                editor_.notices().add(text.error());
        },
        anything);
    add_command(
        "graph.cut", "Cut", "Edit", 105, "Copy the selected nodes and remove them.",
        [this] {
            editor_.commands().run("graph.copy");
            editor_.commands().run("graph.delete");
        },
        anything);
    add_command("graph.paste", "Paste", "Edit", 120, "Add the nodes on the clipboard at the pointer.",
                [this] { paste(); });
    add_command(
        "graph.duplicate", "Duplicate", "Edit", 125, "A copy of the selected nodes beside them.",
        [this] { duplicate(); }, anything);
    add_command(
        "graph.clone", "Clone", "Edit", 126, "A copy that keeps sharing the parameters.",
        [this] {
            const NodeId first = project()->next_node;
            if (editor_.session().apply(clone_nodes(project(), shown_, selected(), {NodeMetrics::column, 0}), "Clone"))
                select_from(first);
        },
        [this] { return !editor_.selection().nodes.empty(); });
    add_edit("graph.declone", "Declone", "Edit", 127, "Parameters of its own for each selected clone.",
             [this](const ProjectPtr& p, GraphId g) { return declone_nodes(p, g, selected()); });
    add_command("graph.select_all", "Select all", "Edit", 140, "Every node of this graph.", [this] { select_from(0); });
}

} // namespace tessera
