#include "app/viewer/frame_keys.h"
#include <algorithm>

namespace tessera {

bool FrameKeys::follow(const PictureSpec& spec, uint64_t refresh)
{
    PictureSpec other = spec;
    other.frame = spec_.frame;
    if (other == spec_ && refresh == refresh_) return false;
    spec_ = spec, refresh_ = refresh;
    keys_.clear();
    return true;
}

const FrameFacts* FrameKeys::find(double frame) const
{
    const auto it = keys_.find(frame);
    return it == keys_.end() ? nullptr : &it->second;
}

void FrameKeys::put(double frame, FrameFacts facts)
{
    constexpr size_t most = 20'000;
    if (keys_.size() >= most) keys_.clear();
    keys_[frame] = std::move(facts);
}

std::vector<int> by_usefulness(const LookAhead& ahead, int head, size_t most)
{
    std::vector<int> frames;
    const int count = ahead.last - ahead.first + 1;
    if (count <= 0) return frames;
    head = std::clamp(head, ahead.first, ahead.last);
    const size_t all = std::min(most, size_t(count));
    if (ahead.direction != 0) {
        for (int i = 0; i < count && frames.size() < all; ++i) {
            const int frame = head + (ahead.direction > 0 ? i : -i);
            if (frame >= ahead.first && frame <= ahead.last)
                frames.push_back(frame);
            else if (ahead.loop)
                frames.push_back(ahead.first + ((frame - ahead.first) % count + count) % count);
        }
        return frames;
    }
    frames.push_back(head);
    for (int next = head + 1, before = head - 1; frames.size() < all;) {
        for (int i = 0; i < 2 && next <= ahead.last && frames.size() < all; ++i) frames.push_back(next++);
        if (before >= ahead.first && frames.size() < all) frames.push_back(before--);
    }
    return frames;
}

} // namespace tessera
