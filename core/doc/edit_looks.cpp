// Edits of what is drawn in the node graph view and evaluated by nobody: looks and notes. And clones, which are a way
// of editing several nodes at once.
#include "core/doc/draft.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <cmath>
#include <set>

namespace tessera {

namespace {

Status check_note(const Note& note)
{
    const bool finite = std::isfinite(note.position.x) && std::isfinite(note.position.y) &&
                        std::isfinite(note.size.x) && std::isfinite(note.size.y);
    if (!finite || note.size.x <= 0 || note.size.y <= 0)
        return Error{ErrorKind::InvalidArgument, "the note's place is not a rectangle", "use finite sizes above 0"};
    if (!(note.font_size > 0) || !std::isfinite(note.font_size))
        return Error{ErrorKind::InvalidArgument, "the note's type has no size", "use a size above 0"};
    TESSERA_CHECK(check_text("the title", note.title));
    return check_text("the text", note.text);
}

Result<ProjectPtr> put_note(const ProjectPtr& project, GraphId graph, Note note)
{
    TESSERA_CHECK(check_note(note));
    Draft draft(project);
    const NoteId id = note.id;
    draft.project->next_node = std::max(draft.project->next_node, id + 1);
    draft.graph(graph)->notes.set(id, std::make_shared<const Note>(std::move(note)));
    return draft.done();
}

} // namespace

NodeLook look_of(const Graph& graph, NodeId node)
{
    const NodeLook* look = graph.looks.find(node);
    return look ? *look : NodeLook{};
}

Result<ProjectPtr> set_look(const ProjectPtr& project, NodeRef ref, NodeLook look)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (look.bookmark < 0 || look.bookmark > 9)
        return at(*project, ref, {ErrorKind::InvalidArgument, "bookmarks are numbered 1 to 9", "choose one of those"});
    if (look_of(*place.graph, ref.node) == look) return project;
    Draft draft(project);
    Graph& g = *draft.graph(ref.graph);
    if (look.bookmark)
        place.graph->looks.each([&](NodeId id, const NodeLook& other) {
            if (other.bookmark != look.bookmark || id == ref.node) return;
            NodeLook without = other;
            without.bookmark = 0;
            g.looks.set(id, std::move(without));
        });
    if (look == NodeLook{})
        g.looks.erase(ref.node);
    else
        g.looks.set(ref.node, std::move(look));
    return draft.done();
}

Result<ProjectPtr> add_note(const ProjectPtr& project, GraphId graph, Note note)
{
    if (auto g = existing_graph(*project, graph); !g) return std::move(g.error());
    note.id = project->next_node;
    return put_note(project, graph, std::move(note));
}

Result<ProjectPtr> set_note(const ProjectPtr& project, GraphId graph, Note note)
{
    TESSERA_TRY(g, existing_graph(*project, graph));
    const NotePtr* old = g->notes.find(note.id);
    if (!old) return Error{ErrorKind::NotFound, "the note is no longer there", "choose one that exists"};
    if (**old == note) return project;
    return put_note(project, graph, std::move(note));
}

Result<ProjectPtr> remove_notes(const ProjectPtr& project, GraphId graph, std::span<const NoteId> notes)
{
    TESSERA_TRY(g, existing_graph(*project, graph));
    const auto there = [&](NoteId id) { return g->notes.contains(id); };
    if (std::none_of(notes.begin(), notes.end(), there)) return project;
    Draft draft(project);
    for (const NoteId id : notes) draft.graph(graph)->notes.erase(id);
    return draft.done();
}

std::vector<NodeId> clones_of(const Graph& graph, NodeId node)
{
    std::vector<NodeId> others;
    const NodePtr* self = graph.nodes.find(node);
    if (!self || !(*self)->clones) return others;
    graph.nodes.each([&](NodeId id, const NodePtr& other) {
        if (other->clones == (*self)->clones && id != node) others.push_back(id);
    });
    return others;
}

Result<ProjectPtr> clone_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 offset)
{
    const std::set<NodeId> chosen(nodes.begin(), nodes.end());
    for (const NodeId id : chosen) {
        TESSERA_TRY(place, existing(*project, {graph, id}));
        if (place.node->graph || place.node->op == "input" || place.node->op == "output")
            return at(*project, {graph, id},
                      {ErrorKind::InvalidArgument, "a group and its ends cannot be cloned", "duplicate it instead"});
    }
    NodeId copy = project->next_node;
    TESSERA_TRY(copied, duplicate_nodes(project, graph, nodes, offset));
    const Graph* g = find_graph(*copied, graph);
    Draft draft(copied);
    for (const NodeId id : chosen) {
        Node original = **g->nodes.find(id), clone = **g->nodes.find(copy++);
        if (!original.clones || clones_of(*find_graph(*project, graph), id).empty())
            original.clones = draft.project->next_node++;
        clone.clones = original.clones;
        // Paths among the copied nodes now lead to the copies; clones share the originals'.
        clone.params = original.params;
        draft.put(graph, std::move(clone));
        draft.put(graph, std::move(original));
    }
    return draft.done();
}

Result<ProjectPtr> declone_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes)
{
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        TESSERA_TRY(place, existing(*result, {graph, id}));
        if (!place.node->clones) continue;
        Node alone = *place.node;
        alone.clones = 0;
        const std::vector<NodeId> others = clones_of(*place.graph, id);
        Draft draft(result);
        if (others.size() == 1) { // one that is left has nobody to share with
            Node last = **place.graph->nodes.find(others[0]);
            last.clones = 0;
            draft.put(graph, std::move(last));
        }
        draft.put(graph, std::move(alone));
        result = draft.done();
    }
    return result;
}

} // namespace tessera
