#include "core/color/config.h"
#include "core/media/image_write.h"
#include "nodes/io/read_params.h"
#include "tests/media/support.h"
#include "tests/nodes/wild.h"

using namespace tessera;
using test::TemporaryFolder;

namespace {

const Layer rgba{"rgba", {"R", "G", "B", "A"}, false}, rgb{"rgba", {"R", "G", "B"}, false};

void write(const std::string& path, const std::vector<std::pair<Layer, HostImage>>& layers, Format format = {8, 6},
           AlphaState alpha = AlphaState::Premultiplied)
{
    WriteRequest request;
    request.path = path;
    request.format = format;
    request.alpha = alpha;
    request.overwrite = true;
    if (path.ends_with(".exr")) request.depth = PixelDepth::Float;
    for (const auto& [layer, pixels] : layers) request.layers.push_back({.layer = layer, .pixels = &pixels});
    const auto written = write_image(request);
    REQUIRE_MESSAGE(written.ok(), written.error().text());
}

/// Frames of one colour each: red is the frame.
struct Sequence {
    TemporaryFolder folder;
    std::string pattern = folder / "plate.####.exr";
    explicit Sequence(std::initializer_list<int> frames)
    {
        for (const int f : frames)
            write(path_at(pattern, f), {{rgba, flat_image({0, 0, 8, 6}, float(f), 0.5f, 0.25f, 1)}});
    }
};

struct Reader : Harness {
    Reader() { project().settings.color_config = "builtin"; }
    NodeId read(const std::string& file, std::map<std::string, Value> params = {})
    {
        params["file"] = file;
        return node("read", std::move(params));
    }
    /// Red of the first pixel; -1 for an error.
    double red(NodeId n, double frame)
    {
        const auto out = render(n, Rect{0, 0, 1, 1}, frame);
        return out.ok() ? double(out->at(0, 0)[0]) : -1;
    }
    std::string error(NodeId n, double frame = 1)
    {
        const auto out = render(n, Rect{0, 0, 1, 1}, frame);
        return out.ok() ? std::string() : out.error().text();
    }
};

Value text(const char* s)
{
    return std::string(s);
}

} // namespace

TEST_CASE("read: a sequence, its range and what is before and after it")
{
    const Sequence s{3, 4, 5, 6};
    Reader h;
    const auto row = [&](std::map<std::string, Value> params) {
        const NodeId n = h.read(s.pattern, std::move(params));
        std::vector<double> shown;
        for (int f = -1; f <= 10; ++f) shown.push_back(h.red(n, f));
        return shown;
    };
    using Row = std::vector<double>;
    CHECK(row({}) == Row{3, 3, 3, 3, 3, 4, 5, 6, 6, 6, 6, 6});
    CHECK(row({{"before", text("loop")}, {"after", text("loop")}}) == Row{3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6});
    CHECK(row({{"before", text("bounce")}, {"after", text("bounce")}}) == Row{5, 6, 5, 4, 3, 4, 5, 6, 5, 4, 3, 4});
    CHECK(row({{"before", text("black")}, {"after", text("error")}}) == Row{0, 0, 0, 0, 3, 4, 5, 6, -1, -1, -1, -1});
    CHECK(row({{"auto_range", false}, {"first", 4}, {"last", 5}}) == Row{4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5});
    const auto info = h.info(h.read(s.pattern));
    REQUIRE(info.ok());
    CHECK(info->first_frame == 3);
    CHECK(info->last_frame == 6);
    CHECK(h.error(h.read(s.pattern, {{"after", text("error")}}), 9).find("from 3 to 6") != std::string::npos);
    // A held frame is the same picture: the same key.
    const NodeId n = h.read(s.pattern);
    CHECK(*h.key(n, 7) == *h.key(n, 100));
    CHECK(*h.key(n, 6) == *h.key(n, 100));
}

