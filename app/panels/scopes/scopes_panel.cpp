#include "app/panels/scopes/scopes_panel.h"
#include "app/panels/viewer/viewer_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr float header_height = 28, least_height = 60;
/// Textures grow by steps, so that a panel being resized does not make one each frame.
constexpr int texture_step = 128;

struct KindName {
    ScopeKind kind;
    const char *id, *name, *help;
};
constexpr KindName kinds[] = {
    {ScopeKind::Histogram, "histogram", "Histogram", "How many pixels have each level, by channel."},
    {ScopeKind::WaveformLuma, "luma", "Luma", "The levels of luma over each column of the picture."},
    {ScopeKind::WaveformRgb, "rgb", "RGB", "The levels of red, green and blue over each column of the picture."},
    {ScopeKind::Parade, "parade", "Parade", "Red, green and blue waveforms side by side."},
    {ScopeKind::Vectorscope, "vectorscope", "Vector", "Hue as direction and saturation as distance, with targets at 75 and 100 %."},
};

} // namespace

ScopesPanel::~ScopesPanel()
{
    editor_.window().graphics().drop_texture(texture_);
}

std::string ScopesPanel::state() const
{
    return nlohmann::json{{"kind", kinds[int(kind_)].id}, {"gain", gain_}, {"zoom", zoom_}}.dump();
}

void ScopesPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (!j.is_object()) return;
    const auto number = [&](const char* name, float& to, float low, float high) {
        if (j.contains(name) && j[name].is_number()) to = std::clamp(j[name].get<float>(), low, high);
    };
    number("gain", gain_, 0.1f, 10), number("zoom", zoom_, 1, 4);
    for (const KindName& k : kinds)
        if (j.contains("kind") && j["kind"] == k.id) kind_ = k.kind;
}

void ScopesPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    const ImVec2 low = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    const ImVec2 high{low.x + size.x, low.y + size.y};
    draw_header(ui, low, size.x);
    const ImVec2 below{low.x, low.y + ui.px(header_height)};
    if (high.y - below.y < ui.px(least_height)) return;
    ImGui::SetCursorScreenPos(below);
    if (problem_.empty())
        if (const Status ready = prepare(); !ready) problem_ = ready.error().text();
    if (!problem_.empty()) return empty_state(ui, icon::warning, problem_.c_str());
    const ViewerPanel* viewer = ViewerPanel::active(editor);
    if (!viewer || !viewer->viewed().node) return empty_state(ui, icon::chart, "Scopes measure what the viewer shows.");
    draw_scope(ui, *viewer, below, high);
}

Status ScopesPanel::prepare()
{
    if (passes_) return {};
    TESSERA_TRY(made, ScopePasses::make(editor_.window().graphics()));
    passes_ = std::move(made);
    return {};
}

void ScopesPanel::draw_header(const Ui& ui, ImVec2 low, float width)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = ui.px(header_height), pad = ui.px(8), gear = ui.px(28);
    float x = low.x + ui.px(4);
    for (const KindName& k : kinds) {
        const float wide = ImGui::CalcTextSize(k.name).x + 2 * pad;
        if (x + wide > low.x + width - gear) break; // the menu has them all
        ImGui::SetCursorScreenPos({x, low.y});
        if (ImGui::InvisibleButton(k.id, {wide, height})) kind_ = k.kind;
        const bool on = kind_ == k.kind, hovered = ImGui::IsItemHovered();
        tooltip(ui, k.name, {}, k.help);
        if (hovered && !on) list.AddRectFilled({x, low.y + ui.px(2)}, {x + wide, low.y + height - ui.px(2)}, ui.theme.hover, ui.px(3));
        list.AddText({x + pad, low.y + std::round((height - ImGui::GetFontSize()) / 2)},
                     on ? ui.theme.text : ui.theme.secondary, k.name);
        if (on) list.AddRectFilled({x + pad, low.y + height - ui.px(4)}, {x + wide - pad, low.y + height - ui.px(2)}, ui.theme.accent);
        x += wide;
    }
    ImGui::SetCursorScreenPos({low.x + width - gear, low.y + ui.px(2)});
    if (icon_button(ui, "options", icon::settings, "What the scope shows, and how bright")) ImGui::OpenPopup("scope options");
    if (ImGui::BeginPopup("scope options")) {
        draw_options(ui);
        ImGui::EndPopup();
    }
}

