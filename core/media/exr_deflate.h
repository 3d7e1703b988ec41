#pragma once
// zlib streams for the chunks of EXR files, through libdeflate; one object a thread.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

struct libdeflate_compressor;
struct libdeflate_decompressor;

namespace tessera {

/// A chunk ready to be deflated (exr_bytes.h): its first half are the low bytes of all words.
struct ReorderedChunk {
    const uint8_t* bytes = nullptr;
    size_t size = 0;
    size_t rows = 0;                ///< scan lines, each of the same channels
    std::vector<size_t> row_pieces; ///< low bytes of each channel in a row; rows * their sum = size / 2
};

class Deflater {
public:
    /// Writes a zlib stream of the chunk to `to`; its size, or 0 when that is more than `room`. `level` is zlib's, 1
    /// (fastest) to 9 (smallest); the stream is at most a few per cent longer than zlib's own of that level. Throws
    /// std::bad_alloc.
    size_t deflate(const ReorderedChunk& chunk, uint8_t* to, size_t room, int level);

private:
    struct Free {
        void operator()(libdeflate_compressor* c) const;
    };
    using Compress = size_t (*)(libdeflate_compressor*, const void*, size_t, void*, size_t);
    libdeflate_compressor* compressor(int level);
    size_t search(Compress compress, const uint8_t* from, size_t bytes, uint8_t* to, size_t room, int level);
    /// What a sample of the low bytes says: they are not worth compressing; the fastest level is as good as the next;
    /// neither.
    enum class Finding { Noise, Simple, Unclear };
    Finding look_at_sample(const ReorderedChunk& chunk, int level);
    size_t deflate_noise(const ReorderedChunk& chunk, uint8_t* to, size_t room, int level);

    static constexpr int levels = 13; ///< libdeflate's, 0 to 12
    std::unique_ptr<libdeflate_compressor, Free> compressors_[levels];
    std::vector<uint8_t> sample_;
};

class Inflater {
public:
    /// False unless `from` is a sound zlib stream of exactly `size` bytes. Throws std::bad_alloc.
    bool inflate(const uint8_t* from, size_t bytes, uint8_t* to, size_t size);

private:
    struct Free {
        void operator()(libdeflate_decompressor* d) const;
    };
    std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
};

} // namespace tessera
