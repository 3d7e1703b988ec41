// The commands of the dope sheet and the edits they make.
#include "app/panels/dope_sheet/dope_panel.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <cmath>

namespace tessera {

bool DopePanel::apply(Result<SelectionEdit> edit, const std::string& label, const std::string& merge)
{
    if (!edit) {
        editor_.session().apply(std::move(edit.error()), label);
        return false;
    }
    if (!editor_.session().apply(edit->project, label, merge)) return false;
    *keys = std::move(edit->selection);
    refresh();
    return true;
}

void DopePanel::change(const std::string& label, const KeyTransform& transform)
{
    if (keys->empty()) return;
    const auto edit =
        edit_keys(editor_.session().project(), *keys,
                  [&](const ChannelRef&, const Curve& c, const KeyTimes& k) { return transformed(c, k, transform); });
    if (apply(edit, label)) editor_.session().seal();
}

void DopePanel::nudge(double frames, const char* without_keys)
{
    if (keys->empty()) { // the arrows keep their usual meaning
        editor_.commands().run(without_keys);
        return;
    }
    KeyTransform t;
    t.time_by = frames;
    change("Nudge " + described(*editor_.session().project(), *keys), t);
}

std::vector<ChannelRef> DopePanel::all_channels() const
{
    std::vector<ChannelRef> refs;
    for (const ListedChannel& c : list_.channels) refs.push_back(c.ref);
    return refs;
}

void DopePanel::copy()
{
    const auto copied = copy_keys(*editor_.session().project(), *keys);
    if (!copied.empty()) ImGui::SetClipboardText(keys_to_text(copied).c_str());
}

void DopePanel::paste(bool absolute)
{
    const char* text = ImGui::GetClipboardText();
    const auto copied = keys_from_text(text ? text : "");
    if (!copied) return editor_.notices().add(copied.error());
    const ProjectPtr& project = editor_.session().project();
    // Back to where they came from; where that is gone, to the parameters that have selected keys.
    std::vector<ChannelRef> to;
    for (const CopiedKeys& c : *copied)
        if (const auto ref = channel_at(*project, c.channel)) to.push_back(*ref);
    if (to.empty())
        for (const auto& [ref, times] : keys->keys) to.push_back(ref);
    const double shift = absolute ? 0 : editor_.frame_number() - first_time(*copied);
    if (apply(paste_keys(project, *copied, to, shift), "Paste keys")) editor_.session().seal();
}

void DopePanel::insert()
{
    // On the parameters that have selected keys, else on all that are listed.
    SelectionEdit all{editor_.session().project(), {}};
    std::vector<ChannelRef> refs;
    for (const auto& [ref, times] : keys->keys) refs.push_back(ref);
    if (refs.empty()) refs = all_channels();
    for (const ChannelRef& ref : refs) {
        auto one = insert_key(all.project, ref, editor_.frame_number());
        if (!one) return editor_.notices().add(one.error());
        all.project = one->project, all.selection.add(ref, editor_.frame_number());
    }
    if (!all.selection.empty()) apply(std::move(all), "Insert keys");
}

void DopePanel::fit_view(bool selected_only)
{
    const auto selected = time_extent(*keys);
    if (selected_only && selected) return fit(time_, selected->first, selected->second, 0.1, 10);
    double first = editor_.playback().first(), last = editor_.playback().last();
    if (!list_.rows.empty() && !list_.rows[0].times.empty())
        first = std::min(first, list_.rows[0].times.front()), last = std::max(last, list_.rows[0].times.back());
    fit(time_, first, last, 0.04, 10);
}

namespace {

void number_row(const Ui& ui, const char* name, double& value, double low, double high)
{
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::CalcTextSize(name).x;
    ImGui::GetWindowDrawList()->AddText(
        {at.x + ui.px(96) - width, at.y + std::round((ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
        ui.theme.secondary, name);
    ImGui::SetCursorScreenPos({at.x + ui.px(104), at.y});
    NumberStyle style;
    style.min = low, style.max = high, style.fallback = std::nan("");
    style.tint = ui.theme.window, style.tint_share = 0.7f; // a question's own surface is that of fields
    if (const auto edit = number_field(ui, name, value, ui.px(120), style); edit && !edit->cancelled)
        value = edit->value;
}

} // namespace

void DopePanel::ask_shift()
{
    auto t = std::make_shared<KeyTransform>();
    Question q{"Shift keys", "", {{"Shift", [this, t] { change("Shift keys", *t); }, true}, {"Cancel", {}}}, {}, 320};
    q.body = [t](const Ui& ui) { number_row(ui, "Frames", t->time_by, -50, 50); };
    editor_.dialogs().ask(std::move(q));
}

void DopePanel::ask_scale()
{
    auto t = std::make_shared<KeyTransform>();
    t->time_pivot = editor_.frame_number(), t->whole_frames = true;
    Question q{
        "Scale keys in time", "", {{"Scale", [this, t] { change("Scale keys", *t); }, true}, {"Cancel", {}}}, {}, 320};
    q.body = [t](const Ui& ui) {
        number_row(ui, "Time by", t->time_factor, 0.01, 4);
        number_row(ui, "about frame", t->time_pivot, t->time_pivot - 50, t->time_pivot + 50);
        t->time_factor = std::max(t->time_factor, least_time_factor);
    };
    editor_.dialogs().ask(std::move(q));
}

void DopePanel::add_commands()
{
    const auto selected = [this] { return !keys->empty(); };
    const auto listed = [this] { return !list_.channels.empty(); };
    const auto add = [this](const char* id, const char* name, int order, const char* help, std::function<void()> run,
                            std::function<bool()> enabled = {}) {
        editor_.commands().add(
            {id, name, "Edit/Dope sheet", help, "dopesheet", std::move(run), std::move(enabled), {}, order});
    };
    add(
        "dopesheet.insert", "Insert key", 10, "A key at the play head, on the parameters with selected keys or on all.",
        [this] { insert(); }, listed);
    add(
        "dopesheet.delete", "Delete keys", 20, "Take the selected keys away.",
        [this] {
            const auto edit =
                edit_keys(editor_.session().project(), *keys,
                          [](const ChannelRef&, const Curve& c, const KeyTimes& k) { return without(c, k); });
            if (apply(edit, "Delete " + described(*editor_.session().project(), *keys))) editor_.session().seal();
        },
        selected);
    add(
        "dopesheet.select_all", "Select all keys", 30, "Every key that is listed.",
        [this] { *keys = all_keys(*editor_.session().project(), all_channels()); }, listed);
    add(
        "dopesheet.cut", "Cut keys", 100, "Copy the selected keys and take them away.",
        [this] { copy(), editor_.commands().run("dopesheet.delete"); }, selected);
    add(
        "dopesheet.copy", "Copy keys", 110, "The selected keys, as text.", [this] { copy(); }, selected);
    add("dopesheet.paste", "Paste keys", 120, "The first key goes to the play head.", [this] { paste(false); });
    add("dopesheet.paste_absolute", "Paste keys at their own frames", 130, "Copied keys keep their frames.",
        [this] { paste(true); });
    add(
        "dopesheet.shift", "Shift...", 210, "Move the selected keys by so many frames.", [this] { ask_shift(); },
        selected);
    add(
        "dopesheet.scale", "Scale...", 220, "Scale the selected keys in time about the play head or another frame.",
        [this] { ask_scale(); }, selected);
    add("dopesheet.frame_all", "Frame all", 310, "The project and all keys fill the view.",
        [this] { fit_view(false); });
    add("dopesheet.frame", "Frame the selected keys", 320,
        "The selected keys fill the view, or everything when none is selected.", [this] { fit_view(true); });
    add(
        "dopesheet.unfold", "Unfold all", 330, "Show the components of every parameter.",
        [this] {
            turned_.clear();
            for (const DopeRow& row : list_.rows)
                if (row.has_children && row.kind == DopeRow::Kind::Param) turned_.insert(row.ref);
            visible_ = visible_rows(list_, turned_);
        },
        listed);
    add(
        "dopesheet.fold", "Fold all", 340, "Show one row a node.",
        [this] {
            turned_.clear();
            for (const DopeRow& row : list_.rows)
                if (row.has_children && row.kind == DopeRow::Kind::Node) turned_.insert(row.ref);
            visible_ = visible_rows(list_, turned_);
        },
        listed);
    const auto move_by = [this](const char* id, const char* name, int order, double frames, const char* otherwise) {
        editor_.commands().add({id,
                                name,
                                "Edit/Dope sheet/Nudge",
                                "Move the selected keys; without any, the key's usual meaning.",
                                "dopesheet",
                                [this, frames, otherwise] { nudge(frames, otherwise); },
                                {},
                                {},
                                order});
    };
    move_by("dopesheet.nudge_left", "Left", 10, -1, "play.previous_frame");
    move_by("dopesheet.nudge_right", "Right", 11, 1, "play.next_frame");
    move_by("dopesheet.nudge_far_left", "Far left", 12, -10, "play.back_increment");
    move_by("dopesheet.nudge_far_right", "Far right", 13, 10, "play.forward_increment");
}

} // namespace tessera
