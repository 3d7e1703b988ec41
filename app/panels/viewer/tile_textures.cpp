#include "app/panels/viewer/tile_textures.h"

namespace tessera {

namespace {
/// From this magnification on pixels are shown as squares.
constexpr double square_pixels = 2;
} // namespace

TileTextures::~TileTextures()
{
    for (const auto& [id, texture] : textures_) window_.graphics().drop_texture(texture);
}

Status TileTextures::upload(uint64_t bytes)
{
    Graphics& graphics = window_.graphics();
    for (const uint64_t id : feed_.take_dropped())
        if (const auto it = textures_.find(id); it != textures_.end()) {
            graphics.drop_texture(it->second);
            textures_.erase(it);
        }
    for (const TilePixels& tile : feed_.take(bytes)) {
        TESSERA_TRY(texture, graphics.make_texture(tile.width, tile.height));
        textures_[tile.id] = texture;
        TESSERA_CHECK(graphics.update(texture, 0, 0, tile.width, tile.height, *tile.rgba));
        window_.keep_drawing(2); // there may be more to take
    }
    return {};
}

void TileTextures::draw(ImDrawList& list, const ViewCamera& camera, const ViewArea& area, double aspect, int wanted,
                        float opacity, ImageCut cut)
{
    for (const ShownTile& tile : feed_.shown()) {
        const auto it = textures_.find(tile.id);
        if (it == textures_.end()) continue;
        const Vec2 a = to_window(camera, area, aspect, {tile.left(), tile.top()}),
                   b = to_window(camera, area, aspect, {tile.right(), tile.bottom()});
        if (b.x < area.low.x || b.y < area.low.y || a.x > area.high.x || a.y > area.high.y) continue;
        // Rounded alike, neighbours share their edges.
        const ImVec2 low{float(std::round(a.x)), float(std::round(a.y))},
            high{float(std::round(b.x)), float(std::round(b.y))};
        const bool squares = tile.level <= wanted && std::ldexp(camera.zoom, tile.level) >= square_pixels;
        window_.image(list, it->second, low, high, {0, 0}, {1, 1},
                      squares ? TextureFilter::Nearest : TextureFilter::Linear, opacity, cut);
    }
}

} // namespace tessera
