// OpenColorIO writes GLSL for the graphics pipeline: it declares samplers, reads textures with the hardware's filters
// and expects the program to bind them. Our kernels have storage buffers only, and lavapipe's sampled images are five
// times slower than those, so the text is rewritten: every sampler becomes a function `<sampler>_fetch` that reads
// floats from the kernel's table buffer and interpolates in full precision (texture units interpolate with 8 bits of
// fraction, which is not enough for a 1e-4 match with the CPU).
//
// Three more changes make the text agree with the CPU path:
// - A 1D LUT of more than 4096 entries comes folded into rows of a 2D texture, and is read at row centres. Rows are
//   picked, not interpolated, so that rounding cannot mix two rows.
// - Positions in half-float LUTs use floor(log2(x)) and pow(2, e), whose precision is up to the driver; they become the
//   exponent's bits.
// - mix(a, b, float(condition)) is a choice, but computes both: an unused infinity gives NaN (ACES' glow at black).
//   It becomes `condition ? b : a`.
//
// Curves of the ACES output transforms are unrolled (gpu_curves.cpp). Other constant arrays, indexed by values, move to
// the table: drivers copy such an array into every invocation's private memory.
//
// Rejected: a parser for GLSL (much code for a text one library writes), and OpenColorIO's own bindings for Vulkan
// (2.5 and later only, and samplers again).
#include "core/color/gpu_text.h"
#include "core/color/gpu_curves.h"
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

