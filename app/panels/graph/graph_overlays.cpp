// What can be laid over the graph: kernels that run together, time and memory, and the mini-map.
#include "app/panels/graph/graph_background.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tessera {

namespace {

ImU32 group_colour(const Theme& theme, size_t i)
{
    static constexpr const char* menus[] = {"Filter", "Draw", "Color", "Merge", "Keyer", "Tracking"};
    return mixed(theme.category(menus[i % std::size(menus)]), theme.text, 0.15f);
}

} // namespace

void GraphPanel::refresh_plan()
{
    const uint64_t revision = editor_.session().revision();
    const NodeId target = plan_target(*project(), shown_, editor_.selection().last);
    if ((plan_revision_ == revision && plan_target_ == target) || background_->plan_busy) return;
    Engine* engine = editor_.engine();
    if (!engine) return;
    plan_revision_ = revision, plan_target_ = target;
    if (!target) {
        background_->plan = {};
        return;
    }
    background_->plan_busy = true;
    Request request;
    request.project = project(), request.graph = shown_, request.node = target, request.frame = editor_.frame_number();
    editor_.workers().run([engine, request] { return engine->print_plan(request); },
                          [b = background_, p = project(), g = shown_](Result<std::string>& text) {
                              b->plan_busy = false;
                              b->plan = text ? plan_groups(*p, g, *text) : PlanGroups{};
                              b->plan_problem = text ? "" : text.error().message;
                          });
}

void GraphPanel::draw_fusion()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit(), grow = 8 * z;
    const auto halo = [&](const std::vector<NodeId>& members, ImU32 colour, const char* what) {
        const SceneNode* top = nullptr;
        for (const NodeId id : members) {
            const SceneNode* n = scene_.find(id);
            if (!n) continue;
            if (!top || n->centre.y < top->centre.y) top = n;
            const ImVec2 a = to_screen(n->low() + shift_of(id)), b = to_screen(n->high() + shift_of(id));
            list.AddRectFilled({a.x - grow, a.y - grow}, {b.x + grow, b.y + grow}, faded(colour, 0.3f), grow);
            for (const SceneInput& input : n->inputs) {
                if (input.source < 0) continue;
                const SceneNode& source = scene_.nodes[size_t(input.source)];
                if (std::find(members.begin(), members.end(), source.id) == members.end()) continue;
                const size_t i = size_t(&input - n->inputs.data());
                draw_pipe(
                    pipe_curve(source.output_at() + shift_of(source.id), n->input_at(i) + shift_of(id), input.mask),
                    faded(colour, 0.3f), 2 * grow, false);
            }
        }
        if (!top || camera_.zoom < 0.4) return;
        char text[48];
        std::snprintf(text, sizeof text, what, members.size());
        const float size = ui.fonts.small->FontSize * float(std::min(1.0, camera_.zoom));
        const ImVec2 at = to_screen(Vec2{top->low().x, top->low().y} + shift_of(top->id));
        const ImVec2 extent = ui.fonts.small->CalcTextSizeA(size, FLT_MAX, 0, text);
        list.AddText(ui.fonts.small, size, {at.x - grow - extent.x - 4 * z, at.y}, mixed(colour, ui.theme.text, 0.5f),
                     text);
    };
    const PlanGroups& plan = background_->plan;
    for (size_t i = 0; i < plan.fused.size(); ++i) halo(plan.fused[i], group_colour(ui.theme, i), "one kernel: %zu");
    for (const auto& run : plan.concatenated) halo(run, ui.theme.category("Transform"), "concatenated: %zu");
}

bool GraphPanel::minimap_rect(ImVec2& low, ImVec2& high, Vec2& least, Vec2& most) const
{
    const Ui& ui = editor_.ui();
    if (!minimap_ || scene_.nodes.size() < 2) return false;
    const ImVec2 size{ui.px(168), ui.px(112)};
    high = {high_.x - ui.px(8), high_.y - ui.px(8)};
    low = {high.x - size.x, high.y - size.y};
    if (high_.x - low_.x < 2.2f * size.x || high_.y - low_.y < 1.6f * size.y) return false;
    const Vec2 view_low = to_graph(low_), view_high = to_graph(high_);
    // Nothing to find when all of it is on the screen.
    const bool all = view_low.x <= scene_.low.x && view_low.y <= scene_.low.y && view_high.x >= scene_.high.x &&
                     view_high.y >= scene_.high.y;
    if (all && drag_ != Drag::Minimap) return false;
    const Vec2 margin = (scene_.high - scene_.low) * 0.06;
    least = scene_.low - margin, most = scene_.high + margin;
    // The same shape as the map, so that places on both agree.
    const double wanted = double(size.x / size.y), wide = most.x - least.x, tall = std::max(most.y - least.y, 1.0);
    const double more_x = std::max(0.0, tall * wanted - wide) / 2, more_y = std::max(0.0, wide / wanted - tall) / 2;
    least = least - Vec2{more_x, more_y}, most = most + Vec2{more_x, more_y};
    return true;
}

void GraphPanel::draw_minimap()
{
    ImVec2 low, high;
    Vec2 least, most;
    if (!minimap_rect(low, high, least, most)) return;
    const Ui& ui = editor_.ui();
    const double fit = double(high.x - low.x) / (most.x - least.x);
    const auto map = [&](Vec2 p) {
        return ImVec2{std::clamp(low.x + float((p.x - least.x) * fit), low.x, high.x),
                      std::clamp(low.y + float((p.y - least.y) * fit), low.y, high.y)};
    };
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, faded(ui.theme.window, 0.92f), ui.px(3));
    list.PushClipRect(low, high, true);
    for (const NotePtr& note : scene_.notes)
        list.AddRectFilled(map(note->position), map(note->position + note->size), faded(ui.theme.text, 0.12f));
    const auto& chosen = editor_.selection().nodes;
    for (const SceneNode& n : scene_.nodes) {
        const ImVec2 a = map(n.low()), c = map(n.high());
        const ImU32 colour = chosen.contains(n.id) ? ui.theme.accent
                             : n.op                ? ui.theme.category(n.op->menu)
                                                   : ui.theme.disabled;
        list.AddRectFilled(a, {std::max(c.x, a.x + 2), std::max(c.y, a.y + 1)}, colour);
    }
    const ImVec2 a = map(to_graph(low_)), b = map(to_graph(high_));
    list.AddRectFilled(a, b, faded(ui.theme.text, 0.07f));
    list.AddRect(a, b, faded(ui.theme.text, 0.7f));
    list.PopClipRect();
    list.AddRect(low, high, ui.theme.line, ui.px(3));
}

void GraphPanel::draw_legend()
{
    if (!show_fusion_) return;
    const Ui& ui = editor_.ui();
    const PlanGroups& plan = background_->plan;
    char text[160];
    const SceneNode* target = scene_.find(plan_target_);
    if (!editor_.engine())
        std::snprintf(text, sizeof text, "Kernels: waiting for the device");
    else if (!background_->plan_problem.empty())
        std::snprintf(text, sizeof text, "Kernels: %.120s", background_->plan_problem.c_str());
    else
        std::snprintf(text, sizeof text, "Kernels of %.60s: %zu fused, %zu concatenated",
                      target ? target->node->name.c_str() : "nothing", plan.fused.size(), plan.concatenated.size());
    ImGui::GetWindowDrawList()->AddText(ui.fonts.small, ui.fonts.small->FontSize,
                                        {low_.x + ui.px(8), high_.y - ui.px(20)}, ui.theme.secondary, text);
}

} // namespace tessera