TEST_CASE("read: the three patterns for the frame number")
{
    const Sequence s{1, 2};
    Reader h;
    for (const char* pattern : {"plate.%04d.exr", "plate.$F4.exr", "plate.####.exr"})
        CHECK(h.red(h.read(s.folder / pattern), 2) == 2);
    CHECK(h.red(h.read(s.folder / "plate.0002.exr"), 77) == 2);
}

TEST_CASE("read: frame modes")
{
    const Sequence s{3, 4, 5, 6};
    Reader h;
    const NodeId start = h.read(s.pattern, {{"frame_mode", text("start_at")}, {"frame_value", 101}});
    CHECK(h.red(start, 101) == 3);
    CHECK(h.red(start, 103) == 5);
    CHECK(h.info(start)->first_frame == 101);
    CHECK(h.info(start)->last_frame == 104);
    const NodeId offset = h.read(s.pattern, {{"frame_mode", text("offset")}, {"frame_value", -10}});
    CHECK(h.red(offset, 14) == 4);
    CHECK(h.info(offset)->first_frame == 13);
    const NodeId expression = h.read(s.pattern, {{"frame_mode", text("expression")}});
    h.set(expression, "frame_value", Param{0.0, {ExpressionSource{"9 - frame", {}}}});
    CHECK(h.red(expression, 4) == 5);
    CHECK(h.red(expression, 6) == 3);
}

TEST_CASE("read: frames that are missing")
{
    const Sequence s{1, 2, 5, 8};
    Reader h;
    const auto row = [&](const char* policy) {
        const NodeId n = h.read(s.pattern, {{"on_missing", text(policy)}});
        std::vector<double> shown;
        for (int f = 1; f <= 8; ++f) shown.push_back(h.red(n, f));
        return shown;
    };
    using Row = std::vector<double>;
    CHECK(row("error") == Row{1, 2, -1, -1, 5, -1, -1, 8});
    CHECK(row("hold") == Row{1, 2, 2, 2, 5, 5, 5, 8});
    CHECK(row("nearest") == Row{1, 2, 2, 5, 5, 5, 8, 8});
    CHECK(row("black") == Row{1, 2, 0, 0, 5, 0, 0, 8});
    const std::string message = h.error(h.read(s.pattern), 3);
    CHECK(message.find("plate.0003.exr") != std::string::npos);
    CHECK(message.find("read") != std::string::npos);
    const NodeId checker = h.read(s.pattern, {{"on_missing", text("checker")}});
    CHECK(h.info(checker, 3)->format == Format{8, 6});
    const auto board = h.render(checker, {}, 3);
    REQUIRE(board.ok());
    CHECK(board->at(1, 1)[0] == doctest::Approx(0.1));
    CHECK(h.info(h.read(s.pattern, {{"on_missing", text("black")}}), 3)->format == Format{8, 6});
}

TEST_CASE("read: nothing there at all")
{
    const TemporaryFolder folder;
    Reader h;
    CHECK(h.error(h.read("")).find("no file is chosen") != std::string::npos);
    CHECK(h.error(h.read(folder / "gone.exr")).find("gone.exr") != std::string::npos);
    CHECK(h.error(h.read(folder / "gone.####.exr")).find("gone.####.exr") != std::string::npos);
    CHECK(h.error(h.read(folder / "gone.mov")).find("gone.mov") != std::string::npos);
    CHECK(h.error(h.read("${NOT_SET_ANYWHERE}/a.exr")).find("NOT_SET_ANYWHERE") != std::string::npos);
    const NodeId black = h.read(folder / "gone.####.exr", {{"on_missing", text("black")}});
    CHECK(h.error(black) == "");
    CHECK(h.red(black, 1) == 0);
}

TEST_CASE("read: variables and paths relative to the project")
{
    const Sequence s{1, 2};
    Reader h;
    h.project().folder = s.folder.path().string();
    h.project().settings.variables["PLATE"] = "plate";
    CHECK(h.red(h.read("plate.####.exr"), 2) == 2);
    CHECK(h.red(h.read("${PROJECT}/${PLATE}.####.exr"), 2) == 2);
}

