// Every image of the table expected/images_oiio.tsv, against what OpenImageIO read from it: windows, compression,
// channels and the statistics of every channel.
#include "tests/media/support.h"
#include <doctest/doctest.h>
#include <sstream>

using namespace tessera;
using namespace tessera::test;

namespace {

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> fields;
    std::istringstream in(text);
    for (std::string field; std::getline(in, field, separator);) fields.push_back(field);
    if (!text.empty() && text.back() == separator) fields.emplace_back();
    return fields;
}

struct Row {
    std::string file, part_name, view, compression, layout;
    int part = 0, w = 0, h = 0, x = 0, y = 0, full_w = 0, full_h = 0, full_x = 0, full_y = 0;
    double aspect = 1;
    std::vector<std::string> channels, types, stats;
};

std::vector<Row> table()
{
    std::ifstream in(data("expected/images_oiio.tsv"));
    std::vector<Row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("#") || line.starts_with("file\t")) continue;
        const auto f = split(line, '\t');
        REQUIRE(f.size() == 18);
        Row r{f[0], f[2], f[3], f[12], f[13]};
        r.part = std::stoi(f[1]), r.w = std::stoi(f[4]), r.h = std::stoi(f[5]), r.x = std::stoi(f[6]),
        r.y = std::stoi(f[7]);
        r.full_w = std::stoi(f[8]), r.full_h = std::stoi(f[9]), r.full_x = std::stoi(f[10]),
        r.full_y = std::stoi(f[11]);
        r.aspect = std::stod(f[14]);
        r.channels = split(f[15], '|'), r.types = split(f[16], '|'), r.stats = split(f[17], ';');
        rows.push_back(std::move(r));
    }
    return rows;
}

struct Stats {
    double least = 0, most = 0, mean = 0;
    int nans = 0, infinities = 0;
};

Stats stats_of(const HostImage& image, int slot)
{
    Stats s{1e300, -1e300};
    double sum = 0;
    size_t count = 0;
    for (size_t i = size_t(slot); i < image.pixels.size(); i += 4) {
        const double v = double(image.pixels[i]);
        s.nans += std::isnan(v), s.infinities += std::isinf(v);
        if (!std::isfinite(v)) continue;
        s.least = std::min(s.least, v), s.most = std::max(s.most, v), sum += v, ++count;
    }
    s.mean = count ? sum / double(count) : 0;
    return s;
}

void check_stats(const std::string& expected, const HostImage& image, int slot)
{
    double least, most, mean;
    int nans, infinities;
    const size_t colon = expected.rfind(":min=");
    REQUIRE(colon != std::string::npos);
    REQUIRE(std::sscanf(expected.c_str() + colon, ":min=%lf,max=%lf,mean=%lf,nan=%d,inf=%d", &least, &most, &mean,
                        &nans, &infinities) == 5);
    const Stats s = stats_of(image, slot);
    // the table holds six digits of the extremes and eight of the mean
    CHECK(s.least == doctest::Approx(least).epsilon(1e-5));
    CHECK(s.most == doctest::Approx(most).epsilon(1e-5));
    CHECK(s.mean == doctest::Approx(mean).epsilon(1e-5));
    CHECK(s.nans == nans);
    CHECK(s.infinities == infinities);
}

void check_windows(const Row& row, const FileInfo& file)
{
    const PartInfo& part = file.parts[size_t(row.part)];
    CHECK(file.info.format.width == row.full_w);
    CHECK(file.info.format.height == row.full_h);
    CHECK(file.info.format.pixel_aspect == doctest::Approx(row.aspect));
    CHECK(file.origin_x == row.full_x);
    CHECK(file.origin_y == row.full_y);
    // by hand: y up, relative to the display window's lower left corner
    const int bottom = row.full_y + row.full_h - (row.y + row.h);
    CHECK(part.data_window == Rect{row.x - row.full_x, bottom, row.x - row.full_x + row.w, bottom + row.h});
    CHECK(file.info.data_window.contains(part.data_window));
    CHECK(part.compression == row.compression);
    CHECK(part.tiled == row.layout.starts_with("tiled"));
}

} // namespace

TEST_CASE("every image reads as OpenImageIO read it")
{
    int channels = 0;
    for (const Row& row : table()) {
        INFO(row.file << " part " << row.part);
        const auto file = read_info(data(row.file));
        REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
        REQUIRE(size_t(row.part) < file->parts.size());
        check_windows(row, *file);
        const PartInfo& part = file->parts[size_t(row.part)];
        CHECK(part.view == row.view);
        CHECK(part.channels.size() == row.channels.size());
        CHECK(part.deep == row.layout.starts_with("deep"));
        if (part.deep) continue;
        for (size_t c = 0; c < row.channels.size(); ++c) {
            INFO("channel " << row.channels[c]);
            const LayerSource* found = nullptr;
            int slot = -1;
            for (const LayerSource& s : file->sources)
                for (const ChannelSource& source : s.channels)
                    if (!found && source.part == row.part &&
                        part.channels[size_t(source.channel)].name == row.channels[c])
                        found = &s, slot = source.slot;
            REQUIRE(found);
            const auto image = read_layer(data(row.file), found->layer, found->view, part.data_window, 2);
            REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().text()));
            CHECK(image->region == part.data_window);
            check_stats(row.stats[c], *image, slot);
            ++channels;
        }
    }
    CHECK(channels > 200);
}

TEST_CASE("deep files say that they are deep")
{
    for (const char* name : {"exr/openexr-tests/11.deep.exr"}) {
        const auto file = read_info(data(name));
        REQUIRE(file.ok());
        CHECK(file->parts[0].deep);
        const auto image = read_layer(data(name), file->info.layers[0].name, "", file->info.data_window);
        REQUIRE(!image.ok());
        CHECK(image.error().kind == ErrorKind::Unsupported);
        CHECK(image.error().message.find("deep") != std::string::npos);
        CHECK(image.error().message.find(name) != std::string::npos);
    }
}