namespace tessera {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::vector<std::string> arguments(std::string_view inside)
{
    std::vector<std::string> out;
    int depth = 0;
    size_t start = 0;
    for (size_t i = 0; i <= inside.size(); ++i) {
        if (i == inside.size() || (inside[i] == ',' && depth == 0)) {
            out.emplace_back(inside.substr(start, i - start));
            start = i + 1;
        } else if (inside[i] == '(' || inside[i] == '[') {
            ++depth;
        } else if (inside[i] == ')' || inside[i] == ']') {
            --depth;
        }
    }
    return out;
}

std::string trimmed(const std::string& text)
{
    const size_t first = text.find_first_not_of(" \n\t");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \n\t") - first + 1);
}

bool is_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// mix(a, b, float(condition)) to a choice.
void choose_instead_of_mixing(std::string& text)
{
    for (size_t at = text.find("mix("); at != std::string::npos; at = text.find("mix(", at + 1)) {
        if (at > 0 && is_word(text[at - 1])) continue;
        const size_t end = closing_bracket(text, at + 3);
        if (end == std::string::npos) return;
        const auto args = arguments(std::string_view(text).substr(at + 4, end - at - 4));
        if (args.size() != 3) continue;
        const std::string factor = trimmed(args[2]);
        const bool whole_call = factor.starts_with("float(") && closing_bracket(factor, 5) == factor.size() - 1;
        if (!whole_call || factor.find_first_of("<>=") == std::string::npos) continue;
        const std::string condition = factor.substr(6, factor.size() - 7);
        text.replace(at, end + 1 - at,
                     "((" + condition + ") ? (" + trimmed(args[1]) + ") : (" + trimmed(args[0]) + "))");
    }
}

void exact_half_positions(std::string& text)
{
    replace_all(text, "floor( log2( absarr ) )", "float(int((floatBitsToUint(absarr) >> 23) & 255u) - 127)");
    replace_all(text, "pow( 2.0, fComp.x )", "uintBitsToFloat(uint(int(fComp.x) + 127) << 23)");
}

/// Entries of constant arrays to the table, and NAME[i] to a function call.
void arrays_to_table(std::string& text, const std::string& function, std::vector<float>& table, std::string& accessors)
{
    const std::vector<ConstantArray> arrays = constant_arrays(text);
    for (auto array = arrays.rbegin(); array != arrays.rend(); ++array)
        text.erase(array->begin, array->end - array->begin);
    for (const auto& [type, name, values, begin, end] : arrays) {
        for (size_t at = text.find(name + "["); at != std::string::npos; at = text.find(name + "[", at + 1)) {
            if (at > 0 && is_word(text[at - 1])) continue;
            const size_t open = at + name.size();
            const size_t close = closing_bracket(text, open);
            if (close == std::string::npos) break;
            text[open] = '(';
            text[close] = ')';
        }
        accessors += type + " " + name + "(int i) { return " + type + "(TABLE(" + function + "_base + " +
                     std::to_string(table.size()) + "u + min(uint(i), " + std::to_string(values.size() - 1) +
                     "u))); }\n";
        for (double v : values) table.push_back(float(v));
    }
}

/// What the functions of a sampler start with.
std::string table_name(const std::string& function, const GpuTexture& t)
{
    return t.sampler.starts_with(function) ? t.sampler : function + "_" + t.sampler;
}

/// `<sampler>_texel(i)`: texel i as a vec4.
std::string texel(const std::string& function, const GpuTexture& t, size_t offset)
{
    const std::string at =
        "uint a = " + function + "_base + " + std::to_string(offset) + "u + i * " + std::to_string(t.channels) + "u;";
    const std::string value =
        t.channels == 1 ? "vec4(TABLE(a), 0.0, 0.0, 1.0)" : "vec4(TABLE(a), TABLE(a + 1u), TABLE(a + 2u), 1.0)";
    return "vec4 " + table_name(function, t) + "_texel(uint i) { " + at + " return " + value + "; }\n";
}

/// The function that stands for the sampler. Coordinates as of textures: 0 to 1 from edge to edge, clamped.
std::string fetch(const std::string& function, const GpuTexture& t, int dimensions)
{
    const std::string name = table_name(function, t), get = name + "_texel";
    auto last = [](unsigned size) { return std::to_string(size - 1); };
    auto whole = [](unsigned size) { return std::to_string(size) + ".0"; };
    // One axis: the texels on both sides (a0, a1) and the share of the second one (at).
    auto axis = [&](const std::string& a, const std::string& coordinate, unsigned size, bool nearest) {
        const std::string top = last(size);
        if (nearest)
            return "  uint " + a + "0 = min(uint(clamp(" + coordinate + " * " + whole(size) + ", 0.0, " + top +
                   ".0)), " + top + "u);\n";
        return "  float " + a + "p = clamp(" + coordinate + " * " + whole(size) + " - 0.5, 0.0, " + top +
               ".0);\n  uint " + a + "0 = min(uint(" + a + "p), " + top + "u), " + a + "1 = min(" + a + "0 + 1u, " +
               top + "u);\n  float " + a + "t = " + a + "p - float(" + a + "0);\n";
    };
    const std::string w = std::to_string(t.width) + "u", h = std::to_string(t.height) + "u";
    if (dimensions == 1 || dimensions == 2) {
        std::string body = dimensions == 1 ? "vec4 " + name + "_fetch(float p)\n{\n  uint row = 0u;\n"
                                           : "vec4 " + name + "_fetch(vec2 p)\n{\n" + axis("y", "p.y", t.height, true) +
                                                 "  uint row = y0 * " + w + ";\n";
        body += axis("x", dimensions == 1 ? "p" : "p.x", t.width, t.nearest);
        if (t.nearest) return body + "  return " + get + "(row + x0);\n}\n";
        return body + "  return mix(" + get + "(row + x0), " + get + "(row + x1), xt);\n}\n";
    }
    std::string body = "vec4 " + name + "_fetch(vec3 p)\n{\n" + axis("x", "p.x", t.width, t.nearest) +
                       axis("y", "p.y", t.height, t.nearest) + axis("z", "p.z", t.depth, t.nearest);
    auto at = [&](char z, char y, char x) {
        return get + "((z" + z + " * " + h + " + y" + y + ") * " + w + " + x" + x + ")";
    };
    if (t.nearest) return body + "  return " + at('0', '0', '0') + ";\n}\n";
    auto row = [&](char z, char y) { return "mix(" + at(z, y, '0') + ", " + at(z, y, '1') + ", xt)"; };
    auto plane = [&](char z) { return "mix(" + row(z, '0') + ",\n        " + row(z, '1') + ", yt)"; };
    return body + "  return mix(" + plane('0') + ",\n      " + plane('1') + ", zt);\n}\n";
}

/// Entries of half-float LUTs at infinities and NaNs are never selected but may be multiplied by zero.
float finite(float v)
{
    if (std::isnan(v)) return 0;
    constexpr float most = std::numeric_limits<float>::max();
    return v > most ? most : v < -most ? -most : v;
}

/// Removes the line that declares `sampler`; how many dimensions it had, 0 when the text declares no such sampler.
int take_declaration(std::string& text, const std::string& sampler)
{
    for (const char* dimensions : {"1", "2", "3"}) {
        const size_t at = text.find(std::string("sampler") + dimensions + "D " + sampler + ";");
        if (at == std::string::npos) continue;
        const size_t line = text.rfind('\n', at) + 1; // npos + 1 is the beginning
        text.erase(line, std::min(text.find('\n', at), text.size()) - line);
        return dimensions[0] - '0';
    }
    return 0;
}

void strip_comments(std::string& text)
{
    for (size_t at = text.find("//"); at != std::string::npos; at = text.find("//", at))
        text.erase(at, std::min(text.find('\n', at), text.size()) - at);
}

/// A word that only a text with resources of its own has.
std::optional<std::string> resource_word(std::string_view text)
{
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        const std::string_view word = text.substr(at, end - at);
        const bool call = end < text.size() && text[end] == '(';
        if (word == "uniform" || word == "buffer" || word == "layout" || word.starts_with("sampler") ||
            (word.starts_with("texture") && call))
            return std::string(word);
        at = std::max(end, at + 1);
    }
    return std::nullopt;
}

} // namespace

