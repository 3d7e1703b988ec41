#include "app/panels/dope_sheet/dope_panel.h"
#include "app/panels/curves/time_ruler.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr float indent = 14, least_labels = 120, least_rows = 160;
/// Clips whose ranges are asked for at most: more could not be read anyway.
constexpr size_t most_clips = 300;

const char* empty_text(ChannelFilter filter, bool any_selected, bool searched)
{
    if (searched) return "Nothing here has these words in its name";
    if (filter == ChannelFilter::Selected && !any_selected)
        return "Select a node to see its keys, or choose All nodes above";
    return "No animated parameters: right-click one in the properties and choose Set key. Reads and time nodes appear "
           "here as bars.";
}

} // namespace

DopePanel::DopePanel(Editor& editor) : editor_(editor)
{
    const auto* other = dynamic_cast<KeysOwner*>(editor.find_panel("curves"));
    keys = other ? other->keys : std::make_shared<KeySelection>();
    add_commands();
}

std::string DopePanel::state() const
{
    return nlohmann::json{{"filter", int(filter_)}, {"label_width", label_width_}}.dump();
}

void DopePanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (!j.is_object()) return;
    if (j.contains("filter") && j["filter"].is_number_integer())
        filter_ = ChannelFilter(std::clamp(int(j["filter"]), 0, 1));
    if (j.contains("label_width") && j["label_width"].is_number())
        label_width_ = std::clamp(float(j["label_width"]), least_labels, 1000.0f);
}

void DopePanel::refresh()
{
    const Selection& s = editor_.selection();
    const Session& session = editor_.session();
    Made now{session.revision(), s.graph(), filter_ == ChannelFilter::Selected ? s.nodes : std::set<NodeId>(), filter_,
             search_};
    if (made_ == now) return;
    if (!made_ || made_->filter != now.filter || (filter_ == ChannelFilter::Selected && made_->nodes != now.nodes))
        fit_wanted_ = true;
    list_ = list_dope(*session.project(), now.graph, now.nodes, filter_, search_);
    visible_ = visible_rows(list_, turned_);
    if (drag_.kind == Drag::None) keys->check(*session.project());
    made_ = std::move(now);
}

/// Ranges need the headers of files and the inputs of nodes, which only the engine's thread looks at.
void DopePanel::ask_ranges()
{
    Engine* engine = editor_.engine();
    const uint64_t revision = editor_.session().revision();
    if (!engine || ranges_asked_ || drag_.kind != Drag::None || ranges_revision_ == revision) return;
    const ProjectPtr project = editor_.session().project();
    std::vector<NodeRef> refs;
    std::vector<NodePtr> nodes;
    bool inputs_count = false;
    for (const DopeRow& row : list_.rows) {
        if (!row.clip || refs.size() >= most_clips) continue;
        refs.push_back(row.ref.node_ref());
        nodes.push_back(*find_graph(*project, row.ref.graph)->nodes.find(row.ref.node));
        inputs_count = inputs_count || row.clip->kind == Clip::Kind::TimeOffset;
    }
    ranges_revision_ = revision;
    if (!inputs_count && ranges_of_ == nodes) return;
    ranges_of_ = std::move(nodes);
    ranges_asked_ = true;
    editor_.workers().run(
        [engine, project, refs] {
            std::map<std::pair<GraphId, NodeId>, FoundRange> found;
            for (const NodeRef& ref : refs) {
                FoundRange& f = found[{ref.graph, ref.node}];
                if (const auto own = own_range(*project, ref)) {
                    f.range = *own;
                    continue;
                }
                Request request;
                request.project = project, request.graph = ref.graph, request.node = ref.node;
                request.frame = project->settings.first_frame;
                const auto info = engine->info(request);
                if (info)
                    f.range = {info->first_frame, info->last_frame, info->first_frame == info->last_frame};
                else
                    f.problem = info.error().text();
            }
            return found;
        },
        [this](std::map<std::pair<GraphId, NodeId>, FoundRange> found) {
            ranges_ = std::move(found);
            ranges_asked_ = false;
        });
}

