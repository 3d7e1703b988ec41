#pragma once
// Image sequences: a path whose file name holds a frame number in a pattern. "name.####.exr" (one # a digit),
// "name.%04d.exr" (also %d) and "name.$F4.exr" (also $F) mean the same: the number is padded with zeros to that width,
// the minus sign of a negative frame counted ("####" at -5 is "-005"). Only the last pattern of the file name counts;
// folders may hold # as they like.
#include "core/base/result.h"
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// The file name holds a pattern.
bool is_sequence(std::string_view path);
/// The file of a frame; `pattern` itself when it holds no pattern.
std::string path_at(std::string_view pattern, int frame);

/// Frames from `first` to `last`, both included.
struct FrameRange {
    int first = 0, last = 0;
    bool operator==(const FrameRange&) const = default;
};

/// The frames of a sequence that exist.
struct SequenceRange {
    int first = 0, last = 0;
    std::vector<int> frames;      ///< sorted
    std::vector<FrameRange> gaps; ///< runs of frames between first and last that do not exist
};

/// Looks into the pattern's folder. NotFound when the folder or every frame is missing, InvalidArgument when `pattern`
/// holds no pattern, Permission when the folder may not be read.
Result<SequenceRange> find_sequence(const std::string& pattern);

/// An entry of a folded listing: a sequence (a pattern of #, or of %d where the numbers are not padded), or a file.
struct ListingEntry {
    std::string name;
    std::vector<int> frames; ///< sorted; empty for a single file
    bool operator==(const ListingEntry&) const = default;
};
/// Folds the names in a folder into sequences for a file browser, sorted by name. Two names form a sequence when they
/// differ in their last number only; a number that stands alone stays a file.
std::vector<ListingEntry> fold(const std::vector<std::string>& names);

/// What to show before the first and after the last frame.
enum class OutsideRange { Hold, Loop, Bounce, Black, Error };
/// What to show for a frame inside the range that has no file. Hold: the frame before it that has one, or, where there
/// is none, the first one after it. Nearest: the closest one, the earlier of two.
enum class MissingFrame { Error, Hold, Nearest, Black, Checker };

/// What a frame shows: a file, or a picture made by the reader.
struct ResolvedFrame {
    enum class Kind { File, Black, Checker } kind = Kind::File;
    std::string path; ///< of a file
    int frame = 0;    ///< the frame of the sequence that is shown
    bool operator==(const ResolvedFrame&) const = default;
};

/// Resolves `frame` of a sequence that spans `range`. A path without a pattern is a still that every frame shows.
/// Errors: NotFound (naming the missing file), InvalidArgument (outside the range under OutsideRange::Error, or an
/// empty range).
Result<ResolvedFrame> resolve_frame(const std::string& pattern, FrameRange range, OutsideRange before,
                                    OutsideRange after, int frame, MissingFrame on_missing);

} // namespace tessera
