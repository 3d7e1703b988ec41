// Rendering with the built program: what it writes, skips, proves, leaves behind and says.
#include "core/media/image_file.h"
#include "core/media/image_write.h"
#include "tests/cli/program.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace tessera;
using namespace tessera::tests;
using Json = nlohmann::json;

namespace {

namespace fs = std::filesystem;

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::vector<Json> lines_of(const std::string& text)
{
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
    return lines;
}

size_t count_events(const std::vector<Json>& lines, const std::string& event)
{
    return size_t(std::count_if(lines.begin(), lines.end(), [&](const Json& l) { return l["event"] == event; }));
}

/// A folder with a project in it.
struct Shot {
    TemporaryFolder folder;
    std::string project = folder.path("a.tess");
    explicit Shot(const std::string& nodes = exr_writer()) { write_text(project, project_text(nodes)); }
    Outcome render(std::vector<std::string> more = {}, const tests::RunOptions& options = {}) const
    {
        more.insert(more.begin(), {"render", project});
        return tessera_program(more, options);
    }
    std::string frame(int number) const
    {
        char name[32];
        std::snprintf(name, sizeof name, "out/a.%04d.exr", number);
        return folder.path(name);
    }
    float red(int number) const
    {
        const auto image = read_layer(frame(number), main_layer, "", {0, 0, 1, 1});
        REQUIRE_MESSAGE(image.ok(), frame(number));
        return image->pixels[0];
    }
};

const char* movie_writer = R"({"id": 4, "name": "Write2", "op": "write", "version": 1, "inputs": {"in": 2},
 "params": {"file": "out/a.mp4", "transform": "display", "create_directories": true}})";

/// A Read of plate.####.exr, and its writer.
const char* plate_writer =
    R"({"id": 4, "name": "Read1", "op": "read", "version": 1, "params": {"file": "plate.####.exr", "first": 1, "last": 6}},
{"id": 5, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 4},
 "params": {"file": "out/a.####.exr", "create_directories": true}})";

/// A long and heavy one.
const char* slow_writers =
    R"({"id": 4, "name": "Blur1", "op": "blur", "version": 1, "inputs": {"in": 2}, "params": {"size": [300, 300]}},
{"id": 5, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 4}, "params": {"file": "out/a.####.exr", "create_directories": true}},
{"id": 6, "name": "Write2", "op": "write", "version": 1, "inputs": {"in": 4}, "params": {"file": "out/a.mp4", "create_directories": true}})";

} // namespace

TEST_CASE("a sequence and a movie")
{
    const Shot shot(exr_writer() + ",\n" + movie_writer);
    const Outcome o = shot.render();
    REQUIRE_MESSAGE(o.status == 0, o.err);
    CHECK(o.err == "");
    CHECK(contains(o.out, "(12/12"));
    CHECK(contains(o.out, "Done: 12 frames written"));
    CHECK(contains(o.out, shot.folder.path("out/a.####.exr") + ", frames 1-6"));
    CHECK(!contains(o.out, "\r")); // no bar in a pipe
    CHECK(shot.folder.files().size() == 8);
    const float white = read_layer(shot.frame(1), main_layer, "", {0, 0, 1, 1})->pixels[1];
    for (int f = 1; f <= 6; ++f)
        CHECK(shot.red(f) == doctest::Approx(white * float(f) / 10).epsilon(1e-3)); // half floats

    const auto info = read_info(shot.frame(2));
    REQUIRE(info.ok());
    const auto text = [&](const char* name) {
        return std::get<std::string>(find_metadata(*info->info.metadata, name)->value);
    };
    CHECK(text("tessera:key").size() == 32);
    CHECK(text("tessera:project") == shot.project);
    CHECK(text("tessera:writer") == "Write1");
    CHECK(text("tessera:version") == TESSERA_VERSION);
    CHECK(std::get<std::vector<int64_t>>(find_metadata(*info->info.metadata, "tessera:frame")->value) ==
          std::vector<int64_t>{2});
}

TEST_CASE("files are replaced only when told, and two runs give the same bytes")
{
    const Shot shot;
    REQUIRE(shot.render({"--frames", "1-2"}).status == 0);
    const std::string first = file_text(shot.frame(1));
    const Outcome refused = shot.render({"--frames", "1-3"});
    CHECK(refused.status == 1);
    CHECK(contains(refused.err, shot.frame(1) + " and 1 other file exist"));
    CHECK(contains(refused.err, "--overwrite"));
    CHECK(!fs::exists(shot.frame(3)));
    REQUIRE(shot.render({"--frames", "1-2", "--overwrite"}).status == 0);
    CHECK(file_text(shot.frame(1)) == first);
}

