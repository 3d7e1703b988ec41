#pragma once
// The kinds of handles, one family of parameters each; handles.cpp puts them together.
#include "app/overlays/handles.h"

namespace tessera {

template <class T> T value_of(const HandleNode& node, std::string_view name, T fallback)
{
    const auto it = node.values.find(name);
    if (it == node.values.end()) return fallback;
    const T* value = std::get_if<T>(&it->second);
    return value ? *value : fallback;
}
bool has(const HandleNode& node, std::string_view name, ParamType type);

// ---- translate, rotate, scale, skew about a centre (transform_handles.cpp)

bool has_transform(const HandleNode& node);
/// What the node does to its picture; `invert` is left out, so that a handle follows the pointer.
Mat3 transform_matrix(const HandleNode& node);
void add_transform(const HandleNode& node, HandleSet& set);
std::vector<ParamChange> drag_transform(const HandleNode& node, const std::string& handle, const HandleDrag& drag);

// ---- a box of x, y, right, top (box_handles.cpp)

/// Names of the Vec4 parameters that are boxes.
std::vector<std::string> boxes_of(const HandleNode& node);
void add_box(const HandleNode& node, const std::string& param, HandleSet& set);
std::vector<ParamChange> drag_box(const HandleNode& node, const std::string& handle, const HandleDrag& drag);

// ---- points: corner pins, ramps, centres (point_handles.cpp)

std::vector<std::string> points_of(const HandleNode& node);
void add_points(const HandleNode& node, HandleSet& set);
std::vector<ParamChange> drag_point(const HandleNode& node, const std::string& handle, const HandleDrag& drag);

} // namespace tessera
