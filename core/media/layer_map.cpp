#include "core/media/layer_map.h"
#include <algorithm>
#include <map>
#include <set>

namespace tessera {

namespace {

/// One channel of one view, its name without the view.
struct Member {
    std::string name; ///< layer and channel
    int part = 0, channel = 0;
};

/// Members that form one layer of one part, before it is known whether the name is still free.
struct Group {
    std::string layer;
    std::vector<Member> members;
    bool luma_chroma = false, grey = false;
};

std::string_view last_component(std::string_view name)
{
    const size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// "red" and "R" are the same channel of a layer.
std::string_view role_of(std::string_view channel)
{
    if (channel == "red" || channel == "r") return "R";
    if (channel == "green" || channel == "g") return "G";
    if (channel == "blue" || channel == "b") return "B";
    if (channel == "alpha" || channel == "a") return "A";
    return channel;
}

/// The view a channel of a part belongs to: "" for every one. Takes the view out of `name`.
std::string take_view(std::string& name, const std::vector<std::string>& multi_view)
{
    const size_t last = name.rfind('.');
    if (last == std::string::npos) return multi_view.empty() ? "" : multi_view.front();
    const size_t before = last == 0 ? std::string::npos : name.rfind('.', last - 1);
    const size_t start = before == std::string::npos ? 0 : before + 1;
    std::string component = name.substr(start, last - start);
    if (std::find(multi_view.begin(), multi_view.end(), component) == multi_view.end()) return "";
    name.erase(start, last - start + 1);
    return component;
}

/// "diffuse" of a part named "diffuse.left", "left.diffuse" or "diffuse_left" in view left.
std::string part_layer(std::string name, const std::string& view)
{
    if (view.empty()) return name;
    for (const char separator : {'.', '_'}) {
        const std::string tail = separator + view, head = view + separator;
        if (name.size() > tail.size() && name.ends_with(tail)) return name.substr(0, name.size() - tail.size());
        if (name.size() > head.size() && name.starts_with(head)) return name.substr(head.size());
    }
    return name;
}

/// The layer a channel of this name forms by itself.
std::string base_layer(const std::string& name)
{
    const auto layers = layers_from_channels({name});
    return layers.empty() ? name : layers.front().name;
}

const Member* member(const Group& group, std::string_view channel)
{
    for (const Member& m : group.members)
        if (last_component(m.name) == channel) return &m;
    return nullptr;
}

Group* find_group(std::vector<Group>& groups, std::string_view layer)
{
    const auto g = std::find_if(groups.begin(), groups.end(),
                                [&](const Group& x) { return x.layer == layer && !x.members.empty(); });
    return g == groups.end() ? nullptr : &*g;
}

/// Moves the members of `from` to the end of `to`.
void absorb(Group& to, Group& from)
{
    to.members.insert(to.members.end(), from.members.begin(), from.members.end());
    from.members.clear();
}

/// Root luminance, with or without chroma, becomes the main layer; luminance and chroma of a layer its colour.
void gather_luminance(std::vector<Group>& groups)
{
    for (Group& g : groups) g.luma_chroma = member(g, "Y") && member(g, "RY") && member(g, "BY");
    Group* y = find_group(groups, "Y");
    Group* main = find_group(groups, main_layer);
    if (!y || y->members.front().name != "Y") return;
    if (main && (member(*main, "R") || member(*main, "G") || member(*main, "B"))) return;
    Group *ry = find_group(groups, "RY"), *by = find_group(groups, "BY");
    y->luma_chroma = ry && by;
    y->grey = !y->luma_chroma;
    if (y->luma_chroma) absorb(*y, *ry), absorb(*y, *by);
    if (main) absorb(*y, *main);
    y->layer = main_layer;
    std::erase_if(groups, [](const Group& g) { return g.members.empty(); });
}

/// Splits groups of more than four channels into "name", "name#2", ...: colour and alpha stay together in the first,
/// whatever the order of the names (beside R, G and B, layers_from_channels takes Z for a third coordinate).
std::vector<Group> split_large(std::vector<Group> groups)
{
    constexpr size_t most = 4;
    std::vector<Group> all;
    for (Group& g : groups) {
        if (g.members.size() <= most || g.luma_chroma) {
            all.push_back(std::move(g));
            continue;
        }
        const auto is_colour = [](const Member& m) {
            const std::string_view role = role_of(last_component(m.name));
            return role == "R" || role == "G" || role == "B" || role == "A";
        };
        const auto others = std::stable_partition(g.members.begin(), g.members.end(), is_colour);
        auto first = g.members.begin(), last = others == first ? first + most : others;
        for (int n = 1; first != g.members.end(); ++n) {
            Group piece{n == 1 ? g.layer : g.layer + "#" + std::to_string(n), {first, last}};
            if (n > 1)
                for (Member& m : piece.members) m.name = piece.layer + "." + std::string(last_component(m.name));
            all.push_back(std::move(piece));
            first = last;
            last += std::min<std::ptrdiff_t>(most, g.members.end() - first);
        }
    }
    return all;
}

/// Groups of one part in one view. A channel that its layer already has ("depth.Z" beside "Z") starts another layer.
std::vector<Group> groups_of(const PartInfo& part, int index, const std::string& view,
                             const std::vector<std::string>& multi_view)
{
    std::vector<Group> groups;
    for (size_t c = 0; c < part.channels.size(); ++c) {
        Member m{part.channels[c].name, index, int(c)};
        const std::string own = part.view.empty() ? take_view(m.name, multi_view) : part.view;
        if (!own.empty() && own != view) continue;
        const std::string base = base_layer(m.name), role(role_of(last_component(m.name)));
        std::string layer = base;
        for (int n = 2;; ++n) {
            auto g = std::find_if(groups.begin(), groups.end(), [&](const Group& x) { return x.layer == layer; });
            if (g == groups.end()) g = groups.insert(groups.end(), Group{layer, {}});
            const bool taken = std::any_of(g->members.begin(), g->members.end(),
                                           [&](const Member& x) { return role_of(last_component(x.name)) == role; });
            if (!taken) {
                if (n > 2) m.name = layer + "." + std::string(last_component(m.name));
                g->members.push_back(std::move(m));
                break;
            }
            layer = base + "_" + std::to_string(n);
        }
    }
    gather_luminance(groups);
    return split_large(std::move(groups));
}

/// Channels of one view that have found their layer: (layer, channel) to where it is.
struct View {
    std::vector<Group> groups;
    std::set<std::pair<std::string, std::string>> taken; ///< layer and role
};

void add_group(View& view, Group group, const PartInfo& part, const std::string& view_name)
{
    const auto collides = [&](const std::string& layer) {
        return std::any_of(group.members.begin(), group.members.end(), [&](const Member& m) {
            return view.taken.contains({layer, std::string(role_of(last_component(m.name)))});
        });
    };
    if (collides(group.layer)) {
        std::string wanted = part_layer(part.name, view_name);
        if (wanted.empty()) wanted = "part" + std::to_string(group.members.front().part + 1);
        const bool root = group.members.front().name.find('.') == std::string::npos;
        if (!root && group.layer != main_layer) wanted += "." + group.layer;
        std::string free = wanted;
        for (int n = 2; collides(free); ++n) free = wanted + "_" + std::to_string(n);
        group.layer = free;
        for (Member& m : group.members) m.name = free + "." + std::string(last_component(m.name));
    }
    for (const Member& m : group.members)
        view.taken.insert({group.layer, std::string(role_of(last_component(m.name)))});
    view.groups.push_back(std::move(group));
}

/// Names as layers_from_channels shall see them; a luminance group shows the colour it becomes.
std::vector<std::string> names_of(const Group& group)
{
    std::vector<std::string> names;
    const bool colour = group.luma_chroma || group.grey;
    const std::string prefix = group.layer == main_layer ? "" : group.layer + ".";
    if (colour)
        for (const char* c : {"R", "G", "B"}) names.push_back(prefix + c);
    for (const Member& m : group.members) {
        const std::string_view c = last_component(m.name);
        if (!colour || (c != "Y" && c != "RY" && c != "BY")) names.push_back(m.name);
    }
    return names;
}

std::vector<ChannelSource> sources_for(const Layer& layer, const View& view, bool& luma_chroma)
{
    std::vector<ChannelSource> sources;
    for (const std::string& channel : layer.channels) {
        const int slot = channel_slot(layer, channel);
        for (const Group& g : view.groups) {
            if (g.layer != layer.name) continue;
            const bool colour = g.luma_chroma || g.grey;
            const Member* m = member(g, colour && channel != "A" ? "Y" : std::string_view(channel));
            if (!m) continue;
            luma_chroma |= g.luma_chroma;
            sources.push_back({slot, m->part, m->channel});
            break;
        }
    }
    std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
    return sources;
}

bool holds_ids(const FileInfo& file, const LayerSource& source)
{
    return std::any_of(source.channels.begin(), source.channels.end(), [&](const ChannelSource& c) {
        return file.parts[size_t(c.part)].channels[size_t(c.channel)].type == "uint";
    });
}

void merge_layer(std::vector<Layer>& all, const Layer& layer)
{
    const auto known = std::find_if(all.begin(), all.end(), [&](const Layer& l) { return l.name == layer.name; });
    if (known == all.end()) {
        all.push_back(layer);
    } else if (known->channels.size() < layer.channels.size()) {
        *known = layer;
    }
}

} // namespace

void assemble_layers(FileInfo& file, const std::vector<std::string>& multi_view)
{
    std::vector<std::string> views = multi_view;
    for (const PartInfo& part : file.parts)
        if (!part.view.empty() && std::find(views.begin(), views.end(), part.view) == views.end())
            views.push_back(part.view);
    if (views.empty()) views.push_back("main");
    file.info.views = views;
    file.info.layers.clear();
    file.sources.clear();
    for (const std::string& name : views) {
        View view;
        for (size_t p = 0; p < file.parts.size(); ++p)
            for (Group& g : groups_of(file.parts[p], int(p), name, multi_view))
                add_group(view, std::move(g), file.parts[p], name);
        std::vector<std::string> names;
        for (const Group& g : view.groups)
            for (std::string& n : names_of(g)) names.push_back(std::move(n));
        for (Layer& layer : layers_from_channels(names)) {
            LayerSource source{layer.name, name, {}, false};
            source.channels = sources_for(layer, view, source.luma_chroma);
            if (holds_ids(file, source)) layer.data = true;
            file.sources.push_back(std::move(source));
            merge_layer(file.info.layers, layer);
        }
    }
    std::stable_partition(file.info.layers.begin(), file.info.layers.end(),
                          [](const Layer& l) { return l.name == main_layer; });
}

} // namespace tessera
