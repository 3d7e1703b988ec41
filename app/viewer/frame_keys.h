#pragma once
// Content keys and windows of a picture at many frames, remembered until the picture (but for its frame) is another
// one.
#include "app/viewer/picture.h"
#include "core/base/hash.h"
#include "core/base/image.h"
#include <map>

namespace tessera {

/// What is known of a picture at a frame without its pixels.
struct FrameFacts {
    Key key; ///< the zero key: there is no picture (an error)
    std::shared_ptr<const ImageInfo> info;
    /// Where there is anything to see: the format, and the data window where it is larger.
    Rect bounds() const { return info ? united(info->format.window(), info->data_window) : Rect{}; }
};

class FrameKeys {
public:
    /// Forgets everything when `spec` is not the same picture as the last one. True when it was not.
    bool follow(const PictureSpec& spec, uint64_t refresh);
    /// Null when it is not known yet.
    const FrameFacts* find(double frame) const;
    void put(double frame, FrameFacts facts);
    size_t size() const { return keys_.size(); }

private:
    PictureSpec spec_;
    uint64_t refresh_ = 0;
    std::map<double, FrameFacts> keys_;
};

/// The frames of a look-ahead in the order in which they are worth having: from the play head in its direction, round a
/// loop, at most `most` of them; when idle ahead and behind in turn, two ahead for one behind.
std::vector<int> by_usefulness(const LookAhead& ahead, int head, size_t most);

} // namespace tessera
