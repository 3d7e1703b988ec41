#include "core/media/movie_reader.h"
#include "core/media/media_modules.h"

namespace tessera {

MovieReader::MovieReader(std::unique_ptr<MovieDecoder> decoder) : decoder_(std::move(decoder)) {}
MovieReader::MovieReader(MovieReader&&) noexcept = default;
MovieReader& MovieReader::operator=(MovieReader&&) noexcept = default;
MovieReader::~MovieReader() = default;

Result<MovieReader> MovieReader::open(const std::string& path, int threads, const MovieLimits& limits)
{
    TESSERA_TRY(ffmpeg, ffmpeg_module(path));
    TESSERA_TRY(decoder, ffmpeg->open_decoder(path, threads, limits));
    return MovieReader(std::move(decoder));
}

const MovieInfo& MovieReader::info() const
{
    return decoder_->info();
}
int MovieReader::seeks() const
{
    return decoder_->seeks();
}
Result<HostImage> MovieReader::frame(int index)
{
    return decoder_->frame(index);
}

} // namespace tessera
