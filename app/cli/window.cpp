#include "app/cli/window.h"
#include "core/media/program_files.h"
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace tessera {

bool asks_for_window(const std::vector<std::string>& arguments, const std::vector<std::string>& subcommands)
{
    if (arguments.empty()) return true;
    const std::string& first = arguments.front();
    if (first.empty() || first.starts_with("-") || arguments.size() > 1) return false;
    if (std::find(subcommands.begin(), subcommands.end(), first) != subcommands.end()) return false;
    std::error_code error;
    return first.ends_with(".tess") || std::filesystem::is_regular_file(first, error);
}

Status become_window(const std::vector<std::string>& arguments)
{
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value && *value;
    };
    if (!set("DISPLAY") && !set("WAYLAND_DISPLAY"))
        return Error{ErrorKind::Unsupported, "there is no display to open the window on",
                     "start it in a desktop session, or render without one: tessera render PROJECT (see tessera --help)"};
    const ProgramFile program = program_file("tessera-editor", "TESSERA_EDITOR");
    if (!program.there)
        return Error{ErrorKind::NotFound, "the window's program is not installed; it should be " + program.path,
                     "install or build tessera-editor, or see tessera --help for what needs no window"};
    std::vector<char*> list{const_cast<char*>(program.path.c_str())};
    for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    execv(program.path.c_str(), list.data());
    return Error{ErrorKind::Unsupported, program.path + " cannot be started: " + std::strerror(errno), "install it again"};
}

} // namespace tessera
