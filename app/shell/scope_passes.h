#pragma once
// Histogram, waveform and vectorscope of a picture that lies in textures: gathered into a grid of samples, counted and
// painted by the graphics card, in the frame that shows them. Integers all through, so that the counts are exact.
#include "app/shell/compute.h"

namespace tessera {

/// A texture's place in the grid of samples (columns and rows, the top row is 0). Later tiles cover earlier ones.
struct ScopeTile {
    TextureId texture = 0;
    int x = 0, y = 0, width = 0, height = 0;
    float u = 0, v = 0;           ///< of the texture at the first sample
    float u_step = 0, v_step = 0; ///< from one sample to the next
    bool operator==(const ScopeTile&) const = default;
};

enum class ScopeKind { Histogram, WaveformLuma, WaveformRgb, Parade, Vectorscope };

struct ScopeCounts {
    int columns = 0;
    std::vector<uint32_t> histogram;   ///< [channel R, G, B, Y][level]
    std::vector<uint32_t> vectorscope; ///< [Cr from low to high][Cb]
    std::vector<uint32_t> waveform;    ///< [channel][column][level]
    bool operator==(const ScopeCounts&) const = default;
};
/// What the kernels count, on the CPU: of `samples` as 0xAABBGGRR, those without alpha left out.
ScopeCounts count_samples(std::span<const uint32_t> samples, int width, int height);

class ScopePasses {
public:
    static constexpr int most_samples = 1 << 19, most_columns = 512, most_side = 1024;
    static Result<std::unique_ptr<ScopePasses>> make(Graphics& graphics);
    ~ScopePasses();

    /// Counts the picture in the next frame. `width` x `height`: of the grid, at most most_samples.
    void count(std::vector<ScopeTile> tiles, int width, int height);
    /// Paints a scope of what was counted last into the top left of a texture, in the next frame. At most most_side a
    /// side. `gain`: how bright few samples are, 1 is usual; `zoom`: of the vectorscope.
    void paint(ScopeKind kind, TextureId texture, int width, int height, float gain, float zoom);
    /// Waits for the counts (tests).
    Result<ScopeCounts> counts();

private:
    explicit ScopePasses(Graphics& graphics) : graphics_(graphics) {}
    void record_count(VkCommandBuffer commands);
    Graphics& graphics_;
    std::unique_ptr<Compute> compute_;
    size_t gather_ = 0, count_ = 0, paint_ = 0;
    std::vector<ScopeTile> tiles_;
    int width_ = 0, height_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< work queued for a frame outlives nothing
};

} // namespace tessera
