// The menu on a row's label, and the expression editor it opens.
#include "app/panels/properties/param_controls.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

void ParamControls::draw_menu(const NodeRows& node, const ParamRow& row)
{
    if (!ImGui::BeginPopup("parameter menu")) return;
    close_on_escape();
    Session& session = editor_.session();
    const ProjectPtr& p = session.project();
    const ParamDesc& param = *row.param;
    const double frame = node.frame;
    const bool numbers = component_count(param.type) > 0;
    const std::string what = subject(node, row);
    if (ImGui::MenuItem("Reset", nullptr, false, row.set != nullptr)) {
        const std::string names[] = {param.name};
        session.apply(reset_params(p, node.targets, names), "Reset " + what);
    }
    if (numbers) {
        ImGui::Separator();
        if (ImGui::MenuItem("Set key", nullptr, false, !row.state.all_keys_here && !row.state.driven))
            session.apply(add_keys(p, node.targets, param, frame), "Set key on " + what);
        if (ImGui::MenuItem("Remove key", nullptr, false, row.state.key_here)) session.apply(remove_keys(p, node.targets, param, frame), "Remove key of " + what);
        if (ImGui::MenuItem("Remove animation", nullptr, false, row.state.animated)) session.apply(make_constant(p, node.targets, param, frame), "Remove animation of " + what);
        ImGui::Separator();
        const int count = component_count(param.type);
        if (count > 1 && count <= 4 && ImGui::BeginMenu("Edit expression")) {
            if (ImGui::MenuItem("All")) open_expression(node, row, -1);
            for (int i = 0; i < count; ++i)
                if (ImGui::MenuItem((row.param->label + " " + component_name(param.type, i)).c_str())) open_expression(node, row, i);
            ImGui::EndMenu();
        }
        if ((count == 1 || count > 4) && ImGui::MenuItem("Edit expression\xe2\x80\xa6")) open_expression(node, row, -1);
        draw_link_menu(node, row);
        if (row.state.driven && row.driver.link && row.driver.target && ImGui::MenuItem(("Go to " + row.driver.target->node->name).c_str()) && jump)
            jump(row.driver.target->graph->id, row.driver.target->node->id);
        if (ImGui::MenuItem("Remove expression or link", nullptr, false, row.state.driven)) session.apply(make_constant(p, node.targets, param, frame), "Make " + what + " constant");
    }
    if (numbers || param.type == ParamType::String || param.type == ParamType::File) {
        ImGui::Separator();
        if (ImGui::MenuItem("Copy value")) ImGui::SetClipboardText(clipboard_text(row.value).c_str());
        if (ImGui::MenuItem("Copy link")) {
            const std::string path = path_of(*node.project, node.ref.graph, node.ref.node) + "." + param.name;
            ImGui::SetClipboardText(path.c_str());
        }
        const char* clip = ImGui::GetClipboardText();
        const std::string clipboard = clip ? clip : "";
        if (ImGui::MenuItem("Paste value", nullptr, false, !clipboard.empty())) {
            const auto value = value_of_text(param, clipboard);
            if (!value) editor_.notices().add(value.error());
            else if (component_count(param.type) > 1) {
                std::vector<double> parts;
                for (int i = 0; i < component_count(param.type); ++i) parts.push_back(component(*value, i));
                session.apply(edit_numbers(p, node.targets, param, parts, frame), "Paste " + what);
            } else {
                session.apply(edit_value(p, node.targets, param, *value), "Paste " + what);
            }
        }
        constexpr size_t longest_path = 512;
        const bool path_like = !clipboard.empty() && clipboard.size() < longest_path && clipboard.find('.') != std::string::npos && clipboard.find_first_of(" \n\t") == std::string::npos;
        if (numbers && ImGui::MenuItem("Paste link", nullptr, false, path_like)) session.apply(drive(p, {node.ref.graph, node.ref.node, param.name, -1}, LinkSource{clipboard}), "Link " + what);
    }
    ImGui::Separator();
    ImGui::TextDisabled("%s", param.name.c_str());
    ImGui::EndPopup();
}

