// What opens over the graph: the way back out of groups, names, notes, colours, finding, menus, and words about what
// rests under the pointer.
#include "app/panels/graph/graph_background.h"
#include "app/panels/graph/graph_text.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

/// Muted hues for headers and backdrops, beside which texts stay readable.
constexpr int swatches[] = {0x57697D, 0x3F69A0, 0x2F7472, 0x48763F, 0x85692E, 0x82604A, 0x984F4B, 0x95507F, 0x7459A0,
                            0x6B6B6B, 0x3A3A3A, 0xC9B458, 0x8FB3C9, 0xA6C98F, 0xC98F8F, 0xB0A0C9, 0xC9A98F, 0xBFBFBF};
constexpr int swatches_a_row = 9;

/// A palette and a way back to the usual colour; true when `colour` was changed.
bool colour_choice(const Ui& ui, int& colour, bool& fine)
{
    bool changed = false;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(4), ui.px(4)});
    for (int i = 0; i < int(std::size(swatches)); ++i) {
        const int hex = swatches[i];
        const ImVec4 c{float((hex >> 16) & 255) / 255, float((hex >> 8) & 255) / 255, float(hex & 255) / 255, 1};
        ImGui::PushID(i);
        if (ImGui::ColorButton("##swatch", c, ImGuiColorEditFlags_NoTooltip, {ui.px(22), ui.px(22)}))
            colour = hex, changed = true;
        if (colour == hex)
            ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), ui.theme.accent,
                                                ui.px(3), 0, ui.px(2));
        ImGui::PopID();
        if (i % swatches_a_row != swatches_a_row - 1) ImGui::SameLine();
    }
    ImGui::PopStyleVar();
    const int shown = colour >= 0 ? colour : swatches[0];
    float c[3] = {float((shown >> 16) & 255) / 255, float((shown >> 8) & 255) / 255, float(shown & 255) / 255};
    fine = false;
    ImGui::SetNextItemWidth(ui.px(swatches_a_row * 26 - 4));
    if (ImGui::ColorEdit3("##own", c, ImGuiColorEditFlags_DisplayHex | ImGuiColorEditFlags_NoLabel)) {
        const auto byte = [](float v) { return int(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f); };
        colour = byte(c[0]) << 16 | byte(c[1]) << 8 | byte(c[2]);
        changed = fine = true;
    }
    if (ImGui::Button("Usual colour", {ui.px(swatches_a_row * 26 - 4), 0}))
        colour = NodeLook::own_colour, changed = true;
    return changed;
}

} // namespace

/// A popup that Escape closes; its fields stand out from its ground.
bool GraphPanel::begin_popup(const char* id)
{
    const Ui& ui = editor_.ui();
    if (!ImGui::BeginPopup(id)) return false;
    editor_.hold_keys();
    ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.panel);
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.panel);
    if (pressed("Escape")) ImGui::CloseCurrentPopup();
    return true;
}

void GraphPanel::end_popup()
{
    ImGui::PopStyleColor(2);
    ImGui::EndPopup();
}

bool GraphPanel::pressed(std::string_view key) const
{
    return std::any_of(editor_.held_keys().begin(), editor_.held_keys().end(),
                       [&](const KeyPress& k) { return k.key == key; });
}

void GraphPanel::draw_breadcrumbs()
{
    auto& path = editor_.selection().path;
    if (path.size() < 2) return;
    const Ui& ui = editor_.ui();
    ImGui::SetCursorScreenPos({low_.x + ui.px(8), low_.y + ui.px(6)});
    size_t keep = path.size();
    for (size_t i = 0; i < path.size(); ++i) {
        const NodePlace shown = shown_by(*project(), path[i]);
        const std::string name = i == 0 ? editor_.session().name() : shown ? shown.node->name : "?";
        ImGui::PushID(int(i));
        if (i + 1 == path.size()) {
            ImGui::AlignTextToFramePadding();
            ImGui::TextUnformatted(name.c_str());
        } else {
            if (ImGui::Button(name.c_str())) keep = i + 1;
            ImGui::SameLine(0, ui.px(6));
            ImGui::TextDisabled("%s", icon::caret_right);
            ImGui::SameLine(0, ui.px(6));
        }
        ImGui::PopID();
    }
    while (path.size() > keep) leave_group();
}

