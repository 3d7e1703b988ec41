// The commands of the curve editor and the edits they make.
#include "app/panels/curves/curves_panel.h"
#include "app/panels/curves/time_ruler.h"
#include <algorithm>
#include <cmath>

namespace tessera {

bool CurvesPanel::apply(Result<SelectionEdit> edit, const std::string& label, const std::string& merge)
{
    if (!edit) {
        editor_.session().apply(std::move(edit.error()), label);
        return false;
    }
    if (!editor_.session().apply(edit->project, label, merge)) return false;
    *keys = std::move(edit->selection);
    refresh(); // the rest of this frame draws what the project has become
    lay_out_lines();
    lay_out_spots();
    return true;
}

void CurvesPanel::change(const std::string& label, const ChannelChange& change, const std::string& merge)
{
    const KeySelection chosen = targets();
    if (chosen.empty()) return;
    const bool had = !keys->empty();
    if (!apply(edit_keys(editor_.session().project(), chosen, change), label, merge)) return;
    if (!had) keys->clear(); // what worked on whole curves leaves nothing selected
    if (merge.empty()) editor_.session().seal();
}

std::vector<ChannelRef> CurvesPanel::shown_channels() const
{
    std::vector<ChannelRef> shown;
    for (const ListedChannel& c : list_.channels)
        if (!hidden_.contains(c.ref) && (focused_.empty() || focused_.contains(c.ref))) shown.push_back(c.ref);
    return shown;
}

std::vector<ChannelRef> CurvesPanel::focused_channels() const
{
    if (focused_.empty() && list_.channels.size() == 1) return {list_.channels[0].ref};
    return {focused_.begin(), focused_.end()};
}

KeySelection CurvesPanel::targets() const
{
    if (!keys->empty()) return *keys;
    return all_keys(*editor_.session().project(), shown_channels());
}

void CurvesPanel::fit_view(bool selected_only)
{
    KeyBounds bounds;
    const auto add = [&](double t, double v) {
        CurveKey k;
        k.time = t, k.value = v;
        bounds.add(k);
    };
    for (const Line& line : lines_) {
        const Channel& c = line.listed->channel;
        if (!line.focused && !selected_only) continue;
        if (!c.has_keys()) {
            if (!selected_only) {
                add(editor_.playback().first(), line.view.to_view(c.constant));
                add(editor_.playback().last(), line.view.to_view(c.constant));
            }
            continue;
        }
        const KeyTimes& chosen = keys->of(line.listed->ref);
        const auto all = c.curve->keys();
        if (selected_only && chosen.empty()) continue;
        const double first = selected_only ? *chosen.begin() : all.front().time,
                     last = selected_only ? *chosen.rbegin() : all.back().time;
        const ValueRange range = value_range(*c.curve, first, last);
        add(first, line.view.to_view(range.low)), add(last, line.view.to_view(range.high));
    }
    if (bounds.empty()) return;
    const bool lookup = std::all_of(lines_.begin(), lines_.end(),
                                    [](const Line& l) { return l.listed->channel.kind == ChannelKind::Lookup; });
    fit(time_, bounds.first, bounds.last, 0.08, lookup ? 0.1 : 10);
    fit(value_, bounds.low, bounds.high, 0.15,
        std::max(1e-6, std::max(std::abs(bounds.low), std::abs(bounds.high)) * 1e-3 +
                           (bounds.low == bounds.high ? 1.0 : 0.0)));
}

void CurvesPanel::nudge(double frames, double steps, const char* without_keys)
{
    if (keys->empty()) { // the arrows keep their usual meaning
        if (without_keys) editor_.commands().run(without_keys);
        return;
    }
    const double value = steps * tick_step(value_, editor_.ui().px(36), false) / 10;
    std::map<ChannelRef, ValueView> views;
    for (const Line& line : lines_) views[line.listed->ref] = line.view;
    change("Nudge " + described(*editor_.session().project(), *keys),
           [&](const ChannelRef& ref, const Curve& c, const KeyTimes& k) {
               KeyTransform t;
               t.time_by = frames;
               const auto view = views.find(ref);
               t.value_by = value / (view == views.end() ? 1 : view->second.factor);
               return transformed(c, k, t);
           });
}

void CurvesPanel::copy()
{
    const auto copied = copy_keys(*editor_.session().project(), targets());
    if (!copied.empty()) ImGui::SetClipboardText(keys_to_text(copied).c_str());
}

void CurvesPanel::paste(bool absolute)
{
    const char* text = ImGui::GetClipboardText();
    auto copied = keys_from_text(text ? text : "");
    if (!copied) return editor_.notices().add(copied.error());
    const ProjectPtr& project = editor_.session().project();
    // To what is chosen in the tree; else where it came from; else to whatever is shown.
    std::vector<ChannelRef> to(focused_.begin(), focused_.end());
    if (to.empty())
        for (const CopiedKeys& c : *copied)
            if (auto ref = channel_at(*project, c.channel); ref && list_.find(*ref)) to.push_back(*ref);
    if (to.empty()) to = shown_channels();
    const double shift = absolute ? 0 : editor_.frame_number() - first_time(*copied);
    if (apply(paste_keys(project, *copied, to, shift), "Paste keys")) editor_.session().seal();
}

bool CurvesPanel::has_targets() const
{
    if (!keys->empty()) return true;
    return std::any_of(list_.channels.begin(), list_.channels.end(), [&](const ListedChannel& c) {
        return c.channel.has_keys() && !hidden_.contains(c.ref) && (focused_.empty() || focused_.contains(c.ref));
    });
}

// ---- commands -------------------------------------------------------------------------------------------------------

void CurvesPanel::add_commands()
{
    const auto any = [this] { return has_targets(); };
    const auto selected = [this] { return !keys->empty(); };
    const auto add = [this](const char* id, const char* name, int order, const char* help, std::function<void()> run,
                            std::function<bool()> enabled = {}, std::function<bool()> checked = {}) {
        editor_.commands().add(
            {id, name, "Edit/Curves", help, "curves", std::move(run), std::move(enabled), std::move(checked), order});
    };
    add("curves.insert", "Insert key", 10, "A key at the play head on every curve shown.", [this] {
        ProjectPtr p = editor_.session().project();
        SelectionEdit all{p, {}};
        for (const ChannelRef& ref : shown_channels()) {
            const ListedChannel* c = list_.find(ref);
            if (!c->channel.takes_keys() || (c->channel.kind == ChannelKind::Constant && !focused_.contains(ref)))
                continue;
            auto one = insert_key(all.project, ref, editor_.frame_number());
            if (!one) return editor_.notices().add(one.error());
            all.project = one->project, all.selection.add(ref, editor_.frame_number());
        }
        if (!all.selection.empty()) apply(std::move(all), "Insert keys");
    });
    add(
        "curves.delete", "Delete keys", 20, "Take the selected keys away.",
        [this] {
            change("Delete " + described(*editor_.session().project(), *keys),
                   [](const ChannelRef&, const Curve& c, const KeyTimes& k) { return without(c, k); });
        },
        selected);
    add("curves.select_all", "Select all keys", 30, "Every key of the curves shown.",
        [this] { *keys = all_keys(*editor_.session().project(), shown_channels()); });
    add(
        "curves.copy", "Copy keys", 110, "The selected keys, or whole curves, as text.", [this] { copy(); }, any);
    add(
        "curves.cut", "Cut keys", 100, "Copy the selected keys and take them away.",
        [this] { copy(), editor_.commands().run("curves.delete"); }, selected);
    add("curves.paste", "Paste keys", 120,
        "The first key goes to the play head; into the parameters chosen at the left.", [this] { paste(false); });
    add("curves.paste_absolute", "Paste keys at their own frames", 130, "Copied keys keep their frames.",
        [this] { paste(true); });
    add("curves.frame", "Frame the selected keys", 210,
        "The selected keys fill the view, or everything when none is selected.", [this] {
            if (keys->empty())
                fit_view(false);
            else
                fit_view(true);
        });
    add("curves.frame_all", "Frame all", 200, "All curves shown fill the view.", [this] { fit_view(false); });
    add(
        "curves.normalised", "Normalised view", 220, "Every curve fills the height, whatever its values are.",
        [this] {
            normalised_ = !normalised_;
            fit_wanted_ = true;
        },
        {}, [this] { return normalised_; });
    add(
        "curves.box", "Transform box", 230, "A box round the selected keys, to move and scale them.",
        [this] { box_ = !box_; }, {}, [this] { return box_; });
    add(
        "curves.snap", "Snap to whole frames", 240,
        "Dragged keys end on whole frames; Ctrl does the opposite for a while.", [this] { snap_ = !snap_; }, {},
        [this] { return snap_; });
    const auto move_by = [&](const char* id, const char* name, int order, double frames, double steps,
                             const char* otherwise) {
        editor_.commands().add({id,
                                name,
                                "Edit/Curves/Nudge",
                                "Move the selected keys; without any, the key's usual meaning.",
                                "curves",
                                [this, frames, steps, otherwise] { nudge(frames, steps, otherwise); },
                                {},
                                {},
                                order});
    };
    move_by("curves.nudge_left", "Left", 10, -1, 0, "play.previous_frame");
    move_by("curves.nudge_right", "Right", 11, 1, 0, "play.next_frame");
    move_by("curves.nudge_up", "Up", 12, 0, 1, nullptr);
    move_by("curves.nudge_down", "Down", 13, 0, -1, nullptr);
    move_by("curves.nudge_far_left", "Far left", 110, -10, 0, "play.back_increment");
    move_by("curves.nudge_far_right", "Far right", 111, 10, 0, "play.forward_increment");
    move_by("curves.nudge_far_up", "Far up", 112, 0, 10, nullptr);
    move_by("curves.nudge_far_down", "Far down", 113, 0, -10, nullptr);
}

void CurvesPanel::add_rule_commands()
{
    const auto any = [this] { return has_targets(); };
    const auto rule = [&](const char* id, const char* name, int order, const char* help,
                          std::function<EditedKeys(const Curve&, const KeyTimes&)> edit) {
        editor_.commands().add({id,
                                name,
                                "Edit/Curves/Interpolation",
                                help,
                                "curves",
                                [this, label = std::string(name), edit = std::move(edit)] {
                                    change(label + " keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                                        return edit(c, k);
                                    });
                                },
                                any,
                                {},
                                order});
    };
    const auto plain = [](Interpolation i) {
        return [i](const Curve& c, const KeyTimes& k) { return with_interpolation(c, k, i); };
    };
    rule("curves.constant", "Constant", 10, "Holds its value up to the next key.", plain(Interpolation::Constant));
    rule("curves.linear", "Linear", 20, "A straight line to the next key.", plain(Interpolation::Linear));
    rule("curves.smooth", "Smooth", 30, "Bends through the key without overshooting.", plain(Interpolation::Smooth));
    rule("curves.cubic", "Cubic", 40, "The smoothest curve through all such keys.", plain(Interpolation::Cubic));
    rule("curves.catmull_rom", "Catmull-Rom", 50, "Runs parallel to the line between its neighbours.",
         plain(Interpolation::CatmullRom));
    rule("curves.bezier", "B\xc3\xa9zier", 60, "Tangents of its own, free in time and value.", with_free_tangents);
    rule("curves.horizontal", "Horizontal", 110, "Level tangents.", with_horizontal_tangents);
    rule("curves.break", "Break", 120, "Parts the two tangents of a key; done again, joins them.",
         with_broken_tangents);

