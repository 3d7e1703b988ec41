#include "app/cli/cli.h"
#include "app/cli/interrupt.h"
#include "app/cli/window.h"
#include <CLI/CLI.hpp>
#include <cstdio>

namespace tessera {
namespace {

constexpr int failed_status = 1;
constexpr int usage_status = 2;

void print_error(const std::string& text)
{
    std::fprintf(stderr, "tessera: %s\n", text.c_str());
}

/// CLI11's own messages, with where to look.
int usage_error(const CLI::App& app, const CLI::ParseError& error)
{
    const CLI::App* at = &app;
    std::string name = "tessera";
    for (auto parsed = at->get_subcommands(); !parsed.empty(); parsed = at->get_subcommands()) {
        at = parsed.front();
        name += " " + at->get_name();
    }
    std::string text = error.what();
    while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
    print_error(text + ". See " + name + " --help.");
    return usage_status;
}

int run(const Command& command)
{
    const Status status = command();
    if (status) return 0;
    // An interrupted command has said what it left; a second message would only repeat it.
    if (status.error().kind == ErrorKind::Cancelled && interrupted()) return interrupted_status;
    print_error(status.error().text());
    return failed_status;
}

} // namespace

int run_cli(int argc, char** argv)
{
    CLI::App app("A node-based compositor. Without a subcommand it opens its window: tessera [PROJECT].", "tessera");
    app.set_version_flag("--version", "tessera " TESSERA_VERSION);
    app.require_subcommand(1);
    app.footer("tessera COMMAND --help explains a command.");
    Command chosen;
    for (const auto add : {add_render, add_image, add_pixel, add_info, add_nodes, add_plan, add_devices, add_verify,
                           add_bench, add_docs})
        add(app, chosen);
    std::vector<std::string> subcommands;
    for (const CLI::App* sub : app.get_subcommands({})) subcommands.push_back(sub->get_name());
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (asks_for_window(arguments, subcommands)) return run([&] { return become_window(arguments); });
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) { // --help and --version
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    return run(chosen);
}

} // namespace tessera