void GraphPanel::draw_rename()
{
    const Ui& ui = editor_.ui();
    if (popup_wanted_ == Popup::Rename) {
        popup_wanted_ = Popup::None;
        const NodePlace place = find_node(*project(), shown_, editor_.selection().last);
        if (!place) return;
        renaming_ = place.node->id, rename_text_ = place.node->name, label_text_ = place.node->label;
        rename_problem_.clear();
        ImGui::OpenPopup("rename");
    }
    if (const SceneNode* n = scene_.find(renaming_)) {
        const ImVec2 at = to_screen({n->low().x, n->high().y}), screen = ImGui::GetIO().DisplaySize;
        ImGui::SetNextWindowPos(
            {std::clamp(at.x, 0.0f, screen.x - ui.px(290)), std::clamp(at.y + ui.px(4), 0.0f, screen.y - ui.px(100))});
    }
    if (!begin_popup("rename")) return;
    const auto row = [&](const char* label, std::string& text) {
        ImGui::AlignTextToFramePadding();
        ImGui::TextDisabled("%s", label);
        ImGui::SameLine(ui.px(56));
        ImGui::SetNextItemWidth(ui.px(216));
        ImGui::PushID(label);
        ImGui::InputText("##text", &text, ImGuiInputTextFlags_AutoSelectAll);
        ImGui::PopID();
    };
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    row("Name", rename_text_);
    row("Label", label_text_);
    if (!rename_problem_.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::PushTextWrapPos(ui.px(276));
        ImGui::TextUnformatted(rename_problem_.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    } else {
        WithFont small(ui.fonts.small);
        ImGui::TextDisabled("A label may quote values: [size] px");
    }
    if (pressed("Enter") || pressed("KeypadEnter")) {
        auto edited = rename(project(), {shown_, renaming_}, rename_text_);
        if (edited) edited = set_label(*edited, {shown_, renaming_}, label_text_);
        if (edited) {
            editor_.session().apply(std::move(edited), "Rename");
            ImGui::CloseCurrentPopup();
        } else {
            rename_problem_ = edited.error().text();
        }
    }
    end_popup();
}

void GraphPanel::draw_note_editor()
{
    const Ui& ui = editor_.ui();
    if (popup_wanted_ == Popup::Note) {
        popup_wanted_ = Popup::None;
        ImGui::OpenPopup("note");
    }
    const Graph* g = find_graph(*project(), shown_);
    const NotePtr* found = g ? g->notes.find(editing_note_) : nullptr;
    if (found) {
        const Note& shown = **found; // beside it
        const ImVec2 at = to_screen({shown.position.x + shown.size.x, shown.position.y}),
                     screen = ImGui::GetIO().DisplaySize;
        ImGui::SetNextWindowPos(
            {std::clamp(at.x + ui.px(8), 0.0f, screen.x - ui.px(260)), std::clamp(at.y, 0.0f, screen.y - ui.px(320))},
            ImGuiCond_Appearing);
    }
    if (!begin_popup("note")) return;
    if (!found) {
        ImGui::CloseCurrentPopup();
        return end_popup();
    }
    Note note = **found;
    const float width = ui.px(swatches_a_row * 26 - 4);
    const std::string key = "note" + std::to_string(note.id);
    bool changed = false, fine = false;
    if (note.kind == Note::Kind::Backdrop) {
        if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
        ImGui::SetNextItemWidth(width);
        changed = ImGui::InputTextWithHint("##title", "Title", &note.title);
    } else if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    changed = ImGui::InputTextMultiline("##text", &note.text, {width, ui.px(84)}) || changed;
    float size = float(note.font_size);
    ImGui::SetNextItemWidth(width);
    if (ImGui::SliderFloat("##size", &size, 8, 96, "Type %.0f px", ImGuiSliderFlags_AlwaysClamp))
        note.font_size = std::round(double(size)), changed = true;
    changed = colour_choice(ui, note.colour, fine) || changed;
    if (changed) editor_.session().apply(set_note(project(), shown_, std::move(note)), "Edit note", key);
    end_popup();
}

void GraphPanel::draw_colour()
{
    if (popup_wanted_ == Popup::Colour) {
        popup_wanted_ = Popup::None;
        ImGui::OpenPopup("colour");
    }
    if (!begin_popup("colour")) return;
    const Graph* g = find_graph(*project(), shown_);
    const std::vector<NodeId> nodes = selected();
    if (g && !nodes.empty()) {
        int colour = look_of(*g, nodes.back()).colour;
        bool fine = false;
        if (colour_choice(editor_.ui(), colour, fine))
            editor_.session().apply(
                change_looks(project(), shown_, nodes, [&](NodeLook& look) { look.colour = colour; }), "Colour",
                fine ? "node colour" : "");
    }
    end_popup();
}

void GraphPanel::go_to_node(GraphId graph, NodeId node)
{
    std::vector<GraphId> path;
    for (GraphId at = graph; at;) {
        path.insert(path.begin(), at);
        const NodePlace group = shown_by(*project(), at);
        at = group ? group.graph->id : 0;
    }
    if (path.empty() || path.front() != project()->root) return;
    editor_.selection().path = path;
    select_only(node);
    follow_graph();
    refresh_scene();
    if (const SceneNode* n = scene_.find(node)) {
        camera_.centre = n->centre;
        camera_.zoom = std::max(camera_.zoom, 0.7);
        frame_wanted_ = false;
    }
}

void GraphPanel::find_matches()
{
    if (found_for_ == find_text_ && found_revision_ == editor_.session().revision()) return;
    found_for_ = find_text_, found_revision_ = editor_.session().revision();
    found_.clear();
    for (const TextMatch& match : find_text(*project(), find_text_))
        found_.push_back({match.graph, match.node, match.path, match.about, match.score});
}

void GraphPanel::draw_find()
{
    if (!find_open_) return;
    const Ui& ui = editor_.ui();
    const float width = ui.px(320), pad = ui.px(8);
    const float height = std::min(ui.px(replace_open_ ? 320 : 252), high_.y - low_.y - 2 * pad);
    ImGui::SetCursorScreenPos({std::max(low_.x, high_.x - width - pad), low_.y + pad});
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.raised);
    ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.panel);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {pad, pad});
    bool enter = false, escape = false;
    if (ImGui::BeginChild("find", {width, height}, true)) {
        if (std::exchange(find_appeared_, false)) ImGui::SetKeyboardFocusHere();
        ImGui::SetNextItemWidth(-ui.px(30));
        ImGui::InputTextWithHint("##find", "Name, class, label or file", &find_text_);
        ImGui::SameLine(0, ui.px(4));
        if (icon_button(ui, "close", icon::close, "Close")) find_open_ = false;
        find_matches();
        if (replace_open_) {
            ImGui::SetNextItemWidth(-1);
            ImGui::InputTextWithHint("##replace", "Replace with", &replace_text_);
            ImGui::Checkbox("Names", &replace_names_);
            ImGui::SameLine();
            ImGui::Checkbox("Files", &replace_paths_);
            const std::vector<NodeId> nodes = selected();
            const ReplaceWhere where{
                replace_names_, replace_paths_, nodes.empty() ? 0 : shown_, {nodes.begin(), nodes.end()}};
            ImGui::SameLine();
            ImGui::BeginDisabled(find_text_.empty() || (!replace_names_ && !replace_paths_));
            if (ImGui::Button(nodes.empty() ? "Replace in all" : "Replace in selected", {-1, 0}))
                editor_.session().apply(replace_text(project(), find_text_, replace_text_, where), "Replace text");
            ImGui::EndDisabled();
        }
        if (ImGui::BeginChild("list")) {
            ImGuiListClipper clipper;
            clipper.Begin(int(found_.size()), ui.px(22));
            std::optional<Found> go;
            while (clipper.Step())
                for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                    const Found& f = found_[size_t(i)];
                    ImGui::PushID(i);
                    const ImVec2 at = ImGui::GetCursorScreenPos();
                    const float wide = ImGui::GetContentRegionAvail().x;
                    if (ImGui::Selectable("##row", editor_.selection().nodes.contains(f.node), 0, {0, ui.px(18)}))
                        go = f;
                    ImDrawList& list = *ImGui::GetWindowDrawList();
                    list.AddText({at.x + ui.px(4), at.y}, ui.theme.text, f.path.c_str());
                    const float name = ImGui::CalcTextSize(f.path.c_str()).x;
                    const ImVec4 clip{at.x + name + ui.px(16), at.y, at.x + wide, at.y + ui.px(22)};
                    const float about = ImGui::CalcTextSize(f.about.c_str()).x;
                    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                                 {std::max(clip.x, at.x + wide - about - ui.px(4)), at.y}, ui.theme.secondary,
                                 f.about.c_str(), nullptr, 0, &clip);
                    ImGui::PopID();
                }
            if (go) go_to_node(go->graph, go->node);
            if (found_.empty() && !find_text_.empty()) ImGui::TextDisabled("No node has that.");
            if (found_.empty() && find_text_.empty()) ImGui::TextDisabled("Nodes of the whole project, groups too.");
        }
        ImGui::EndChild();
        if (ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows)) {
            for (const KeyPress& key : editor_.held_keys())
                escape = escape || key.key == "Escape", enter = enter || key.key == "Enter";
            if (ImGui::GetIO().WantTextInput) editor_.hold_keys(); // what is typed runs no command
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(2);
    if (enter && !found_.empty()) go_to_node(found_.front().graph, found_.front().node);
    if (escape) find_open_ = false;
}