TEST_CASE("read: layers, windows and the layer that is asked for")
{
    const TemporaryFolder folder;
    const Rect window{-3, 2, 20, 11};
    const HostImage beauty = noise_image(window, 1), diffuse = noise_image(window, 2, -1, 3),
                    depth = noise_image(window, 3, 0, 1000);
    HostImage three = diffuse, one = depth;
    for (size_t i = 0; i < three.pixels.size(); ++i) {
        if (i % 4 == 3) three.pixels[i] = 0;
        if (i % 4 != 0) one.pixels[i] = 0;
    }
    write(folder / "render.exr",
          {{rgba, beauty}, {{"diffuse", {"R", "G", "B"}, false}, three}, {{"depth", {"Z"}, true}, one}}, {16, 9});
    Reader h;
    const NodeId n = h.read(folder / "render.exr");
    const auto info = h.info(n);
    REQUIRE(info.ok());
    CHECK(info->data_window == window);
    CHECK(info->format == Format{16, 9});
    CHECK(info->layers.size() == 3);
    const std::vector<std::pair<const char*, const HostImage*>> layers{
        {"rgba", &beauty}, {"diffuse", &three}, {"depth", &one}};
    for (const auto& [layer, pixels] : layers) {
        const auto out = h.render(n, window, 1, 0, layer);
        REQUIRE_MESSAGE(out.ok(), out.error().text());
        CHECK_MESSAGE(identical(*out, *pixels), layer);
    }
    const auto beyond = h.render(n, Rect{-10, -10, 30, 20});
    REQUIRE(beyond.ok());
    CHECK(beyond->at(-4, 5)[0] == 0);
    CHECK(beyond->at(-3, 5)[0] == beauty.at(-3, 5)[0]);
}

TEST_CASE("read: colour spaces by rule, by name, and raw")
{
    const TemporaryFolder folder;
    const HostImage stored = noise_image({0, 0, 12, 8}, 4);
    write(folder / "a.exr", {{rgba, stored}}, {12, 8});
    write(folder / "b.acescct.exr", {{rgba, stored}}, {12, 8});
    Reader h;
    const auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    const auto straight = [](HostImage image, bool divide) {
        for (size_t i = 0; i < image.pixels.size(); i += 4)
            for (size_t c = 0; c < 3; ++c)
                if (image.pixels[i + 3] != 0)
                    image.pixels[i + c] =
                        divide ? image.pixels[i + c] / image.pixels[i + 3] : image.pixels[i + c] * image.pixels[i + 3];
        return image;
    };
    const auto converted = [&](const std::string& space, bool associated) {
        HostImage out = associated ? straight(stored, true) : stored;
        config->convert(space, "ACEScg")->apply(out);
        return straight(out, false);
    };
    const auto shown = [&](const char* name, std::map<std::string, Value> params) {
        const auto out = h.render(h.read(folder / name, std::move(params)));
        REQUIRE_MESSAGE(out.ok(), out.error().text());
        return *out;
    };
    CHECK(identical(shown("a.exr", {}), stored));
    CHECK(identical(shown("b.acescct.exr", {{"raw", true}}), stored));
    CHECK(largest_error(shown("b.acescct.exr", {}), converted("ACEScct", true)) < transcendental);
    CHECK(largest_error(shown("a.exr", {{"colorspace", text("ACEScct")}}), converted("ACEScct", true)) <
          transcendental);
    CHECK(largest_error(shown("a.exr", {{"colorspace", text("ACEScct")}, {"premultiplied", text("no")}}),
                        converted("ACEScct", false)) < transcendental);
    CHECK(h.error(h.read(folder / "a.exr", {{"colorspace", text("ACESxyz")}})).find("ACESxyz") != std::string::npos);
}

