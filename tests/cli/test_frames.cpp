#include "core/time/frames.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

std::vector<int> frames(std::string_view text)
{
    const auto result = parse_frames(text);
    REQUIRE_MESSAGE(result.ok(), std::string(text));
    return *result;
}

} // namespace

TEST_CASE("lists of frames")
{
    CHECK(frames("7") == std::vector{7});
    CHECK(frames("1-4") == std::vector{1, 2, 3, 4});
    CHECK(frames("1-3,60,100-105x2") == std::vector{1, 2, 3, 60, 100, 102, 104});
    CHECK(frames(" 3 , 1-2 ") == std::vector{1, 2, 3});
    CHECK(frames("5,1,5,1-2") == std::vector{1, 2, 5});
    CHECK(frames("10-20x100") == std::vector{10});
}

TEST_CASE("negative frames")
{
    CHECK(frames("-5") == std::vector{-5});
    CHECK(frames("-10--8") == std::vector{-10, -9, -8});
    CHECK(frames("-2-2x2") == std::vector{-2, 0, 2});
}

TEST_CASE("lists of frames that make no sense say so")
{
    for (const char* text : {"", ",", "1,", "a", "1-", "1-b", "4-1", "1-4x0", "1-4x-1", "1-4x", "1.5", "1-4y2", "1 2",
                             "99999999999", "1-4000000000", "0-20000000"}) {
        CAPTURE(text);
        const auto result = parse_frames(text);
        REQUIRE(!result.ok());
        CHECK(result.error().kind == ErrorKind::InvalidArgument);
        CHECK(result.error().text().find("1-48,60,100-200x2") != std::string::npos);
    }
    CHECK(parse_frames("4-1").error().message.find("backwards") != std::string::npos);
}

TEST_CASE("frames are written the short way and read back")
{
    for (const char* text : {"7", "1-48", "1-48,60,100-200x2", "-3--1", "1,3", "1,2", "1-3,5", "-10-10x5"}) {
        CHECK(frames_text(frames(text)) == text);
    }
    CHECK(frames_text({}) == "");
}