const DopePanel::FoundRange* DopePanel::range_of(const DopeRow& row) const
{
    const auto it = ranges_.find({row.ref.graph, row.ref.node});
    return it == ranges_.end() ? nullptr : &it->second;
}

void DopePanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    refresh();
    ask_ranges();
    const ImVec2 low = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail();
    const ImVec2 high{low.x + size.x, low.y + size.y};
    if (size.x < ui.px(80) || size.y < ui.px(60)) return;
    const float labels = std::min(ui.px(label_width_), std::max(ui.px(least_labels), size.x - ui.px(least_rows)));
    low_ = {low.x + labels, low.y + ui.px(ruler_height)}, high_ = high;
    const float top = low.y + ui.px(bar_height);
    low_.y = top;
    const float most = std::max(0.0f, float(visible_.size() + 1) * ui.px(row_height) - (high.y - low_.y));
    scroll_ = std::clamp(scroll_, 0.0f, most);
    draw_labels(low, {low.x + labels, high.y});
    ImGui::SetCursorScreenPos({low.x + labels - ui.px(2), low.y});
    ImGui::InvisibleButton("labels splitter", {ui.px(4), size.y});
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (ImGui::IsItemActive())
        label_width_ = std::clamp(label_width_ + ImGui::GetIO().MouseDelta.x / ui.scale, least_labels, 1000.0f);
    time_.origin = low_.x, time_.pixels = std::max(1.0f, high_.x - low_.x);
    if (fit_wanted_) fit_view(false), fit_wanted_ = false;
    draw_rows();
    handle_pointer();
    draw_context_menu();
}

void DopePanel::draw_labels(ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = high.x - low.x;
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + ui.px(4)});
    const float combo = std::round(std::min(ui.px(136), (width - ui.px(20)) * 0.6f));
    ImGui::SetNextItemWidth(combo);
    if (ImGui::BeginCombo("##filter", filter_ == ChannelFilter::Selected ? "Selected nodes" : "All nodes")) {
        if (ImGui::Selectable("Selected nodes", filter_ == ChannelFilter::Selected)) filter_ = ChannelFilter::Selected;
        if (ImGui::Selectable("All nodes", filter_ != ChannelFilter::Selected)) filter_ = ChannelFilter::Animated;
        ImGui::EndCombo();
    }
    tooltip(ui, "Rows", {}, "Keys and clips of the selected nodes, or of the whole project.");
    ImGui::SameLine(0, ui.px(4));
    ImGui::SetNextItemWidth(std::max(ui.px(20), width - combo - ui.px(20)));
    ImGui::InputTextWithHint("##search", "Search", &search_);
    list.AddLine({low.x, low_.y - 0.5f}, {high.x, low_.y - 0.5f}, ui.theme.line);
    if (list_.rows.empty()) {
        ImGui::SetCursorScreenPos({low.x, low_.y});
        ImGui::BeginChild("nothing", {width - 1, high.y - low_.y});
        empty_state(ui, icon::keyframe, empty_text(filter_, !editor_.selection().nodes.empty(), !search_.empty()));
        ImGui::EndChild();
        return;
    }
    list.PushClipRect({low.x, low_.y}, high, true);
    for (size_t i = 0; i < visible_.size(); ++i) {
        const float top = row_top(i);
        if (top + ui.px(row_height) < low_.y || top > high.y) continue;
        ImGui::PushID(int(i));
        draw_label(list_.rows[visible_[i]], {low.x, top}, width);
        ImGui::PopID();
    }
    list.PopClipRect();
    list.AddLine({high.x, low.y}, {high.x, high.y}, ui.theme.line);
}

