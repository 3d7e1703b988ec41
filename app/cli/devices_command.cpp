// tessera devices: what can be rendered on.
#include "app/cli/cli.h"
#include "app/cli/text.h"
#include "gpu/device.h"
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

Status print_devices(bool json)
{
    TESSERA_TRY(devices, list_devices());
    if (json) {
        nlohmann::json list = nlohmann::json::array();
        for (const DeviceInfo& d : devices)
            list.push_back({{"index", d.index},
                            {"name", d.name},
                            {"type", name_of(d.type)},
                            {"driver", d.driver},
                            {"api", d.api},
                            {"memory_bytes", d.memory_bytes},
                            {"unusable", d.unusable}});
        std::cout << list.dump(2) << "\n";
        return {};
    }
    TextTable table;
    for (const DeviceInfo& d : devices)
        table.row({std::to_string(d.index), std::string(name_of(d.type)), size_text(d.memory_bytes), "Vulkan " + d.api,
                   d.driver, d.name + (d.unusable.empty() ? "" : "  cannot be used: " + d.unusable)});
    std::cout << table.text();
    return {};
}

} // namespace

void add_devices(CLI::App& app, Command& chosen)
{
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("devices", "List the devices that can render (for --device)");
    command->add_flag("--json", *json, "As JSON");
    command->callback([json, &chosen] { chosen = [json] { return print_devices(*json); }; });
}

} // namespace tessera
