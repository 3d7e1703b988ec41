#pragma once
// Content keys of a picture at many frames, remembered until the picture (but for its frame) is another one.
#include "app/viewer/picture.h"
#include "core/base/hash.h"
#include <map>

namespace tessera {

class FrameKeys {
public:
    /// Forgets everything when `spec` is not the same picture as the last one. True when it was not.
    bool follow(const PictureSpec& spec, uint64_t refresh);
    /// The key at a frame; null when it is not known yet. The zero key: there is none (an error).
    const Key* find(double frame) const;
    void put(double frame, const Key& key);
    size_t size() const { return keys_.size(); }

private:
    PictureSpec spec_;
    uint64_t refresh_ = 0;
    std::map<double, Key> keys_;
};

/// The frames of a look-ahead in the order in which they are worth having: from the play head in its direction, round a
/// loop, at most `most` of them; when idle ahead and behind in turn, two ahead for one behind.
std::vector<int> by_usefulness(const LookAhead& ahead, int head, size_t most);

} // namespace tessera