void GraphPanel::menu_items(std::initializer_list<const char*> ids)
{
    for (const char* id : ids) {
        const Command* c = editor_.commands().find(id);
        if (!c) {
            ImGui::Separator();
            continue;
        }
        const bool on = c->checked && c->checked();
        if (ImGui::MenuItem(c->name.c_str(), editor_.key_of(id).c_str(), on, c->usable())) editor_.commands().run(id);
    }
}

void GraphPanel::draw_context_menu()
{
    if (begin_popup("node menu")) {
        menu_items({"graph.enter",
                    "graph.rename",
                    "graph.colour",
                    "graph.disable",
                    "graph.thumbnail",
                    "graph.hide_inputs",
                    "",
                    "graph.cut",
                    "graph.copy",
                    "graph.duplicate",
                    "graph.clone",
                    "graph.declone",
                    "graph.delete",
                    "",
                    "graph.swap_inputs",
                    "graph.extract",
                    "graph.backdrop",
                    "graph.group",
                    "graph.expand",
                    "graph.enter_group",
                    "",
                    "graph.auto_layout"});
        if (ImGui::BeginMenu("Arrange")) {
            menu_items({"graph.align_columns", "graph.align_rows", "graph.align_across", "graph.align_down", "",
                        "graph.to_front", "graph.to_back"});
            ImGui::EndMenu();
        }
        if (ImGui::BeginMenu("Bookmark")) {
            for (int i = 1; i <= 9; ++i) menu_items({("graph.set_bookmark" + std::to_string(i)).c_str()});
            ImGui::EndMenu();
        }
        end_popup();
    }
    if (begin_popup("note menu")) {
        menu_items({"graph.edit_note", "graph.note_to_front", "graph.note_to_back", "", "graph.cut", "graph.copy",
                    "graph.duplicate", "graph.delete"});
        end_popup();
    }
    if (begin_popup("graph menu")) {
        menu_items({"graph.create", "graph.sticky", "graph.backdrop", "", "graph.paste", "graph.select_all",
                    "graph.find", "graph.replace", "", "graph.auto_layout", "graph.frame", "graph.frame_all",
                    "graph.leave_group", ""});
        if (ImGui::BeginMenu("Show")) {
            menu_items({"overlay.expressions", "overlay.channels", "overlay.fusion", "overlay.time", "graph.minimap"});
            ImGui::EndMenu();
        }
        end_popup();
    }
}