size_t closing_bracket(std::string_view text, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < text.size(); ++i) {
        if (text[i] == '(' || text[i] == '[') ++depth;
        if ((text[i] == ')' || text[i] == ']') && --depth == 0) return i;
    }
    return std::string::npos;
}

std::vector<ConstantArray> constant_arrays(std::string_view text)
{
    std::vector<ConstantArray> out;
    for (size_t at = text.find("const "); at != std::string_view::npos; at = text.find("const ", at + 1)) {
        auto word = [&, p = at + 6]() mutable {
            const size_t start = p;
            while (p < text.size() && is_word(text[p])) ++p;
            return std::string(text.substr(start, p++ - start)); // and the space or bracket behind it
        };
        ConstantArray array;
        array.type = word();
        array.name = word();
        array.begin = at;
        const size_t open = text.find('(', at), line = text.find(';', at);
        if (line == std::string_view::npos || open > line) continue;
        const size_t close = closing_bracket(text, open);
        if (close != line - 1 || text[at + 6 + array.type.size() + 1 + array.name.size()] != '[') continue;
        for (const std::string& value : arguments(text.substr(open + 1, close - open - 1)))
            array.values.push_back(std::strtod(value.c_str(), nullptr));
        array.end = line + 1 < text.size() && text[line + 1] == '\n' ? line + 2 : line + 1;
        out.push_back(std::move(array));
    }
    return out;
}

Result<GpuColor> plain_gpu_text(std::string text, const std::string& function, const std::vector<GpuTexture>& textures)
{
    auto unsupported = [](const std::string& what) {
        return Error{ErrorKind::Unsupported, "this version of OpenColorIO writes GPU text with " + what,
                     "render on the CPU, or build with a version of OpenColorIO that Tessera's tests pass with"};
    };
    strip_comments(text);
    GpuColor out;
    out.function = function;
    std::string fetches, accessors;
    for (const GpuTexture& t : textures) {
        const int dimensions = take_declaration(text, t.sampler);
        if (dimensions == 0) return unsupported("a table that it does not declare, " + t.sampler);
        replace_all(text, "texture(" + t.sampler + ",", table_name(function, t) + "_fetch(");
        fetches += texel(function, t, out.table.size()) + fetch(function, t, dimensions);
        for (float v : t.values) out.table.push_back(finite(v));
    }
    choose_instead_of_mixing(text);
    exact_half_positions(text);
    unroll_curves(text);
    arrays_to_table(text, function, out.table, accessors);
    if (const auto word = resource_word(text)) return unsupported("\"" + *word + "\"");
    out.glsl = "uint " + function + "_base;\n" + fetches + accessors + text + "\nvec4 " + function +
               "(vec4 c, uint base)\n{\n  " + function + "_base = base;\n  return " + function + "_main(c);\n}\n";
    return out;
}

} // namespace tessera
