// Movies out: every codec written and read back, codes against the formulas, tags, atomicity, and what is refused.
#include "core/media_ffmpeg/movie_codec_options.h"
#include "tests/media/movie_helpers.h"
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
}

using namespace movie_test;

namespace {

/// Calls `see` with the raw decoded frames of a movie, read by FFmpeg alone.
template <class See> void for_raw_frames(const std::string& path, const See& see)
{
    AVFormatContext* format = nullptr;
    REQUIRE(avformat_open_input(&format, path.c_str(), nullptr, nullptr) == 0);
    REQUIRE(avformat_find_stream_info(format, nullptr) >= 0);
    const int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    REQUIRE(stream >= 0);
    const AVCodec* codec = avcodec_find_decoder(format->streams[stream]->codecpar->codec_id);
    AVCodecContext* decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, format->streams[stream]->codecpar);
    REQUIRE(avcodec_open2(decoder, codec, nullptr) == 0);
    AVPacket* packet = av_packet_alloc();
    AVFrame* frame = av_frame_alloc();
    bool more = true;
    while (more) {
        more = av_read_frame(format, packet) >= 0;
        if (!more || packet->stream_index == stream) avcodec_send_packet(decoder, more ? packet : nullptr);
        av_packet_unref(packet);
        while (avcodec_receive_frame(decoder, frame) == 0) see(*format->streams[stream], *frame);
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&format);
}

MovieSettings settings_for(MovieCodec codec, const std::string& pixel_format = {})
{
    MovieSettings s;
    s.codec = codec;
    s.pixel_format = pixel_format;
    s.threads = 2;
    return s;
}

