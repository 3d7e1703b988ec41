#include "core/media/movie_writer.h"
#include "core/media/media_error.h"
#include "core/media/media_modules.h"

namespace tessera {

MovieWriter::MovieWriter(std::unique_ptr<MovieEncoder> encoder) : encoder_(std::move(encoder)) {}
MovieWriter::MovieWriter(MovieWriter&&) noexcept = default;
MovieWriter& MovieWriter::operator=(MovieWriter&&) noexcept = default;
MovieWriter::~MovieWriter() = default;

Result<MovieWriter> MovieWriter::create(const std::string& path, const Format& format, const MovieSettings& settings)
{
    TESSERA_TRY(ffmpeg, ffmpeg_module(path));
    TESSERA_TRY(encoder, ffmpeg->open_encoder(path, format, settings));
    return MovieWriter(std::move(encoder));
}

Status MovieWriter::write(const HostImage& image)
{
    return encoder_->write(image);
}
Status MovieWriter::finish()
{
    return encoder_->finish();
}
int MovieWriter::frames_written() const
{
    return encoder_->frames_written();
}
const std::string& MovieWriter::encoder() const
{
    return encoder_->encoder();
}

bool movie_codec_available(MovieCodec codec)
{
    return check_movie_codec(codec, {}).ok();
}

Status check_movie_codec(MovieCodec codec, const std::string& path)
{
    TESSERA_TRY(ffmpeg, ffmpeg_module(path));
    if (ffmpeg->has_encoder(codec)) return {};
    return file_error(ErrorKind::Unsupported, path,
                      "this machine's FFmpeg has no encoder for " + std::string(name_of(codec)),
                      "choose another codec, or install an FFmpeg that has it");
}

} // namespace tessera
