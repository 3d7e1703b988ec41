#pragma once
// What OpenEXR writes, kept in memory (internal to core/media: it shows OpenEXR's own stream class).
#include <ImfIO.h>
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace tessera {

class ExrMemoryOut : public Imf::OStream {
public:
    ExrMemoryOut() : OStream("memory") {}
    void write(const char c[], int n) override
    {
        bytes_.resize(std::max(bytes_.size(), position_ + size_t(n)));
        std::memcpy(bytes_.data() + position_, c, size_t(n));
        position_ += size_t(n);
    }
    uint64_t tellp() override { return position_; }
    void seekp(uint64_t position) override { position_ = position; }
    const std::vector<std::byte>& bytes() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
    size_t position_ = 0;
};

} // namespace tessera