/// One flat colour.
HostImage flat(int width, int height, float r, float g, float b, float a = 1)
{
    HostImage image(Rect{0, 0, width, height});
    for (size_t i = 0; i < image.pixels.size(); i += 4)
        image.pixels[i] = r, image.pixels[i + 1] = g, image.pixels[i + 2] = b, image.pixels[i + 3] = a;
    return image;
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("every codec in every pixel format writes a movie that reads back frame by frame")
{
    const Folder folder("codecs");
    constexpr int frames = 10;
    for (const std::string& name : movie_codec_names()) {
        const MovieCodec codec = *movie_codec(name);
        REQUIRE_MESSAGE(movie_codec_available(codec), name << ": no encoder");
        const bool dnxhr = name.starts_with("dnxhr");
        const Format format{dnxhr ? 256 : 64, dnxhr ? 128 : 64, 1};
        for (const std::string& pixels : movie_pixel_formats(codec)) {
            INFO(name << " " << pixels);
            const std::string path = folder.file(name + "-" + pixels + (codec == MovieCodec::Av1 ? ".mp4" : ".mov"));
            MovieSettings settings = settings_for(codec, pixels);
            if (codec == MovieCodec::Av1) settings.crf = 10, settings.preset = "10";
            write_movie(path, format, settings, frames);
            MovieReader reader = opened(path);
            REQUIRE(reader.info().frame_count == frames);
            CHECK(reader.info().image.frames_per_second == 24);
            CHECK(reader.info().image.format == format);
            CHECK(reader.info().image.last_frame == frames);
            for (int i : {0, 9, 3, 4, 8, 1}) {
                const HostImage want = picture(format.width, format.height, i), got = frame_of(reader, i);
                CHECK(got.at(8, 8)[1] == doctest::Approx(want.at(8, 8)[1]).epsilon(0.025)); // the right frame
                CHECK(mean_difference(got, want) < 0.02);
                const bool alpha = pixels.find('a') != std::string::npos;
                CHECK(largest_difference(got, want, 3, 3) < (alpha ? 0.01 : 0.76));
                if (!alpha) CHECK(got.at(5, 5)[3] == 1);
            }
        }
    }
}

TEST_CASE("YUV codes are the formula's, rounded, and come back exactly")
{
    // x264 without loss keeps every code. ITU-R BT.709, limited range, 8 bits; and 10 bits of BT.2020.
    const Folder folder("codes");
    const double colors[][3] = {{0, 0, 0}, {1, 1, 1},       {1, 0, 0},         {0, 1, 0},
                                {0, 0, 1}, {0.5, 0.5, 0.5}, {0.18, 0.7, 0.33}, {1.5, -0.2, 0.4}};
    struct Case {
        const char *pixels, *matrix, *range;
        double kr, kb;
    };
    for (const Case c :
         {Case{"yuv444p", "bt709", "tv", 0.2126, 0.0722}, Case{"yuv420p", "smpte170m", "tv", 0.299, 0.114},
          Case{"yuv422p", "bt709", "pc", 0.2126, 0.0722}, Case{"yuv444p10le", "bt2020nc", "tv", 0.2627, 0.0593}}) {
        INFO(c.pixels << " " << c.matrix << " " << c.range);
        const std::string path = folder.file(std::string(c.pixels) + ".mov");
        MovieSettings settings = settings_for(MovieCodec::H264, c.pixels);
        settings.crf = 0;
        settings.overwrite = true;
        settings.tags = {"bt709", "bt709", c.matrix, c.range};
        // Without loss in 10 bits, x264's crf 0 is not; a very low quantiser comes within a code.
        const bool deep = std::string(c.pixels).ends_with("10le");
        auto writer = MovieWriter::create(path, {64, 48, 1}, settings);
        REQUIRE_MESSAGE(writer.ok(), writer.error().text());
        for (const auto& k : colors) REQUIRE(writer->write(flat(64, 48, float(k[0]), float(k[1]), float(k[2]))).ok());
        REQUIRE(writer->finish().ok());
        const double s = deep ? 4 : 1, most = deep ? 1023 : 255;
        const bool full = std::string(c.range) == "pc";
        size_t at = 0;
        std::vector<std::array<double, 3>> codes;
        for_raw_frames(path, [&](const AVStream&, const AVFrame& f) {
            double rgb[3];
            for (int i = 0; i < 3; ++i) rgb[i] = std::clamp(colors[at][i], 0.0, 1.0);
            const double y = c.kr * rgb[0] + (1 - c.kr - c.kb) * rgb[1] + c.kb * rgb[2];
            const double cb = (rgb[2] - y) / (2 * (1 - c.kb)), cr = (rgb[0] - y) / (2 * (1 - c.kr));
            const double want[3] = {full ? y * most : (16 + 219 * y) * s,
                                    full ? 128 * s + cb * most : (128 + 224 * cb) * s,
                                    full ? 128 * s + cr * most : (128 + 224 * cr) * s};
            std::array<double, 3> code;
            for (int i = 0; i < 3; ++i) {
                const uint8_t* p = f.data[i] + 5 * f.linesize[i];
                code[size_t(i)] = deep ? double(reinterpret_cast<const uint16_t*>(p)[7]) : p[7];
                CHECK(std::abs(code[size_t(i)] - std::min(want[i], most)) <= (deep ? 1.5 : 0.501));
            }
            codes.push_back(code);
            ++at;
        });
        REQUIRE(at == std::size(colors));
        // And back: the reader's numbers from those codes.
        MovieReader reader = opened(path);
        CHECK(reader.info().matrix_used == c.matrix);
        for (size_t i = 0; i < codes.size(); ++i) {
            const double y = full ? codes[i][0] / most : (codes[i][0] / s - 16) / 219;
            const double cb = full ? (codes[i][1] - 128 * s) / most : (codes[i][1] / s - 128) / 224;
            const double cr = full ? (codes[i][2] - 128 * s) / most : (codes[i][2] / s - 128) / 224;
            const double r = y + 2 * (1 - c.kr) * cr, b = y + 2 * (1 - c.kb) * cb;
            const double g = (y - c.kr * r - c.kb * b) / (1 - c.kr - c.kb);
            const HostImage image = frame_of(reader, int(i));
            CHECK(image.at(7, 42)[0] == doctest::Approx(r).epsilon(1e-5));
            CHECK(image.at(7, 42)[1] == doctest::Approx(g).epsilon(1e-5));
            CHECK(image.at(7, 42)[2] == doctest::Approx(b).epsilon(1e-5));
        }
    }
}

TEST_CASE("subsampled chroma stays in its place: a colour ramp comes back without a shift")
{
    const Folder folder("chroma");
    HostImage ramp(Rect{0, 0, 64, 48});
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 64; ++x) {
            float* p = ramp.at(x, y);
            p[0] = 0.2f + 0.5f * float(x) / 64, p[1] = 0.5f, p[2] = 0.2f + 0.5f * float(y) / 48, p[3] = 1;
        }
    for (const char* pixels : {"yuv420p", "yuv422p"}) {
        MovieSettings settings = settings_for(MovieCodec::H264, pixels);
        settings.crf = 0;
        const std::string path = folder.file(std::string(pixels) + ".mp4");
        auto writer = MovieWriter::create(path, {64, 48, 1}, settings);
        REQUIRE(writer.ok());
        REQUIRE(writer->write(ramp).ok());
        REQUIRE(writer->finish().ok());
        MovieReader reader = opened(path);
        const HostImage back = frame_of(reader, 0);
        for (int y = 2; y < 46; ++y)
            for (int x = 2; x < 62; ++x)
                for (int c = 0; c < 3; ++c)
                    REQUIRE(std::abs(back.at(x, y)[c] - ramp.at(x, y)[c]) < 0.011); // a pixel's shift is 0.008 more
        double mean = 0; // signed: rounding averages out, a shift does not
        for (int y = 2; y < 46; ++y)
            for (int x = 2; x < 62; ++x) mean += back.at(x, y)[0] - ramp.at(x, y)[0];
        CHECK(std::abs(mean / (44 * 60)) < 0.0015);
    }
}

