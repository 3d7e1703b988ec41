#pragma once
// One movie as the output of a writer.
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "core/media/movie_writer.h"

namespace tessera {

class MovieOutput : public Output {
public:
    /// `settings.timecode` is that of the first frame of the movie.
    MovieOutput(std::string path, MovieSettings settings) : path_(std::move(path)), settings_(std::move(settings)) {}
    bool ordered() const override { return true; }
    Status prepare(const std::vector<int>& frames) override;
    /// The first frame opens the file, since only it tells the size.
    Status write(const FramePixels& pixels) override;
    Status finish() override;
    void abandon() override;
    std::string file(int) const override { return path_; }
    std::string place() const override { return path_; }
    std::string description(const std::vector<int>& frames) const override;
    Key encoding() const override;
    bool up_to_date(int, const Key&) const override { return false; }

private:
    std::string path_;
    MovieSettings settings_;
    std::unique_ptr<MovieWriter> writer_;
    std::unique_ptr<FileInProgress> in_progress_;
    Format format_;
};

/// 24 as 24/1, 23.976 as 24000/1001, anything odd in thousandths.
std::pair<int, int> rate_fraction(double frames_per_second);

} // namespace tessera
