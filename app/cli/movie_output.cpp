#include "app/cli/movie_output.h"
#include "core/time/frames.h"
#include "app/cli/image_output.h"
#include <cmath>
#include <filesystem>

namespace tessera {

Status MovieOutput::prepare(const std::vector<int>&)
{
    TESSERA_CHECK(check_folder(path_, settings_.create_folders));
    TESSERA_CHECK(check_movie_codec(settings_.codec, path_));
    std::error_code ignored;
    if (!settings_.overwrite && std::filesystem::exists(path_, ignored))
        return Error{.kind = ErrorKind::Exists,
                     .message = path_ + " exists already",
                     .remedy = "give --overwrite to replace it",
                     .file = path_};
    return {};
}

Status MovieOutput::write(const FramePixels& pixels)
{
    if (!writer_) {
        format_ = pixels.info.format;
        in_progress_ = std::make_unique<FileInProgress>(path_);
        TESSERA_TRY(opened, MovieWriter::create(path_, format_, settings_));
        writer_ = std::make_unique<MovieWriter>(std::move(opened));
    }
    if (!(pixels.info.format == format_))
        return Error{.kind = ErrorKind::InvalidArgument,
                     .message = "the format changes to " + std::to_string(pixels.info.format.width) + " x " +
                                std::to_string(pixels.info.format.height) + " in the middle of " + path_,
                     .remedy = "put a Reformat before the writer",
                     .file = path_};
    return writer_->write(pixels.layers.front().pixels);
}

Status MovieOutput::finish()
{
    if (!writer_) return {};
    Status status = writer_->finish();
    abandon();
    return status;
}

void MovieOutput::abandon()
{
    writer_.reset();
    in_progress_.reset();
}

std::string MovieOutput::description(const std::vector<int>& frames) const
{
    return path_ + " (" + std::string(name_of(settings_.codec)) + "), frame" + (frames.size() == 1 ? " " : "s ") +
           frames_text(frames);
}

Key MovieOutput::encoding() const
{
    return Hasher().add(name_of(settings_.codec)).key();
}

std::pair<int, int> rate_fraction(double fps)
{
    const double whole = std::round(fps);
    if (std::abs(fps - whole) < 1e-6) return {int(whole), 1};
    // 23.976, 23.98 and 23.976024 all mean 24000/1001.
    const double film = std::round(fps * 1.001);
    if (std::abs(fps - film / 1.001) < 5e-3) return {int(film) * 1000, 1001};
    return {int(std::lround(fps * 1000)), 1000};
}

} // namespace tessera
