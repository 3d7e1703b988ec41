#include "app/panels/curves/curves_panel.h"
#include "app/panels/curves/time_ruler.h"
#include "app/shell/icons.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <cmath>
#include <imgui_internal.h>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr float bar_height = 32, expression_height = 32, least_tree = 120, least_graph = 200;

} // namespace

CurvesPanel::CurvesPanel(Editor& editor) : editor_(editor), browser_(editor.config_folder() / "places.json")
{
    const auto* other = dynamic_cast<KeysOwner*>(editor.find_panel("dopesheet"));
    keys = other ? other->keys : std::make_shared<KeySelection>();
    add_commands();
    add_rule_commands();
    add_operation_commands();
    add_dialog_commands();
}

std::string CurvesPanel::state() const
{
    return nlohmann::json{{"filter", int(filter_)},
                          {"normalised", normalised_},
                          {"snap", snap_},
                          {"box", box_},
                          {"tree_width", tree_width_}}
        .dump();
}

void CurvesPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (!j.is_object()) return;
    const auto flag = [&](const char* name, bool& value) {
        if (j.contains(name) && j[name].is_boolean()) value = j[name];
    };
    flag("normalised", normalised_), flag("snap", snap_), flag("box", box_);
    if (j.contains("filter") && j["filter"].is_number_integer())
        filter_ = ChannelFilter(std::clamp(int(j["filter"]), 0, 2));
    if (j.contains("tree_width") && j["tree_width"].is_number())
        tree_width_ = std::clamp(float(j["tree_width"]), least_tree, 1000.0f);
}

void CurvesPanel::refresh()
{
    const Selection& s = editor_.selection();
    const Session& session = editor_.session();
    Made now{session.revision(), s.graph(), filter_ == ChannelFilter::Animated ? std::set<NodeId>() : s.nodes, filter_,
             search_};
    if (made_ == now) return;
    const bool other_list =
        !made_ || made_->graph != now.graph || made_->nodes != now.nodes || made_->filter != now.filter;
    lines_.clear(), spots_.clear(), handles_.clear(); // they point into the list
    list_ = list_channels(*session.project(), now.graph, now.nodes, filter_, search_);
    if (drag_.kind == Drag::None) keys->check(*session.project());
    std::erase_if(focused_, [&](const ChannelRef& ref) { return !list_.find(ref); });
    std::erase_if(samples_, [&](const auto& entry) { return !list_.find(entry.first); });
    if (other_list) fit_wanted_ = true;
    made_ = std::move(now);
}

void CurvesPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    refresh();
    const ImVec2 low = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail();
    const ImVec2 high{low.x + size.x, low.y + size.y};
    if (size.x < ui.px(80) || size.y < ui.px(60)) return;
    const float tree = std::min(ui.px(tree_width_), std::max(ui.px(least_tree), size.x - ui.px(least_graph)));
    draw_tree(low, {low.x + tree, high.y});
    // The line between tree and graph can be dragged.
    ImGui::SetCursorScreenPos({low.x + tree - ui.px(2), low.y});
    ImGui::InvisibleButton("tree splitter", {ui.px(4), size.y});
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (ImGui::IsItemActive())
        tree_width_ = std::clamp(tree_width_ + ImGui::GetIO().MouseDelta.x / ui.scale, least_tree, 1000.0f);
    ImGui::GetWindowDrawList()->AddLine({low.x + tree, low.y}, {low.x + tree, high.y}, ui.theme.line);

    const float left = low.x + tree + 1;
    draw_toolbar({left, low.y}, high.x - left);
    const std::vector<ChannelRef> focused = focused_channels();
    const bool expression = focused.size() == 1 && size.y > ui.px(180);
    const float bottom = high.y - (expression ? ui.px(expression_height) : 0);
    const float axis = ui.px(value_axis_width);
    low_ = {left + axis, low.y + ui.px(bar_height + ruler_height)}, high_ = {high.x, bottom};
    if (high_.x - low_.x > ui.px(40) && high_.y - low_.y > ui.px(24)) {
        draw_graph();
        handle_pointer();
    }
    if (expression) {
        expression_of_ = focused.front();
        draw_expression_row({left, bottom}, high.x - left);
    }
    draw_context_menu();
    browser_.draw(ui);
}

