#include "core/op/block.h"
#include <cstring>

namespace tessera {

void Block::put(std::string_view name, float v) { add(name, Type::Float, &v, 4, 4); }
void Block::put(std::string_view name, int v) { add(name, Type::Int, &v, 4, 4); }

void Block::put(std::string_view name, Vec2 v)
{
    const float f[] = {float(v.x), float(v.y)};
    add(name, Type::Vec2, f, 8, 8);
}

void Block::put(std::string_view name, Vec3 v)
{
    const float f[] = {float(v.x), float(v.y), float(v.z)};
    add(name, Type::Vec3, f, 12, 16);
}

void Block::put(std::string_view name, Vec4 v)
{
    const float f[] = {float(v.x), float(v.y), float(v.z), float(v.w)};
    add(name, Type::Vec4, f, 16, 16);
}

void Block::put(std::string_view name, const Rect& v)
{
    const int32_t i[] = {v.x0, v.y0, v.x1, v.y1};
    add(name, Type::IVec4, i, 16, 16);
}

void Block::put_ivec2(std::string_view name, int x, int y)
{
    const int32_t i[] = {x, y};
    add(name, Type::IVec2, i, 8, 8);
}

void Block::put(std::string_view name, const Mat3& v)
{
    float columns[12] = {};
    for (size_t column = 0; column < 3; ++column)
        for (size_t row = 0; row < 3; ++row) columns[column * 4 + row] = float(v.m[row * 3 + column]);
    add(name, Type::Mat3, columns, 48, 16);
}

std::string Block::glsl(std::string_view type_name) const
{
    static constexpr const char* names[] = {"float", "int", "vec2", "vec3", "vec4", "ivec2", "ivec4", "mat3"};
    std::string s = "struct " + std::string(type_name) + " {";
    for (const Field& f : fields_) s += std::string(" ") + names[size_t(f.type)] + " " + f.name + ";";
    if (fields_.empty()) s += " float unused_;";
    return s + " };\n";
}

void Block::clear()
{
    fields_.clear();
    bytes_.clear();
    used_ = 0;
}

void Block::add(std::string_view name, Type type, const void* data, uint32_t size, uint32_t align)
{
    const uint32_t offset = (used_ + align - 1) & ~(align - 1);
    used_ = offset + size;
    bytes_.resize((used_ + 15) & ~15u);
    std::memcpy(bytes_.data() + offset, data, size);
    fields_.push_back({std::string(name), type, offset});
}

} // namespace tessera
