#pragma once
// Read's parameters, and which picture of which file a project frame shows.
#include "core/media/sequence.h"
#include "core/op/description.h"
#include <optional>
#include <string>

namespace tessera {

enum class FrameMode { StartAt, Offset, Expression };
enum class AlphaHandling { Auto, Premultiplied, Unpremultiplied };

struct ReadParams {
    std::string file, proxy_file;
    bool auto_range = true;
    int first = 1, last = 1;
    OutsideRange before = OutsideRange::Hold, after = OutsideRange::Hold;
    MissingFrame on_missing = MissingFrame::Error;
    FrameMode frame_mode = FrameMode::Offset;
    double frame_value = 0;
    std::string colorspace = "default";
    bool raw = false;
    AlphaHandling premultiplied = AlphaHandling::Auto;
    bool auto_alpha = true;
    std::string part, view;
    int reload = 0;
};

/// The frame of the file that `frame` of the project shows, before the range is looked at.
double file_frame(const ReadParams& p, FrameRange range, double frame);
/// The project frames at which the file's range is shown (the file's own frames in expression mode).
FrameRange project_range(const ReadParams& p, FrameRange range);
/// Frame of the range to show for one that may be outside of it; nothing for black. InvalidArgument under
/// OutsideRange::Error.
Result<std::optional<int>> inside_range(const std::string& path, FrameRange range, OutsideRange before,
                                        OutsideRange after, int frame);

/// What a Read shows at a frame.
struct Shown {
    enum class Kind { File, Black, Checker } kind = Kind::File;
    std::string path; ///< File: what to decode. Otherwise: a file with the same layers and format; may be empty
    bool movie = false;
    int frame = 0;       ///< of the movie
    std::string proxy;   ///< File: its smaller stand-in, when the request is for a level above 0; else empty
    FrameRange range;    ///< frames of the file or the sequence
    std::string pattern; ///< the file parameter with its variables replaced
};
Result<Shown> shown_at(const ReadParams& p, const OpContext& c);

} // namespace tessera
