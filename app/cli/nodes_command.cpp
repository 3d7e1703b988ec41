// tessera nodes, tessera docs: what operators there are.
#include "app/cli/cli.h"
#include "app/cli/reference.h"
#include "app/cli/text.h"
#include "core/base/text.h"
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

namespace tessera {
namespace {

/// By id or label, in any case.
Result<const OpDesc*> find_operator(const std::string& name)
{
    std::vector<std::string> names;
    for (const OpDesc* op : listed_operators()) {
        if (CLI::detail::to_lower(op->id) == CLI::detail::to_lower(name) ||
            CLI::detail::to_lower(op->label) == CLI::detail::to_lower(name))
            return op;
        names.push_back(op->id);
    }
    if (const OpDesc* op = Registry::instance().find(name)) return op; // an internal one, asked for by its id
    return Error{ErrorKind::NotFound, "there is no operator '" + name + "'",
                 "did you mean " + quoted_list(nearest(name, names, 3)) + "? `tessera nodes` lists them all"};
}

Status print_nodes(const std::string& name, bool json)
{
    if (name.empty()) {
        std::cout << (json ? operators_json() + "\n" : operators_text());
        return {};
    }
    TESSERA_TRY(op, find_operator(name));
    std::cout << (json ? operator_json(*op) + "\n" : operator_text(*op));
    return {};
}

Status write_docs(const std::string& path)
{
    if (path == "-") {
        std::cout << operators_markdown();
        return {};
    }
    std::ofstream file(path, std::ios::binary);
    file << operators_markdown();
    file.close();
    if (!file)
        return Error{.kind = ErrorKind::Permission,
                     .message = "cannot write " + path,
                     .remedy = "check that the folder exists and may be written",
                     .file = path};
    return {};
}

} // namespace

void add_nodes(CLI::App& app, Command& chosen)
{
    struct Options {
        std::string name;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("nodes", "List the operators, or all about one of them");
    command->add_option("NAME", options->name, "An operator's id or label; all of them when left out");
    command->add_flag("--json", options->json, "As JSON, with every parameter, type, range, default and help text");
    command->callback([options, &chosen] { chosen = [options] { return print_nodes(options->name, options->json); }; });
}

void add_docs(CLI::App& app, Command& chosen)
{
    auto path = std::make_shared<std::string>("docs/operators.md");
    CLI::App* command = app.add_subcommand("docs", "Write the operator reference, a Markdown page")->group("");
    command->add_option("FILE", *path, "Where to write it; - is standard output");
    command->callback([path, &chosen] { chosen = [path] { return write_docs(*path); }; });
}

} // namespace tessera
