#include "app/cli/progress.h"
#include "app/cli/text.h"
#include <doctest/doctest.h>

using namespace tessera;

TEST_CASE("bytes as they are typed")
{
    CHECK(*parse_bytes("512") == 512);
    CHECK(*parse_bytes("0") == 0);
    CHECK(*parse_bytes("64K") == 65536);
    CHECK(*parse_bytes("64k") == 65536);
    CHECK(*parse_bytes("1.5G") == 1610612736);
    CHECK(*parse_bytes("2GiB") == 2147483648);
    CHECK(*parse_bytes("2 GB") == 2147483648);
    CHECK(*parse_bytes("1T") == 1099511627776);
    CHECK(*parse_bytes("100B") == 100);
    for (const char* text : {"", "G", "-1", "1X", "1GG", "1e9", "nan", "inf", "99999999T", "1,5G"}) {
        CAPTURE(text);
        CHECK(!parse_bytes(text).ok());
    }
}

TEST_CASE("numbers as they are read")
{
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(1023) == "1023 B");
    CHECK(size_text(1536) == "1.5 KiB");
    CHECK(size_text(3ull << 30) == "3.0 GiB");
    CHECK(duration_text(7.4) == "0:07");
    CHECK(duration_text(59.6) == "1:00");
    CHECK(duration_text(3750) == "1:02:30");
    CHECK(duration_text(-3) == "0:00");
    CHECK(float_text(0.18f) == "0.18");
    CHECK(float_text(1.0f) == "1");
    CHECK(counted(1, "frame") == "1 frame");
    CHECK(counted(2, "frame") == "2 frames");
}

TEST_CASE("tables line up")
{
    TextTable table;
    table.row({"a", "long", "x"});
    table.row({"bbb", "c", ""});
    CHECK(table.text(1) == " a    long  x\n bbb  c\n");
    TextTable accents;
    accents.row({"é", "1"});
    accents.row({"ab", "2"});
    CHECK(accents.text() == "é   1\nab  2\n");
}

TEST_CASE("text is broken at blanks")
{
    CHECK(wrapped("one two three", 9, 2) == "  one two\n  three\n");
    CHECK(wrapped("one\ntwo", 80, 0) == "one\ntwo\n");
    CHECK(wrapped("", 80, 2) == "");
}

TEST_CASE("the progress bar fits its terminal")
{
    Progress p{.done = 12,
               .total = 48,
               .frame = 12,
               .elapsed = 4,
               .frames_per_second = 3,
               .seconds_left = 12,
               .memory = 512ull << 20};
    CHECK(progress_line(p, 120) ==
          "[##########..............................]  frame 12  12/48  3.00 fps  0:12 left  512.0 MiB");
    for (int columns : {1, 10, 40, 50, 80, 200}) CHECK(int(progress_line(p, columns).size()) < std::max(2, columns));
    CHECK(progress_line(p, 50).find('[') == std::string::npos);
    p.done = 48, p.seconds_left = -1;
    CHECK(progress_line(p, 120).find("left") == std::string::npos);
    CHECK(progress_line(p, 120).find('.') > 40);
}

TEST_CASE("the time left follows the latest frames")
{
    Pace pace;
    CHECK(pace.seconds_left(10, 1) < 0);
    pace.frame_done(10); // the first frame also compiled its kernels
    CHECK(pace.seconds_left(10, 10) < 0);
    for (int i = 1; i <= 4; ++i) pace.frame_done(10 + 0.5 * i);
    CHECK(pace.seconds_left(4, 12) == doctest::Approx(2));
    CHECK(pace.seconds_left(4, 13) == doctest::Approx(1));
    CHECK(pace.frames_per_second(12.5) == doctest::Approx(0.4));
    CHECK(resident_bytes() > 0);
    CHECK(peak_resident_bytes() >= resident_bytes() / 2);
}