void ScopesPanel::draw_options(const Ui& ui)
{
    for (const KindName& k : kinds)
        if (ImGui::MenuItem(k.name, nullptr, kind_ == k.kind)) kind_ = k.kind;
    ImGui::Separator();
    ImGui::SetNextItemWidth(ui.px(140));
    ImGui::SliderFloat("Brightness", &gain_, 0.1f, 10, "%.1f", ImGuiSliderFlags_Logarithmic);
    if (kind_ != ScopeKind::Vectorscope) return;
    for (const float z : {1.0f, 2.0f, 4.0f}) {
        const std::string name = "Zoom " + std::to_string(int(z)) + "\xc3\x97";
        if (ImGui::MenuItem(name.c_str(), nullptr, zoom_ == z)) zoom_ = z;
    }
}

bool ScopesPanel::take_picture(const ViewerPanel& viewer)
{
    const TileTextures& tiles = viewer.tiles();
    const Rect area = viewer.shown_area();
    ScopeGrid grid = scope_grid(tiles.feed().shown(), area, ScopePasses::most_samples,
                                [&](uint64_t id) { return tiles.texture(id); });
    if (grid.width == 0) return counts_ > 0; // until the next picture comes the last one's scope stays
    if (grid == grid_) return true;
    passes_->count(grid.tiles, grid.width, grid.height);
    grid_ = std::move(grid), area_ = area;
    ++counts_;
    return true;
}

Status ScopesPanel::paint(const Ui& ui, const ScopeArea& area)
{
    Graphics& graphics = ui.window.graphics();
    const int width = std::clamp(int(area.width()), 1, ScopePasses::most_side),
              height = std::clamp(int(area.height()), 1, ScopePasses::most_side);
    if (graphics.width_of(texture_) < width || graphics.height_of(texture_) < height) {
        const auto grown = [](int side) { return (side + texture_step - 1) / texture_step * texture_step; };
        graphics.drop_texture(std::exchange(texture_, 0));
        TESSERA_TRY(made, graphics.make_texture(grown(width), grown(height)));
        texture_ = made;
        painted_ = {};
    }
    const Painted wanted{counts_, kind_, width, height, gain_, zoom()};
    if (wanted == painted_) return {};
    passes_->paint(kind_, texture_, width, height, gain_, zoom());
    painted_ = wanted;
    return {};
}

void ScopesPanel::draw_scope(const Ui& ui, const ViewerPanel& viewer, ImVec2 low, ImVec2 high)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ScopeArea area = trace_area(ui, kind_, low, high);
    list.AddRectFilled(low, high, ui.theme.window);
    list.PushClipRect(low, high, true);
    draw_graticule(ui, list, kind_, area, zoom());
    if (take_picture(viewer)) {
        if (const Status drawn = paint(ui, area); !drawn) problem_ = drawn.error().text();
        else {
            const Graphics& graphics = ui.window.graphics();
            const ImVec2 used{float(painted_.width) / float(graphics.width_of(texture_)),
                              float(painted_.height) / float(graphics.height_of(texture_))};
            ui.window.image(list, texture_, area.low, area.high, {0, 0}, used);
        }
        if (const auto probed = viewer.probed(); probed && !probed->error && !probed->outside && area_.width() > 0) {
            const float middle = float(probed->area.x0 + probed->area.x1) / 2;
            draw_mark(ui, list, kind_, area, zoom(), probed->shown.average, (middle - float(area_.x0)) / float(area_.width()));
        }
    }
    list.PopClipRect();
}

} // namespace tessera