TEST_CASE("read: alpha that is not there, and alpha that is not multiplied in")
{
    const TemporaryFolder folder;
    HostImage three = noise_image({2, 1, 9, 5}, 4);
    for (size_t i = 3; i < three.pixels.size(); i += 4) three.pixels[i] = 0;
    write(folder / "three.exr", {{rgb, three}}, {12, 8});
    Reader h;
    const NodeId filled = h.read(folder / "three.exr"), plain = h.read(folder / "three.exr", {{"auto_alpha", false}});
    CHECK(h.info(filled)->alpha == AlphaState::Opaque);
    CHECK(h.info(filled)->layers.front().channels.size() == 4);
    CHECK(h.info(plain)->layers.front().channels.size() == 3);
    const auto out = h.render(filled, Rect{0, 0, 12, 8});
    REQUIRE(out.ok());
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 12; ++x) REQUIRE(out->at(x, y)[3] == (three.region.contains(x, y) ? 1 : 0));
    const auto bare = h.render(plain, three.region);
    REQUIRE(bare.ok());
    CHECK(identical(*bare, three));
    // Unassociated alpha, as PNG has it.
    ::setenv("TESSERA_MEDIA_WORKER", (std::string(TESSERA_BINARY) + "/tessera-media-worker").c_str(), 0);
    HostImage card({0, 0, 8, 6});
    for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 8; ++x) {
            const float a = float(x) / 7;
            float* p = card.at(x, y);
            p[0] = a * 0.75f, p[1] = a * 0.5f, p[2] = a * float(y) / 5, p[3] = a;
        }
    write(folder / "card.png", {{rgba, card}});
    const auto config = ColorConfig::builtin();
    const std::string space = config->space_for_file(folder / "card.png");
    const NodeId png = h.read(folder / "card.png");
    const auto shown = h.render(png);
    REQUIRE_MESSAGE(shown.ok(), shown.error().text());
    CHECK(h.info(png)->alpha == AlphaState::Premultiplied);
    HostImage want = card;
    for (size_t i = 0; i < want.pixels.size(); i += 4)
        for (size_t c = 0; c < 3; ++c)
            want.pixels[i + c] =
                want.pixels[i + 3] == 0 ? 0 : std::round(want.pixels[i + c] / want.pixels[i + 3] * 65535) / 65535;
    config->convert(space, "ACEScg")->apply(want);
    for (size_t i = 0; i < want.pixels.size(); i += 4)
        for (size_t c = 0; c < 3; ++c) want.pixels[i + c] *= want.pixels[i + 3];
    CHECK(largest_error(*shown, want) < transcendental);
}

TEST_CASE("read: views and parts")
{
    Reader h;
    const std::string stereo = std::string(TESSERA_TEST_DATA) + "/exr/gaffer/channelTestMultiViewPartPerView.exr";
    const NodeId left = h.read(stereo, {{"view", text("left")}}), right = h.read(stereo, {{"view", text("right")}});
    CHECK(*h.key(left) != *h.key(right));
    const auto l = h.render(left), r = h.render(right);
    REQUIRE_MESSAGE(l.ok(), l.error().text());
    REQUIRE_MESSAGE(r.ok(), r.error().text());
    CHECK(!identical(*l, *r));
    const std::string bad = h.error(h.read(stereo, {{"view", text("middle")}}));
    CHECK(bad.find("middle") != std::string::npos);
    CHECK(bad.find("left, right") != std::string::npos);
    const std::string parts = std::string(TESSERA_TEST_DATA) + "/exr/gaffer/channelTestPartPerLayer.exr";
    const auto all = h.info(h.read(parts)), one = h.info(h.read(parts, {{"part", text("1")}}));
    REQUIRE(all.ok());
    REQUIRE(one.ok());
    CHECK(all->layers.size() > one->layers.size());
    CHECK(one->layers.size() >= 1);
    CHECK(h.error(h.read(parts, {{"part", text("seventeen")}})).find("seventeen") != std::string::npos);
}