    struct Outside {
        const char *id, *name;
        Extrapolation rule;
    };
    constexpr Outside outside[] = {{"constant", "Constant", Extrapolation::Constant},
                                   {"linear", "Linear", Extrapolation::Linear},
                                   {"loop", "Loop", Extrapolation::Loop},
                                   {"loop_offset", "Loop with offset", Extrapolation::LoopOffset},
                                   {"bounce", "Bounce", Extrapolation::Bounce}};
    for (const bool before : {true, false})
        for (size_t i = 0; i < std::size(outside); ++i) {
            const Outside o = outside[i];
            const auto channels = [this] {
                std::vector<ChannelRef> refs;
                for (const auto& [ref, times] : targets().keys) refs.push_back(ref);
                return refs;
            };
            Command c;
            c.id = std::string("curves.") + (before ? "before_" : "after_") + o.id, c.name = o.name;
            c.menu = before ? "Edit/Curves/Before the first key" : "Edit/Curves/After the last key";
            c.help = before ? "What the curve does before its first key." : "What the curve does after its last key.";
            c.context = "curves", c.order = int(i), c.enabled = any;
            c.run = [this, before, o, channels] {
                editor_.session().apply(set_extrapolation(editor_.session().project(), channels(), before, o.rule),
                                        std::string(o.name) +
                                            (before ? " before the first key" : " after the last key"));
            };
            c.checked = [this, before, o, channels] {
                const auto refs = channels();
                return !refs.empty() && std::all_of(refs.begin(), refs.end(), [&](const ChannelRef& ref) {
                    const auto channel = find_channel(*editor_.session().project(), ref);
                    return channel && channel->has_keys() &&
                           (before ? channel->curve->before() : channel->curve->after()) == o.rule;
                });
            };
            editor_.commands().add(std::move(c));
        }
}

void CurvesPanel::add_operation_commands()
{
    editor_.commands().add({"curves.reverse",
                            "Reverse",
                            "Edit/Curves/Operations",
                            "The keys from the first to the last selected one, turned round in time.",
                            "curves",
                            [this] {
                                change("Reverse keys", [](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                                    return reversed(c, k);
                                });
                            },
                            [this] { return has_targets(); },
                            {},
                            110});
}

} // namespace tessera