// ---- toolbar --------------------------------------------------------------------------------------------------------

void CurvesPanel::draw_toolbar(ImVec2 low, float width)
{
    const Ui& ui = editor_.ui();
    const bool any = has_targets();
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + ui.px(4)});
    struct Rule {
        const char* command;
        Interpolation rule;
        bool broken;
    };
    constexpr Rule rules[] = {{"curves.constant", Interpolation::Constant, false},
                              {"curves.linear", Interpolation::Linear, false},
                              {"curves.smooth", Interpolation::Smooth, false},
                              {"curves.cubic", Interpolation::Cubic, false},
                              {"curves.catmull_rom", Interpolation::CatmullRom, false},
                              {"curves.bezier", Interpolation::Bezier, false},
                              {"curves.break", Interpolation::Bezier, true}};
    const float buttons_right = low.x + width - ui.px(8), toggles = ui.px(24) * 5;
    for (const Rule& rule : rules) {
        const Command* c = editor_.commands().find(rule.command);
        if (sign_button(ui, rule.command, c->name, editor_.key_of(rule.command), c->help, false, any,
                        [&](ImDrawList& list, ImVec2 at, ImU32 colour) {
                            draw_key(list, at, ui.px(5), rule.rule, rule.broken, colour, ui.theme.panel);
                        }))
            editor_.commands().run(rule.command);
        ImGui::SameLine(0, 0);
    }
    const float x = ImGui::GetCursorScreenPos().x + ui.px(8);
    draw_key_fields(x, buttons_right - toggles - ui.px(8));
    const auto toggle = [&](const char* id, const char* icon, const char* command, bool on) {
        const Command* c = editor_.commands().find(command);
        if (icon_button(ui, id, icon, nullptr, on)) editor_.commands().run(command);
        tooltip(ui, c->name, editor_.key_of(command), c->help);
        ImGui::SameLine(0, 0);
    };
    ImGui::SetCursorScreenPos({buttons_right - toggles, low.y + ui.px(4)});
    toggle("snap", icon::columns, "curves.snap", snap_);
    toggle("box", icon::expand, "curves.box", box_);
    toggle("normalised", icon::chart, "curves.normalised", normalised_);
    toggle("fit", icon::search, "curves.frame_all", false);
    if (icon_button(ui, "menu", icon::menu, "Everything that can be done with curves")) ImGui::OpenPopup("curves menu");
}

