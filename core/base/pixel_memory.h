#pragma once
// Host memory for the pixels of images.
//
// The system clears every page when it is first touched, which makes fresh memory several times as dear as memory that
// was used before, and a render needs blocks of the same few sizes over and over: what a decoder fills, the device's
// answer, a writer's copy. So large blocks are kept when an image goes and are handed out again. Small ones (a tile of
// the viewer's cursor, an icon) come from the heap. The malloc of the system cannot do this: it gives blocks of 32 MiB
// and more back at once, and keeps smaller ones per thread, where the next thread cannot have them.
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace tessera {

/// At least `bytes`, undefined, aligned for any type. Throws std::bad_alloc.
void* take_pixel_memory(size_t bytes);
/// What take_pixel_memory gave for as many bytes. Any thread may give back.
void give_pixel_memory(void* memory, size_t bytes) noexcept;

/// Large blocks of the process, in bytes.
struct PixelMemory {
    uint64_t used = 0;  ///< in images now
    uint64_t kept = 0;  ///< waiting for the next image
    uint64_t peak = 0;  ///< most used and kept at once
    uint64_t fresh = 0; ///< how many blocks had to be got from the system
};
PixelMemory pixel_memory();
/// How many bytes may wait for the next image; what is more goes back to the system. 0 keeps none.
void limit_kept_pixel_memory(uint64_t bytes);

/// Takes the memory of a vector from the above. Elements made without a value are left undefined.
template <class T> struct PixelAllocator {
    using value_type = T;
    PixelAllocator() = default;
    template <class U> PixelAllocator(const PixelAllocator<U>&) {}
    T* allocate(size_t count)
    {
        if (count > size_t(PTRDIFF_MAX) / sizeof(T)) throw std::bad_array_new_length();
        return static_cast<T*>(take_pixel_memory(count * sizeof(T)));
    }
    void deallocate(T* p, size_t count) noexcept { give_pixel_memory(p, count * sizeof(T)); }
    template <class U> void construct(U* p) { ::new (static_cast<void*>(p)) U; }
    template <class U, class... Args> void construct(U* p, Args&&... args)
    {
        ::new (static_cast<void*>(p)) U(std::forward<Args>(args)...);
    }
    bool operator==(const PixelAllocator&) const { return true; }
};

/// Floats of pixels; `resize` leaves new ones undefined.
using PixelVector = std::vector<float, PixelAllocator<float>>;

} // namespace tessera
