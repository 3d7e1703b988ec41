// What the file browser looks like.
#include "app/shell/icons.h"
#include "app/widgets/file_browser.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float places_width = 168, preview_width = 248, narrowest_with_preview = 760, narrowest_with_places = 560;
constexpr double busy_after = 0.2; // seconds

bool pressed(ImGuiKey key)
{
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key));
}

const char* icon_of(const FileRow& row)
{
    if (row.kind == FileKind::Folder) return icon::folder;
    if (row.kind == FileKind::Sequence) return icon::film;
    return is_picture_name(row.name) ? icon::picture : icon::file;
}

/// Tab completes the path from the folder that is listed.
int complete(ImGuiInputTextCallbackData* data)
{
    const auto& listing = *static_cast<const Listing*>(data->UserData);
    const std::string typed(data->Buf, size_t(data->BufTextLen));
    const std::string done = completed_path(typed, listing);
    if (done == typed) return 0;
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, done.c_str());
    return 0;
}

void text_at(ImDrawList& list, ImVec2 at, ImU32 colour, const std::string& text)
{
    list.AddText({std::round(at.x), std::round(at.y)}, colour, text.c_str());
}

bool main_button(const Ui& ui, const char* label, ImVec2 size, bool enabled, ImU32 colour)
{
    ImGui::BeginDisabled(!enabled);
    ImGui::PushStyleColor(ImGuiCol_Button, colour);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mixed(colour, IM_COL32_WHITE, 0.15f));
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, mixed(colour, IM_COL32_BLACK, 0.15f));
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.on_accent);
    const bool on = ImGui::Button(label, size);
    ImGui::PopStyleColor(4);
    ImGui::EndDisabled();
    return on;
}

} // namespace

void FileBrowser::draw(const Ui& ui)
{
    if (state_ == State::Closed) return;
    const std::string id = (request_.title.empty() ? "Files" : request_.title) + "###files";
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    if (state_ == State::Opening) {
        ImGui::OpenPopup(id.c_str());
        state_ = State::Open;
        const ImVec2 size{std::min(ui.px(960), screen.x - ui.px(32)), std::min(ui.px(600), screen.y - ui.px(32))};
        ImGui::SetNextWindowSize(size);
        ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
    }
    take_results(ui);
    bool stays = true;
    ImGui::SetNextWindowSizeConstraints({std::min(ui.px(420), screen.x), std::min(ui.px(300), screen.y)}, screen);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(10)});
    const bool drawing = ImGui::BeginPopupModal(id.c_str(), &stays, ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings |
                                                                        ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    if (!drawing) return close();
    handle_keys();
    if (state_ == State::Open) {
        const PopupFields fields(ui);
        draw_path(ui);
        ImGui::Dummy({0, ui.px(2)});
        const ImVec2 space = ImGui::GetContentRegionAvail();
        const float gap = ui.px(8), height = std::max(ui.px(60), space.y - ui.px(40));
        const bool places = space.x >= ui.px(narrowest_with_places), preview = space.x >= ui.px(narrowest_with_preview);
        const float list_width = space.x - (places ? ui.px(places_width) + gap : 0) - (preview ? ui.px(preview_width) + gap : 0);
        if (places) draw_places(ui, ui.px(places_width), height), ImGui::SameLine(0, gap);
        draw_list(ui, list_width, height);
        if (preview) ImGui::SameLine(0, gap), draw_preview(ui, ui.px(preview_width), height);
        draw_bottom(ui);
        draw_new_folder(ui);
    }
    if (!stays) close();
    if (state_ == State::Closed) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

void FileBrowser::draw_path(const Ui& ui)
{
    if (icon_button(ui, "back", icon::caret_left, "Back", false, !back_.empty())) {
        const std::string folder = back_.back();
        go(folder);
        back_.resize(back_.size() - 2); // the one gone to, and the one left, which go() added
    }
    ImGui::SameLine(0, ui.px(2));
    if (icon_button(ui, "up", icon::up, "To the folder above", false, folder_ != "/")) go(folder_of(folder_));
    ImGui::SameLine(0, ui.px(2));
    if (icon_button(ui, "refresh", icon::refresh, "Read the folder again")) go(folder_);
    ImGui::SameLine(0, ui.px(8));
    const float search = std::min(ui.px(200), ImGui::GetContentRegionAvail().x * 0.3f);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - search - ui.px(24 * 2 + 4 * 2 + 8));
    if (ImGui::InputText("##path", &path_text_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackCompletion,
                         complete, &listing_)) {
        enter_path(path_text_);
    } else if (ImGui::IsItemActive()) {
        // While a path is typed, the folder it has reached is listed, so that Tab and the eye find what is in it.
        const std::string reached = folder_of(path_text_);
        if (path_text_.ends_with('/') && reached != folder_ && !reached.empty()) {
            const std::string typed = path_text_;
            go(reached);
            path_text_ = typed;
        }
    } else {
        path_text_ = folder_;
    }
    tooltip(ui, "Folder", "Tab", "Type a path; Tab completes it, Enter goes there.");
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "favourite", icon::star, places_.is_favourite(folder_) ? "Take from the favourites" : "Add to the favourites",
                    places_.is_favourite(folder_))) {
        places_.toggle_favourite(folder_);
        if (auto saved = save_places(places_, places_file_); !saved) problem_ = saved.error().text();
    }
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "new folder", icon::add, "New folder")) new_folder_ = "", new_folder_fresh_ = true;
    ImGui::SameLine(0, ui.px(8));
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (focus_list_) ImGui::SetKeyboardFocusHere(), focus_list_ = false;
    if (ImGui::InputTextWithHint("##typed", "Filter by name, or a path", &view_.typed)) {
        filter_rows();
        if (!shown_.empty() && !view_.typed.empty()) select(0, false, false);
    }
}