TEST_CASE("going on where a render stopped")
{
    const Shot shot;
    REQUIRE(shot.render({"--frames", "1-3"}).status == 0);
    write_text(shot.frame(2), file_text(shot.frame(1)));                // another frame's pixels, and its key
    write_text(shot.frame(4), file_text(shot.frame(1)).substr(0, 500)); // half a file
    const auto lines = lines_of(shot.render({"--continue", "--json"}).out);
    CHECK(count_events(lines, "skipped") == 2);
    CHECK(count_events(lines, "frame") == 4);
    CHECK(lines.back()["event"] == "done");
    CHECK(lines.back()["written"] == 4);
    CHECK(lines.back()["skipped"] == 2);
    CHECK(shot.red(2) == doctest::Approx(2 * shot.red(1)).epsilon(1e-3));
    // Nothing but the first and the second frame depends on this value.
    const auto changed = lines_of(shot.render({"--continue", "--json", "--set", "Grade1.gain=2"}).out);
    CHECK(count_events(changed, "frame") == 6);
    const auto encoded = lines_of(
        shot.render({"--continue", "--json", "--set", "Grade1.gain=2", "--set", "Write1.compression=piz"}).out);
    CHECK(count_events(encoded, "frame") == 6);
}

TEST_CASE("renders are proven")
{
    const Shot shot;
    REQUIRE(shot.render().status == 0);
    const Outcome good = tessera_program({"verify", shot.project});
    CHECK_MESSAGE(good.status == 0, good.err);
    CHECK(contains(good.out, "6 files: 6 as the project makes them"));
    CHECK(tessera_program({"verify", shot.frame(1), shot.frame(4)}).status == 0);

    const Outcome other = tessera_program({"verify", shot.project, "--set", "Grade1.gain=2", "--keys-only"});
    CHECK(other.status == 1);
    CHECK(contains(other.out, "another key"));

    // One pixel is changed, the key stays.
    const auto info = read_info(shot.frame(3));
    auto pixels = read_layer(shot.frame(3), main_layer, "", info->info.data_window);
    pixels->pixels[40] += 1;
    const WriteLayer layer{.layer = info->info.layers[0], .pixels = &*pixels};
    REQUIRE(write_image({.path = shot.frame(3),
                         .format = info->info.format,
                         .layers = {layer},
                         .metadata = *info->info.metadata,
                         .overwrite = true})
                .ok());
    fs::remove(shot.frame(5));
    const Outcome bad = tessera_program({"verify", shot.project, "--json"});
    CHECK(bad.status == 1);
    const auto lines = lines_of(bad.out);
    REQUIRE(lines.size() == 6);
    CHECK(contains(lines[2]["problem"], "1 pixel of layer rgba differs"));
    CHECK(contains(lines[4]["problem"], "missing"));
    CHECK(lines[5]["ok"] == true);
    CHECK(contains(bad.err, "2 files"));
    CHECK(shot.folder.files().size() == 6); // five frames and the project: the comparison left nothing
}

TEST_CASE("events as JSON")
{
    const Shot shot;
    const Outcome o = shot.render({"--json", "--frames", "2,4", "--profile"});
    CHECK(o.status == 0);
    const auto lines = lines_of(o.out);
    CHECK(lines.front()["event"] == "start");
    CHECK(lines.front()["frames"] == 2);
    REQUIRE(lines.front()["writers"].size() == 1);
    CHECK(lines.front()["writers"][0] ==
          Json{{"writer", "Write1"}, {"file", shot.folder.path("out/a.####.exr")}, {"frames", "2,4"}, {"movie", false}});
    CHECK(count_events(lines, "begin") == 2);
    CHECK(count_events(lines, "frame") == 2);
    CHECK(count_events(lines, "refused") == 0);
    CHECK(count_events(lines, "time") >= 1);
    CHECK(lines.back()["event"] == "done");
    CHECK(lines.back()["peak_memory"] > 0);
}

