#include "app/panels/graph/create_menu.h"
#include "app/shell/icons.h"
#include "core/op/description.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

bool offered(const OpDesc& op)
{
    return !op.internal;
}

std::string first_menu(const OpDesc& op)
{
    return op.menu.substr(0, op.menu.find('/'));
}

std::string lower_case(const std::string& text)
{
    std::string lower;
    for (const char c : text) lower += char(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

/// Where the letters of the query are found, in order, preferring starts of words.
std::vector<size_t> letters_found(const std::string& query, const std::string& text)
{
    const std::string small = lower_case(text), wanted = lower_case(query);
    std::vector<size_t> places;
    if (const size_t at = small.find(wanted); at != small.npos) {
        for (size_t i = 0; i < wanted.size(); ++i) places.push_back(at + i);
        return places;
    }
    for (size_t i = 0, at = 0; i < wanted.size(); ++i, ++at) {
        at = small.find(wanted[i], at);
        if (at == small.npos) return {};
        places.push_back(at);
    }
    return places;
}

} // namespace

std::vector<CreateRow> create_rows(const std::string& query, const std::string& category,
                                   const std::vector<std::string>& recent)
{
    using Kind = CreateRow::Kind;
    std::vector<CreateRow> rows;
    const auto& all = Registry::instance().all();
    if (!query.empty()) {
        std::vector<std::pair<int, CreateRow>> found;
        for (const auto& [id, op] : all) {
            if (!offered(op)) continue;
            int score = std::max(fuzzy_score(query, op.label), fuzzy_score(query, id) - 1);
            if (score <= 0 && lower_case(op.menu).starts_with(lower_case(query))) score = 1; // all of a category
            if (score <= 0) continue;
            const auto it = std::find(recent.begin(), recent.end(), id);
            if (it != recent.end()) score += std::max(1, 12 - int(it - recent.begin()));
            found.push_back({score, {Kind::Node, &op, {}, letters_found(query, op.label)}});
        }
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        for (auto& [score, row] : found) rows.push_back(std::move(row));
        return rows;
    }
    std::vector<const OpDesc*> ops;
    for (const auto& [id, op] : all)
        if (offered(op) && (category.empty() || first_menu(op) == category)) ops.push_back(&op);
    if (!category.empty()) {
        rows.push_back({Kind::Back, nullptr, category, {}});
        std::stable_sort(ops.begin(), ops.end(), [](const auto* a, const auto* b) { return a->label < b->label; });
        for (const OpDesc* op : ops) rows.push_back({Kind::Node, op, {}, {}});
        return rows;
    }
    constexpr size_t most_recent = 6;
    std::vector<const OpDesc*> used;
    for (const std::string& id : recent)
        if (const OpDesc* op = Registry::instance().find(id); op && offered(*op) && used.size() < most_recent)
            used.push_back(op);
    if (!used.empty()) rows.push_back({Kind::Heading, nullptr, "Last used", {}});
    for (const OpDesc* op : used) rows.push_back({Kind::Node, op, {}, {}});
    std::vector<std::string> menus;
    for (const OpDesc* op : ops) menus.push_back(first_menu(*op));
    std::sort(menus.begin(), menus.end());
    menus.erase(std::unique(menus.begin(), menus.end()), menus.end());
    if (!used.empty()) rows.push_back({Kind::Heading, nullptr, "All nodes", {}});
    for (std::string& menu : menus) rows.push_back({Kind::Category, nullptr, std::move(menu), {}});
    return rows;
}

void CreateMenu::refresh(Editor& editor)
{
    rows_ = create_rows(query_, category_, editor.preferences().recent_nodes);
    chosen_ = -1;
    step(1);
    if (!category_.empty() && query_.empty()) step(1); // past the way back
}

/// To the next line that can be chosen.
bool CreateMenu::step(int by)
{
    for (int at = chosen_ + by; at >= 0 && at < int(rows_.size()); at += by)
        if (rows_[size_t(at)].kind != CreateRow::Kind::Heading) {
            chosen_ = at, moved_ = true;
            return true;
        }
    if (chosen_ < 0) chosen_ = 0;
    return false;
}

void CreateMenu::enter(const CreateRow& row)
{
    category_ = row.kind == CreateRow::Kind::Category ? row.text : "";
    refocus_ = true;
}

void CreateMenu::draw_row(const Ui& ui, const CreateRow& row, ImVec2 at, float width)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = at.y + ui.px(3);
    const auto swatch = [&](std::string_view menu) {
        list.AddRectFilled({at.x + ui.px(6), at.y + ui.px(6)}, {at.x + ui.px(16), at.y + ui.px(16)},
                           ui.theme.category(menu), ui.px(2));
    };
    const float x = at.x + ui.px(24);
    switch (row.kind) {
    case CreateRow::Kind::Heading:
        list.AddText(ui.fonts.small, ui.fonts.small->FontSize, {at.x + ui.px(6), at.y + ui.px(7)}, ui.theme.secondary,
                     row.text.c_str());
        return;
    case CreateRow::Kind::Category:
        swatch(row.text);
        list.AddText({x, y}, ui.theme.text, row.text.c_str());
        list.AddText({at.x + width - ui.px(18), y}, ui.theme.secondary, icon::caret_right);
        return;
    case CreateRow::Kind::Back:
        list.AddText({at.x + ui.px(7), y}, ui.theme.secondary, icon::caret_left);
        list.AddText({x, y}, ui.theme.secondary, row.text.c_str());
        return;
    case CreateRow::Kind::Node: break;
    }
    swatch(row.op->menu);
    list.AddText({x, y}, ui.theme.text, row.op->label.c_str());
    for (const size_t i : row.matched) { // the letters that were typed
        const char* begin = row.op->label.c_str();
        const float before = ImGui::CalcTextSize(begin, begin + i).x;
        list.AddText({x + before, y}, ui.theme.accent, begin + i, begin + i + 1);
    }
    if (category_.empty()) {
        const float wide = ImGui::CalcTextSize(row.op->menu.c_str()).x;
        list.AddText({at.x + width - wide - ui.px(8), y}, ui.theme.secondary, row.op->menu.c_str());
    }
}

