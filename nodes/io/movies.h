#pragma once
// Movies as Read sees them: the same questions as of stills, answered by open readers that are kept for the next frame.
#include "core/media/image_file.h"
#include "core/media/sequence.h"
#include <string>

namespace tessera {

/// By the extension of the file name: mov, mp4, mkv, mxf, avi, webm and the like. Reading a movie that is named
/// otherwise is an error of the still reader, which says so.
bool is_movie(const std::string& path);

/// What `read_info` says of a still. Kept until the file changes.
Result<FileInfo> movie_info(const std::string& path);
/// Frames of the movie: from 1 to their count.
Result<FrameRange> movie_range(const std::string& path);
/// `region` of frame `frame` (from 1), clipped to the picture. Readers stay open between frames, each used by one
/// thread at a time, so reading forward decodes every frame once.
Result<HostImage> read_movie_frame(const std::string& path, int frame, const Rect& region);

} // namespace tessera
