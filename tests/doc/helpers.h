#pragma once
// Small operators and short cuts for the tests of the document.
#include "core/doc/edit.h"
#include "core/doc/project_file.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

namespace tessera::test {

/// The value of an edit that must succeed; its error is shown otherwise.
template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(*result);
}

template <class T> std::string error_of(const Result<T>& result)
{
    REQUIRE_FALSE(result);
    CHECK_FALSE(result.error().remedy.empty());
    return result.error().text();
}

inline bool contains(const std::string& text, const std::string& part)
{
    const bool found = text.find(part) != std::string::npos;
    if (!found) MESSAGE("'" << part << "' is not in: " << text);
    return found;
}

inline NodePlace at(const ProjectPtr& project, std::string_view path)
{
    const NodePlace place = find_node(*project, path);
    REQUIRE_MESSAGE(place, path);
    return place;
}
inline NodeId id(const ProjectPtr& project, std::string_view path)
{
    return at(project, path).node->id;
}

inline ProjectPtr added(const ProjectPtr& project, std::string_view op, std::string_view name, GraphId graph = 1)
{
    return must(add_node(project, graph, op, {}, name));
}
inline ProjectPtr connected(const ProjectPtr& project, std::string_view node, std::string_view port,
                            std::string_view source)
{
    return must(connect(project, at(project, node), port, id(project, source)));
}
inline ProjectPtr driven(const ProjectPtr& project, std::string_view node, std::string_view param,
                         std::string expression, std::optional<int> component = {})
{
    return must(set_source(project, at(project, node), param, ExpressionSource{std::move(expression)}, component));
}

/// The parameter's value by its declaration.
Result<Value> evaluated(const ProjectPtr& project, std::string_view node, std::string_view param, double frame = 1);
inline double number(const ProjectPtr& project, std::string_view node, std::string_view param, double frame = 1)
{
    return component(must(evaluated(project, node, param, frame)), 0);
}

/// A fresh folder, removed with all in it.
struct Folder {
    std::filesystem::path path;
    Folder();
    ~Folder();
    std::string operator/(const char* name) const { return (path / name).string(); }
};

} // namespace tessera::test