bool FileBrowser::draw_place(const Ui& ui, const std::string& folder, const char* sign, const std::string& label, float width)
{
    ImGui::PushID(sign), ImGui::PushID(folder.c_str());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ui.px(24);
    const bool clicked = ImGui::InvisibleButton("place", {width, height});
    const bool on = folder == folder_;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered() || on)
        list.AddRectFilled(at, {at.x + width, at.y + height}, on ? mixed(ui.theme.panel, ui.theme.accent, 0.25f) : ui.theme.hover, ui.px(3));
    const float y = at.y + (height - ImGui::GetFontSize()) / 2;
    text_at(list, {at.x + ui.px(6), y}, ui.theme.secondary, sign);
    text_at(list, {at.x + ui.px(26), y}, ui.theme.text, shortened(label, width - ui.px(32)));
    tooltip(ui, folder);
    ImGui::PopID(), ImGui::PopID();
    return clicked;
}

void FileBrowser::draw_places(const Ui& ui, float width, float height)
{
    ImGui::BeginChild("places", {width, height});
    std::string wanted;
    const auto place = [&](const std::string& folder, const char* sign, const std::string& label) {
        if (draw_place(ui, folder, sign, label, ImGui::GetContentRegionAvail().x)) wanted = folder;
    };
    const auto heading = [&](const char* text) {
        ImGui::Dummy({0, ui.px(4)});
        const WithFont small(ui.fonts.small);
        ImGui::TextDisabled("%s", text);
    };
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const char* home = std::getenv("HOME");
    if (home && *home) place(home, icon::home, "Home");
    place("/", icon::disk, "This computer");
    if (!request_.project_folder.empty()) place(request_.project_folder, icon::share, "Project");
    if (!places_.favourites.empty()) heading("Favourites");
    for (const std::string& f : places_.favourites) place(f, icon::star, f == "/" ? f : name_of_path(f));
    if (!places_.recent.empty()) heading("Recent");
    for (const std::string& f : places_.recent) place(f, icon::clock, f == "/" ? f : name_of_path(f));
    ImGui::PopStyleVar();
    ImGui::EndChild();
    if (!wanted.empty()) go(wanted);
}

