#pragma once
// What is on the disk for a Read or a Write node: looked up on a worker, shown under the node's header.
#include "app/editor/editor.h"

namespace tessera {

struct MediaLines {
    std::string text;    ///< "1920 x 1080, half, R G B A"; lines separated by "\n"
    std::string warning; ///< missing frames, a folder that is not there
    std::string problem; ///< why it cannot be read
};
/// Looks at the disk. `writes`: a place to be written to, where missing files are no problem; first to last are the
/// frames it is to have.
MediaLines describe_media(const std::string& path, bool writes, int first, int last);
class MediaInfo {
public:
    explicit MediaInfo(Editor& editor) : editor_(editor) {}
    /// Null while nothing is known yet. Asks again when what is known is older than a few seconds.
    const MediaLines* of(const std::string& path, bool writes);

private:
    struct Known {
        MediaLines lines;
        bool ready = false, asked = false;
        double at = 0;
    };
    Editor& editor_;
    std::map<std::string, std::shared_ptr<Known>> known_;
};

} // namespace tessera
