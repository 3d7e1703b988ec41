#include "app/panels/curves/key_selection.h"
#include <algorithm>
#include <limits>

namespace tessera {

size_t KeySelection::count() const
{
    size_t n = 0;
    for (const auto& [ref, times] : keys) n += times.size();
    return n;
}

bool KeySelection::contains(const ChannelRef& ref, double time) const
{
    const auto it = keys.find(ref);
    return it != keys.end() && it->second.contains(time);
}

void KeySelection::toggle(const ChannelRef& ref, double time)
{
    KeyTimes& times = keys[ref];
    if (!times.erase(time)) times.insert(time);
    if (times.empty()) keys.erase(ref);
}

const KeyTimes& KeySelection::of(const ChannelRef& ref) const
{
    static const KeyTimes none;
    const auto it = keys.find(ref);
    return it == keys.end() ? none : it->second;
}

void KeySelection::check(const Project& project)
{
    for (auto it = keys.begin(); it != keys.end();) {
        const auto channel = find_channel(project, it->first);
        const auto curve = channel && channel->has_keys() ? channel->curve->keys() : std::span<const CurveKey>();
        std::erase_if(it->second, [&](double time) {
            const auto at = std::lower_bound(curve.begin(), curve.end(), time,
                                             [](const CurveKey& k, double t) { return k.time < t; });
            return at == curve.end() || at->time != time;
        });
        it = it->second.empty() ? keys.erase(it) : std::next(it);
    }
}

Result<SelectionEdit> edit_keys(const ProjectPtr& project, const KeySelection& selection, const ChannelChange& change)
{
    std::vector<CurveChange> changes;
    SelectionEdit result;
    for (const auto& [ref, times] : selection.keys) {
        const auto channel = find_channel(*project, ref);
        if (!channel || !channel->has_keys()) continue;
        const Curve& curve = *channel->curve;
        EditedKeys edited = change(ref, curve, times);
        TESSERA_TRY(made, Curve::make(std::move(edited.keys), curve.before(), curve.after()));
        changes.push_back({ref, std::move(made)});
        if (!edited.selected.empty()) result.selection.keys[ref] = std::move(edited.selected);
    }
    TESSERA_TRY(next, set_curves(project, changes));
    result.project = next;
    return result;
}

KeySelection all_keys(const Project& project, const std::vector<ChannelRef>& channels)
{
    KeySelection all;
    for (const ChannelRef& ref : channels) {
        const auto channel = find_channel(project, ref);
        if (!channel || !channel->has_keys()) continue;
        for (const CurveKey& k : channel->curve->keys()) all.add(ref, k.time);
    }
    return all;
}

KeyBounds bounds_of(const Project& project, const KeySelection& selection)
{
    KeyBounds bounds;
    for (const auto& [ref, times] : selection.keys) {
        const auto channel = find_channel(project, ref);
        if (!channel || !channel->has_keys()) continue;
        for (const CurveKey& k : channel->curve->keys())
            if (times.contains(k.time)) bounds.add(k);
    }
    return bounds;
}

Result<SelectionEdit> insert_key(const ProjectPtr& project, const ChannelRef& ref, double time)
{
    const auto channel = find_channel(*project, ref);
    CurveKey key;
    key.time = time, key.value = channel ? channel->constant : 0;
    if (channel && channel->has_keys()) key = key_on(*channel->curve, time);
    const Curve none;
    const Curve& old = channel && channel->has_keys() ? *channel->curve : none;
    EditedKeys edited = with_keys(old, {key});
    TESSERA_TRY(made, Curve::make(std::move(edited.keys), old.before(), old.after()));
    const CurveChange change{ref, std::move(made)};
    TESSERA_TRY(next, set_curves(project, {&change, 1}));
    SelectionEdit result{next, {}};
    result.selection.add(ref, time);
    return result;
}

Result<ProjectPtr> set_extrapolation(const ProjectPtr& project, const std::vector<ChannelRef>& channels, bool before,
                                     Extrapolation rule)
{
    std::vector<CurveChange> changes;
    for (const ChannelRef& ref : channels) {
        const auto channel = find_channel(*project, ref);
        if (!channel || !channel->has_keys()) continue;
        const Curve& c = *channel->curve;
        std::vector<CurveKey> keys(c.keys().begin(), c.keys().end());
        TESSERA_TRY(made, Curve::make(std::move(keys), before ? rule : c.before(), before ? c.after() : rule));
        changes.push_back({ref, std::move(made)});
    }
    return set_curves(project, changes);
}

std::vector<CopiedKeys> copy_keys(const Project& project, const KeySelection& selection)
{
    std::vector<CopiedKeys> copied;
    for (const auto& [ref, times] : selection.keys) {
        const auto channel = find_channel(project, ref);
        if (!channel || !channel->has_keys()) continue;
        CopiedKeys c{path_of(project, ref), {}, channel->curve->before(), channel->curve->after(), false};
        for (const CurveKey& k : channel->curve->keys())
            if (times.contains(k.time)) c.keys.push_back(k);
        c.whole = c.keys.size() == channel->curve->keys().size();
        if (!c.whole) c.before = c.after = Extrapolation::Constant;
        if (!c.keys.empty()) copied.push_back(std::move(c));
    }
    return copied;
}

double first_time(const std::vector<CopiedKeys>& copied)
{
    double first = std::numeric_limits<double>::infinity();
    for (const CopiedKeys& c : copied)
        if (!c.keys.empty()) first = std::min(first, c.keys.front().time);
    return first;
}

Result<SelectionEdit> paste_keys(const ProjectPtr& project, const std::vector<CopiedKeys>& copied,
                                 const std::vector<ChannelRef>& targets, double shift)
{
    std::vector<ChannelRef> able;
    std::vector<std::string> paths;
    for (const ChannelRef& ref : targets) {
        const auto channel = find_channel(*project, ref);
        if (!channel || !channel->takes_keys()) continue;
        able.push_back(ref);
        paths.push_back(path_of(*project, ref));
    }
    const std::vector<int> order = paste_order(copied, paths);
    std::vector<CurveChange> changes;
    SelectionEdit result;
    for (size_t i = 0; i < able.size(); ++i) {
        if (order[i] < 0) continue;
        const CopiedKeys& from = copied[size_t(order[i])];
        const auto channel = find_channel(*project, able[i]);
        const Curve none;
        const Curve& old = channel->has_keys() ? *channel->curve : none;
        std::vector<CurveKey> keys = from.keys;
        for (CurveKey& k : keys) k.time += shift;
        EditedKeys edited = with_keys(old, std::move(keys));
        const bool rules = from.whole && old.empty(); // a whole curve onto nothing comes with its rules
        TESSERA_TRY(made, Curve::make(std::move(edited.keys), rules ? from.before : old.before(),
                                      rules ? from.after : old.after()));
        changes.push_back({able[i], std::move(made)});
        result.selection.keys[able[i]] = std::move(edited.selected);
    }
    if (changes.empty())
        return Error{ErrorKind::NotFound, "there is no parameter here for these keys",
                     "select the parameters they should go to in the list at the left, then paste"};
    TESSERA_TRY(next, set_curves(project, changes));
    result.project = next;
    return result;
}

std::string described(const Project& project, const KeySelection& selection)
{
    const size_t n = selection.count();
    std::string text = std::to_string(n) + (n == 1 ? " key" : " keys");
    if (selection.keys.size() == 1) text += " of " + path_of(project, selection.keys.begin()->first);
    return text;
}

} // namespace tessera
