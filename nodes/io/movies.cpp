#include "nodes/io/movies.h"
#include "core/media/movie_reader.h"
#include <algorithm>
#include <array>
#include <list>
#include <mutex>

namespace tessera {

namespace {

constexpr std::array extensions{"mov", "mp4", "m4v", "mkv", "mxf", "avi", "webm", "mpg", "mpeg", "m2ts", "mts",  "ts",
                                "mpv", "wmv", "flv", "ogv", "3gp", "y4m", "dv",   "gif", "h264", "h265", "hevc", "ivf"};
constexpr size_t most_open = 8; ///< readers that wait for their next frame; each holds a few frames and threads

struct OpenReader {
    std::string path;
    FileStamp stamp;
    int next = 0; ///< frame that it would decode without seeking
    MovieReader reader;
};

struct KnownMovie {
    FileStamp stamp;
    FileInfo file;
    FrameRange range;
};

/// Idle readers, the one used last in front, and what is known of files.
struct Movies {
    std::mutex mutex;
    std::list<OpenReader> idle;
    std::vector<std::pair<std::string, KnownMovie>> known;
};

Movies& movies()
{
    static Movies m;
    return m;
}

/// An idle reader of the file, best one that comes to `frame` next; a new one when all are busy.
Result<OpenReader> take_reader(const std::string& path, const FileStamp& stamp, int frame)
{
    Movies& m = movies();
    {
        std::lock_guard lock(m.mutex);
        m.idle.remove_if([&](const OpenReader& r) { return r.path == path && !(r.stamp == stamp); });
        auto best = m.idle.end();
        for (auto it = m.idle.begin(); it != m.idle.end(); ++it) {
            if (it->path != path) continue;
            const auto distance = [&](const OpenReader& r) {
                return frame >= r.next ? frame - r.next : 1000 + r.next - frame;
            };
            if (best == m.idle.end() || distance(*it) < distance(*best)) best = it;
        }
        if (best != m.idle.end()) {
            OpenReader taken = std::move(*best);
            m.idle.erase(best);
            return taken;
        }
    }
    TESSERA_TRY(reader, MovieReader::open(path));
    return OpenReader{path, stamp, 0, std::move(reader)};
}

void give_reader(OpenReader reader)
{
    Movies& m = movies();
    std::lock_guard lock(m.mutex);
    m.idle.push_front(std::move(reader));
    if (m.idle.size() > most_open) m.idle.pop_back();
}

Result<KnownMovie> known(const std::string& path)
{
    TESSERA_TRY(stamp, stamp_of(path));
    Movies& m = movies();
    {
        std::lock_guard lock(m.mutex);
        for (const auto& [name, movie] : m.known)
            if (name == path && movie.stamp == stamp) return movie;
    }
    TESSERA_TRY(open, take_reader(path, stamp, 0));
    const MovieInfo& info = open.reader.info();
    KnownMovie movie{stamp, {}, {1, std::max(1, info.frame_count)}};
    movie.file.info = info.image;
    movie.file.format = info.container;
    for (const Layer& layer : info.image.layers) {
        LayerSource source{layer.name, info.image.views.empty() ? std::string() : info.image.views.front(), {}, false};
        for (const std::string& channel : layer.channels)
            source.channels.push_back({channel_slot(layer, channel), 0, 0});
        movie.file.sources.push_back(std::move(source));
    }
    give_reader(std::move(open));
    std::lock_guard lock(m.mutex);
    std::erase_if(m.known, [&](const auto& k) { return k.first == path; });
    m.known.emplace_back(path, movie);
    return movie;
}

} // namespace

bool is_movie(const std::string& path)
{
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return false;
    std::string extension = path.substr(dot + 1);
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

Result<FileInfo> movie_info(const std::string& path)
{
    TESSERA_TRY(movie, known(path));
    return movie.file;
}

Result<FrameRange> movie_range(const std::string& path)
{
    TESSERA_TRY(movie, known(path));
    return movie.range;
}

Result<HostImage> read_movie_frame(const std::string& path, int frame, const Rect& region)
{
    TESSERA_TRY(stamp, stamp_of(path));
    TESSERA_TRY(open, take_reader(path, stamp, frame - 1));
    auto picture = open.reader.frame(frame - 1);
    open.next = frame;
    give_reader(std::move(open));
    if (!picture) return std::move(picture.error());
    const Rect inside = intersected(region, picture->region);
    if (inside == picture->region) return picture;
    HostImage out(inside);
    for (int y = inside.y0; y < inside.y1; ++y)
        std::copy_n(picture->at(inside.x0, y), size_t(inside.width()) * 4, out.row(y));
    return out;
}

} // namespace tessera