/// Parameters of the other selected nodes and of the other open ones would be many: nodes of the graph by name, then
/// their parameters that fit.
void ParamControls::draw_link_menu(const NodeRows& node, const ParamRow& row)
{
    if (!ImGui::BeginMenu("Link to")) return;
    const int count = component_count(row.param->type);
    std::vector<std::pair<std::string, const Node*>> nodes;
    node.place.graph->nodes.each([&](NodeId, const NodePtr& n) { nodes.emplace_back(n->name, n.get()); });
    std::sort(nodes.begin(), nodes.end());
    static std::string filter; // of the one menu there is
    if (ImGui::IsWindowAppearing()) filter.clear();
    if (nodes.size() > 12) {
        ImGui::SetNextItemWidth(editor_.ui().px(180));
        ImGui::InputTextWithHint("##filter", "Search nodes", &filter);
    }
    constexpr size_t most = 40;
    size_t shown = 0;
    for (const auto& [name, other] : nodes) {
        if (!filter.empty() && fuzzy_score(filter, name) <= 0) continue;
        const OpDesc* op = Registry::instance().find(other->op);
        const bool any = op && std::any_of(op->params.begin(), op->params.end(), [&](const ParamDesc& p) { return component_count(p.type) == count || component_count(p.type) == 1; });
        if (!any || ++shown > most || !ImGui::BeginMenu(name.c_str())) continue;
        for (const ParamDesc& p : op->params) {
            const int parts = component_count(p.type);
            if (parts != count && parts != 1) continue;
            if (other->id == node.ref.node && p.name == row.param->name) continue;
            if (ImGui::MenuItem(p.label.c_str(), p.name.c_str()))
                editor_.session().apply(make_link(editor_.session().project(), {node.ref.graph, node.ref.node, row.param->name, -1}, {node.ref.graph, other->id, p.name, -1}, false),
                                        "Link " + subject(node, row));
        }
        ImGui::EndMenu();
    }
    if (shown > most) ImGui::TextDisabled("%zu more: search", shown - most);
    ImGui::EndMenu();
}

// ---- expressions ----------------------------------------------------------------------------------------------------

void ParamControls::open_expression(const NodeRows& node, const ParamRow& row, int component)
{
    ExpressionEditor e;
    e.to = {node.ref.graph, node.ref.node, row.param->name, component_count(row.param->type) > 1 ? component : -1};
    e.param = row.param;
    if (row.set)
        for (size_t i = 0; i < row.set->sources.size(); ++i) {
            if (component >= 0 && int(i) != component) continue;
            if (const auto* source = std::get_if<ExpressionSource>(&row.set->sources[i])) e.text = source->text;
            else if (const auto* link = std::get_if<LinkSource>(&row.set->sources[i])) e.text = link->path;
            if (!e.text.empty()) break;
        }
    e.at = ImGui::GetIO().MousePos;
    expression_ = std::move(e);
}

void ParamControls::try_expression(ExpressionEditor& e)
{
    const uint64_t revision = editor_.session().revision();
    const double frame = editor_.frame_number();
    if (e.tried_text == e.text && e.tried_revision == revision && e.tried_frame == frame) return;
    e.tried_text = e.text, e.tried_revision = revision, e.tried_frame = frame;
    e.error.clear(), e.value.clear();
    if (e.text.empty()) return;
    const auto value = tried_expression(editor_.session().project(), e.to, *e.param, e.text, frame);
    if (!value) {
        e.error = value.error().text();
        return;
    }
    if (e.to.component >= 0) e.value = shortest_text(component(*value, e.to.component));
    else e.value = clipboard_text(*value);
}

namespace {

struct Callback {
    size_t* caret;
    bool* insert;
    int* chosen;
    const Completions* offers;
    bool to_end; ///< typing begins behind what is there
};

int on_expression(ImGuiInputTextCallbackData* data)
{
    auto& c = *static_cast<Callback*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion) *c.insert = true;
    if (*c.insert && !c.offers->words.empty()) {
        const size_t which = std::min(size_t(std::max(0, *c.chosen)), c.offers->words.size() - 1);
        const int start = std::min(int(c.offers->start), data->CursorPos);
        data->DeleteChars(start, data->CursorPos - start);
        data->InsertChars(data->CursorPos, c.offers->words[which].c_str());
        *c.chosen = 0;
    }
    *c.insert = false;
    if (c.to_end) data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
    *c.caret = size_t(data->CursorPos);
    return 0;
}

} // namespace