void FileBrowser::draw_list(const Ui& ui, float width, float height)
{
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.window);
    ImGui::BeginChild("list", {width, height});
    ImGui::PopStyleColor();
    const auto message = [&](const char* sign, const char* text) { empty_state(ui, sign, text); };
    if (!listed_) {
        if (ImGui::GetTime() - asked_at_ > busy_after) message(icon::refresh, "Reading the folder\xe2\x80\xa6");
        else ui.window.keep_drawing(1);
    } else if (listing_.error && listing_.rows.empty()) {
        message(icon::warning, listing_.error->text().c_str());
    } else if (shown_.empty()) {
        message(icon::folder, listing_.rows.empty()       ? "This folder is empty"
                              : !view_.typed.empty()      ? "No name fits what is typed"
                              : view_.folders_only        ? "There is no folder in here"
                                                          : "Nothing of this kind in here: choose another kind of file below");
    }
    const bool wide = width > ui.px(430);
    if (!shown_.empty() &&
        ImGui::BeginTable("files", wide ? 4 : 2, ImGuiTableFlags_ScrollY | ImGuiTableFlags_Sortable | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit,
                          {width, height})) {
        ImGui::TableSetupScrollFreeze(0, 1);
        ImGui::TableSetupColumn("Name", ImGuiTableColumnFlags_WidthStretch, 0, ImGuiID(FileSort::Name));
        ImGui::TableSetupColumn("Frames", ImGuiTableColumnFlags_WidthFixed | ImGuiTableColumnFlags_NoSort, ui.px(112));
        if (wide) {
            ImGui::TableSetupColumn("Size", ImGuiTableColumnFlags_WidthFixed, ui.px(64), ImGuiID(FileSort::Size));
            ImGui::TableSetupColumn("Changed", ImGuiTableColumnFlags_WidthFixed, ui.px(128), ImGuiID(FileSort::Date));
        }
        ImGui::TableHeadersRow();
        if (auto* specs = ImGui::TableGetSortSpecs(); specs && specs->SpecsDirty && specs->SpecsCount) {
            view_.sort = FileSort(specs->Specs[0].ColumnUserID);
            view_.descending = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
            specs->SpecsDirty = false;
            filter_rows();
        }
        ImGuiListClipper clipper;
        clipper.Begin(int(shown_.size()), ui.px(24) + ImGui::GetStyle().CellPadding.y * 2);
        if (scroll_to_cursor_)
            for (size_t i = 0; i < shown_.size(); ++i)
                if (listing_.rows[shown_[i]].name == cursor_) {
                    const float each = ui.px(24) + ImGui::GetStyle().CellPadding.y * 2, y = float(i) * each;
                    const float view = height - each * 2;
                    if (y < ImGui::GetScrollY()) ImGui::SetScrollY(y);
                    else if (y > ImGui::GetScrollY() + view) ImGui::SetScrollY(y - view);
                }
        scroll_to_cursor_ = false;
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd && state_ == State::Open && size_t(i) < shown_.size(); ++i)
                draw_row(ui, size_t(i));
        ImGui::EndTable();
    }
    ImGui::EndChild();
}

void FileBrowser::draw_row(const Ui& ui, size_t index)
{
    const FileRow row = listing_.rows[shown_[index]]; // a copy: opening a folder clears the list
    ImGui::TableNextRow(0, ui.px(24));
    ImGui::TableSetColumnIndex(0);
    ImGui::PushID(row.name.c_str());
    const bool on = selected_.contains(row.name);
    ImGui::PushStyleColor(ImGuiCol_Header, mixed(ui.theme.window, ui.theme.accent, 0.3f));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::Selectable("##row", on, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowDoubleClick | ImGuiSelectableFlags_DontClosePopups,
                          {0, ui.px(24)})) {
        select(index, io.KeyCtrl, io.KeyShift);
        if (ImGui::IsMouseDoubleClicked(0)) activate(row);
    }
    ImGui::PopStyleColor();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = at.y + (ui.px(24) - ImGui::GetFontSize()) / 2;
    const float width = ImGui::GetContentRegionAvail().x;
    text_at(list, {at.x + ui.px(4), y}, row.kind == FileKind::Folder ? ui.theme.accent : ui.theme.secondary, icon_of(row));
    const std::string name = shortened(row.name, width - ui.px(28));
    text_at(list, {at.x + ui.px(26), y}, ui.theme.text, name);
    if (name != row.name) tooltip(ui, row.name);
    const auto cell = [&](int column, const std::string& text, ImU32 colour, bool right) {
        if (!ImGui::TableSetColumnIndex(column) || text.empty()) return;
        const ImVec2 p = ImGui::GetCursorScreenPos();
        const float w = ImGui::GetContentRegionAvail().x;
        const std::string cut = shortened(text, w - ui.px(4));
        const float x = right ? p.x + w - ui.px(4) - ImGui::CalcTextSize(cut.c_str()).x : p.x;
        text_at(*ImGui::GetWindowDrawList(), {x, y}, colour, cut);
    };
    cell(1, frames_text(row), row.missing() ? ui.theme.warning : ui.theme.secondary, false);
    if (ImGui::TableGetColumnCount() > 2) {
        cell(2, row.kind == FileKind::Folder ? "" : file_size_text(row.bytes), ui.theme.secondary, true);
        cell(3, date_text(row.modified), ui.theme.secondary, true);
    }
    ImGui::PopID();
}