float CurvesPanel::draw_key_fields(float x, float right)
{
    const Ui& ui = editor_.ui();
    const float top = ImGui::GetCursorScreenPos().y, height = ImGui::GetFrameHeight();
    const float text_y = top + std::round((height - ImGui::GetFontSize()) / 2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (keys->empty()) {
        const std::string hint = shortened("Ctrl+Alt+click in the graph to insert a key", std::max(0.0f, right - x));
        if (right - x > ui.px(80) && !list_.rows.empty()) list.AddText({x, text_y}, ui.theme.secondary, hint.c_str());
        return x;
    }
    const auto& [ref, times] = *keys->keys.begin();
    const auto channel = find_channel(*editor_.session().project(), ref);
    if (!channel || !channel->has_keys()) return x;
    const Curve& curve = *channel->curve;
    size_t index = 0;
    while (index + 1 < curve.keys().size() && curve.keys()[index].time != *times.begin()) ++index;
    const CurveKey& key = curve.keys()[index];
    const KeySlopes slopes = slopes_at(curve, index);
    const bool one = keys->count() == 1;
    const auto field = [&](const char* label, double value, bool mixed, double span, const char* help,
                           const std::function<void(double, const std::string&)>& set) {
        const float text = ImGui::CalcTextSize(label).x, width = ui.px(68);
        if (x + text + ui.px(4) + width > right) return;
        list.AddText({x, text_y}, ui.theme.secondary, label);
        ImGui::SetCursorScreenPos({x + text + ui.px(4), top});
        NumberStyle style;
        style.min = value - span, style.max = value + span, style.fallback = std::nan("");
        style.mixed = mixed;
        const std::string merge = std::string("curves field ") + label;
        if (const auto edit = number_field(ui, label, value, width, style)) {
            // A drag that is given up has made one step, or none when it came to nothing.
            if (!edit->cancelled)
                set(edit->value, merge);
            else if (editor_.session().history().entries()[editor_.session().history().position()].merge_key == merge)
                editor_.session().undo();
            if (edit->finished) editor_.session().seal();
        }
        tooltip(ui, label, {}, help);
        x += text + width + ui.px(16);
    };
    const KeyBounds bounds = bounds_of(*editor_.session().project(), *keys);
    const double value_span = std::max(1e-6, (value_.high - value_.low) / 2);
    const double first = one ? key.time : bounds.first;
    field("Frame", first, false, 50, one ? "Time of the key." : "Time of the first key; the others move with it.",
          [&](double v, const std::string& merge) {
              KeyTransform t;
              t.time_by = v - first;
              change(
                  "Move keys",
                  [t](const ChannelRef&, const Curve& c, const KeyTimes& k) { return transformed(c, k, t); }, merge);
          });
    field("Value", key.value, bounds.low != bounds.high, value_span, "Value of every selected key.",
          [&](double v, const std::string& merge) {
              change(
                  "Set the value of keys",
                  [v](const ChannelRef&, const Curve& c, const KeyTimes& k) {
                      return with_each(c, k, [v](CurveKey& key_) { key_.value = v; });
                  },
                  merge);
          });
    const auto slope = [&](const char* label, bool in, double value, const char* help) {
        field(label, value, !one, std::max(1e-6, value_span / 10), help, [&](double v, const std::string& merge) {
            change(
                "Set the slope of keys",
                [in, v](const ChannelRef&, const Curve& c, const KeyTimes& k) { return with_slope(c, k, in, v); },
                merge);
        });
    };
    slope("In", true, slopes.in, "Slope before the key, value per frame; its own only where the tangents are broken.");
    slope("Out", false, slopes.out, "Slope after the key, value per frame.");
    return x;
}

// ---- the expression of one curve ------------------------------------------------------------------------------------

void CurvesPanel::draw_expression_row(ImVec2 low, float width)
{
    const Ui& ui = editor_.ui();
    Session& session = editor_.session();
    const ChannelRef ref = *expression_of_;
    const ListedChannel* listed = list_.find(ref);
    if (!listed) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine(low, {low.x + width, low.y}, ui.theme.line);
    const float text_y = low.y + std::round((ui.px(expression_height) - ImGui::GetFontSize()) / 2);
    const std::string name = shortened(listed->path + " =", width * 0.4f);
    list.AddText({low.x + ui.px(8), text_y}, ui.theme.secondary, name.c_str());
    const float label = ImGui::CalcTextSize(name.c_str()).x + ui.px(16);
    static constexpr const char* field = "##expression of the curve";
    // Typing is not disturbed; otherwise the field follows the project and the choice of channel.
    ImGui::PushID(listed->path.c_str());
    const bool typing = ImGui::GetActiveID() == ImGui::GetID(field);
    const bool driven = listed->channel.kind == ChannelKind::Expression;
    if (!typing && expression_revision_ != session.revision())
        expression_text_ = driven ? listed->channel.text : "", expression_revision_ = session.revision(),
        expression_problem_.clear();
    const float bake_width = driven || listed->channel.kind == ChannelKind::Link ? ui.px(64) : 0;
    ImGui::SetCursorScreenPos({low.x + label, low.y + ui.px(4)});
    ImGui::SetNextItemWidth(std::max(ui.px(40), width - label - ui.px(8) - bake_width));
    const std::string hint = listed->channel.kind == ChannelKind::Link ? "linked to " + listed->channel.text
                             : listed->channel.has_keys()              ? "an expression, such as curve(frame) * 2"
                                                                       : "an expression, such as frame / 10";
    bool entered = false;
    {
        const WithFont mono(ui.fonts.mono);
        if (driven) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.expression);
        entered =
            ImGui::InputTextWithHint(field, hint.c_str(), &expression_text_, ImGuiInputTextFlags_EnterReturnsTrue);
        if (driven) ImGui::PopStyleColor();
    }
    if (entered) {
        auto edited = set_channel_expression(session.project(), ref, expression_text_);
        expression_problem_ = edited ? "" : edited.error().text();
        if (edited) session.apply(std::move(edited), "Expression of " + listed->path);
        refresh();
    }
    const auto sampled = samples_.find(ref);
    const std::string& problem =
        !expression_problem_.empty() || sampled == samples_.end() ? expression_problem_ : sampled->second.problem;
    if (!problem.empty()) {
        list.AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), ui.theme.error, ui.px(3));
        if (ImGui::IsItemHovered() || typing) ImGui::SetTooltip("%s", problem.c_str());
    } else {
        tooltip(ui, "Expression", {},
                "Drives the curve; curve(frame) reads its keys. Enter accepts, an empty field takes it away.");
    }
    ImGui::PopID();
    if (bake_width > 0) {
        ImGui::SetCursorScreenPos({low.x + width - bake_width, low.y + ui.px(4)});
        if (ImGui::Button("Bake", {bake_width - ui.px(8), 0})) bake();
        tooltip(ui, "Bake", editor_.key_of("curves.bake"),
                "Keys in place of the expression or the link, one a frame from in to out.");
    }
}