void DopePanel::draw_label(const DopeRow& row, ImVec2 low, float width)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = ui.px(row_height), left = low.x + ui.px(4) + ui.px(indent) * float(row.depth()),
                fold = ui.px(20);
    const bool some = row.count && std::any_of(list_.channels.begin() + long(row.first),
                                               list_.channels.begin() + long(row.first + row.count),
                                               [&](const ListedChannel& c) { return keys->keys.contains(c.ref); });
    const float from = std::max(low.y, low_.y); // rows under the header take no clicks
    if (low.y + height - from < 1) return;
    ImGui::SetCursorScreenPos({left + fold, from});
    if (ImGui::InvisibleButton("label", {std::max(1.0f, low.x + width - left - fold), low.y + height - from})) {
        const KeySelection own = keys_of_row(list_, row);
        const ImGuiIO& io = ImGui::GetIO();
        if (!io.KeyCtrl && !io.KeyShift) keys->clear();
        for (const auto& [ref, times] : own.keys) keys->keys[ref].insert(times.begin(), times.end());
        if (row.kind != DopeRow::Kind::Summary && row.ref.graph == editor_.selection().graph()) {
            if (!io.KeyCtrl && !io.KeyShift) editor_.selection().nodes.clear();
            editor_.selection().nodes.insert(row.ref.node);
            editor_.selection().last = row.ref.node;
        }
    }
    const bool hovered = ImGui::IsItemHovered();
    tooltip(ui, row.label, {},
            row.clip && !row.clip->fixed.empty() ? "The bar stays where it is: " + row.clip->fixed + "."
                                                 : "A click selects its keys.");
    if (hovered) list.AddRectFilled(low, {low.x + width, low.y + height}, ui.theme.raised);
    const float text_y = low.y + std::round((height - ImGui::GetFontSize()) / 2);
    if (row.has_children) {
        ImGui::SetCursorScreenPos({left, from});
        if (ImGui::InvisibleButton("fold", {fold, low.y + height - from})) {
            if (!turned_.erase(row.ref)) turned_.insert(row.ref);
            visible_ = visible_rows(list_, turned_);
        }
        list.AddText({left + ui.px(5), text_y}, ui.theme.secondary,
                     unfolded(row, turned_) ? icon::caret_down : icon::caret_right);
    }
    const bool strong = row.kind == DopeRow::Kind::Node || row.kind == DopeRow::Kind::Summary;
    const WithFont font(strong ? ui.fonts.strong : ui.fonts.text);
    const float x = left + (row.kind == DopeRow::Kind::Summary ? ui.px(4) : fold);
    list.AddText({x, text_y},
                 some     ? ui.theme.accent
                 : strong ? ui.theme.text
                          : ui.theme.secondary,
                 shortened(row.label, low.x + width - x - ui.px(8)).c_str());
    list.AddLine({low.x, low.y + height - 0.5f}, {low.x + width, low.y + height - 0.5f}, faded(ui.theme.line, 0.6f));
}

void DopePanel::draw_context_menu()
{
    const Ui& ui = editor_.ui();
    if (!ImGui::BeginPopup("dope menu")) return;
    std::string chosen;
    const auto item = [&](const char* id) {
        const Command* c = editor_.commands().find(id);
        if (ImGui::MenuItem(c->name.c_str(), editor_.key_of(id).c_str(), c->checked && c->checked(), c->usable()))
            chosen = id;
        if (!c->help.empty()) tooltip(ui, c->name, editor_.key_of(id), c->help);
    };
    for (const char* id : {"dopesheet.insert", "dopesheet.delete", "dopesheet.select_all"}) item(id);
    ImGui::Separator();
    for (const char* id : {"dopesheet.cut", "dopesheet.copy", "dopesheet.paste", "dopesheet.paste_absolute"}) item(id);
    ImGui::Separator();
    for (const char* id : {"dopesheet.shift", "dopesheet.scale"}) item(id);
    ImGui::Separator();
    for (const char* id : {"dopesheet.frame", "dopesheet.frame_all", "dopesheet.unfold", "dopesheet.fold"}) item(id);
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    if (!chosen.empty()) editor_.commands().run(chosen);
}

} // namespace tessera
