// What viewers have found out about nodes: small pictures, and what each cost.
#include "app/panels/graph/graph_background.h"
#include "app/viewer/thumbnails.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tessera {

namespace {

/// Textures of nodes that have not been on the screen for so many frames are given back.
constexpr int frames_kept = 240;

} // namespace

void GraphPanel::draw_thumbnail(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float inset = unit();
    low = {low.x + inset, low.y}, high = {high.x - inset, high.y - inset};
    list.AddRectFilled(low, high, IM_COL32(0, 0, 0, 255));
    Stamp& stamp = stamps_[n.id];
    stamp.unseen = 0;
    ThumbnailWish wish;
    wish.project = project(), wish.graph = shown_, wish.node = n.id, wish.frame = editor_.frame_number();
    const ThumbnailPtr picture = editor_.pictures().thumbnails().picture(wish);
    Graphics& graphics = editor_.window().graphics();
    if (picture && !picture->rgba.empty() && picture->id != stamp.picture) {
        if (stamp.width != picture->width || stamp.height != picture->height) {
            if (stamp.texture) graphics.drop_texture(stamp.texture);
            const auto made = graphics.make_texture(picture->width, picture->height);
            stamp.texture = made ? *made : 0;
            stamp.width = picture->width, stamp.height = picture->height;
        }
        if (stamp.texture && graphics.update(stamp.texture, 0, 0, stamp.width, stamp.height, picture->rgba).ok())
            stamp.picture = picture->id;
    }
    if (picture && picture->error) {
        const float size = ui.fonts.small->FontSize * float(std::min(1.0, camera_.zoom));
        const char* text = "no picture";
        const ImVec2 extent = ui.fonts.small->CalcTextSizeA(size, FLT_MAX, 0, text);
        list.AddText(ui.fonts.small, size, {(low.x + high.x - extent.x) / 2, (low.y + high.y - extent.y) / 2},
                     ui.theme.error, text);
        return;
    }
    if (!stamp.texture || !stamp.picture) return;
    const float wide = high.x - low.x, tall = high.y - low.y;
    const float fit = std::min(wide / float(stamp.width), tall / float(stamp.height));
    const ImVec2 half{float(stamp.width) * fit / 2, float(stamp.height) * fit / 2},
        c{(low.x + high.x) / 2, (low.y + high.y) / 2};
    editor_.window().image(list, stamp.texture, {c.x - half.x, c.y - half.y}, {c.x + half.x, c.y + half.y}, {0, 0},
                           {1, 1}, TextureFilter::Linear, n.node->disabled ? 0.4f : 1);
}

void GraphPanel::age_stamps()
{
    for (auto& [id, stamp] : stamps_) ++stamp.unseen;
    std::erase_if(stamps_, [&](const auto& entry) {
        if (entry.second.unseen < frames_kept) return false;
        if (entry.second.texture) editor_.window().graphics().drop_texture(entry.second.texture);
        return true;
    });
}

void GraphPanel::refresh_costs()
{
    const NodeTimes& times = editor_.pictures().times();
    const uint64_t revision = times.revision();
    if (revision == costs_revision_ && scene_revision_ == costs_scene_) return;
    costs_revision_ = revision, costs_scene_ = scene_revision_;
    costs_.clear();
    slowest_ = 0;
    for (const auto& [path, cost] : times.costs()) {
        // What lies within groups is the group's here.
        NodePlace place = find_node(*project(), path);
        while (place && place.graph->id != shown_) place = shown_by(*project(), place.graph->id);
        if (!place) continue;
        NodeTimes::Cost& sum = costs_[place.node->id];
        sum.milliseconds += cost.milliseconds, sum.decode_milliseconds += cost.decode_milliseconds;
        sum.bytes += cost.bytes, sum.fused = std::max(sum.fused, cost.fused), sum.tiles_hit += cost.tiles_hit;
        slowest_ = std::max(slowest_, sum.milliseconds + sum.decode_milliseconds);
    }
}

void GraphPanel::draw_costs(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const auto it = costs_.find(n.id);
    if (it == costs_.end()) return;
    const NodeTimes::Cost& cost = it->second;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit();
    const double spent = cost.milliseconds + cost.decode_milliseconds;
    const float share = float(slowest_ > 0 ? std::sqrt(spent / slowest_) : 0);
    const ImU32 colour = share < 0.5f ? mixed(ui.theme.good, ui.theme.warning, share * 2)
                                      : mixed(ui.theme.warning, ui.theme.error, share * 2 - 1);
    list.AddRectFilled({low.x - 3 * z, low.y - 3 * z}, {high.x + 3 * z, high.y + 3 * z}, faded(colour, 0.35f), 4 * z);
    list.AddRect({low.x - 2 * z, low.y - 2 * z}, {high.x + 2 * z, high.y + 2 * z}, colour, 4 * z, 0, 2 * z);
    if (camera_.zoom < 0.3) return;
    char text[96];
    const int length = std::snprintf(text, sizeof text, spent < 10 ? "%.2f ms" : "%.0f ms", spent);
    if (length > 0 && camera_.zoom >= 0.6)
        std::snprintf(text + length, sizeof text - size_t(length), "  %.1f MiB%s", cost.bytes / (1 << 20),
                      cost.tiles_hit ? "  cached" : "");
    const float size = ui.fonts.small->FontSize * float(std::clamp(camera_.zoom, 0.85, 1.0));
    const ImVec2 extent = ui.fonts.small->CalcTextSizeA(size, FLT_MAX, 0, text);
    const ImVec2 at{low.x - extent.x - 8 * z, (low.y + high.y - extent.y) / 2};
    list.AddRectFilled({at.x - 3 * z, at.y - z}, {at.x + extent.x + 3 * z, at.y + extent.y + z},
                       faded(ui.theme.panel, 0.85f), 3 * z);
    list.AddText(ui.fonts.small, size, {std::round(at.x), std::round(at.y)}, mixed(colour, ui.theme.text, 0.4f), text);
}

} // namespace tessera
