#pragma once
// A sequence of image files as the output of a writer.
#include "app/cli/output.h"
#include "app/cli/timecode.h"
#include "core/media/image_write.h"
#include <mutex>
#include <set>

namespace tessera {

struct ImageOutputOptions {
    std::string pattern; ///< absolute; "/shots/a.####.exr"
    PixelDepth depth = PixelDepth::Auto;
    ExrOptions exr;
    FormatOptions other;
    bool create_folders = false;
    bool overwrite = false;    ///< replace files that are there
    bool resume = false;       ///< files that are there are either up to date or replaced
    bool pass_metadata = true; ///< write on what the inputs carried
    bool autocrop = false;     ///< EXR: store no more than what is not zero
    bool read_back = false;    ///< decode every file after writing it
    int threads = 1;           ///< that compress one file
    double frames_per_second = 24;
    Timecode timecode; ///< of frame `timecode_frame`; none when its rate is 0
    int timecode_frame = 1;
    // Written into each EXR.
    std::string project, writer;
};

class ImageOutput : public Output {
public:
    explicit ImageOutput(ImageOutputOptions options) : options_(std::move(options)) {}
    bool ordered() const override { return false; }
    Status prepare(const std::vector<int>& frames) override;
    Status write(const FramePixels& pixels) override;
    Status finish() override { return {}; }
    void abandon() override {}
    std::string file(int frame) const override;
    std::string place() const override { return options_.pattern; }
    std::string description(const std::vector<int>& frames) const override;
    Key encoding() const override;
    bool up_to_date(int frame, const Key& key) const override;

private:
    ImageOutputOptions options_;
    std::future<void> loading_; ///< of what the format needs, while the first frame is being computed
};

/// The request that writes the frame; the pixels must outlive it.
WriteRequest image_request(const ImageOutputOptions& options, const FramePixels& pixels);

/// The smallest image that holds every pixel of `image` that is not zero; one pixel where all are.
HostImage cropped(const HostImage& image);

/// Creates the folder of `path` when asked to, and finds out whether files can be made in it. NotFound, Permission,
/// DiskFull.
Status check_folder(const std::string& path, bool create);

/// What one of our files carries besides pixels; nothing for other files.
struct RenderMark {
    Key key;
    std::string project, writer, version;
    int frame = 0;
};
std::optional<RenderMark> render_mark(const Metadata& metadata);

} // namespace tessera