void FileBrowser::draw_preview(const Ui& ui, float width, float height)
{
    ImGui::BeginChild("preview", {width, height});
    const auto row = std::find_if(listing_.rows.begin(), listing_.rows.end(), [&](const FileRow& r) { return r.name == cursor_; });
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 box{width, std::round(width * 9 / 16)};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + box.x, at.y + box.y}, ui.theme.line, ui.px(3));
    const auto note = [&](const std::string& text) {
        const ImVec2 size = ImGui::CalcTextSize(text.c_str());
        text_at(list, {at.x + (box.x - size.x) / 2, at.y + (box.y - size.y) / 2}, ui.theme.secondary, text);
    };
    if (texture_ && !picture_.pixels.empty()) {
        const float scale = std::min(box.x / float(picture_.width), box.y / float(picture_.height));
        const ImVec2 size{std::round(float(picture_.width) * scale), std::round(float(picture_.height) * scale)};
        const ImVec2 low{std::round(at.x + (box.x - size.x) / 2), std::round(at.y + (box.y - size.y) / 2)};
        ui.window.image(list, texture_, low, {low.x + size.x, low.y + size.y});
    } else if (row == listing_.rows.end()) {
        note("No file selected");
    } else if (!picture_.path.empty() && !picture_.problem.empty()) {
        note("No picture");
    } else if (row->kind != FileKind::Folder && is_picture_name(row->name)) {
        if (preview_.busy()) note("Reading\xe2\x80\xa6");
    } else {
        const ImVec2 size = ImGui::CalcTextSize(icon_of(*row));
        text_at(list, {at.x + (box.x - size.x) / 2, at.y + (box.y - size.y) / 2}, ui.theme.secondary, icon_of(*row));
    }
    ImGui::Dummy(box);
    const auto fact = [&](const std::string& name, const std::string& value, ImU32 colour) {
        if (value.empty()) return;
        const float left = ImGui::GetCursorPosX();
        ImGui::TextDisabled("%s", name.c_str());
        ImGui::SameLine(left + ui.px(88), 0);
        ImGui::PushStyleColor(ImGuiCol_Text, colour);
        ImGui::TextWrapped("%s", value.c_str());
        ImGui::PopStyleColor();
    };
    if (row != listing_.rows.end()) {
        ImGui::Dummy({0, ui.px(4)});
        ImGui::TextWrapped("%s", row->name.c_str());
        ImGui::Dummy({0, ui.px(2)});
        for (const auto& [name, value] : picture_.facts) fact(name, value, ui.theme.text);
        fact("Frames", frames_text(*row), row->missing() ? ui.theme.warning : ui.theme.text);
        if (row->kind != FileKind::Folder) fact("Size", file_size_text(row->bytes), ui.theme.text);
        fact("Changed", date_text(row->modified), ui.theme.text);
        if (!picture_.problem.empty()) {
            ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
            ImGui::TextWrapped("%s", picture_.problem.c_str());
            ImGui::PopStyleColor();
        }
    }
    ImGui::EndChild();
}

void FileBrowser::draw_bottom(const Ui& ui)
{
    ImGui::SetCursorPosY(ImGui::GetWindowHeight() - ui.px(10) - ui.px(26));
    const bool save = request_.mode == FileMode::Save, replace = save && replace_asked_;
    const char* verb = replace ? "Replace" : save ? "Save" : request_.mode == FileMode::Folder ? "Choose" : "Open";
    const float button = ui.px(88), gap = ui.px(8), kinds = ui.px(184), toggle = ui.px(24);
    const float left = ImGui::GetContentRegionAvail().x - 2 * button - kinds - toggle - 4 * gap;
    ImGui::SetNextItemWidth(std::max(ui.px(60), left));
    const std::string problem = !problem_.empty()                         ? problem_
                                : replace                                 ? name_ + " is there already."
                                : listing_.error && !listing_.rows.empty() ? listing_.error->text()
                                                                          : "";
    if (!problem.empty() && !save) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::TextUnformatted(shortened(problem, left).c_str());
        ImGui::PopStyleColor();
        tooltip(ui, problem);
        ImGui::SameLine(ImGui::GetStyle().WindowPadding.x + left, gap);
    } else {
        if (focus_name_) ImGui::SetKeyboardFocusHere(), focus_name_ = false;
        ImGui::BeginDisabled(!save);
        std::string shown = save ? name_ : selected_.size() > 1 ? std::to_string(selected_.size()) + " selected" : selected_.empty() ? "" : *selected_.begin();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const bool entered = ImGui::InputTextWithHint("##name", save ? "Name" : "Nothing selected", &shown, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
        ImGui::EndDisabled();
        if (save && shown != name_) name_ = shown, replace_asked_ = false;
        if (save && entered) accept();
        if (!problem.empty()) {
            const ImVec2 size = ImGui::GetItemRectSize();
            ImGui::GetWindowDrawList()->AddRect(at, {at.x + size.x, at.y + size.y}, replace ? ui.theme.warning : ui.theme.error, ui.px(3));
            const std::string cut = shortened(problem, size.x / 2);
            const float w = ImGui::CalcTextSize(cut.c_str()).x;
            ImGui::GetWindowDrawList()->AddText({at.x + size.x - w - ui.px(8), at.y + (size.y - ImGui::GetFontSize()) / 2},
                                                replace ? ui.theme.warning : ui.theme.error, cut.c_str());
        }
        ImGui::SameLine(0, gap);
    }
    if (state_ != State::Open) return;
    ImGui::SetNextItemWidth(kinds);
    if (ImGui::BeginCombo("##kind", request_.filters[filter_].label.c_str())) {
        for (size_t i = 0; i < request_.filters.size(); ++i)
            if (ImGui::Selectable(request_.filters[i].label.c_str(), i == filter_)) filter_ = i, filter_rows();
        ImGui::EndCombo();
    }
    ImGui::SameLine(0, gap);
    if (icon_button(ui, "hidden", icon::eye, "Show hidden files", view_.hidden)) view_.hidden = !view_.hidden, filter_rows();
    ImGui::SameLine(0, gap);
    if (ImGui::Button("Cancel", {button, ui.px(26)})) close();
    ImGui::SameLine(0, gap);
    if (state_ == State::Open && main_button(ui, verb, {button, ui.px(26)}, acceptable(), replace ? ui.theme.warning : ui.theme.accent)) accept();
}

