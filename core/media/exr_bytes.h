#pragma once
// What EXR's ZIP compressions do to the bytes of a chunk before they deflate them: the low bytes of all 16-bit words
// come first, then the high bytes, and each byte becomes its difference to the one before it, plus 128 (the OpenEXR
// file layout; ImfZip's "reorder" and "predictor"). Four to sixteen bytes a cycle with SSE2, which every 64-bit x86
// has; plain loops elsewhere.
#include <cstddef>
#include <cstdint>

namespace tessera {

/// Word i of `words` (of any alignment) to low[i] and high[i].
void split_words(const uint8_t* words, uint8_t* low, uint8_t* high, size_t count);
/// The other way round.
void join_words(const uint8_t* low, const uint8_t* high, uint8_t* words, size_t count);
/// In place: each byte but the first becomes itself minus its predecessor plus 128, modulo 256.
void to_differences(uint8_t* bytes, size_t count);
/// Undoes to_differences.
void from_differences(uint8_t* bytes, size_t count);

} // namespace tessera
