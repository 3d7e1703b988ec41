#pragma once
// Where the frames of one writer go: a sequence of image files, or one movie.
#include "core/eval/request.h"
#include <memory>
#include <string>
#include <vector>

namespace tessera {

/// One layer of one view of a frame as it was rendered.
struct LayerPixels {
    std::string view;
    Layer layer;
    HostImage pixels;
};

/// Everything of one frame of one writer.
struct FramePixels {
    int frame = 0;
    ImageInfo info; ///< of the writer's result in the first view; its format is at the render's level
    Key key;        ///< of everything that decides the file's pixels
    std::vector<LayerPixels> layers;
};

class Output {
public:
    virtual ~Output() = default;
    /// True when frames have to be written one after the other, lowest first (a movie); else `write` may be called from
    /// several threads at once, each with another frame.
    virtual bool ordered() const = 0;
    /// Finds out whether anything can be written at all: the folder, files that are there already, the format, the
    /// codec. Called once, before any frame is rendered.
    virtual Status prepare(const std::vector<int>& frames) = 0;
    virtual Status write(const FramePixels& pixels) = 0;
    /// After the last frame, when every one was written.
    virtual Status finish() = 0;
    /// Instead of `finish`: takes away what is not complete. Complete files of a sequence stay.
    virtual void abandon() = 0;
    /// The file that holds the frame.
    virtual std::string file(int frame) const = 0;
    /// Where the frames go: the pattern of a sequence, or the movie.
    virtual std::string place() const = 0;
    /// What was written, for the closing line: "/shots/a.mov", "/shots/a.####.exr, frames 1-48".
    virtual std::string description(const std::vector<int>& frames) const = 0;
    /// Everything besides the pixels that decides what the file holds (compression, data type, ...), for its key.
    virtual Key encoding() const = 0;
    /// The file of this frame is there and carries this key. Sequences of EXR files alone can tell.
    virtual bool up_to_date(int frame, const Key& key) const = 0;
};

} // namespace tessera