void FileBrowser::draw_new_folder(const Ui& ui)
{
    if (!new_folder_) return;
    if (new_folder_fresh_) ImGui::OpenPopup("new folder");
    ImGui::SetNextWindowPos({ImGui::GetWindowPos().x + ImGui::GetWindowWidth() / 2, ImGui::GetWindowPos().y + ui.px(80)}, ImGuiCond_Always, {0.5f, 0});
    if (!ImGui::BeginPopup("new folder")) return new_folder_.reset();
    ImGui::TextUnformatted("New folder");
    if (new_folder_fresh_) ImGui::SetKeyboardFocusHere(), new_folder_fresh_ = false;
    ImGui::SetNextItemWidth(ui.px(240));
    const bool entered = ImGui::InputTextWithHint("##folder", "Name", &*new_folder_, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::SameLine();
    if ((ImGui::Button("Make", {ui.px(64), 0}) || entered) && !new_folder_->empty()) {
        const std::string path = joined_path(folder_, *new_folder_);
        std::error_code code;
        if (std::filesystem::create_directory(path, code)) {
            ImGui::CloseCurrentPopup();
            new_folder_.reset();
            go(path);
        } else {
            problem_ = "\"" + *new_folder_ + "\" cannot be made: " + (code ? code.message() : "it is there already");
        }
    }
    if (!problem_.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::TextUnformatted(problem_.c_str());
        ImGui::PopStyleColor();
    }
    ImGui::EndPopup();
}

void FileBrowser::handle_keys()
{
    if (ImGui::IsPopupOpen("new folder") || !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) return;
    if (pressed(ImGuiKey_Escape)) {
        if (replace_asked_) replace_asked_ = false;
        else close();
        return;
    }
    const ImGuiID active = ImGui::GetActiveID();
    const bool in_filter = active == ImGui::GetID("##typed"), in_text = active && ImGui::GetIO().WantTextInput && !in_filter;
    if (in_text) return;
    const auto at = std::find_if(shown_.begin(), shown_.end(), [&](size_t i) { return listing_.rows[i].name == cursor_; });
    const int page = 16, count = int(shown_.size());
    int move = 0;
    if (pressed(ImGuiKey_DownArrow)) move = 1;
    if (pressed(ImGuiKey_UpArrow)) move = -1;
    if (pressed(ImGuiKey_PageDown)) move = page;
    if (pressed(ImGuiKey_PageUp)) move = -page;
    if (move && count) {
        const int now = at == shown_.end() ? (move > 0 ? -1 : count) : int(at - shown_.begin());
        select(size_t(std::clamp(now + move, 0, count - 1)), false, ImGui::GetIO().KeyShift);
        scroll_to_cursor_ = true;
    }
    if (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeyPadEnter)) {
        if (in_filter && (view_.typed.find('/') != std::string::npos || view_.typed.starts_with("~"))) enter_path(view_.typed);
        else if (at != shown_.end() && selected_.size() == 1 && listing_.rows[*at].kind == FileKind::Folder) activate(FileRow(listing_.rows[*at]));
        else accept();
        focus_list_ = state_ == State::Open;
    }
    const bool back = pressed(ImGuiKey_Backspace) && (!in_filter || view_.typed.empty());
    if (back && folder_ != "/") go(folder_of(folder_)), focus_list_ = true;
}

} // namespace tessera