TEST_CASE("what keeps a render from beginning is an event too, and files name the project they were made of")
{
    const Shot shot;
    REQUIRE(shot.render({"--frames", "1", "--background", "--recorded-as", "/shots/comp.tess"}).status == 0);
    const auto info = read_info(shot.frame(1));
    REQUIRE(info.ok());
    CHECK(std::get<std::string>(find_metadata(*info->info.metadata, "tessera:project")->value) == "/shots/comp.tess");
    const Outcome refused = shot.render({"--json", "--frames", "1"});
    CHECK(refused.status == 1);
    const auto lines = lines_of(refused.out);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["event"] == "refused");
    CHECK(lines[0]["kind"] == "exists");
    CHECK(contains(std::string(lines[0]["text"]), shot.frame(1)));
}

TEST_CASE("the profile and the trace account for nodes, threads and the device")
{
    const Shot shot(
        R"({"id": 4, "name": "Read1", "op": "read", "version": 1, "params": {"file": "plate.####.exr", "first": 1, "last": 6}},
{"id": 5, "name": "Warm", "op": "grade", "version": 1, "inputs": {"in": 4}, "params": {"multiply": [1.1, 1.0, 0.9, 1.0]}},
{"id": 6, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 5},
 "params": {"file": "out/a.####.exr", "create_directories": true}})");
    const Shot source;
    REQUIRE(source.render().status == 0);
    for (int f = 1; f <= 6; ++f) {
        char name[32];
        std::snprintf(name, sizeof name, "plate.%04d.exr", f);
        fs::copy_file(source.frame(f), shot.folder.path(name));
    }
    const std::string path = shot.folder.path("trace.json");
    const Outcome o = shot.render({"--json", "--profile", "--trace", path});
    REQUIRE_MESSAGE(o.status == 0, o.err);
    const auto lines = lines_of(o.out);
    double written = 0, decoded = 0;
    for (const Json& l : lines)
        if (l["event"] == "time") written += double(l["bytes_written"]), decoded += double(l["decode_milliseconds"]);
    CHECK(written >= 6 * 64 * 36 * 16);
    CHECK(decoded > 0);
    CHECK(count_events(lines, "encode_time") == 1);

    const Json trace = Json::parse(file_text(path));
    std::map<std::string, int> rows, work;
    for (const Json& e : trace["traceEvents"]) {
        if (e["ph"] == "M" && e["name"] == "thread_name") ++rows[e["args"]["name"]];
        if (e["ph"] != "X") continue;
        ++work[e["cat"]];
        CHECK(double(e["dur"]) >= 0);
        CHECK(double(e["ts"]) >= 0); // also on the device: its clock was fitted to ours
    }
    for (const char* row : {"engine", "decode 1", "encode 1", "device"}) CHECK_MESSAGE(rows[row] == 1, row);
    CHECK(work["encode"] == 6);
    CHECK(work["decode"] == 6);
    CHECK(work["record"] >= 6);
    const Outcome nowhere = shot.render({"--overwrite", "--trace", shot.folder.path("no/such/trace.json")});
    CHECK(nowhere.status == 1);
    CHECK(contains(nowhere.err, "trace.json"));
}

TEST_CASE("a failed frame is named with its node and cause")
{
    const Shot shot(plate_writer);
    const Shot source;
    REQUIRE(source.render().status == 0);
    for (int f = 1; f <= 6; ++f) {
        char name[32];
        std::snprintf(name, sizeof name, "plate.%04d.exr", f);
        if (f == 2) continue;
        fs::copy_file(source.frame(f), shot.folder.path(name));
        if (f == 4) write_text(shot.folder.path(name), "this is no image");
    }
    const Outcome stopped = shot.render();
    CHECK(stopped.status == 1);
    CHECK(contains(stopped.err, "Read1, frame 2"));
    CHECK(contains(stopped.err, "plate.0002.exr"));
    CHECK(!fs::exists(shot.frame(6)));

    const Outcome going = shot.render({"--keep-going", "--overwrite"});
    CHECK(going.status == 1);
    CHECK(contains(going.err, "plate.0002.exr"));
    CHECK(contains(going.err, "plate.0004.exr"));
    CHECK(contains(going.err, "2 frames failed"));
    CHECK(contains(going.out, "4 frames written"));
    CHECK(fs::exists(shot.frame(6)));
    CHECK(!fs::exists(shot.frame(2)));

    CHECK(shot.render({"--frames", "1", "--overwrite", "--read", "Read1=" + source.frame(3)}).status == 0);
    CHECK(shot.red(1) == source.red(3));
}

