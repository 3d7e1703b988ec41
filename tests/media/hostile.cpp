// Every damaged file is read in a process of its own: whatever happens there must be an answer, within seconds and
// within a bounded amount of memory. Then the errors that users will meet most are read word by word.
#include "core/media/worker_pool.h"
#include "tests/media/support.h"
#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

using namespace tessera;
using namespace tessera::test;

namespace {

ReadLimits strict()
{
    ReadLimits limits;
    limits.bytes = int64_t(1) << 30;
    limits.seconds = 10;
    return limits;
}

/// Reads all layers of a file; "" or the first error.
std::string read_everything(const std::string& path)
{
    const auto file = read_info(path, strict());
    if (!file) return file.error().text();
    for (const LayerSource& s : file->sources) {
        const auto image = read_layer(path, s.layer, s.view, file->info.data_window, 1, strict());
        if (!image) return image.error().text();
    }
    return {};
}

struct Outcome {
    int status = -1;
    long peak_kilobytes = 0;
    double seconds = 0;
    std::string text;
};

/// PNG's CRC-32.
uint32_t checksum(const std::string& bytes)
{
    uint32_t crc = ~0u;
    for (const char c : bytes) {
        crc ^= uint8_t(c);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

constexpr const char* file_variable = "TESSERA_TEST_READ_FILE";

/// Runs read_everything in a process of its own: it may crash without taking the test with it. A fork alone would not
/// do, since OpenEXR's threads do not follow.
Outcome read_elsewhere(const std::string& path)
{
    Outcome outcome;
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit space{rlim_t(6) << 30, rlim_t(6) << 30};
        ::setrlimit(RLIMIT_AS, &space);
        ::alarm(60);
        ::setenv(file_variable, path.c_str(), 1);
        ::dup2(ends[1], STDOUT_FILENO);
        ::execl("/proc/self/exe", "test_media", "--test-case=everything in one file is read", nullptr);
        ::_exit(1);
    }
    ::close(ends[1]);
    std::string output;
    char buffer[4096];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) output.append(buffer, size_t(n));
    ::close(ends[0]);
    rusage used{};
    ::wait4(child, &outcome.status, 0, &used);
    outcome.peak_kilobytes = used.ru_maxrss;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    // what the helper below printed is between two marks
    const size_t first = output.find('\1'), last = output.rfind('\1');
    if (first == std::string::npos || first == last)
        outcome.status = -1;
    else
        outcome.text = output.substr(first + 1, last - first - 1);
    return outcome;
}

/// EXR is decoded in the process that asks, so that must be another one; the rest has its workers.
void check_answer(const std::string& path, bool fails = true)
{
    if (!path.ends_with("exr")) {
        const std::string text = read_everything(path);
        CHECK((text.empty() || text.find(path) != std::string::npos));
        return;
    }
    const Outcome outcome = read_elsewhere(path);
    CHECK(outcome.status == 0);
    if (fails) CHECK(outcome.text.find(path) != std::string::npos);
}

} // namespace

// Also what read_elsewhere runs, with the file it names.
TEST_CASE("everything in one file is read")
{
    const char* named = std::getenv(file_variable);
    const std::string text = read_everything(named ? named : data("exr/gaffer/channelTestPartPerLayer.exr"));
    if (named)
        std::printf("\1%s\1", text.c_str());
    else
        CHECK(text.empty());
}

TEST_CASE("no damaged file crashes, hangs or takes much memory")
{
    int files = 0, errors = 0;
    for (const auto& entry : fs::recursive_directory_iterator(data("hostile"))) {
        if (!entry.is_regular_file()) continue;
        const std::string path = entry.path();
        INFO(path);
        const Outcome outcome = read_elsewhere(path);
        CHECK(outcome.status == 0);
        CHECK(outcome.seconds < 30);
        CHECK(outcome.peak_kilobytes < 1500 * 1024);
        if (!outcome.text.empty()) {
            ++errors;
            CHECK(outcome.text.find(path) != std::string::npos);
            CHECK(outcome.text.size() < 1000);
        }
        ++files;
    }
    CHECK(files == 28);
    CHECK(errors >= 20);
}

