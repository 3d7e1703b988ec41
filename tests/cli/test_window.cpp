// What opens the window, and what is said where there is none.
#include "app/cli/window.h"
#include "tests/cli/program.h"
#include <doctest/doctest.h>
#include <fstream>

namespace tessera::tests {

TEST_CASE("nothing and a project ask for the window; subcommands and options do not")
{
    const std::vector<std::string> subcommands{"render", "info"};
    CHECK(asks_for_window({}, subcommands));
    CHECK(asks_for_window({"shot.tess"}, subcommands));
    CHECK_FALSE(asks_for_window({"render"}, subcommands));
    CHECK_FALSE(asks_for_window({"render", "shot.tess"}, subcommands));
    CHECK_FALSE(asks_for_window({"--help"}, subcommands));
    CHECK_FALSE(asks_for_window({"rendr"}, subcommands));
    CHECK_FALSE(asks_for_window({""}, subcommands));
    const TemporaryFolder folder;
    std::ofstream(folder.path("shot.txt")) << "x";
    CHECK(asks_for_window({folder.path("shot.txt")}, subcommands));
}

TEST_CASE("without a display the window is refused with what works instead")
{
    const Outcome outcome = tessera_program({"shot.tess"}, {.environment = {"DISPLAY=", "WAYLAND_DISPLAY="}});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("no display") != std::string::npos);
    CHECK(outcome.err.find("tessera render") != std::string::npos);
    CHECK(outcome.out.empty());
}

TEST_CASE("a missing window program is named")
{
    const Outcome outcome =
        tessera_program({}, {.environment = {"DISPLAY=:9", "TESSERA_EDITOR=/nowhere/tessera-editor"}});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("/nowhere/tessera-editor") != std::string::npos);
}

} // namespace tessera::tests
