// Every key does something: what a key map names exists.
#include "tests/ui/driver.h"
#include <doctest/doctest.h>

namespace tessera::tests {

TEST_CASE("every command that a key map names exists once every panel has been opened")
{
    Driver d;
    for (const PanelKind& kind : std::vector<PanelKind>(d->panel_kinds())) {
        d->show_panel(kind.kind);
        d.step(2);
    }
    for (const std::string& preset : key_map_presets())
        for (const std::string& command : make_key_map(preset).commands())
            CHECK_MESSAGE(d->commands().find(command), preset << ": " << command);
}

TEST_CASE("every command has a name, and nearly all a sentence that explains it")
{
    Driver d;
    size_t named = 0;
    for (const auto& [id, command] : d->commands().all()) {
        CHECK_MESSAGE(!command.name.empty(), id);
        named += !command.help.empty();
    }
    MESSAGE(d->commands().all().size() << " commands, " << named << " with a sentence");
    CHECK(named * 10 >= d->commands().all().size() * 8);
}

} // namespace tessera::tests