TEST_CASE("colour tags, aspect, rate, timecode and metadata are in the file as asked")
{
    const Folder folder("tags");
    struct Case {
        MovieCodec codec;
        const char *file, *pixels;
        MovieTags tags;
    };
    const MovieTags hd{"bt709", "bt709", "bt709", "tv"}, pq{"bt2020", "smpte2084", "bt2020nc", "tv"},
        sd{"smpte170m", "bt709", "smpte170m", "pc"};
    const Case cases[] = {
        {MovieCodec::H264, "a.mov", "yuv420p", hd},           {MovieCodec::H264, "b.mp4", "yuv420p10le", pq},
        {MovieCodec::H264, "c.mkv", "yuv422p", sd},           {MovieCodec::H265, "d.mp4", "yuv420p10le", pq},
        {MovieCodec::H265, "e.mov", "yuv422p10le", hd},       {MovieCodec::ProRes422, "f.mov", "yuv422p10le", hd},
        {MovieCodec::ProRes4444, "g.mov", "yuv444p10le", pq}, {MovieCodec::Av1, "h.mp4", "yuv420p10le", pq},
        {MovieCodec::Av1, "i.mkv", "yuv420p10le", hd},        {MovieCodec::DnxhrHqx, "j.mov", "yuv422p10le", hd},
    };
    for (const Case& c : cases) {
        INFO(c.file);
        MovieSettings settings = settings_for(c.codec, c.pixels);
        settings.tags = c.tags;
        settings.rate_numerator = 24000, settings.rate_denominator = 1001;
        settings.timecode = "01:02:03:04";
        settings.preset = c.codec == MovieCodec::Av1 ? "10" : "";
        settings.metadata = {{"comment", "key 0123"}};
        write_movie(folder.file(c.file), {256, 128, 2}, settings, 3);
        MovieReader reader = opened(folder.file(c.file));
        const MovieInfo& info = reader.info();
        CHECK(info.tags.primaries == c.tags.primaries);
        CHECK(info.tags.transfer == c.tags.transfer);
        CHECK(info.tags.matrix == c.tags.matrix);
        CHECK(info.tags.range == c.tags.range);
        CHECK(info.matrix_used == c.tags.matrix);
        CHECK(info.timecode == "01:02:03:04");
        CHECK(info.image.format.pixel_aspect == doctest::Approx(2));
        CHECK(info.image.frames_per_second == doctest::Approx(24000.0 / 1001));
        CHECK(info.frame_count == 3);
        REQUIRE(info.image.metadata);
        bool comment = false;
        for (const Metadatum& m : *info.image.metadata)
            if (std::get<std::string>(m.value) == "key 0123") comment = true;
        CHECK(comment);
    }
    // The container's own colour box, apart from what the codec's stream says.
    auto box = [&](const char* file) {
        std::ifstream in(folder.file(file), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), {});
        const size_t at = bytes.find("colr");
        return at == std::string::npos ? std::string() : bytes.substr(at + 4, 11);
    };
    CHECK(box("a.mov").substr(0, 10) == std::string("nclc\0\1\0\1\0\1", 10));
    CHECK(box("b.mp4") == std::string("nclx\0\x09\0\x10\0\x09\0", 11));
    CHECK(box("f.mov").substr(0, 10) == std::string("nclc\0\1\0\1\0\1", 10));
}

