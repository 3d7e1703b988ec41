#include "app/shell/scope_passes.h"
#include "app/shell/scope_count.comp.h"
#include "app/shell/scope_gather.comp.h"
#include "app/shell/scope_paint.comp.h"
#include <algorithm>
#include <cassert>

namespace tessera {

namespace {

enum Buffer : size_t { samples, counted, painted };
constexpr int levels = 256, channels = 4;
constexpr size_t vectorscope_at = channels * levels, waveform_at = vectorscope_at + levels * levels;
constexpr size_t count_words = waveform_at + size_t(channels) * ScopePasses::most_columns * levels;

uint32_t groups(int size, int group)
{
    return uint32_t((size + group - 1) / group);
}

int columns_of(int width)
{
    return std::min(width, ScopePasses::most_columns);
}

} // namespace

ScopeCounts count_samples(std::span<const uint32_t> grid, int width, int height)
{
    ScopeCounts c;
    c.columns = columns_of(width);
    c.histogram.resize(channels * levels);
    c.vectorscope.resize(levels * levels);
    c.waveform.resize(size_t(channels) * size_t(c.columns) * levels);
    for (int column = 0; column < c.columns; ++column)
        for (int y = 0; y < height; ++y)
            for (int x = column * width / c.columns; x < (column + 1) * width / c.columns; ++x) {
                const uint32_t s = grid[size_t(y) * size_t(width) + size_t(x)];
                if (s >> 24 == 0) continue;
                const int r = int(s & 255), g = int(s >> 8 & 255), b = int(s >> 16 & 255);
                const int y256 = 54 * r + 183 * g + 19 * b;
                const int value[channels] = {r, g, b, (y256 + 128) >> 8};
                for (int k = 0; k < channels; ++k) {
                    ++c.histogram[size_t(k * levels + value[k])];
                    ++c.waveform[size_t((k * c.columns + column) * levels + value[k])];
                }
                const int u = std::clamp(128 + (((256 * b - y256) * 138 + 32768) >> 16), 0, 255),
                          v = std::clamp(128 + (((256 * r - y256) * 163 + 32768) >> 16), 0, 255);
                ++c.vectorscope[size_t(v * levels + u)];
            }
    return c;
}

Result<std::unique_ptr<ScopePasses>> ScopePasses::make(Graphics& graphics)
{
    std::unique_ptr<ScopePasses> s(new ScopePasses(graphics));
    const VkDeviceSize sizes[] = {most_samples * 4, count_words * 4, VkDeviceSize(most_side) * most_side * 4};
    TESSERA_TRY(compute, Compute::make(graphics, sizes));
    s->compute_ = std::move(compute);
    TESSERA_TRY(gather, s->compute_->add_kernel(scope_gather_comp));
    TESSERA_TRY(count, s->compute_->add_kernel(scope_count_comp));
    TESSERA_TRY(paint, s->compute_->add_kernel(scope_paint_comp));
    s->gather_ = gather, s->count_ = count, s->paint_ = paint;
    return s;
}

ScopePasses::~ScopePasses()
{
    *alive_ = false;
}

void ScopePasses::count(std::vector<ScopeTile> tiles, int width, int height)
{
    assert(width > 0 && height > 0 && width <= most_samples / height);
    tiles_ = std::move(tiles), width_ = width, height_ = height;
    graphics_.before_drawing([this, alive = alive_](VkCommandBuffer commands) {
        if (*alive) record_count(commands);
    });
}

void ScopePasses::record_count(VkCommandBuffer commands)
{
    Compute::record_barrier(commands);
    compute_->record_clear(commands, samples, VkDeviceSize(width_) * VkDeviceSize(height_) * 4);
    compute_->record_clear(commands, counted, waveform_at * 4); // the kernel writes every word of the waveform
    for (const ScopeTile& t : tiles_) {
        if (t.width <= 0 || t.height <= 0 || !graphics_.width_of(t.texture)) continue;
        const struct {
            int32_t low[2], size[2];
            float uv[2], step[2];
            int32_t width;
        } constants{{t.x, t.y}, {t.width, t.height}, {t.u, t.v}, {t.u_step, t.v_step}, width_};
        Compute::record_barrier(commands);
        compute_->record(commands, gather_, t.texture, &constants, sizeof constants, groups(t.width, 16), groups(t.height, 16));
    }
    Compute::record_barrier(commands);
    const int32_t constants[] = {width_, height_, columns_of(width_)};
    compute_->record(commands, count_, 0, constants, sizeof constants, uint32_t(columns_of(width_)), 1);
}

void ScopePasses::paint(ScopeKind kind, TextureId texture, int width, int height, float gain, float zoom)
{
    assert(width > 0 && height > 0 && width <= most_side && height <= most_side);
    if (width_ == 0) return;
    graphics_.before_drawing([=, this, alive = alive_](VkCommandBuffer commands) {
        if (!*alive || graphics_.width_of(texture) < width || graphics_.height_of(texture) < height) return;
        Compute::record_barrier(commands);
        const int columns = columns_of(width_), rows = std::max(1, width_ / columns) * height_;
        const struct {
            int32_t width, height, columns, rows, kind;
            float gain, zoom;
        } constants{width, height, columns, rows, int32_t(kind), gain, zoom};
        compute_->record(commands, paint_, 0, &constants, sizeof constants, groups(width, 16), groups(height, 16));
        Compute::record_barrier(commands);
        graphics_.record_copy(commands, compute_->buffer(painted).buffer, texture, width, height);
    });
}

Result<ScopeCounts> ScopePasses::counts()
{
    TESSERA_TRY(words, compute_->read_back(counted, count_words * 4));
    ScopeCounts c;
    c.columns = columns_of(width_);
    c.histogram.assign(words.begin(), words.begin() + vectorscope_at);
    c.vectorscope.assign(words.begin() + vectorscope_at, words.begin() + waveform_at);
    c.waveform.assign(words.begin() + waveform_at, words.begin() + waveform_at + std::ptrdiff_t(channels * c.columns * levels));
    return c;
}

} // namespace tessera
