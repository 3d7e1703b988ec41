#pragma once
// OpenImageIO (2.4.7 at least) loses one value of each row of a 10-bit RGBA DPX whose width is one more than a multiple
// of three: such a row ends with a word that holds nothing but the last pixel's alpha, and that comes back as 0.
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace tessera {

/// Why OpenImageIO must not see this file: it makes room for as much user data as the header claims. Empty for a DPX
/// that is as large as it says, and for any other file.
std::string dpx_refusal(const std::string& path);

/// Reads the lost alpha of each row straight from the file.
class DpxRowEnds {
public:
    /// Nothing when the file is not of that kind.
    static std::optional<DpxRowEnds> open(const std::string& path);
    /// Alpha of the last pixel of row `y` (0 at the top), 0 to 1; nothing when the file ends before it.
    std::optional<float> alpha(int y);

private:
    std::ifstream in_;
    uint64_t first_row_ = 0, row_bytes_ = 0, last_word_ = 0;
    bool big_endian_ = false;
};

} // namespace tessera