TEST_CASE("read: a movie by its frames")
{
    Reader h;
    const std::string movie = std::string(TESSERA_TEST_DATA) + "/movie/raw.avi";
    const NodeId n = h.read(movie, {{"raw", true}});
    const auto info = h.info(n);
    REQUIRE_MESSAGE(info.ok(), info.error().text());
    CHECK(info->first_frame == 1);
    REQUIRE(info->last_frame > 2);
    const auto first = h.render(n, {}, 1), second = h.render(n, {}, 2);
    REQUIRE_MESSAGE(first.ok(), first.error().text());
    REQUIRE_MESSAGE(second.ok(), second.error().text());
    CHECK(!identical(*first, *second));
    CHECK(*h.key(n, 1) == *h.key(n, -5));
    CHECK(*h.key(n, info->last_frame) == *h.key(n, info->last_frame + 9));
    const auto again = h.render(h.read(movie, {{"raw", true}, {"frame_value", 1}}), {}, 1);
    REQUIRE(again.ok());
    CHECK(identical(*again, *second));
    CHECK(h.error(h.read(movie, {{"after", text("error")}}), info->last_frame + 1).find("outside its range") !=
          std::string::npos);
}

TEST_CASE("read: reloading changes the key, a changed file too")
{
    const Sequence s{1};
    Reader h;
    const NodeId n = h.read(s.pattern);
    const Key before = *h.key(n);
    h.set(n, "reload", 1);
    CHECK(*h.key(n) != before);
    h.set(n, "reload", 0);
    CHECK(*h.key(n) == before);
    write(path_at(s.pattern, 1), {{rgba, flat_image({0, 0, 8, 6}, 42, 0, 0, 1)}});
    CHECK(*h.key(n) != before);
    CHECK(h.red(n, 1) == 42);
}

TEST_CASE("read: a proxy is enlarged pixel for pixel, and taken at reduced resolutions alone")
{
    const TemporaryFolder folder;
    const HostImage full = noise_image({0, 0, 16, 12}, 1), small = noise_image({0, 0, 8, 6}, 2);
    write(folder / "full.exr", {{rgba, full}}, {16, 12});
    write(folder / "small.exr", {{rgba, small}}, {8, 6});
    Reader h;
    const NodeId n = h.node("read_file", {{"file", folder / "full.exr"}, {"proxy", folder / "small.exr"}});
    check_pixels(
        h.render(n), [&](int x, int y) { return pixel(small, x / 2, y / 2); }, 0, "enlarged");
    const auto half = h.render(n, {}, 1, 1);
    REQUIRE(half.ok());
    CHECK(largest_error(*half, small) < arithmetic);

    ReadParams p;
    p.file = folder / "full.exr", p.proxy_file = folder / "small.exr";
    OpContext c;
    CHECK(shown_at(p, c)->proxy.empty());
    c.request_level = 1;
    CHECK(shown_at(p, c)->proxy == folder / "small.exr");
    const NodeId read = h.read(folder / "full.exr", {{"proxy_file", folder / "small.exr"}});
    const auto whole = h.render(read);
    REQUIRE(whole.ok());
    CHECK(identical(*whole, full));
}

TEST_CASE("read: which frame of the range stands for one outside of it")
{
    const auto at = [](OutsideRange rule, int frame) { return *inside_range("x", {5, 8}, rule, rule, frame); };
    CHECK(at(OutsideRange::Hold, -100) == 5);
    CHECK(at(OutsideRange::Hold, 100) == 8);
    CHECK(at(OutsideRange::Loop, 4) == 8);
    CHECK(at(OutsideRange::Loop, 9) == 5);
    CHECK(at(OutsideRange::Loop, -1000003) == 5 + ((-1000003 - 5) % 4 + 4) % 4);
    CHECK(at(OutsideRange::Bounce, 9) == 7);
    CHECK(at(OutsideRange::Bounce, 11) == 5);
    CHECK(at(OutsideRange::Bounce, 4) == 6);
    CHECK(!at(OutsideRange::Black, 4));
    CHECK(*inside_range("x", {5, 5}, OutsideRange::Bounce, OutsideRange::Bounce, 9) == 5);
    CHECK(!inside_range("x", {5, 4}, OutsideRange::Hold, OutsideRange::Hold, 9).ok());
    CHECK(!inside_range("x", {5, 8}, OutsideRange::Error, OutsideRange::Error, 9).ok());
}
