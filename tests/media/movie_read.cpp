// Movies in: the right frame whatever the order, formats of all kinds, damage.
#include "tests/media/movie_helpers.h"
#include <cstring>
#include <fstream>
#include <random>

using namespace movie_test;

namespace {

/// The number that the test movies carry as their grey level: 16 + 4 * frame in 8-bit limited range.
int number_in(const HostImage& image)
{
    return int(std::lround((image.at(20, 20)[1] * 219.0) / 4));
}

std::string bytes_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string written(const Folder& folder, const std::string& name, const std::string& bytes)
{
    const std::string path = folder.file(name);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

} // namespace

TEST_CASE("frames are exact in any order: open GOPs, edit lists, variable rate, no time stamps")
{
    struct Case {
        const char* name;
        int count, first;
    };
    for (const Case c : {Case{"open_gop.mpg", 50, 0}, Case{"open_gop.mp4", 50, 0}, Case{"edit_list.mp4", 27, 13},
                         Case{"variable_rate.mkv", 40, 0}, Case{"raw_stream.h264", 30, 0}, Case{"raw.avi", 6, 0}}) {
        INFO(c.name);
        MovieReader reader = opened(data(c.name));
        const int count = reader.info().frame_count;
        if (c.count >= 0) CHECK(count == c.count);
        const int first = number_in(frame_of(reader, 0));
        if (c.first >= 0) CHECK(first == c.first);
        std::mt19937 random(3);
        std::vector<int> order;
        for (int i = 0; i < count; ++i) order.push_back(i);
        for (int i = count - 1; i >= 0; i -= 3) order.push_back(i);
        for (int i = 0; i < 60; ++i) order.push_back(int(random() % unsigned(count)));
        for (int i : order) CHECK(number_in(frame_of(reader, i)) == first + i);
    }
}

TEST_CASE("reading forward never seeks")
{
    for (const char* name : {"open_gop.mp4", "variable_rate.mkv", "raw.avi", "tree.avi"}) {
        MovieReader reader = opened(data(name));
        for (int i = 0; i < std::min(reader.info().frame_count, 60); ++i) frame_of(reader, i);
        frame_of(reader, std::min(reader.info().frame_count, 60) - 1); // the same again
        CHECK(reader.seeks() == 0);
    }
}

TEST_CASE("a real movie: what it says about itself, and the same frames forward and at random")
{
    MovieReader reader = opened(data("tree.avi"));
    const MovieInfo& info = reader.info();
    CHECK(info.frame_count == 444);
    CHECK(info.codec == "cinepak");
    CHECK(info.image.format == Format{320, 240, 1});
    CHECK(info.image.frames_per_second == doctest::Approx(15).epsilon(1e-4));
    CHECK(info.image.alpha == AlphaState::Opaque);
    REQUIRE(find_metadata(*info.image.metadata, "movie/codec"));
    std::vector<HostImage> forward;
    MovieReader other = opened(data("tree.avi"));
    for (int i = 0; i < 100; ++i) forward.push_back(frame_of(other, i));
    for (int i : {99, 0, 50, 49, 98, 3, 77}) CHECK(largest_difference(frame_of(reader, i), forward[size_t(i)]) == 0);
    CHECK(largest_difference(forward[0], forward[99]) > 0.1);
}

TEST_CASE("alpha and palettes")
{
    MovieReader alpha = opened(data("alpha.mov"));
    CHECK(alpha.info().image.alpha == AlphaState::Unpremultiplied);
    CHECK(alpha.info().image.layers[0].channels.size() == 4);
    const HostImage third = frame_of(alpha, 2);
    // Written as alpha = (frame * 50 + y * 2) / 255 with y from the top.
    CHECK(third.at(10, 47 - 10)[3] == doctest::Approx((100 + 20) / 255.0).epsilon(0.005));
    CHECK(third.at(10, 47 - 40)[3] == doctest::Approx((100 + 80) / 255.0).epsilon(0.005));
    MovieReader palette = opened(data("palette.mov"));
    CHECK(palette.info().pixel_format == "pal8");
    const HostImage fifth = frame_of(palette, 5); // dithered from (25, 230, 100) / 255
    double sum[4] = {};
    for (size_t i = 0; i < fifth.pixels.size(); ++i) sum[i % 4] += fifth.pixels[i];
    const double pixels = double(fifth.pixels.size() / 4);
    CHECK(sum[0] / pixels == doctest::Approx(25 / 255.0).epsilon(0.02));
    CHECK(sum[1] / pixels == doctest::Approx(230 / 255.0).epsilon(0.02));
    CHECK(sum[2] / pixels == doctest::Approx(100 / 255.0).epsilon(0.02));
    CHECK(sum[3] / pixels == 1);
}

TEST_CASE("what is no movie is refused with its name")
{
    const Folder folder("no-movie");
    auto kind_of = [&](const std::string& path) {
        auto reader = MovieReader::open(path);
        REQUIRE_MESSAGE(!reader.ok(), path);
        CHECK(reader.error().file == path);
        CHECK(reader.error().message.find(path) != std::string::npos);
        CHECK(!reader.error().remedy.empty());
        return reader.error().kind;
    };
    CHECK(kind_of(data("nothing.mov")) == ErrorKind::NotFound);
    CHECK(kind_of(data("")) == ErrorKind::Unsupported);
    CHECK(kind_of("/dev/zero") == ErrorKind::Unsupported);
    CHECK(kind_of(data("sound.wav")) == ErrorKind::Unsupported);
    CHECK(kind_of(written(folder, "empty.mov", "")) == ErrorKind::Damaged);
    CHECK(kind_of(written(folder, "text.mov", "this is no movie, whatever its name says\n")) == ErrorKind::Damaged);
    // A playlist could make the program open other files.
    const std::string list =
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + data("open_gop.mpg") + "\n#EXT-X-ENDLIST\n";
    const ErrorKind playlist = kind_of(written(folder, "list.m3u8", list));
    CHECK((playlist == ErrorKind::Unsupported || playlist == ErrorKind::Damaged));
    MovieReader reader = opened(data("raw.avi"));
    CHECK(reader.frame(6).error().kind == ErrorKind::InvalidArgument);
    CHECK(reader.frame(-1).error().kind == ErrorKind::InvalidArgument);
}

TEST_CASE("a movie that claims enormous frames is refused with their size")
{
    const Folder folder("huge");
    std::string bytes = bytes_of(data("raw.avi"));
    const size_t at = bytes.find("strf");
    REQUIRE(at != std::string::npos);
    const int32_t edge = 100000;
    std::memcpy(bytes.data() + at + 12, &edge, 4);
    std::memcpy(bytes.data() + at + 16, &edge, 4);
    auto reader = MovieReader::open(written(folder, "huge.avi", bytes));
    REQUIRE(!reader.ok());
    INFO(reader.error().text());
    CHECK(reader.error().kind == ErrorKind::OutOfMemory);
    CHECK(reader.error().message.find("100000x100000") != std::string::npos);
}

TEST_CASE("movies cut off or with wrong bytes give frames or errors, in bounded time")
{
    const Folder folder("damage");
    std::mt19937 random(11);
    int errors = 0, frames = 0;
    auto read_all = [&](const std::string& path) {
        MovieLimits limits;
        limits.seconds = 20;
        auto reader = MovieReader::open(path, 1, limits);
        if (!reader) {
            ++errors;
            CHECK(reader.error().file == path);
            return;
        }
        for (int i = 0; i < std::min(reader->info().frame_count, 60); ++i) {
            auto frame = reader->frame(i);
            if (frame)
                ++frames;
            else
                ++errors;
            if (!frame) CHECK(frame.error().file == path);
        }
    };
    for (const char* name : {"open_gop.mpg", "open_gop.mp4", "variable_rate.mkv", "raw_stream.h264", "raw.avi",
                             "alpha.mov", "palette.mov"}) {
        const std::string whole = bytes_of(data(name));
        for (int part : {1, 5, 9})
            read_all(written(folder, std::string("cut") + std::to_string(part) + name,
                             whole.substr(0, whole.size() * size_t(part) / 10)));
        for (int i = 0; i < 6; ++i) {
            std::string wrong = whole;
            for (int k = 0; k < 12; ++k) wrong[random() % wrong.size()] = char(random());
            read_all(written(folder, std::string("wrong") + std::to_string(i) + name, wrong));
        }
    }
    CHECK(errors > 10);
    CHECK(frames > 100);
}

TEST_CASE("a movie cut off behind its index keeps its length and names the frames that are gone")
{
    const Folder folder("cut");
    const std::string whole = bytes_of(data("raw.avi"));
    const std::string path = written(folder, "cut.avi", whole.substr(0, whole.size() / 2));
    MovieReader reader = opened(path);
    CHECK(number_in(frame_of(reader, 0)) == 0);
    auto gone = reader.frame(5);
    REQUIRE(!gone.ok());
    CHECK(gone.error().message.find("frame 6") != std::string::npos);
    CHECK(number_in(frame_of(reader, 1)) == 1);
}
