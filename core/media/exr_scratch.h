#pragma once
// Working memory of the threads that code chunks, kept for the next file: fresh memory costs ten times what reused
// memory does.
#include "core/media/exr_deflate.h"
#include <memory>

namespace tessera {

/// Bytes that grow and never shrink; not initialised.
class ScratchBytes {
public:
    uint8_t* room(size_t bytes)
    {
        if (bytes > size_) {
            bytes_.reset(); // before the new one, so that both are never held
            size_ = 0;
            bytes_.reset(new uint8_t[bytes]);
            size_ = bytes;
        }
        return bytes_.get();
    }
    uint8_t* data() { return bytes_.get(); }
    size_t size() const { return size_; }

private:
    std::unique_ptr<uint8_t[]> bytes_;
    size_t size_ = 0;
};

struct ExrScratch {
    ScratchBytes packed, chunk, row, row_floats;
    std::vector<uint8_t> zeros; ///< never written to
    Inflater inflater;
    Deflater deflater;
    size_t bytes() const { return packed.size() + chunk.size() + row.size() + row_floats.size() + zeros.size(); }
};

/// Takes scratch that is not in use, or makes it; gives it back at the end of the block.
class ExrScratchLease {
public:
    ExrScratchLease();
    ~ExrScratchLease();
    ExrScratchLease(const ExrScratchLease&) = delete;
    ExrScratchLease& operator=(const ExrScratchLease&) = delete;
    ExrScratch* operator->() { return scratch_.get(); }
    ExrScratch& operator*() { return *scratch_; }

private:
    std::unique_ptr<ExrScratch> scratch_;
};

} // namespace tessera