void CurvesPanel::draw_context_menu()
{
    const Ui& ui = editor_.ui();
    if (!ImGui::BeginPopup("curves menu")) return;
    std::string chosen;
    const auto item = [&](const char* id) {
        const Command* c = editor_.commands().find(id);
        if (ImGui::MenuItem(c->name.c_str(), editor_.key_of(id).c_str(), c->checked && c->checked(), c->usable()))
            chosen = id;
        if (!c->help.empty()) tooltip(ui, c->name, editor_.key_of(id), c->help);
    };
    const auto menu = [&](const char* name, std::initializer_list<const char*> ids) {
        if (!ImGui::BeginMenu(name)) return;
        for (const char* id : ids) item(id);
        ImGui::EndMenu();
    };
    menu("Interpolation", {"curves.constant", "curves.linear", "curves.smooth", "curves.cubic", "curves.catmull_rom",
                           "curves.bezier", "curves.horizontal", "curves.break"});
    menu("Before the first key", {"curves.before_constant", "curves.before_linear", "curves.before_loop",
                                  "curves.before_loop_offset", "curves.before_bounce"});
    menu("After the last key", {"curves.after_constant", "curves.after_linear", "curves.after_loop",
                                "curves.after_loop_offset", "curves.after_bounce"});
    menu("Operations", {"curves.shift", "curves.scale", "curves.reverse", "curves.repeat", "curves.smooth_values",
                        "curves.filter", "curves.generate", "curves.bake"});
    ImGui::Separator();
    for (const char* id : {"curves.insert", "curves.delete", "curves.select_all"}) item(id);
    ImGui::Separator();
    for (const char* id : {"curves.cut", "curves.copy", "curves.paste", "curves.paste_absolute"}) item(id);
    ImGui::Separator();
    for (const char* id : {"curves.import", "curves.export"}) item(id);
    ImGui::Separator();
    for (const char* id : {"curves.frame", "curves.frame_all", "curves.normalised", "curves.box", "curves.snap"})
        item(id);
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    if (!chosen.empty()) editor_.commands().run(chosen);
}

} // namespace tessera
