#pragma once
// A uniform block whose layout is what `prepare` puts into it, in that order (std140). The layout must not depend on
// parameter values: variable-length data goes into a table.
#include "core/base/geometry.h"
#include "core/base/hash.h"
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

class Block {
public:
    enum class Type { Float, Int, Vec2, Vec3, Vec4, IVec2, IVec4, Mat3 };
    struct Field {
        std::string name;
        Type type;
        uint32_t offset;
        bool operator==(const Field&) const = default;
    };

    void put(std::string_view name, float v);
    void put(std::string_view name, double v) { put(name, float(v)); }
    void put(std::string_view name, int v);
    void put(std::string_view name, bool v) { put(name, int(v)); }
    void put(std::string_view name, Vec2 v);
    void put(std::string_view name, Vec3 v);
    void put(std::string_view name, Vec4 v);
    void put(std::string_view name, const Color& v) { put(name, Vec4{v.r, v.g, v.b, v.a}); }
    void put(std::string_view name, const Rect& v);      ///< ivec4(x0, y0, x1, y1)
    void put_ivec2(std::string_view name, int x, int y); ///< ivec2
    void put(std::string_view name, const Mat3& v);      ///< mat3: `m * vec3(p, 1)` maps as transformed() does

    const std::vector<Field>& fields() const { return fields_; }
    /// Bytes of the block, padded to a multiple of 16.
    std::span<const std::byte> bytes() const { return bytes_; }
    bool empty() const { return fields_.empty(); }
    /// "struct grade_u { vec4 a; float x; };\n"; a block without fields gets one unused float.
    std::string glsl(std::string_view type_name) const;
    void clear();

private:
    void add(std::string_view name, Type type, const void* data, uint32_t size, uint32_t align);
    std::vector<Field> fields_;
    std::vector<std::byte> bytes_;
    uint32_t used_ = 0;
};

} // namespace tessera