void GraphPanel::draw_hints()
{
    constexpr double wait = 0.6; // seconds
    const double now = ImGui::GetTime();
    if (hovered_ != rested_ || drag_ != Drag::None) rested_ = hovered_, rested_since_ = now;
    const SceneNode* n = scene_.find(rested_);
    if (!n || drag_ != Drag::None || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId)) return;
    if (now - rested_since_ < wait) return editor_.window().keep_drawing(2);
    const Ui& ui = editor_.ui();
    const NodeStatus* status = background_->find(n->id);
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ui.px(340));
    ImGui::TextUnformatted(n->node->name.c_str());
    ImGui::SameLine();
    ImGui::TextDisabled("%s", n->op ? n->op->label.c_str() : n->node->op.c_str());
    if (!n->op && !n->node->graph) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::Text("The operator '%s' is not here. The node is kept as it is; install the plug-in or the version of "
                    "Tessera that has it.",
                    n->node->op.c_str());
        ImGui::PopStyleColor();
    } else if (status && status->error) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::TextUnformatted(status->error->text().c_str());
        ImGui::PopStyleColor();
    } else if (status && status->starved) {
        ImGui::TextDisabled("A node above it has an error.");
    } else if (status && !status->layers.empty()) {
        std::string layers;
        for (const std::string& layer : status->layers) layers += (layers.empty() ? "" : ", ") + layer;
        ImGui::TextDisabled("%s: %s", status->format.c_str(), layers.c_str());
    }
    for (const SceneInput& input : n->inputs)
        if (input.required && input.source < 0 && !n->viewer) {
            ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
            ImGui::Text("Nothing is connected to %s.", input.name.c_str());
            ImGui::PopStyleColor();
        }
    if (n->node->disabled) ImGui::TextDisabled("Disabled: it passes its first input on.");
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

} // namespace tessera