std::string CreateMenu::draw_rows(const Ui& ui)
{
    std::string result;
    std::optional<CreateRow> entered;
    if (ImGui::BeginChild("list")) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        for (int i = 0; i < int(rows_.size()); ++i) {
            const CreateRow& row = rows_[size_t(i)];
            ImGui::PushID(i);
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const float width = ImGui::GetContentRegionAvail().x;
            if (row.kind == CreateRow::Kind::Heading) {
                ImGui::Dummy({width, ui.px(22)});
            } else {
                if (ImGui::Selectable("##row", i == chosen_, ImGuiSelectableFlags_DontClosePopups, {0, ui.px(22)})) {
                    if (row.op)
                        result = row.op->id;
                    else
                        entered = row;
                }
                if (i == chosen_ && moved_) ImGui::SetScrollHereY();
                if (row.op) tooltip(ui, row.op->label, {}, row.op->help.substr(0, row.op->help.find(". ")));
            }
            draw_row(ui, row, at, width);
            ImGui::PopID();
        }
        ImGui::PopStyleVar();
        if (rows_.empty()) ImGui::TextDisabled("No node is called that.");
        moved_ = false;
    }
    ImGui::EndChild();
    if (entered) {
        enter(*entered);
        query_.clear();
        rows_.clear();
    }
    return result;
}

std::string CreateMenu::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    if (opening_) {
        ImGui::OpenPopup("create node");
        query_.clear(), category_.clear(), rows_.clear(), opening_ = false;
    }
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float width = std::min(ui.px(300), screen.x), height = std::min(ui.px(392), screen.y);
    ImGui::SetNextWindowPos({std::clamp(at_.x, 0.0f, std::max(0.0f, screen.x - width)),
                             std::clamp(at_.y, 0.0f, std::max(0.0f, screen.y - height))});
    ImGui::SetNextWindowSize({width, height});
    open_ = ImGui::BeginPopup("create node", ImGuiWindowFlags_NoMove);
    if (!open_) return {};
    if (ImGui::IsWindowAppearing() || std::exchange(refocus_, false)) ImGui::SetKeyboardFocusHere();
    const bool first = ImGui::IsWindowAppearing();
    ImGui::SetNextItemWidth(-1);
    ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.panel);
    if (ImGui::InputTextWithHint("##query", "Node to add", &query_) || rows_.empty()) refresh(editor);
    ImGui::PopStyleColor();
    // Keys come as they were pressed: one that was let go within a frame counts too, and none runs a command.
    editor.hold_keys();
    const auto pressed = [&](std::string_view key) {
        return std::any_of(editor.held_keys().begin(), editor.held_keys().end(),
                           [&](const KeyPress& k) { return k.key == key; });
    };
    if (pressed("Down")) step(1);
    if (pressed("Up")) step(-1);
    const CreateRow* chosen = chosen_ < int(rows_.size()) ? &rows_[size_t(chosen_)] : nullptr;
    const bool accept = !first && (pressed("Enter") || pressed("KeypadEnter") || pressed("Tab"));
    std::string result;
    if (query_.empty() && chosen && !chosen->op &&
        (accept || (pressed("Right") && chosen->kind == CreateRow::Kind::Category))) {
        enter(*chosen);
        refresh(editor);
    } else if (query_.empty() && !category_.empty() && pressed("Left")) {
        const std::string from = std::exchange(category_, "");
        refresh(editor);
        for (size_t i = 0; i < rows_.size(); ++i)
            if (rows_[i].kind == CreateRow::Kind::Category && rows_[i].text == from) chosen_ = int(i), moved_ = true;
    } else if (accept && chosen && chosen->op) {
        result = chosen->op->id;
    }
    if (const std::string clicked = draw_rows(ui); !clicked.empty()) result = clicked;
    if (!result.empty() || pressed("Escape")) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    if (!result.empty()) {
        branch_ = ImGui::GetIO().KeyShift;
        auto& recent = editor.preferences().recent_nodes;
        std::erase(recent, result);
        recent.insert(recent.begin(), result);
        constexpr size_t most_kept = 50;
        if (recent.size() > most_kept) recent.resize(most_kept);
    }
    return result;
}

} // namespace tessera
