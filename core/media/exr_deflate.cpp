// libdeflate at a level where it is about as small as the zlib level asked for, two to three times as fast. Beyond
// that, one thing is known here that no compressor knows: the first half of a chunk are the low bytes of its words.
// Where the picture has grain they are noise, on which a compressor spends two thirds of its time to gain one per cent.
// So a sample of them is compressed first. When that gains next to nothing, all of them are stored as they are, but for
// stretches of one value (an opaque alpha's), and only the second half, where the gain is, is searched for repetitions.
// Such a stream is a sequence of stored and fixed blocks (RFC 1951, 3.2.4 and 3.2.6) with libdeflate's own behind it,
// and as good as any for every reader; it also inflates twice as fast.
//
// Measured on HD RGB halves with film grain, milliseconds and megabytes: zlib 4 (OpenEXR's default) 171 and 7.23,
// libdeflate 1 63 and 7.29, this 22 and 7.18. Coding the low bytes by their frequency alone (zlib's "Huffman only")
// was the alternative: as small as libdeflate there, but 64 ms, and a fifth larger than zlib on pictures without grain.
#include "core/media/exr_deflate.h"
#include <algorithm>
#include <bit>
#include <cstring>
#include <libdeflate.h>
#include <new>

namespace tessera {

namespace {

/// libdeflate's level for each of zlib's 1 to 9: about as small or smaller, in half the time or less.
constexpr int level_for[] = {1, 1, 1, 2, 2, 3, 5, 6, 7, 9};
constexpr int fastest = 1;
/// Where a sample says that this loses no more than this share, it is taken for the level above it, which needs half as
/// much time again. (It is 1 % on most pictures, 7 % on those whose channels are the same.)
constexpr size_t fastest_loss = 50;
/// From this zlib level on a per cent matters more than the time.
constexpr int smallest_from = 7;
/// Levels below this one give up early on regular patterns, which can become twenty times as large. What comes out
/// smaller than this share of what went in is compressed again: such data takes the least time of all.
constexpr int thorough = 4;
constexpr size_t very_small = 16;

/// Bits from the lowest up, as deflate packs them, into memory with room for them.
class Bits {
public:
    explicit Bits(uint8_t* to) : to_(to) {}
    void add(uint32_t value, int count)
    {
        held_ |= uint64_t(value) << bits_;
        for (bits_ += count; bits_ >= 8; bits_ -= 8, held_ >>= 8) *to_++ = uint8_t(held_);
    }
    /// A Huffman code, whose bits come highest first.
    void add_code(uint32_t code, int count)
    {
        for (int b = count - 1; b >= 0; --b) add(code >> b & 1, 1);
    }
    uint8_t* position() const { return to_; }
    /// Fills up to the next whole byte.
    uint8_t* end()
    {
        if (bits_ > 0) add(0, 8 - bits_);
        return to_;
    }

private:
    uint8_t* to_;
    uint64_t held_ = 0;
    int bits_ = 0;
};

/// The code of a literal, or of a length symbol, in a fixed block.
void add_fixed(Bits& out, uint32_t symbol)
{
    if (symbol < 144)
        out.add_code(0x30 + symbol, 8);
    else if (symbol < 256)
        out.add_code(0x190 + symbol - 144, 9);
    else if (symbol < 280)
        out.add_code(symbol - 256, 7);
    else
        out.add_code(0xc0 + symbol - 280, 8);
}

/// Repeats the byte before `length` times, 3 to 258.
void add_repeat(Bits& out, size_t length)
{
    constexpr size_t least = 3, most = 258;
    const auto l = uint32_t(length - least);
    if (length == most) {
        add_fixed(out, 285);
    } else if (l < 8) {
        add_fixed(out, 257 + l);
    } else {
        const int extra = int(std::bit_width(l)) - 3;
        add_fixed(out, 257 + 4 * uint32_t(extra) + (l >> extra));
        out.add(l & ((1u << extra) - 1), extra);
    }
    out.add_code(0, 5); // distance 1
}

constexpr uint32_t end_of_block = 256;
constexpr size_t shortest_run = 64; ///< shorter ones are stored: a block costs up to ten bytes
constexpr size_t longest_stored = 65535;

/// Most bytes that add_run may write.
size_t run_bound(size_t length)
{
    constexpr size_t longest_repeat = 258, bytes_a_repeat = 2, around = 16;
    return around + length / longest_repeat * bytes_a_repeat;
}

/// A fixed block of `length` times `value`.
void add_run(Bits& out, uint8_t value, size_t length)
{
    constexpr size_t least = 3, most = 258;
    out.add(0b010, 3); // not the last, fixed codes
    add_fixed(out, value);
    for (size_t left = length - 1; left > 0;) {
        if (left < least) {
            add_fixed(out, value), --left;
            continue;
        }
        const size_t n = std::min(left, most);
        add_repeat(out, n), left -= n;
    }
    add_fixed(out, end_of_block);
}

/// Where the next run begins at or after `from`: somewhere inside it, and never for one that is shorter than required.
const uint8_t* find_run(const uint8_t* from, const uint8_t* end)
{
    constexpr size_t step = shortest_run / 2; // one of these lies whole in every run
    for (const uint8_t* p = from; size_t(end - p) >= step; p += step)
        if (p[0] == p[step - 1] && std::memcmp(p, p + 1, step - 1) == 0) return p;
    return end;
}

/// Stored blocks of [from, end); false when they do not fit in front of `room_end`. There is always one, if empty.
bool store(Bits& out, const uint8_t* from, const uint8_t* end, const uint8_t* room_end)
{
    do {
        const size_t n = std::min(size_t(end - from), longest_stored);
        constexpr size_t sizes_bytes = 4;
        out.add(0, 3); // not the last, stored
        uint8_t* p = out.end();
        if (room_end - p < ptrdiff_t(n + sizes_bytes)) return false;
        for (const uint16_t s : {uint16_t(n), uint16_t(~n)}) *p++ = uint8_t(s), *p++ = uint8_t(s >> 8);
        if (n > 0) std::memcpy(p, from, n);
        from += n;
        out = Bits(p + n);
    } while (from < end);
    return true;
}

/// Stored and fixed blocks of [from, end) up to a whole byte; null when they need more room. `to` has a byte at least
/// behind `room_end`, which may be overwritten.
uint8_t* store_with_runs(const uint8_t* from, const uint8_t* end, uint8_t* to, const uint8_t* room_end)
{
    Bits out(to);
    for (const uint8_t* search = from; from < end;) {
        const uint8_t* run = find_run(search, end);
        const uint8_t* run_end = run;
        if (run < end) {
            while (run > from && run[-1] == *run_end) --run;
            while (run_end < end && *run_end == *run) ++run_end;
            search = run_end;
            if (size_t(run_end - run) < shortest_run) continue;
        }
        if (run > from && !store(out, from, run, room_end)) return nullptr;
        if (run < end) {
            if (room_end - out.position() < ptrdiff_t(run_bound(size_t(run_end - run)))) return nullptr;
            add_run(out, *run, size_t(run_end - run));
        }
        from = run_end;
    }
    // an empty stored block ends at a whole byte, which is where the next stream can begin
    return store(out, end, end, room_end) ? out.position() : nullptr;
}

} // namespace

void Deflater::Free::operator()(libdeflate_compressor* c) const
{
    libdeflate_free_compressor(c);
}

void Inflater::Free::operator()(libdeflate_decompressor* d) const
{
    libdeflate_free_decompressor(d);
}

libdeflate_compressor* Deflater::compressor(int level)
{
    auto& c = compressors_[level];
    if (!c) c.reset(libdeflate_alloc_compressor(level));
    if (!c) throw std::bad_alloc();
    return c.get();
}

size_t Deflater::search(Compress compress, const uint8_t* from, size_t bytes, uint8_t* to, size_t room, int level)
{
    const size_t size = compress(compressor(level), from, bytes, to, room);
    if (size == 0 || level >= thorough || size > bytes / very_small || room - size < size) return size;
    const size_t smaller = compress(compressor(thorough), from, bytes, to + size, size - 1);
    if (smaller == 0) return size;
    std::memmove(to, to + size, smaller);
    return smaller;
}

/// Compresses what two rows in the middle have of each channel. Two, so that repetitions between rows are seen as well
/// as those between channels.
Deflater::Finding Deflater::look_at_sample(const ReorderedChunk& chunk, int level)
{
    constexpr size_t longest_piece = 1024;
    size_t row_bytes = 0, looked_at = 0;
    for (const size_t piece : chunk.row_pieces) row_bytes += piece;
    sample_.clear();
    const size_t rows = std::min<size_t>(chunk.rows, 2), first_row = (chunk.rows - rows) / 2;
    for (size_t r = first_row; r < first_row + rows; ++r) {
        const uint8_t* at = chunk.bytes + r * row_bytes;
        for (const size_t piece : chunk.row_pieces) {
            const size_t n = std::min(piece, longest_piece);
            const uint8_t* from = at + (piece - n) / 2;
            const bool flat = n > 1 && std::memcmp(from, from + 1, n - 1) == 0;
            if (!flat) sample_.insert(sample_.end(), from, from + n);
            looked_at += n, at += piece;
        }
    }
    constexpr size_t least_sample = 512;
    const size_t n = sample_.size();
    if (n < least_sample || n * 4 < looked_at) return Finding::Unclear;
    const size_t worth_it = n - n / 32;
    sample_.resize(n + worth_it);
    const auto packed = [&](int l) {
        return libdeflate_deflate_compress(compressor(l), sample_.data(), n, sample_.data() + n, worth_it);
    };
    const size_t quick = packed(fastest);
    if (quick == 0) return Finding::Noise;
    // what repeats this much repeats at distances that the sample does not show, and the fastest level does not find
    if (level != fastest + 1 || quick < n * 2 / 5) return Finding::Unclear;
    const size_t searched = packed(level);
    return searched > 0 && quick > searched + searched / fastest_loss ? Finding::Unclear : Finding::Simple;
}

size_t Deflater::deflate_noise(const ReorderedChunk& chunk, uint8_t* to, size_t room, int level)
{
    constexpr size_t header = 2, checksum = 4;
    if (room < header + checksum) return 0;
    uint8_t *p = to, *const room_end = to + room - checksum;
    *p++ = 0x78, *p++ = 0x01; // deflate with the largest window (RFC 1950)
    const size_t low = chunk.size / 2;
    p = store_with_runs(chunk.bytes, chunk.bytes + low, p, room_end);
    if (!p) return 0;
    const size_t rest =
        search(libdeflate_deflate_compress, chunk.bytes + low, chunk.size - low, p, size_t(room_end - p), level);
    if (rest == 0) return 0;
    p += rest;
    const uint32_t sum = libdeflate_adler32(1, chunk.bytes, chunk.size);
    for (int shift = 24; shift >= 0; shift -= 8) *p++ = uint8_t(sum >> shift);
    return size_t(p - to);
}

size_t Deflater::deflate(const ReorderedChunk& chunk, uint8_t* to, size_t room, int level)
{
    int own = level_for[std::clamp(level, 1, 9)];
    if (level < smallest_from) {
        const Finding found = look_at_sample(chunk, own);
        if (found == Finding::Noise) {
            // what not searching the low bytes gains is more than the faster level loses on the high ones
            if (const size_t size = deflate_noise(chunk, to, room, std::max(fastest, own - 1))) return size;
        } else if (found == Finding::Simple) {
            own = fastest;
        }
    }
    return search(libdeflate_zlib_compress, chunk.bytes, chunk.size, to, room, own);
}

bool Inflater::inflate(const uint8_t* from, size_t bytes, uint8_t* to, size_t size)
{
    if (!decompressor_) decompressor_.reset(libdeflate_alloc_decompressor());
    if (!decompressor_) throw std::bad_alloc();
    return libdeflate_zlib_decompress(decompressor_.get(), from, bytes, to, size, nullptr) == LIBDEFLATE_SUCCESS;
}

} // namespace tessera