TEST_CASE("a movie appears whole or not at all")
{
    const Folder folder("atomic");
    const Format format{64, 48, 1};
    const std::string path = folder.file("a.mov");
    {
        auto writer = MovieWriter::create(path, format, settings_for(MovieCodec::H264));
        REQUIRE(writer.ok());
        REQUIRE(writer->write(picture(64, 48, 0)).ok());
        CHECK(!fs::exists(path));
        CHECK(folder.entries() == 1);
    }
    CHECK(folder.entries() == 0);
    write_movie(path, format, settings_for(MovieCodec::H264), 2);
    CHECK(folder.entries() == 1);
    auto again = MovieWriter::create(path, format, settings_for(MovieCodec::H264));
    REQUIRE(!again.ok());
    CHECK(again.error().kind == ErrorKind::Exists);
    MovieSettings over = settings_for(MovieCodec::H264);
    over.overwrite = true;
    write_movie(path, format, over, 3);
    CHECK(opened(path).info().frame_count == 3);
    auto no_folder = MovieWriter::create(folder.file("x/y/a.mov"), format, settings_for(MovieCodec::H264));
    REQUIRE(!no_folder.ok());
    CHECK(no_folder.error().kind == ErrorKind::NotFound);
    MovieSettings make = settings_for(MovieCodec::H264);
    make.create_folders = true;
    write_movie(folder.file("x/y/a.mov"), format, make, 2);
    CHECK(fs::exists(folder.file("x/y/a.mov")));
}

TEST_CASE("a disk that fills up is named, every later call fails alike, and nothing is left")
{
    // The size a file may have is limited in a process of its own; the system then refuses to write more, as it does
    // on a full disk.
    const Folder folder("full");
    const std::string path = folder.file("a.mov");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100'000, 100'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        int code = 1;
        {
            auto writer = MovieWriter::create(path, {512, 512, 1}, settings_for(MovieCodec::ProResHq));
            Status status;
            for (int i = 0; writer && status && i < 100; ++i) status = writer->write(picture(512, 512, i % 8));
            if (!status && status.error().kind == ErrorKind::DiskFull && contains(status.error().message, path))
                code = 2;
            if (code == 2 && writer->finish().error().kind == ErrorKind::DiskFull) code = 3;
        }
        if (code == 3 && folder.entries() == 0) code = 0;
        ::_exit(code);
    }
    int state = 0;
    REQUIRE(::waitpid(child, &state, 0) == child);
    CHECK(WIFEXITED(state));
    CHECK(WEXITSTATUS(state) == 0);
}

