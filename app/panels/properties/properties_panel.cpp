#include "app/panels/properties/properties_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr int fewest_open = 1, utmost_open = 30;

} // namespace

PropertiesPanel::PropertiesPanel(Editor& editor) : editor_(editor), controls_(editor), media_(editor)
{
    controls_.jump = [this](GraphId graph, NodeId node) { open(graph, node); };
    const auto add = [&](std::string id, std::string name, std::string help, std::string context, int order, std::function<void()> run,
                         std::function<bool()> enabled, std::function<bool()> checked = {}) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = "Node", c.help = std::move(help), c.context = std::move(context), c.order = order;
        c.run = std::move(run), c.enabled = std::move(enabled), c.checked = std::move(checked);
        editor_.commands().add(std::move(c));
    };
    add("graph.enter", "Open the properties", "Shows the parameters of the selected node and keeps them open.", "graph", 20,
        [this] {
            const Selection& s = editor_.selection();
            if (s.last) open(s.graph(), s.last);
            editor_.show_panel("properties");
        },
        [this] { return editor_.selection().last != 0; });
    add("node.choose_file", "Choose the file\xe2\x80\xa6", "A file for the Read, the Write or another node whose properties are open.", "", 25,
        [this] {
            editor_.show_panel("properties");
            choose_wanted_ = true;
        },
        [this] { return !open_.empty(); });
    add("properties.close_all", "Close all properties", "Closes the parameters of every node.", "properties", 21, [this] { open_.clear(); },
        [this] { return !open_.empty(); });
    add("properties.follow", "Properties follow the selection", "Selecting a node shows its parameters.", "properties", 22, [this] { follow_ = !follow_; }, {},
        [this] { return follow_; });
    add("properties.modified", "Only modified parameters", "Leaves out parameters that have their default.", "properties", 23,
        [this] { filter_.modified_only = !filter_.modified_only; }, {}, [this] { return filter_.modified_only; });
}

std::string PropertiesPanel::state() const
{
    return nlohmann::json{{"modified_only", filter_.modified_only}, {"follow", follow_}, {"most_open", most_open_}}.dump();
}

void PropertiesPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (!j.is_object()) return;
    if (j.contains("modified_only") && j["modified_only"].is_boolean()) filter_.modified_only = j["modified_only"];
    if (j.contains("follow") && j["follow"].is_boolean()) follow_ = j["follow"];
    if (j.contains("most_open") && j["most_open"].is_number_integer()) most_open_ = std::clamp(j["most_open"].get<int>(), fewest_open, utmost_open);
}

std::vector<NodeId> PropertiesPanel::open_nodes() const
{
    std::vector<NodeId> nodes;
    for (const Open& o : open_) nodes.push_back(o.node);
    return nodes;
}

void PropertiesPanel::open(GraphId graph, NodeId node)
{
    insert(graph, node, false);
}

void PropertiesPanel::insert(GraphId graph, NodeId node, bool passing)
{
    Open wanted;
    wanted.graph = graph, wanted.node = node, wanted.passing = passing;
    const auto it = std::find(open_.begin(), open_.end(), wanted);
    if (it != open_.end()) { // as it was, on top
        Open was = std::move(*it);
        open_.erase(it);
        was.passing = was.passing && passing;
        was.collapsed = false;
        wanted = std::move(was);
    }
    if (passing) std::erase_if(open_, [](const Open& o) { return o.passing; });
    open_.push_front(std::move(wanted));
    while (int(open_.size()) > most_open_) open_.pop_back();
    scroll_up_ = true;
}

void PropertiesPanel::follow_selection()
{
    const Selection& s = editor_.selection();
    if (!std::equal(selected_.begin(), selected_.end(), s.nodes.begin(), s.nodes.end())) {
        selected_.assign(s.nodes.begin(), s.nodes.end());
        ++selection_;
    }
    const ProjectPtr& project = editor_.session().project();
    if (follow_ && s.last && s.last != followed_ && find_node(*project, s.graph(), s.last)) insert(s.graph(), s.last, true);
    followed_ = s.last;
}

void PropertiesPanel::refresh(Open& open)
{
    const uint64_t revision = editor_.session().revision();
    const double frame = editor_.frame_number();
    if (open.revision == revision && open.frame == frame && open.selection == selection_ && open.rows) return;
    const bool here = open.graph == editor_.selection().graph();
    open.rows = std::make_shared<const NodeRows>(rows_of(editor_.session().project(), {open.graph, open.node}, here ? std::span<const NodeId>(selected_) : std::span<const NodeId>(), frame));
    open.revision = revision, open.frame = frame, open.selection = selection_;
}

void PropertiesPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    follow_selection();
    for (Open& o : open_) refresh(o);
    std::erase_if(open_, [](const Open& o) { return !o.rows->place; });
    controls_.begin();
    if (std::exchange(choose_wanted_, false))
        for (const Open& o : open_)
            if (controls_.choose_file(*o.rows)) break;
    draw_toolbar(ui);
    if (open_.empty()) {
        empty_state(ui, icon::adjust, follow_ ? "Select a node to see its parameters" : "Double-click a node to see its parameters");
        return controls_.draw_windows();
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(8), ui.px(2)});
    if (ImGui::BeginChild("nodes", {0, 0}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(4), ui.px(2)});
        if (std::exchange(scroll_up_, false)) ImGui::SetScrollY(0);
        std::vector<std::pair<GraphId, NodeId>> closed;
        // Jumping to another node changes the list while it is drawn: by index, and no further than it goes.
        for (size_t i = 0; i < open_.size(); ++i) {
            bool close = false;
            ImGui::PushID(int(open_[i].graph));
            ImGui::PushID(int(open_[i].node));
            const auto id = std::pair(open_[i].graph, open_[i].node);
            Open drawn = open_[i];
            draw_node(drawn, close);
            for (Open& o : open_)
                if (o == drawn) o = drawn;
            ImGui::PopID();
            ImGui::PopID();
            if (close) closed.push_back(id);
        }
        for (const auto& [graph, node] : closed) std::erase_if(open_, [&](const Open& o) { return o.graph == graph && o.node == node; });
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    controls_.draw_windows();
}

void PropertiesPanel::draw_toolbar(const Ui& ui)
{
    ImGui::SetCursorPos({ui.px(8), ui.px(4)});
    const float side = ImGui::GetFrameHeight(), gap = ui.px(2), count = ui.px(32);
    const float buttons = 3 * (side + gap) + count + ui.px(8);
    const float filter = ImGui::GetContentRegionAvail().x - ui.px(8) - buttons;
    if (filter > ui.px(40)) {
        ImGui::SetNextItemWidth(filter);
        ImGui::InputTextWithHint("##filter", "Filter parameters", &filter_.text);
        ImGui::SameLine(0, ui.px(4));
    }
    if (icon_button(ui, "modified", icon::filter, "Only modified parameters", filter_.modified_only)) filter_.modified_only = !filter_.modified_only;
    ImGui::SameLine(0, gap);
    if (icon_button(ui, "follow", icon::eye, follow_ ? "Selecting a node shows its parameters" : "Only double-click or Enter opens parameters", follow_)) follow_ = !follow_;
    ImGui::SameLine(0, gap);
    NumberStyle style;
    style.min = fewest_open, style.max = utmost_open, style.hard = style.whole = true, style.fallback = 10;
    if (const auto edit = number_field(ui, "most", most_open_, count, style)) {
        most_open_ = int(edit->value);
        while (int(open_.size()) > most_open_) open_.pop_back();
    }
    tooltip(ui, "How many nodes may be open at once");
    ImGui::SameLine(0, gap);
    if (icon_button(ui, "clear", icon::close, "Close all", false, !open_.empty())) open_.clear();
    ImGui::SetCursorPos({0, ui.px(4) + side + ui.px(4)});
}

void PropertiesPanel::draw_node(Open& open, bool& close)
{
    const Ui& ui = editor_.ui();
    draw_header(open, close);
    if (open.collapsed) return ImGui::Dummy({0, ui.px(2)});
    const Node& node = *open.rows->place.node;
    const auto say = [&](const char* sign, ImU32 colour, const std::string& text) {
        ImGui::PushStyleColor(ImGuiCol_Text, colour);
        ImGui::TextWrapped("%s  %s", sign, text.c_str());
        ImGui::PopStyleColor();
    };
    if (!open.rows->op) {
        if (node.graph) say(icon::info, ui.theme.secondary, "A group: the nodes inside have the parameters. Ctrl+double-click enters it.");
        else say(icon::warning, ui.theme.error, "The operator \"" + node.op + "\" is not installed here. What it is set to is kept as it is, and written back.");
        return ImGui::Dummy({0, ui.px(8)});
    }
    if (open.help) draw_help(open);
    draw_media(open);
    if (shows_wheels(open)) {
        ImGui::Dummy({0, ui.px(2)});
        controls_.draw_wheels(*open.rows, ImGui::GetContentRegionAvail().x);
    }
    draw_params(open);
    ImGui::Dummy({0, ui.px(8)});
}