void ParamControls::draw_expression()
{
    if (!expression_) return;
    ExpressionEditor& e = *expression_;
    const Ui& ui = editor_.ui();
    const ProjectPtr& project = editor_.session().project();
    const NodePlace place = find_node(*project, e.to.graph, e.to.node);
    if (!place) return expression_.reset();
    if (!e.opened) {
        ImGui::OpenPopup("expression");
        e.opened = true;
        const ImVec2 screen = ImGui::GetIO().DisplaySize;
        ImGui::SetNextWindowPos({std::clamp(e.at.x - ui.px(200), ui.px(8), std::max(ui.px(8), screen.x - ui.px(440))), std::min(e.at.y + ui.px(16), screen.y - ui.px(240))});
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(10)});
    const bool open = ImGui::BeginPopup("expression");
    ImGui::PopStyleVar();
    if (!open) return expression_.reset();
    std::optional<PopupFields> fields(std::in_place, ui); // gone before the popup ends
    close_on_escape();
    const float width = ui.px(400);
    std::string title = place.node->name + "." + e.to.param;
    if (e.to.component >= 0) title += "." + component_name(e.param->type, e.to.component);
    {
        const WithFont strong(ui.fonts.strong);
        ImGui::TextUnformatted(title.c_str());
    }
    bool accepted = false;
    {
        const WithFont mono(ui.fonts.mono);
        if (e.fresh) ImGui::SetKeyboardFocusHere(), e.fresh = false;
        Callback callback{&e.caret, &e.insert, &e.chosen, &e.offers, ++e.drawn < 4};
        accepted = ImGui::InputTextMultiline("##expression", &e.text, {width, ImGui::GetTextLineHeight() * 3 + ui.px(10)},
                                             ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CtrlEnterForNewLine | ImGuiInputTextFlags_CallbackAlways |
                                                 ImGuiInputTextFlags_CallbackCompletion,
                                             on_expression, &callback);
        const bool escaped = ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
        if (escaped) ImGui::CloseCurrentPopup();
    }
    e.offers = completions(*project, place, e.text, e.caret);
    try_expression(e);
    {
        const WithFont mono(ui.fonts.mono);
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
        if (!e.error.empty()) {
            ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
            ImGui::Text("%s", e.error.c_str());
            ImGui::PopStyleColor();
        } else if (!e.value.empty()) {
            ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.expression);
            ImGui::Text("= %s", e.value.c_str());
            ImGui::PopStyleColor();
        } else {
            ImGui::TextDisabled("frame / 10, Blur1.size.x * 2, curve(frame - 5)");
        }
        ImGui::PopTextWrapPos();
    }
    constexpr size_t most_offers = 8;
    for (size_t i = 0; i < std::min(most_offers, e.offers.words.size()); ++i) {
        if (i) ImGui::SameLine(0, ui.px(4));
        const float word = ImGui::CalcTextSize(e.offers.words[i].c_str()).x + ui.px(12);
        if (i && ImGui::GetCursorPosX() + word > width) {
            ImGui::NewLine();
        }
        ImGui::PushID(int(i));
        if (ImGui::SmallButton(e.offers.words[i].c_str())) {
            e.text.replace(e.offers.start, e.caret - e.offers.start, e.offers.words[i]);
            e.fresh = true;
        }
        ImGui::PopID();
    }
    if (e.offers.words.empty()) ImGui::TextDisabled("Tab completes names; Enter accepts, Escape cancels.");
    ImGui::Dummy({0, ui.px(2)});
    if (ImGui::Button("Set", {ui.px(72), 0})) accepted = true;
    ImGui::SameLine();
    if (ImGui::Button("Cancel", {ui.px(72), 0})) ImGui::CloseCurrentPopup();
    if (accepted && e.error.empty()) {
        const bool empty = e.text.find_first_not_of(" \n\t") == std::string::npos;
        const auto source = empty ? ParamSource(std::monostate()) : ParamSource(ExpressionSource{e.text, nullptr});
        if (editor_.session().apply(drive(project, e.to, source), (empty ? "Remove expression of " : "Set expression of ") + title)) ImGui::CloseCurrentPopup();
    } else if (accepted) {
        e.fresh = true;
    }
    fields.reset();
    ImGui::EndPopup();
}

void ParamControls::draw_windows()
{
    draw_expression();
    browser_.draw(editor_.ui());
}

} // namespace tessera