TEST_CASE("pixels outside the image are black, and NaN and infinities have a code")
{
    const Folder folder("partial");
    const std::string path = folder.file("a.mov");
    auto writer = MovieWriter::create(path, {64, 48, 1}, settings_for(MovieCodec::Png));
    REQUIRE(writer.ok());
    HostImage part(Rect{10, -5, 80, 20});
    for (size_t i = 0; i < part.pixels.size(); ++i) part.pixels[i] = i % 4 == 0 ? NAN : i % 4 == 1 ? INFINITY : 0.6f;
    REQUIRE(writer->write(part).ok());
    REQUIRE(writer->write(HostImage(Rect{100, 100, 110, 110})).ok());
    REQUIRE(writer->finish().ok());
    MovieReader reader = opened(path);
    const HostImage image = frame_of(reader, 0);
    CHECK(image.at(9, 10)[1] == 0);
    CHECK(image.at(10, 20)[1] == 0);
    CHECK(image.at(10, 19)[0] == 0);
    CHECK(image.at(10, 19)[1] == 1);
    CHECK(image.at(63, 0)[2] == doctest::Approx(0.6));
    CHECK(frame_of(reader, 1).at(30, 30)[2] == 0);
}

TEST_CASE("what cannot be written is refused before anything is")
{
    const Folder folder("refused");
    auto refused = [&](const std::string& name, const Format& format, const MovieSettings& settings, ErrorKind kind,
                       const std::string& part) {
        auto writer = MovieWriter::create(folder.file(name), format, settings);
        REQUIRE_MESSAGE(!writer.ok(), name << " " << part);
        INFO(writer.error().text());
        CHECK(writer.error().kind == kind);
        CHECK(contains(writer.error().message, name));
        CHECK(contains(writer.error().text(), part));
        CHECK(!writer.error().remedy.empty());
    };
    const Format format{64, 48, 1};
    const auto h264 = settings_for(MovieCodec::H264);
    refused("odd.mov", {63, 48, 1}, h264, ErrorKind::InvalidArgument, "63x48");
    refused("odd.mov", {63, 47, 1}, h264, ErrorKind::InvalidArgument, "62x46");
    refused("big.mov", {100000, 100000, 1}, h264, ErrorKind::InvalidArgument, "100000x100000");
    refused("empty.mov", {0, 48, 1}, h264, ErrorKind::InvalidArgument, "0x48");
    refused("a.mov", format, settings_for(MovieCodec::H264, "yuv999"), ErrorKind::InvalidArgument, "yuv420p");
    refused("a.mp4", format, settings_for(MovieCodec::ProRes422), ErrorKind::Unsupported, ".mov");
    refused("a.avi", format, h264, ErrorKind::Unsupported, ".mkv");
    refused("a", format, h264, ErrorKind::Unsupported, ".mov");
    MovieSettings s = h264;
    s.tags.transfer = "purple";
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "purple");
    s = h264;
    s.tags.matrix = "ictcp";
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "ictcp");
    s = h264;
    s.timecode = "one o'clock";
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "one o'clock");
    s = h264;
    s.crf = 99;
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "99");
    s = h264;
    s.rate_denominator = 0;
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "24/0");
    s = h264;
    s.preset = "warp";
    refused("a.mov", format, s, ErrorKind::InvalidArgument, "veryslow");
    refused("small.mov", format, settings_for(MovieCodec::DnxhrHq), ErrorKind::Unsupported, "dnxhd");
    CHECK(folder.entries() == 0);
    CHECK(movie_codec("h266").error().remedy.find("prores_422_hq") != std::string::npos);
}

TEST_CASE("a codec whose encoder is not installed says which one is missing")
{
    const MovieCodecInfo fancy{MovieCodec::H264, "fancy", {"libfancy", "otherfancy"}, {"yuv420p"}, "", {"mov"}};
    CHECK(find_movie_encoder(fancy, AV_PIX_FMT_YUV420P) == nullptr);
    const Error e = no_encoder_error("a.mov", fancy, "yuv420p");
    CHECK(e.kind == ErrorKind::Unsupported);
    CHECK(e.text() ==
          "cannot write the movie a.mov: this machine's FFmpeg has no encoder for fancy in yuv420p (libfancy or "
          "otherfancy). Install an FFmpeg that has it (Debian: libavcodec-extra), or choose another codec.");
}
