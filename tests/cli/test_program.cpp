// The program from outside: its help, its answers about projects and files, and every message for bad input.
#include "tests/cli/program.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace tessera::tests;
using Json = nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Exit status 1 and one sentence with these words on standard error, nothing on standard output.
void check_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& words,
                   const tessera::tests::RunOptions& options = {})
{
    const Outcome o = tessera_program(arguments, options);
    CAPTURE(o.err);
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(o.err.starts_with("tessera: "));
    CHECK(std::count(o.err.begin(), o.err.end(), '\n') == 1);
    CHECK(o.err.ends_with(".\n") + o.err.ends_with("?\n") == 1);
    for (const std::string& word : words) CHECK_MESSAGE(contains(o.err, word), word);
}

const std::vector<std::string> commands{"render", "image",   "pixel",  "info", "nodes",
                                        "plan",   "devices", "verify", "bench"};

} // namespace

TEST_CASE("version and help")
{
    const Outcome version = tessera_program({"--version"});
    CHECK(version.status == 0);
    CHECK(version.out == "tessera " TESSERA_VERSION "\n");
    const Outcome help = tessera_program({"--help"});
    CHECK(help.status == 0);
    for (const std::string& name : commands) {
        CHECK(contains(help.out, name));
        const Outcome own = tessera_program({name, "--help"});
        CAPTURE(name);
        CHECK(own.status == 0);
        CHECK(contains(own.out, "Usage: tessera " + name));
        CHECK(own.err == "");
    }
    CHECK(!contains(help.out, "docs")); // for the makers of the program
}

TEST_CASE("a command line that makes no sense ends with 2 and where to look")
{
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"render"},
                                                      {"render", "a.tess", "--bogus"},
                                                      {"frobnicate"},
                                                      {"pixel", "a.tess", "A", "x", "0", "0"},
                                                      {"render", "a.tess", "--proxy", "99"}}) {
        const Outcome o = tessera_program(arguments);
        CAPTURE(o.err);
        CHECK(o.status == 2);
        CHECK(contains(o.err, "--help."));
    }
    CHECK(tessera_program({""}).status == 2);
}

TEST_CASE("operators")
{
    const Outcome list = tessera_program({"nodes"});
    CHECK(list.status == 0);
    CHECK(contains(list.out, "grade"));
    const Outcome grade = tessera_program({"nodes", "Grade"});
    CHECK(contains(grade.out, "multiply  color, default (1, 1, 1, 1), 0 to 4"));
    const Outcome all = tessera_program({"nodes", "--json"});
    const Json json = Json::parse(all.out);
    CHECK(json.size() > 20);
    for (const Json& op : json) {
        CAPTURE(op["id"]);
        CHECK(!op["label"].get<std::string>().empty());
        CHECK(!op["help"].get<std::string>().empty());
        for (const Json& p : op["params"]) {
            CAPTURE(p["name"]);
            CHECK(p.contains("default"));
            if (p["type"] == "enum") CHECK(p["choices"].size() > 1);
        }
    }
    check_refused({"nodes", "gradee"}, {"'gradee'", "'grade'"});
}

TEST_CASE("the reference page holds every operator and parameter")
{
    const Outcome page = tessera_program({"docs", "-"});
    CHECK(page.status == 0);
    for (const Json& op : Json::parse(tessera_program({"nodes", "--json"}).out)) {
        CHECK(contains(page.out, "### " + op["label"].get<std::string>()));
        for (const Json& p : op["params"]) CHECK(contains(page.out, "| `" + p["name"].get<std::string>() + "` |"));
    }
}

TEST_CASE("the reference page in docs is of these operators")
{
    const bool current = file_text(TESSERA_SOURCE "/docs/operators.md") == tessera_program({"docs", "-"}).out;
    CHECK_MESSAGE(current,
                  "an operator has changed: run `tessera docs` in the root of the source to write the page again");
}