TEST_CASE("a movie with a frame that fails is not left half made")
{
    Shot shot(std::string(plate_writer) +
              R"(, {"id": 6, "name": "Write2", "op": "write", "version": 1, "inputs": {"in": 4},
 "params": {"file": "out/a.mp4", "create_directories": true}})");
    const Shot source;
    REQUIRE(source.render().status == 0);
    for (int f = 1; f <= 6; ++f) {
        char name[32];
        std::snprintf(name, sizeof name, "plate.%04d.exr", f);
        if (f != 5) fs::copy_file(source.frame(f), shot.folder.path(name));
    }
    const Outcome o = shot.render({"--keep-going"});
    CHECK(o.status == 1);
    CHECK(contains(o.err, "plate.0005.exr"));
    CHECK(fs::exists(shot.frame(4)));
    for (const std::string& name : shot.folder.files()) CHECK_MESSAGE(!contains(name, "mp4"), name);
}

TEST_CASE("a full disk stops the render with one message and no half file")
{
    const Shot shot;
    // Uncompressed frames of 64 x 36 halves take more than this.
    const Outcome o = shot.render({"--set", "Write1.compression=none"}, {.largest_file = 8192});
    CHECK(o.status == 1);
    CHECK(contains(o.err, "Write1, frame"));
    for (const std::string& name : shot.folder.files()) CHECK_MESSAGE(!contains(name, "out/"), name);
}

TEST_CASE("Ctrl+C stops within a second and leaves no half file")
{
    const Shot shot(slow_writers);
    const Outcome o = shot.render({"--frames", "1-100000"}, {.interrupt_after = "Write1 frame 2 "});
    CHECK(o.status == 130);
    CHECK(o.seconds < 1.2); // a second, and what a loaded machine takes to notice
    CHECK(contains(o.out, "Stopped: "));
    CHECK(fs::exists(shot.frame(2)));
    for (const std::string& name : shot.folder.files()) {
        CHECK_MESSAGE(!contains(name, "partial"), name);
        CHECK_MESSAGE(!contains(name, "mp4"), name);
        if (name.ends_with(".exr")) CHECK(read_info(shot.folder.path(name)).ok());
    }
}

TEST_CASE("a terminal gets a bar")
{
    const Shot shot;
    const Outcome o = shot.render({}, {.terminal = true});
    CHECK(o.status == 0);
    CHECK(contains(o.out, "\r["));
    CHECK(contains(o.out, "6/6"));
    CHECK(contains(o.out, "fps"));
    CHECK(contains(o.out, "iB"));
    CHECK(contains(o.out, "Done: 6 frames"));
}

TEST_CASE("proxies, ranges and the order of writers")
{
    const Shot shot(exr_writer() +
                    R"(, {"id": 4, "name": "Read1", "op": "read", "version": 1, "params": {"file": "out/a.####.exr"}},
{"id": 5, "name": "Write2", "op": "write", "version": 1, "inputs": {"in": 4},
 "params": {"file": "out/b.####.png", "render_order": 1, "limit_range": true, "first": 2, "last": 3}})");
    REQUIRE(shot.render({"--frames", "1-4"}).status == 0); // Write2 reads what Write1 has written
    CHECK(fs::exists(shot.folder.path("out/b.0003.png")));
    CHECK(!fs::exists(shot.folder.path("out/b.0004.png")));
    const Outcome both = shot.render({"--out", shot.folder.path("x.####.exr")});
    CHECK(both.status == 1);
    CHECK(contains(both.err, "--writer"));
    REQUIRE(
        shot.render({"--writer", "Write1", "--frames", "1", "--proxy", "2", "--out", shot.folder.path("p.####.exr")})
            .status == 0);
    const auto info = read_info(shot.folder.path("p.0001.exr"));
    REQUIRE(info.ok());
    CHECK(info->info.format.width == 16);
    CHECK(info->info.format.height == 9);
}

TEST_CASE("writers inside groups")
{
    const Shot shot;
    std::string text = project_text(R"({"id": 10, "name": "Group1", "op": "group", "version": 1, "graph": 2})");
    const std::string inner = R"(]}, {"id": 2, "nodes": [
{"id": 11, "name": "Constant1", "op": "constant", "version": 1},
{"id": 12, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 11}, "params": {"file": "out/a.####.exr", "create_directories": true}}
]}]})";
    text.replace(text.rfind("]}]}"), 4, inner);
    write_text(shot.project, text);
    const Outcome o = shot.render({"--frames", "1"});
    CHECK_MESSAGE(o.status == 0, o.err);
    CHECK(contains(o.out, "Group1.Write1"));
    CHECK(fs::exists(shot.frame(1)));
    CHECK(tessera_program({"verify", shot.frame(1)}).status == 0);
}