bool PropertiesPanel::shows_wheels(const Open& open) const
{
    return ParamControls::has_wheels(*open.rows->op) && open.wheels.value_or(editor_.preferences().workspace == "Colour");
}

void PropertiesPanel::draw_help(const Open& open)
{
    const Ui& ui = editor_.ui();
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const std::string& text = open.rows->op->help;
    const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, width - ui.px(16));
    ImGui::GetWindowDrawList()->AddRectFilled(low, {low.x + width, low.y + size.y + ui.px(12)}, ui.theme.window, ui.px(3));
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + ui.px(6)});
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width - ui.px(16));
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopTextWrapPos();
    ImGui::SetCursorScreenPos({low.x, low.y + size.y + ui.px(16)});
    ImGui::Dummy({width, 0});
}

void PropertiesPanel::draw_media(const Open& open)
{
    const std::string& op = open.rows->op->id;
    if (op != "read" && op != "write") return;
    const Ui& ui = editor_.ui();
    for (const ParamRow& row : open.rows->rows) {
        if (row.param->name != "file") continue;
        const auto* path = std::get_if<std::string>(&row.value);
        const MediaLines* lines = path ? media_.of(*path, op == "write") : nullptr;
        const auto say = [&](ImU32 colour, const std::string& text) {
            if (text.empty()) return;
            ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(4));
            ImGui::PushStyleColor(ImGuiCol_Text, colour);
            ImGui::TextWrapped("%s", text.c_str());
            ImGui::PopStyleColor();
        };
        if (!path || path->empty()) say(ui.theme.secondary, op == "read" ? "No file chosen yet. Drop one on the field, or press the folder." : "No file to write to chosen yet.");
        else if (!lines) say(ui.theme.secondary, "Looking at the file\xe2\x80\xa6");
        else {
            say(ui.theme.secondary, lines->text);
            say(ui.theme.warning, lines->warning);
            say(ui.theme.error, lines->problem);
        }
        ImGui::Dummy({0, ui.px(2)});
    }
}

bool PropertiesPanel::draw_heading(Open& open, const RowGroup& group, float width)
{
    const Ui& ui = editor_.ui();
    const bool closed = open.closed_groups.contains(group.heading);
    ImGui::Dummy({0, ui.px(2)});
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ui.px(22);
    const bool pressed = ImGui::InvisibleButton(("group " + group.heading).c_str(), {width, height});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = ImGui::IsItemHovered() ? ui.theme.text : ui.theme.secondary;
    const float y = std::round(low.y + (height - ImGui::GetFontSize()) / 2);
    list.AddText({low.x + ui.px(4), y}, colour, closed ? icon::caret_right : icon::caret_down);
    {
        const WithFont strong(ui.fonts.strong);
        list.AddText({low.x + ui.px(20), y}, colour, group.heading.c_str());
    }
    const float text = ui.fonts.strong->CalcTextSizeA(ui.fonts.strong->FontSize, FLT_MAX, 0, group.heading.c_str()).x;
    const float line = low.x + ui.px(28) + text;
    if (line < low.x + width) list.AddLine({line, std::round(low.y + height / 2)}, {low.x + width, std::round(low.y + height / 2)}, ui.theme.raised);
    if (pressed && closed) open.closed_groups.erase(group.heading);
    if (pressed && !closed) open.closed_groups.insert(group.heading);
    return !closed;
}

void PropertiesPanel::draw_params(Open& open)
{
    const float width = ImGui::GetContentRegionAvail().x;
    const auto groups = grouped(*open.rows, filter_);
    if (groups.empty()) ImGui::TextDisabled(open.rows->rows.empty() ? "It has no parameters." : filter_.text.empty() ? "Everything has its default." : "No parameter fits the filter.");
    for (const RowGroup& group : groups) {
        if (!group.heading.empty() && !draw_heading(open, group, width)) continue;
        for (const size_t i : group.rows) controls_.draw_row(*open.rows, open.rows->rows[i], width);
    }
}

} // namespace tessera
