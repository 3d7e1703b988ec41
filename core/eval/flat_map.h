#pragma once
// A hash table in one piece of memory, for the small keys that resolving looks up thousands of times a request. Linear
// probing, at most half full; nothing is ever erased singly. The standard map takes an allocation and two cache misses an
// entry, which at ten thousand nodes was a quarter of the time to plan.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tessera {

/// `Hash` maps a key to a size_t that need not be well mixed, since that is done here. (One multiplication was not enough:
/// addresses and running numbers together made runs of thousands of slots.)
template <class K, class V, class Hash> class FlatMap {
public:
    /// Null when the key is not there.
    V* find(const K& key)
    {
        if (slots_.empty()) return nullptr;
        Slot& slot = place(key, tag_of(key));
        return slot.tag ? &slot.value : nullptr;
    }
    const V* find(const K& key) const { return const_cast<FlatMap*>(this)->find(key); }
    /// The value of the key, a new one when it was not there. References last until the next new key.
    V& operator[](const K& key)
    {
        if (2 * (size_ + 1) > slots_.size()) grow();
        const uint32_t tag = tag_of(key);
        Slot& slot = place(key, tag);
        if (!slot.tag) {
            slot.tag = tag, slot.key = key;
            ++size_;
        }
        return slot.value;
    }
    /// Makes room for `count` entries, so that they cost no further allocation.
    void reserve(size_t count)
    {
        while (slots_.size() < 2 * count) grow();
    }
    void clear()
    {
        slots_.clear();
        size_ = 0;
    }
    size_t size() const { return size_; }

private:
    struct Slot {
        uint32_t tag = 0; ///< of the hash; 0 is empty
        K key{};
        V value{};
    };
    static uint32_t tag_of(const K& key)
    {
        uint64_t h = uint64_t(Hash()(key));
        h = (h ^ h >> 32) * 0xD6E8FEB86659FD93ull;
        h = (h ^ h >> 32) * 0xD6E8FEB86659FD93ull;
        return uint32_t(h >> 32) | 1;
    }
    /// Where the key is or belongs.
    Slot& place(const K& key, uint32_t tag)
    {
        const size_t mask = slots_.size() - 1;
        size_t at = (tag >> 1) & mask;
        while (slots_[at].tag && !(slots_[at].tag == tag && slots_[at].key == key)) at = (at + 1) & mask;
        return slots_[at];
    }
    void grow()
    {
        constexpr size_t smallest = 64;
        std::vector<Slot> old(slots_.empty() ? smallest : 2 * slots_.size());
        old.swap(slots_);
        for (Slot& slot : old)
            if (slot.tag) place(slot.key, slot.tag) = std::move(slot);
    }
    std::vector<Slot> slots_;
    size_t size_ = 0;
};

} // namespace tessera
