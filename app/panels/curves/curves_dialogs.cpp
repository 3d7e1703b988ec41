// Operations on curves that ask for numbers first, and curves as files.
#include "app/panels/curves/curves_panel.h"
#include "app/widgets/number_field.h"
#include "core/base/file.h"
#include <algorithm>
#include <cmath>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr uint64_t most_bytes = 64u << 20; ///< of a table that is read
constexpr float label_width = 112;

void label(const Ui& ui, const char* text)
{
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::CalcTextSize(text).x;
    ImGui::GetWindowDrawList()->AddText({at.x + ui.px(label_width - 8) - width,
                                         at.y + std::round((ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
                                        ui.theme.secondary, text);
    ImGui::SetCursorScreenPos({at.x + ui.px(label_width), at.y});
}

void number_row(const Ui& ui, const char* name, double& value, double low, double high, bool whole = false,
                bool hard = false)
{
    label(ui, name);
    NumberStyle style;
    style.min = low, style.max = high, style.whole = whole, style.hard = hard, style.fallback = std::nan("");
    style.tint = ui.theme.window, style.tint_share = 0.7f; // a question's own surface is that of fields
    if (const auto edit = number_field(ui, name, value, ui.px(120), style); edit && !edit->cancelled)
        value = edit->value;
}

void check_row(const Ui& ui, const char* name, bool& value)
{
    label(ui, "");
    ImGui::PushStyleColor(ImGuiCol_FrameBg, mixed(ui.theme.raised, ui.theme.window, 0.7f));
    ImGui::Checkbox(name, &value);
    ImGui::PopStyleColor();
}

} // namespace

void CurvesPanel::add_dialog_commands()
{
    const auto any = [this] { return has_targets(); };
    const auto add = [&](const char* id, const char* name, int order, const char* help, std::function<void()> run,
                         std::function<bool()> enabled, const char* menu = "Edit/Curves/Operations") {
        editor_.commands().add({id, name, menu, help, "curves", std::move(run), std::move(enabled), {}, order});
    };
    const auto listed = [this] { return !shown_channels().empty(); };
    add(
        "curves.shift", "Shift...", 10, "Move keys by so many frames and so much value.", [this] { ask_shift(); }, any);
    add(
        "curves.scale", "Scale...", 20, "Scale keys in time and value about a point.", [this] { ask_scale(); }, any);
    add(
        "curves.repeat", "Loop...", 120, "Repeat the keys after themselves.", [this] { ask_repeat(); }, any);
    add(
        "curves.smooth_values", "Smooth...", 130, "Draw values to the mean of their neighbours.",
        [this] { ask_smooth(); }, any);
    add(
        "curves.filter", "Filter...", 140, "Take away keys that the curve does not need.", [this] { ask_filter(); },
        any);
    add(
        "curves.generate", "Generate...", 210, "Keys from a sine, noise, a ramp or any expression.",
        [this] { ask_generate(); }, listed);
    add(
        "curves.bake", "Bake to keys", 220, "Keys in place of expressions and links, one a frame from in to out.",
        [this] { bake(); }, listed);
    add(
        "curves.import", "Import keys...", 310, "Read frames and values from a text file.", [this] { import_table(); },
        listed, "Edit/Curves");
    add(
        "curves.export", "Export values...", 320, "Write frames and values to a text file, one line a frame.",
        [this] { export_table(); }, listed, "Edit/Curves");
}

void CurvesPanel::ask_shift()
{
    auto by = std::make_shared<KeyTransform>();
    Question q{"Shift keys",
               "",
               {{"Shift",
                 [this, by] {
                     change("Shift keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                         return transformed(c, k, *by);
                     });
                 },
                 true},
                {"Cancel", {}}},
               {},
               320};
    q.body = [by](const Ui& ui) {
        number_row(ui, "Frames", by->time_by, -50, 50);
        number_row(ui, "Value", by->value_by, -10, 10);
    };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::ask_scale()
{
    auto by = std::make_shared<KeyTransform>();
    const KeyBounds bounds = bounds_of(*editor_.session().project(), targets());
    by->time_pivot = bounds.first;
    auto whole = std::make_shared<bool>(snap_);
    Question q{"Scale keys",
               "",
               {{"Scale",
                 [this, by, whole] {
                     by->whole_frames = *whole;
                     change("Scale keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                         return transformed(c, k, *by);
                     });
                 },
                 true},
                {"Cancel", {}}},
               {},
               320};
    q.body = [by, whole](const Ui& ui) {
        number_row(ui, "Time by", by->time_factor, 0.01, 4);
        number_row(ui, "about frame", by->time_pivot, by->time_pivot - 50, by->time_pivot + 50);
        number_row(ui, "Value by", by->value_factor, -2, 2);
        number_row(ui, "about value", by->value_pivot, -10, 10);
        check_row(ui, "Keep whole frames", *whole);
        by->time_factor = std::max(by->time_factor, least_time_factor);
    };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::ask_repeat()
{
    struct Settings {
        double times = 3;
        bool offset = false;
    };
    auto s = std::make_shared<Settings>();
    Question q{"Loop keys",
               "Repeats the keys from the first to the last selected one. To go on for ever, choose Loop in the menu "
               "After the last key instead.",
               {{"Loop",
                 [this, s] {
                     change("Loop keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                         return repeated(c, k, int(s->times), s->offset);
                     });
                 },
                 true},
                {"Cancel", {}}},
               {},
               360};
    q.body = [s](const Ui& ui) {
        number_row(ui, "Times", s->times, 1, 100, true, true);
        check_row(ui, "Go on from where it ends", s->offset);
    };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::ask_smooth()
{
    auto passes = std::make_shared<double>(2);
    Question q{"Smooth keys",
               "",
               {{"Smooth",
                 [this, passes] {
                     change("Smooth keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                         return smoothed(c, k, int(*passes));
                     });
                 },
                 true},
                {"Cancel", {}}},
               {},
               320};
    q.body = [passes](const Ui& ui) { number_row(ui, "Strength", *passes, 1, 100, true, true); };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::ask_filter()
{
    auto tolerance = std::make_shared<double>(0.1);
    Question q{"Filter keys",
               "Takes away keys wherever the curve stays within the tolerance of what it is now.",
               {{"Filter",
                 [this, tolerance] {
                     const size_t before = targets().count();
                     change("Filter keys", [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                         return filtered(c, k, *tolerance);
                     });
                     const size_t after = targets().count();
                     editor_.notices().add(NoticeLevel::Info, std::to_string(before - std::min(before, after)) +
                                                                  " of " + std::to_string(before) +
                                                                  " keys were not needed.");
                 },
                 true},
                {"Cancel", {}}},
               {},
               360};
    q.body = [tolerance](const Ui& ui) {
        number_row(ui, "Tolerance", *tolerance, 0, 1);
        *tolerance = std::max(0.0, *tolerance);
    };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::ask_generate()
{
    struct Settings {
        WaveSettings wave;
        std::string expression;
        double step = 1;
    };
    auto s = std::make_shared<Settings>();
    s->wave.first = editor_.playback().in(), s->wave.last = editor_.playback().out();
    s->expression = wave_expression(s->wave);
    Question q{"Generate keys",
               "",
               {{"Generate",
                 [this, s] {
                     SelectionEdit all{editor_.session().project(), {}};
                     for (const ChannelRef& ref : shown_channels()) {
                         const ListedChannel* c = list_.find(ref);
                         if (c && c->channel.kind == ChannelKind::Constant && !focused_.contains(ref)) continue;
                         auto next =
                             generate_channel(all.project, ref, s->expression, {s->wave.first, s->wave.last, s->step},
                                              s->step <= 1 ? Interpolation::Linear : Interpolation::Smooth);
                         if (!next) return editor_.notices().add(next.error());
                         all.project = *next;
                     }
                     apply(std::move(all), "Generate keys");
                     fit_wanted_ = true;
                 },
                 true},
                {"Cancel", {}}},
               {},
               440};
    q.body = [s](const Ui& ui) {
        constexpr const char* names[] = {"Sine", "Noise", "Ramp", "Expression"};
        bool changed = false;
        label(ui, "Shape");
        ImGui::PushStyleColor(ImGuiCol_FrameBg, mixed(ui.theme.raised, ui.theme.window, 0.7f));
        ImGui::SetNextItemWidth(ui.px(120));
        if (ImGui::BeginCombo("##shape", names[size_t(s->wave.wave)])) {
            for (int i = 0; i < 4; ++i)
                if (ImGui::Selectable(names[i], int(s->wave.wave) == i)) s->wave.wave = Wave(i), changed = true;
            ImGui::EndCombo();
        }
        const WaveSettings before = s->wave;
        number_row(ui, "First frame", s->wave.first, s->wave.first - 50, s->wave.first + 50);
        number_row(ui, "Last frame", s->wave.last, s->wave.last - 50, s->wave.last + 50);
        number_row(ui, "A key every", s->step, 1, 20);
        if (s->wave.wave == Wave::Sine || s->wave.wave == Wave::Noise) {
            number_row(ui, "Amplitude", s->wave.amplitude, 0, 10);
            number_row(ui, "Period", s->wave.period, 1, 100);
        }
        if (s->wave.wave == Wave::Sine || s->wave.wave == Wave::Noise)
            number_row(ui, "Offset", s->wave.offset, -10, 10);
        if (s->wave.wave == Wave::Ramp)
            number_row(ui, "From", s->wave.from, 0, 10), number_row(ui, "To", s->wave.to, 0, 10);
        changed = changed || before.first != s->wave.first || before.last != s->wave.last ||
                  before.amplitude != s->wave.amplitude || before.period != s->wave.period ||
                  before.offset != s->wave.offset || before.from != s->wave.from || before.to != s->wave.to;
        if (changed && s->wave.wave != Wave::Custom) s->expression = wave_expression(s->wave);
        label(ui, "Expression");
        const WithFont mono(ui.fonts.mono);
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
        if (ImGui::InputText("##expression", &s->expression)) s->wave.wave = Wave::Custom;
        ImGui::PopStyleColor();
    };
    editor_.dialogs().ask(std::move(q));
}

void CurvesPanel::bake()
{
    const Playback& p = editor_.playback();
    ProjectPtr project = editor_.session().project();
    KeySelection baked;
    for (const ChannelRef& ref : shown_channels()) {
        const ListedChannel* c = list_.find(ref);
        const bool driven = c->channel.kind == ChannelKind::Expression || c->channel.kind == ChannelKind::Link;
        if (!driven && !focused_.contains(ref)) continue;
        auto next = bake_channel(project, ref, {double(p.in()), double(p.out()), 1}, Interpolation::Linear);
        if (!next) return editor_.notices().add(next.error());
        project = *next;
    }
    if (project == editor_.session().project())
        return editor_.notices().add(
            NoticeLevel::Info, "There is no expression or link here to bake; choose curves at the left to bake those.");
    apply(SelectionEdit{project, {}}, "Bake to keys");
}

// ---- files ----------------------------------------------------------------------------------------------------------

void CurvesPanel::export_table()
{
    // What is written is the project of now, whatever is edited while the file is being chosen.
    const ProjectPtr project = editor_.session().project();
    const std::vector<ChannelRef> refs = shown_channels();
    const int first = editor_.playback().in(), last = editor_.playback().out();
    FileRequest request;
    request.mode = FileMode::Save, request.title = "Export the values of curves";
    request.name = refs.size() == 1 ? list_.find(refs.front())->path + ".txt" : "curves.txt";
    request.project_folder = project->folder;
    request.filters = {any_files()};
    browser_.open(std::move(request), [this, project, refs, first, last](const std::vector<std::string>& paths) {
        editor_.workers().run(
            [project, refs, first, last, path = paths.front()]() -> Status {
                CurveTable table;
                for (const ChannelRef& ref : refs) table.names.push_back(path_of(*project, ref));
                table.columns.resize(refs.size());
                for (int frame = first; frame <= last; ++frame) {
                    table.frames.push_back(frame);
                    for (size_t i = 0; i < refs.size(); ++i) {
                        TESSERA_TRY(value, channel_value(*project, refs[i], frame));
                        table.columns[i].push_back(value);
                    }
                }
                return write_file(path, table_to_text(table));
            },
            [this, path = paths.front()](Status written) {
                if (!written)
                    editor_.notices().add(written.error());
                else
                    editor_.notices().add(NoticeLevel::Info, "Wrote " + path + ".");
            });
    });
}

void CurvesPanel::import_table()
{
    FileRequest request;
    request.mode = FileMode::Open, request.title = "Import keys from a text file";
    request.project_folder = editor_.session().project()->folder;
    request.filters = {any_files()};
    const std::vector<ChannelRef> refs = shown_channels();
    const double first = editor_.playback().in();
    browser_.open(std::move(request), [this, refs, first](const std::vector<std::string>& paths) {
        editor_.workers().run(
            [path = paths.front(), first]() -> Result<CurveTable> {
                TESSERA_TRY(text, read_file(path, most_bytes));
                auto table = table_from_text(text, first);
                if (!table) table.error().file = path;
                return table;
            },
            [this, refs](Result<CurveTable> table) {
                if (!table) return editor_.notices().add(table.error());
                // Columns are the channels they are named after; without names they go to what is shown, in order.
                std::vector<CopiedKeys> columns;
                for (size_t i = 0; i < table->columns.size(); ++i)
                    columns.push_back(
                        {table->names.empty() ? "" : table->names[i], keys_of_column(*table, i), {}, {}, false});
                if (apply(paste_keys(editor_.session().project(), columns, refs, 0), "Import keys")) fit_wanted_ = true;
            });
    });
}

} // namespace tessera