TEST_CASE("an image that claims an absurd size is refused with its size")
{
    const auto bomb = read_info(data("hostile/oiio-dpx/bomb-46341.dpx"), strict());
    REQUIRE(!bomb.ok());
    CHECK(bomb.error().kind == ErrorKind::OutOfMemory);
    CHECK(bomb.error().message.find("46341 x 46341") != std::string::npos);

    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    for (const char* name : {"big.exr", "big.png", "big.tif"}) {
        INFO(std::string(name));
        const std::string path = folder / name;
        REQUIRE(write_image(request_for(path, pixels)).ok());
        std::string bytes = bytes_of(path);
        // the size in the header becomes 100,000 x 100,000
        const auto replace_at = [&](size_t at, uint32_t value, bool big_endian) {
            for (int i = 0; i < 4; ++i) bytes[at + size_t(i)] = char(value >> (big_endian ? 24 - 8 * i : 8 * i));
        };
        if (path.ends_with("exr")) {
            const size_t window = bytes.find(std::string("dataWindow\0box2i\0", 17)) + 17 + 4;
            replace_at(window + 8, 99999, false), replace_at(window + 12, 99999, false);
        } else if (path.ends_with("png")) {
            const size_t header = bytes.find("IHDR") + 4;
            replace_at(header, 100000, true), replace_at(header + 4, 100000, true);
            replace_at(header + 13, checksum(bytes.substr(header - 4, 17)), true);
        } else {
            uint32_t directory;
            uint16_t entries;
            std::memcpy(&directory, bytes.data() + 4, 4);
            std::memcpy(&entries, bytes.data() + directory, 2);
            for (size_t e = 0; e < entries; ++e) {
                const size_t at = directory + 2 + 12 * e;
                uint16_t tag;
                std::memcpy(&tag, bytes.data() + at, 2);
                if (tag != 256 && tag != 257) continue; // width and height, as 32-bit numbers
                bytes[at + 2] = 4, bytes[at + 3] = 0;
                replace_at(at + 8, 100000, false);
            }
        }
        put_bytes(path, bytes);
        const auto file = read_info(path, strict());
        REQUIRE(!file.ok());
        INFO(file.error().text());
        CHECK(file.error().kind == ErrorKind::OutOfMemory);
        CHECK(file.error().message.find("100000 x 100000") != std::string::npos);
        CHECK(file.error().message.find(path) != std::string::npos);
    }
}

TEST_CASE("the limit on pixels is the caller's")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 40, 30});
    ReadLimits small;
    small.pixels = 1000;
    for (const char* name : {"a.exr", "a.png"}) {
        const std::string path = folder / name;
        REQUIRE(write_image(request_for(path, pixels)).ok());
        CHECK(read_info(path).ok());
        const auto refused = read_info(path, small);
        REQUIRE(!refused.ok());
        CHECK(refused.error().message.find("40 x 30") != std::string::npos);
    }
}

TEST_CASE("a file cut off anywhere is an error or an image, never a crash")
{
    TemporaryFolder folder;
    const HostImage pixels = noise({0, 0, 64, 64}, true);
    for (const char* name : {"a.exr", "a.png", "a.tif", "a.jpg", "a.dpx", "a.tga", "a.hdr", "a.webp"}) {
        const std::string path = folder / name;
        WriteRequest r = request_for(path, pixels);
        REQUIRE(write_image(r).ok());
        const std::string whole = bytes_of(path);
        for (const double share : {0.0, 0.02, 0.4, 0.99}) {
            INFO(path << " cut to " << share);
            put_bytes(path, whole.substr(0, size_t(double(whole.size()) * share)));
            check_answer(path);
        }
        // and with bytes overwritten
        std::string noisy = whole;
        for (size_t i = 40; i < noisy.size(); i += 97) noisy[i] = char(i * 31);
        put_bytes(path, noisy);
        check_answer(path, false);
    }
}

TEST_CASE("what is not there, not an image or not readable is said so")
{
    TemporaryFolder folder;
    const auto kind_of = [](const std::string& path) {
        const auto file = read_info(path);
        REQUIRE(!file.ok());
        CHECK((path.empty() || file.error().text().find(path) != std::string::npos));
        CHECK(!file.error().remedy.empty());
        return file.error().kind;
    };
    CHECK(kind_of(folder / "none.exr") == ErrorKind::NotFound);
    CHECK(kind_of("") == ErrorKind::NotFound);
    CHECK(kind_of(folder.path()) == ErrorKind::InvalidArgument);
    put_bytes(folder / "text.png", "this is a text, and no image at all, whatever its name says\n");
    const ErrorKind text = kind_of(folder / "text.png");
    CHECK((text == ErrorKind::Damaged || text == ErrorKind::Unsupported));
    put_bytes(folder / "unknown.xyz", "what could this be?");
    CHECK(kind_of(folder / "unknown.xyz") == ErrorKind::Unsupported);
    put_bytes(folder / "empty.exr", "");
    const ErrorKind empty = kind_of(folder / "empty.exr");
    CHECK((empty == ErrorKind::Damaged || empty == ErrorKind::Unsupported));

    const auto layer = read_layer(data("exr/gaffer/circles.exr"), "specular", "", {0, 0, 9, 9});
    REQUIRE(!layer.ok());
    CHECK(layer.error().kind == ErrorKind::NotFound);
    CHECK(layer.error().text().find("no layer \"specular\"") != std::string::npos);
    CHECK(layer.error().text().find("rgba") != std::string::npos);
    const auto view =
        read_layer(data("exr/gaffer/channelTestMultiViewPartPerView.exr"), "rgba", "middle", {0, 0, 9, 9});
    REQUIRE(!view.ok());
    CHECK(view.error().text().find("left, right") != std::string::npos);
}