TEST_CASE("devices, and none at all")
{
    const Json devices = Json::parse(tessera_program({"devices", "--json"}).out);
    REQUIRE(!devices.empty());
    CHECK(devices[0]["memory_bytes"] > 0);
    const tessera::tests::RunOptions none{
        .environment = {"VK_ICD_FILENAMES=/nonexistent.json", "VK_DRIVER_FILES=/nonexistent.json"}};
    check_refused({"devices"}, {"Vulkan", "nstall"}, none);
    TemporaryFolder folder;
    write_text(folder.path("a.tess"), project_text(exr_writer()));
    check_refused({"render", folder.path("a.tess")}, {"Vulkan", "nstall"}, none);
    check_refused({"render", folder.path("a.tess"), "--device", "abacus"}, {"\"abacus\"", "llvmpipe"},
                  {.environment = {"VK_LOADER_DRIVERS_SELECT=*lvp*"}});
}

TEST_CASE("pixels, with changes from the command line")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess");
    write_text(project, project_text(exr_writer()));
    const auto values = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{"pixel", project, "Grade1", "5", "0", "0", "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Outcome o = tessera_program(arguments);
        REQUIRE_MESSAGE(o.status == 0, o.err);
        return Json::parse(o.out)["values"];
    };
    const Json plain = values({});
    const float green = plain["G"];
    CHECK(green > 0);
    CHECK(plain["R"].get<float>() == doctest::Approx(green * 0.5f).epsilon(1e-6)); // red is multiplied by frame / 10
    CHECK(values({"--set", "Grade1.multiply=0.25,1,1"})["R"].get<float>() ==
          doctest::Approx(green * 0.25f).epsilon(1e-6));
    CHECK(values({"--set", "Grade1.multiply.g=2"})["G"].get<float>() == doctest::Approx(green * 2).epsilon(1e-6));
    CHECK(values({"--set", "Grade1.disabled=true"})["R"].get<float>() == green);

    const Outcome text = tessera_program({"pixel", project, "Grade1", "5", "0", "0"});
    CHECK(text.out.starts_with("R  "));
    CHECK(tessera_program({"pixel", project, "Grade1", "-5", "-3", "-4"}).status ==
          0); // outside, in a frame before the first

    check_refused({"pixel", project, "Grde1", "1", "0", "0"}, {"'Grde1'", "'Grade1'"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "depth"}, {"Grade1", "'depth'", "'rgba'"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--set", "Grade1.multpily=1"},
                  {"'multpily'", "'multiply'"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--set", "Grade1.multiply=red"},
                  {"'red'", "color", "4 numbers"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--set", "Grade1.mix=nan"}, {"'nan'", "mix"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--set", "Grade1"}, {"NODE.PARAM=VALUE"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--set", "Grd1.mix=1"}, {"'Grd1'", "'Grade1'"});
    check_refused({"pixel", project, "Grade1", "1", "0", "0", "--read", "Grade1=/a.exr"}, {"Grade1", "does not read"});
}

TEST_CASE("plans are printed")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess");
    write_text(project, project_text(exr_writer()));
    const Outcome fused = tessera_program({"plan", project, "Write1", "1"});
    CHECK(fused.status == 0);
    CHECK(contains(fused.out, "checkerboard+grade"));
    const Outcome single = tessera_program({"plan", project, "Write1", "1", "--no-fuse"});
    CHECK(!contains(single.out, "checkerboard+grade"));
    check_refused({"plan", project, "Wrte1", "1"}, {"'Write1'"});
}

TEST_CASE("single frames as files, and what is in them")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess"), exr = folder.path("one.exr"), png = folder.path("one.png");
    write_text(project, project_text(exr_writer()));
    CHECK(tessera_program({"image", project, "Grade1", "5", exr}).status == 0);
    CHECK(tessera_program({"image", project, "Grade1", "5", png, "--proxy", "1"}).status == 0);
    check_refused({"image", project, "Grade1", "5", exr}, {exr, "exists"});
    check_refused({"image", project, "Grade1", "5", folder.path("one.jpg")}, {"one.jpg", ".exr or .png"});

    const Json info = Json::parse(tessera_program({"info", exr, "--json"}).out);
    CHECK(info["format"] == "openexr");
    CHECK(info["width"] == 64);
    CHECK(info["layers"][0]["name"] == "rgba");
    CHECK(info["parts"][0]["channels"][0]["type"] == "float");
    const Json small = Json::parse(tessera_program({"info", png, "--json"}).out);
    CHECK(small["width"] == 32);
    CHECK(small["height"] == 18);
    CHECK(small["parts"][0]["channels"][0]["type"] == "uint16");
    CHECK(contains(tessera_program({"info", exr}).out, "part 0: data window 64 x 36"));
    check_refused({"info", folder.path("none.exr")}, {"none.exr"});
    check_refused({"info", project + "x"}, {"a.tessx"});
    check_refused({"info", folder.path("none.tess")}, {"none.tess"});
}

TEST_CASE("projects are described with what they miss")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess");
    write_text(project, project_text(exr_writer()));
    const Outcome good = tessera_program({"info", project});
    CHECK(good.status == 0);
    CHECK(contains(good.out, "64 x 36, frames 1-6"));
    CHECK(contains(good.out, "Grade1"));

    write_text(
        project,
        project_text(R"({"id": 4, "name": "Read1", "op": "read", "version": 1, "params": {"file": "plate.####.exr"}},
{"id": 5, "name": "New1", "op": "not_made_yet", "version": 1, "params": {"x": 1}})"));
    const Outcome missing = tessera_program({"info", project, "--json"});
    CHECK(missing.status == 1);
    const Json json = Json::parse(missing.out);
    CHECK(json["files"][0]["node"] == "Read1");
    CHECK(json["files"][0]["problem"] == "missing");
    CHECK(contains(missing.err, "1 file"));
    CHECK(contains(tessera_program({"info", project}).out, "unknown operator"));

    write_text(project, R"({"schema": 2, "settings": {"na)");
    check_refused({"info", project}, {project, "line 1"});
    write_text(project, R"({"schema": 999, "graphs": []})");
    check_refused({"render", project}, {project, "999"});
    write_text(project, "");
    check_refused({"render", project}, {project});
}

TEST_CASE("writers and frames that are not there")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess");
    write_text(project, project_text(""));
    check_refused({"render", project}, {"no writer", "Write"});
    check_refused({"render", folder.path("no.tess")}, {"no.tess"});

    write_text(project, project_text(exr_writer()));
    check_refused({"render", project, "--writer", "Wrote1"}, {"'Wrote1'", "'Write1'"});
    check_refused({"render", project, "--writer", "Grade1"}, {"Grade1", "no writer"});
    check_refused({"render", project, "--set", "Write1.disabled=true"}, {"disabled"});
    check_refused({"render", project, "--writer", "Write1", "--set", "Write1.disabled=true"}, {"Write1", "disabled"});
    check_refused({"render", project, "--frames", "6-1"}, {"'6-1'", "1-48,60,100-200x2"});
    check_refused(
        {"render", project, "--frames", "1-2", "--set", "Write1.limit_range=true", "--set", "Write1.first=50"},
        {"1,2", "range"});
    check_refused({"render", project, "--set", "Write1.file="}, {"Write1", "no file"});
    CHECK(contains(tessera_program({"render", project, "--set", "Write1.channels=depth"}).err,
                   "Write1, frame 1: no layer matches 'depth'. The image has 'rgba'."));
    check_refused({"render", project, "--ram", "lots"}, {"--ram", "'lots'"});
    CHECK(folder.files() == std::vector<std::string>{"a.tess"});
}

TEST_CASE("places that cannot be written")
{
    TemporaryFolder folder;
    const std::string project = folder.path("a.tess");
    write_text(project, project_text(exr_writer()));
    check_refused(
        {"render", project, "--out", folder.path("none/a.####.exr"), "--set", "Write1.create_directories=false"},
        {"Write1", folder.path("none"), "does not exist"});
    check_refused({"render", project, "--out", project + "/a.####.exr"}, {"Write1", project});
    check_refused({"render", project, "--out", folder.path("a.exr")}, {"one file", "####"});
    check_refused({"render", project, "--out", folder.path("a.####.gif")}, {".gif", "png"});
    check_refused({"render", project, "--out", folder.path("a")}, {"extension"});
    check_refused({"render", project, "--out", folder.path("a.####.exr"), "--set", "Write1.file_type=png"},
                  {"png", ".exr"});
    // Root may write everywhere but into the kernel's own file systems.
    std::string closed = "/sys";
    if (::geteuid() != 0) {
        closed = folder.path("closed");
        std::filesystem::create_directory(closed);
        std::filesystem::permissions(closed, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    }
    check_refused({"render", project, "--out", closed + "/a.####.exr"}, {"Write1", closed, "Choose a folder"});
}
