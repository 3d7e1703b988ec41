#include "app/viewer/derived.h"
#include "app/viewer/graft.h"

namespace tessera {

namespace {

enum Slot : NodeId { CompareSlot, LookSlot, DisplaySlot, AfterSlot, OtherSlot, Slots };

const char* operation_of(Compare compare)
{
    switch (compare) {
    case Compare::Over: return "over";
    case Compare::Under: return "under";
    case Compare::Plus: return "plus";
    case Compare::Minus: return "minus";
    case Compare::Difference: return "difference";
    case Compare::None: break;
    }
    return "over";
}

const char* channels_of(ShownChannels channels)
{
    static constexpr const char* names[] = {"colour", "red", "green", "blue", "alpha", "luminance"};
    return names[int(channels)];
}

Node made(NodeId id, const char* op, const char* name)
{
    Node node;
    node.id = id;
    node.op = op;
    node.name = name;
    return node;
}

void set(Node& node, const char* param, Value value)
{
    node.params[param] = Param{std::move(value), {}};
}

bool same_node(const Node& a, const Node& b)
{
    if (a.id != b.id || a.op != b.op || a.name != b.name || a.graph != b.graph || a.inputs != b.inputs ||
        a.params.size() != b.params.size())
        return false;
    for (auto i = a.params.begin(), k = b.params.begin(); i != a.params.end(); ++i, ++k)
        if (i->first != k->first || !same(i->second, k->second)) return false;
    return true;
}

Error gone()
{
    return {ErrorKind::NotFound, "the node viewed is not in the project any more", "connect the viewer to another one"};
}

} // namespace

bool viewers_own(std::string_view path)
{
    const size_t dot = path.rfind('.');
    return path.substr(dot == std::string_view::npos ? 0 : dot + 1).starts_with('~');
}

Request plain_request(const PictureSpec& spec)
{
    Request r;
    r.project = spec.project;
    r.graph = spec.graph;
    r.node = spec.node;
    r.frame = spec.frame;
    r.view = spec.view;
    r.layer = spec.layer;
    return r;
}

NodePtr Deriver::shared(size_t slot, Node node)
{
    if (made_.size() <= slot) made_.resize(slot + 1);
    if (!made_[slot] || !same_node(*made_[slot], node)) made_[slot] = std::make_shared<const Node>(std::move(node));
    return made_[slot];
}

Result<NodeId> Deriver::place_other(const PictureSpec& spec, Project& project, Graph& graph)
{
    if (!spec.compare_project || spec.compare_project == spec.project) {
        if (!graph.nodes.contains(spec.compare_node)) return gone();
        return spec.compare_node;
    }
    if (grafted_from_ != spec.compare_project || grafted_graph_ != spec.compare_graph ||
        grafted_node_ != spec.compare_node) {
        TESSERA_TRY(moved, moved_ids(spec.compare_project, spec.compare_graph, spec.compare_node));
        grafted_ = std::move(moved);
        grafted_from_ = spec.compare_project, grafted_graph_ = spec.compare_graph, grafted_node_ = spec.compare_node;
    }
    grafted_->graphs.each([&](GraphId id, const GraphPtr& g) { project.graphs.set(id, g); });
    const NodeId id = spec.project->next_node + OtherSlot;
    Node group = made(id, "group", "~other");
    group.graph = grafted_->root;
    graph.nodes.set(id, shared(OtherSlot, std::move(group)));
    return id;
}

Result<Request> Deriver::request(const PictureSpec& spec)
{
    if (!spec.project) return gone();
    const GraphId graph_id = spec.graph ? spec.graph : spec.project->root;
    const GraphPtr* found = spec.project->graphs.find(graph_id);
    if (!found || !(*found)->nodes.contains(spec.node)) return gone();
    const auto project = std::make_shared<Project>(*spec.project);
    const auto graph = std::make_shared<Graph>(**found);
    const NodeId base = spec.project->next_node;
    const auto add = [&](Slot slot, Node node) { graph->nodes.set(node.id, shared(slot, std::move(node))); };

    NodeId shown = spec.node;
    if (spec.compare != Compare::None) {
        TESSERA_TRY(other, place_other(spec, *project, *graph));
        Node compare = made(base + CompareSlot, "merge", "~compare");
        compare.inputs["B"] = {other};
        compare.inputs["A"] = {shown};
        set(compare, "operation", std::string(operation_of(spec.compare)));
        set(compare, "mix", spec.mix);
        add(CompareSlot, std::move(compare));
        shown = base + CompareSlot;
    }
    const ViewerLook& l = spec.look;
    Node look = made(base + LookSlot, "viewer_look", "~look");
    look.inputs["in"] = {shown};
    set(look, "exposure", l.exposure);
    set(look, "channels", std::string(channels_of(l.channels)));
    add(LookSlot, std::move(look));
    NodeId last = base + LookSlot;
    if (!l.raw) {
        Node display = made(base + DisplaySlot, "ocio_display", "~display");
        display.inputs["in"] = {last};
        set(display, "display", l.display);
        set(display, "view", l.view);
        set(display, "looks", l.looks);
        add(DisplaySlot, std::move(display));
        last = base + DisplaySlot;
    }
    Node after = made(base + AfterSlot, "viewer_after", "~after");
    after.inputs["in"] = {last};
    after.inputs["scene"] = {shown};
    set(after, "gamma", l.gamma);
    set(after, "exposure", l.exposure);
    set(after, "data_low", l.data_low);
    set(after, "data_high", l.data_high);
    set(after, "channels", std::string(channels_of(l.channels)));
    set(after, "matte", l.matte);
    set(after, "clipping", l.clipping);
    set(after, "false_colour", l.false_colour);
    set(after, "gamut", l.gamut);
    set(after, "not_finite", l.not_finite);
    add(AfterSlot, std::move(after));

    project->graphs.set(graph_id, graph);
    Request r = plain_request(spec);
    r.project = project;
    r.graph = graph_id;
    r.node = base + AfterSlot;
    return r;
}

} // namespace tessera
