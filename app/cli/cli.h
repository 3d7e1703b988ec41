#pragma once
// The program `tessera`: one file for each subcommand, put together here.
#include "core/base/result.h"
#include <functional>

namespace CLI {
class App;
}

namespace tessera {

/// The subcommand that was chosen, with its options filled in. An error is printed to stderr with its remedy and ends
/// the program with 1 (130 when it is Cancelled).
using Command = std::function<Status()>;

/// Parses the command line and runs the subcommand. Returns the exit status: 0, 1 for an error, 2 for a command line
/// that makes no sense, 130 for Ctrl+C.
int run_cli(int argc, char** argv);

// Each adds its subcommand to the program; once parsed, it puts what is to be done into `chosen`.
void add_render(CLI::App& app, Command& chosen);
void add_pixel(CLI::App& app, Command& chosen);
void add_image(CLI::App& app, Command& chosen);
void add_info(CLI::App& app, Command& chosen);
void add_nodes(CLI::App& app, Command& chosen);
void add_plan(CLI::App& app, Command& chosen);
void add_devices(CLI::App& app, Command& chosen);
void add_verify(CLI::App& app, Command& chosen);
void add_bench(CLI::App& app, Command& chosen);
void add_docs(CLI::App& app, Command& chosen);

} // namespace tessera
