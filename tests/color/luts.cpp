// LUT files against samples that OpenColorIO's own tools made of them, and files that must be refused.
#include "core/color/config.h"
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace tessera;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> fields(const std::string& line, char separator)
{
    std::vector<std::string> out;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, separator);) out.push_back(field);
    return out;
}

} // namespace

TEST_CASE("LUT files give the values that OpenColorIO's own tools give")
{
    // The samples have 7 digits and were made with fast logarithms, which are good to 2e-5 or so.
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    std::ifstream in(std::string(TESSERA_TEST_DATA) + "/lut/expected.tsv");
    REQUIRE(in);
    std::string line;
    std::getline(in, line); // comment
    std::getline(in, line); // header
    std::vector<std::string> inputs = fields(line, '\t');
    int compared = 0, refused = 0;
    while (std::getline(in, line)) {
        const auto row = fields(line, '\t');
        REQUIRE(row.size() >= 4);
        const std::string path = std::string(TESSERA_TEST_DATA) + "/" + row[0];
        const auto direction = row[1] == "fwd" ? ColorDirection::Forward : ColorDirection::Inverse;
        const auto interpolation = row[2] == "linear" ? LutInterpolation::Linear : LutInterpolation::Tetrahedral;
        auto processor = config->file_transform(path, interpolation, direction);
        if (row[3].starts_with("ERROR")) {
            ++refused;
            REQUIRE_MESSAGE(!processor.ok(), row[0]);
            CHECK(processor.error().kind == ErrorKind::Damaged);
            CHECK(processor.error().file == path);
            CHECK(processor.error().message.find(path) != std::string::npos);
            CHECK(!processor.error().remedy.empty());
            continue;
        }
        REQUIRE_MESSAGE(processor.ok(), row[0] << ": " << processor.error().text());
        for (size_t i = 3; i < row.size(); ++i, ++compared) {
            const auto in_text = fields(inputs[i], ','), out_text = fields(row[i], ',');
            float pixel[4] = {std::stof(in_text[0]), std::stof(in_text[1]), std::stof(in_text[2]), 1};
            processor->apply(std::span<float>(pixel));
            for (size_t c = 0; c < 3; ++c) {
                const double want = std::stod(out_text[c]);
                CHECK_MESSAGE(std::abs(pixel[c] - want) <= 1e-4 * std::abs(want) + 2e-6,
                              row[0] << " " << row[1] << " " << row[2] << " (" << inputs[i] << ") channel " << c << ": "
                                     << pixel[c] << " instead of " << want);
            }
        }
    }
    CHECK(compared > 1400);
    CHECK(refused == 18);
}

TEST_CASE("a LUT that is not there is named, with the nearest file of its folder")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    auto processor = config->file_transform(std::string(TESSERA_TEST_DATA) + "/lut/ocio/iridas_3e.cube");
    REQUIRE(!processor.ok());
    CHECK(processor.error().kind == ErrorKind::NotFound);
    CHECK(processor.error().message.find("iridas_3e.cube") != std::string::npos);
    CHECK(processor.error().remedy.find("iridas_3d.cube") != std::string::npos);
    CHECK(!config->file_transform(std::string(TESSERA_TEST_DATA) + "/lut").ok());
    CHECK(!config->file_transform("/nowhere/at all.cube").ok());
    CHECK(!config->file_transform("").ok());
}

TEST_CASE("one correction of a collection is chosen by id or number; without one the error says so")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    const std::string path = std::string(TESSERA_TEST_DATA) + "/lut/ocio/cdl_test1.ccc";
    auto none = config->file_transform(path);
    REQUIRE(!none.ok());
    CHECK(none.error().remedy.find("number from 0") != std::string::npos);
    auto first = config->file_transform(path, LutInterpolation::Best, ColorDirection::Forward, "0");
    auto second = config->file_transform(path, LutInterpolation::Best, ColorDirection::Forward, "1");
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK(first->key() != second->key());
    CHECK(!config->file_transform(path, LutInterpolation::Best, ColorDirection::Forward, "no such id").ok());
}

TEST_CASE("a LUT that changes on disk changes the transform and its key")
{
    const fs::path folder =
        fs::temp_directory_path() / ("tessera-lut-" + std::to_string(std::hash<std::string>()("lut")));
    fs::remove_all(folder);
    fs::create_directories(folder);
    const std::string path = (folder / "gain.spimtx").string();
    auto write = [&](double gain) {
        std::ofstream(path) << gain << " 0 0 0\n0 " << gain << " 0 0\n0 0 " << gain << " 0\n";
    };
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    write(2);
    auto twice = config->file_transform(path);
    REQUIRE(twice.ok());
    write(12.5);
    auto more = config->file_transform(path);
    REQUIRE(more.ok());
    CHECK(twice->key() != more->key());
    float pixel[4] = {0.5f, 0.5f, 0.5f, 1};
    more->apply(std::span<float>(pixel));
    CHECK(pixel[0] == doctest::Approx(6.25));
    fs::remove_all(folder);
}
