// The parts of writing that need no engine: timecode, rates, colour tags, layers, keys, cropping.
#include "app/cli/image_output.h"
#include "app/cli/movie_output.h"
#include "app/cli/timecode.h"
#include "app/cli/writers.h"
#include <doctest/doctest.h>

using namespace tessera;

TEST_CASE("timecode counts frames")
{
    const auto at = [](const char* text, double fps, int64_t count) {
        return text_of(moved(*parse_timecode(text, fps), count));
    };
    CHECK(at("01:00:00:00", 24, 0) == "01:00:00:00");
    CHECK(at("01:00:00:23", 24, 1) == "01:00:01:00");
    CHECK(at("23:59:59:23", 24, 1) == "00:00:00:00");
    CHECK(at("00:00:00:00", 25, -1) == "23:59:59:24");
    CHECK(at("01:00:00:00", 23.976, 24) == "01:00:01:00");
    // Drop-frame: numbers 00 and 01 are left out at each minute but every tenth (SMPTE 12M).
    CHECK(at("00:00:59;29", 29.97, 1) == "00:01:00;02");
    CHECK(at("00:09:59;29", 29.97, 1) == "00:10:00;00");
    CHECK(at("00:00:59;59", 59.94, 1) == "00:01:00;04");
    CHECK(at("00:00:00;00", 29.97, 17982) == "00:10:00;00"); // frames in ten minutes
    CHECK(at("00:00:00;00", 29.97, 107892) == "01:00:00;00");
    for (int64_t n = 0; n < 40'000; n += 7) {
        const std::string text = at("00:00:00;00", 29.97, n);
        CAPTURE(text);
        CHECK(parse_timecode(text, 29.97)->frames == n);
    }
    for (const char* text :
         {"", "1", "01:00:00", "25:00:00:00", "00:60:00:00", "00:00:00:24", "00:00:00;00", "00:00:00:00x"}) {
        CAPTURE(text);
        CHECK(!parse_timecode(text, 24).ok());
    }
    CHECK(!parse_timecode("00:01:00;01", 29.97).ok()); // a number that is left out
}

TEST_CASE("frame rates as fractions")
{
    CHECK(rate_fraction(24) == std::pair{24, 1});
    CHECK(rate_fraction(23.976) == std::pair{24000, 1001});
    CHECK(rate_fraction(23.98) == std::pair{24000, 1001});
    CHECK(rate_fraction(29.97) == std::pair{30000, 1001});
    CHECK(rate_fraction(59.94) == std::pair{60000, 1001});
    CHECK(rate_fraction(12.5) == std::pair{12500, 1000});
}

TEST_CASE("colour tags by the names of displays and spaces")
{
    CHECK(tags_for("sRGB - Display ACES 1.0 - SDR Video") == MovieTags{"bt709", "iec61966-2-1", "bt709", ""});
    CHECK(tags_for("Rec.1886 Rec.709 - Display") == MovieTags{"bt709", "bt709", "bt709", ""});
    CHECK(tags_for("Rec.2100-PQ - Display") == MovieTags{"bt2020", "smpte2084", "bt2020nc", ""});
    CHECK(tags_for("Rec.2100-HLG - Display") == MovieTags{"bt2020", "arib-std-b67", "bt2020nc", ""});
    CHECK(tags_for("P3-D65 - Display") == MovieTags{"smpte432", "bt709", "bt709", ""});
    CHECK(tags_for("Linear Rec.709 (sRGB)") == MovieTags{"bt709", "linear", "bt709", ""});
}

TEST_CASE("the layers a writer chooses")
{
    ImageInfo info;
    info.layers = {{"rgba", {"R", "G", "B", "A"}}, {"diffuse", {"R", "G", "B"}}, {"depth", {"Z"}, true}};
    const auto names = [&](const char* selection, bool with_data) {
        std::string text;
        const auto layers = chosen_layers(info, selection, with_data);
        if (!layers) return std::string("error");
        for (const Layer& l : *layers) {
            text += l.name + ":";
            for (const std::string& c : l.channels) text += c;
            text += " ";
        }
        return text;
    };
    CHECK(names("all", true) == "rgba:RGBA diffuse:RGB depth:Z ");
    CHECK(names("all", false) == "rgba:RGBA ");
    CHECK(names("rgb", true) == "rgba:RGB ");
    CHECK(names("alpha", true) == "rgba:A ");
    CHECK(names("depth", true) == "depth:Z ");
    CHECK(names("rgba, diffuse", true) == "rgba:RGBA diffuse:RGB ");
    CHECK(names("nothing", true) == "error");
    CHECK(chosen_layers(info, "nothing", true).error().text().find("'diffuse'") != std::string::npos);
    CHECK(chosen_layers({}, "all", true).error().kind == ErrorKind::NotFound);
}

TEST_CASE("the key of a file is of all that is in it")
{
    const std::vector<FramePart> parts{{"main", {"rgba", {"R", "G"}}, {0, 0, 4, 4}}};
    const std::vector<Key> keys{hash_bytes("a", 1)};
    const Key encoding = hash_bytes("zip", 3), key = frame_key(parts, keys, encoding, 0);
    CHECK(key == frame_key(parts, keys, encoding, 0));
    CHECK(key != frame_key(parts, {hash_bytes("b", 1)}, encoding, 0));
    CHECK(key != frame_key(parts, keys, hash_bytes("piz", 3), 0));
    CHECK(key != frame_key(parts, keys, encoding, 1));
    CHECK(key != frame_key({{"left", {"rgba", {"R", "G"}}, {0, 0, 4, 4}}}, keys, encoding, 0));
    CHECK(key != frame_key({{"main", {"rgba", {"R"}}, {0, 0, 4, 4}}}, keys, encoding, 0));
    CHECK(key != frame_key({{"main", {"rgba", {"R", "G"}}, {0, 0, 4, 5}}}, keys, encoding, 0));
}

TEST_CASE("cropping to what is not zero")
{
    HostImage image({-2, 3, 8, 9});
    CHECK(cropped(image).region == Rect{-2, 3, -1, 4});
    image.at(1, 5)[3] = 1;
    image.at(4, 7)[0] = -1;
    const HostImage small = cropped(image);
    CHECK(small.region == Rect{1, 5, 5, 8});
    CHECK(small.at(1, 5)[3] == 1);
    CHECK(small.at(4, 7)[0] == -1);
    CHECK(small.at(2, 6)[0] == 0);
}
