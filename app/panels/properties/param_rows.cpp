#include "app/panels/properties/param_rows.h"
#include "app/widgets/number_text.h"
#include "app/workspace/commands.h"
#include <algorithm>

namespace tessera {

namespace {

constexpr const char* standard_heading = "Channels, mask and mix";

/// Components of the first value in which another target's differs.
uint32_t differing(const Project& project, const EditTargets& targets, const ParamRow& row, double frame)
{
    uint32_t mixed = 0;
    for (size_t t = 1; t < targets.size(); ++t) {
        const NodePlace place = find_node(project, targets[t].graph, targets[t].node);
        if (!place) continue;
        const ParamDesc& p = *row.param;
        const auto value = value_at(project, *place.graph, *place.node, p.name, p.type, p.fallback, frame);
        if (!value) continue;
        const int count = p.type == ParamType::Enum ? 0 : component_count(p.type);
        if (count == 0 && !same(*value, row.value)) mixed |= 1;
        for (int i = 0; i < count; ++i)
            if (component(*value, i) != component(row.value, i)) mixed |= 1u << i;
    }
    return mixed;
}

} // namespace

NodeRows rows_of(const ProjectPtr& project, NodeRef ref, std::span<const NodeId> selected, double frame)
{
    NodeRows node;
    node.project = project, node.ref = ref, node.frame = frame;
    node.place = find_node(*project, ref.graph, ref.node);
    if (!node.place) return node;
    node.op = Registry::instance().find(node.place.node->op);
    node.targets = targets_of(*project, ref, selected);
    if (!node.op) return node;
    for (const ParamDesc& param : node.op->params) {
        ParamRow row;
        row.param = &param;
        const auto it = node.place.node->params.find(param.name);
        if (it != node.place.node->params.end()) row.set = &it->second;
        auto value = value_at(*project, *node.place.graph, *node.place.node, param.name, param.type, param.fallback, frame);
        if (value) row.value = std::move(*value);
        else row.error = value.error(), row.value = row.set && holds(row.set->value, param.type) ? row.set->value : param.fallback;
        row.state = state_of(row.set, frame);
        row.state.changed = row.set && (!row.set->constant() || !same(row.set->value, param.fallback));
        row.driver = driver_of(*project, node.place, row.set);
        for (int i = 0; i < std::max(1, component_count(param.type)); ++i) row.by.push_back(driven_by(row.set, i, frame));
        row.mixed = differing(*project, node.targets, row, frame);
        node.rows.push_back(std::move(row));
    }
    return node;
}

bool shows(const RowFilter& filter, const ParamRow& row)
{
    if (filter.modified_only && !row.state.changed) return false;
    return filter.text.empty() || fuzzy_score(filter.text, row.param->label) > 0 || fuzzy_score(filter.text, row.param->name) > 0;
}

std::vector<RowGroup> grouped(const NodeRows& node, const RowFilter& filter)
{
    std::vector<RowGroup> groups{{}}, standard{{standard_heading, {}}};
    for (size_t i = 0; i < node.rows.size(); ++i) {
        const ParamRow& row = node.rows[i];
        if (!shows(filter, row)) continue;
        if (row.param->standard) {
            standard[0].rows.push_back(i);
            continue;
        }
        const auto it = std::find_if(groups.begin(), groups.end(), [&](const RowGroup& g) { return g.heading == row.param->group; });
        if (it != groups.end()) it->rows.push_back(i);
        else groups.push_back({row.param->group, {i}});
    }
    groups.push_back(standard[0]);
    std::erase_if(groups, [](const RowGroup& g) { return g.rows.empty(); });
    return groups;
}

bool combines(const ParamDesc& param)
{
    const int count = component_count(param.type);
    if (count < 2 || param.type == ParamType::Matrix) return false;
    const double first = component(param.fallback, 0);
    for (int i = 1; i < count; ++i)
        if (component(param.fallback, i) != first) return false;
    return param.type == ParamType::Color || first != 0;
}

std::string default_text(const ParamDesc& param)
{
    if (const auto* text = std::get_if<std::string>(&param.fallback)) return text->empty() ? "empty" : *text;
    if (param.type == ParamType::Bool) return component(param.fallback, 0) != 0 ? "on" : "off";
    const int count = component_count(param.type);
    if (count == 0 || param.type == ParamType::Matrix) return count ? "identity" : "none";
    if (count == 1) return field_text(component(param.fallback, 0), 6);
    std::string text;
    for (int i = 0; i < count; ++i) text += (i ? ", " : "") + field_text(component(param.fallback, i), 6);
    return text;
}

std::string range_text(const ParamDesc& param)
{
    if (component_count(param.type) == 0 || param.type == ParamType::Bool || param.type == ParamType::Enum || param.type == ParamType::Matrix) return {};
    return field_text(param.min, 4) + " to " + field_text(param.max, 4) + (param.hard ? "" : ", and beyond");
}

} // namespace tessera
