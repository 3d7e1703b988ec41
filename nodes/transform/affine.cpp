#include "nodes/transform/affine.h"
#include <charconv>

namespace tessera {

Mat4 to_mat4(const Mat3& m)
{
    Mat4 r;
    for (size_t row = 0; row < 3; ++row)
        for (size_t column = 0; column < 3; ++column) r.m[row * 4 + column] = m.m[row * 3 + column];
    return r;
}

Mat3 to_mat3(const Mat4& m)
{
    Mat3 r;
    for (size_t row = 0; row < 3; ++row)
        for (size_t column = 0; column < 3; ++column) r.m[row * 3 + column] = m.m[row * 4 + column];
    return r;
}

std::string to_text(const std::vector<Mat3>& matrices)
{
    std::string text;
    for (const Mat3& m : matrices)
        for (const double v : m.m) {
            char number[32];
            const auto end = std::to_chars(number, number + sizeof number, v).ptr;
            if (!text.empty()) text += ' ';
            text.append(number, end);
        }
    return text;
}

std::vector<Mat3> matrices_from(std::string_view text)
{
    std::vector<Mat3> matrices;
    size_t count = 0;
    Mat3 m;
    const char *at = text.data(), *end = text.data() + text.size();
    while (at < end) {
        if (*at == ' ') {
            ++at;
            continue;
        }
        const auto [next, error] = std::from_chars(at, end, m.m[count]);
        if (error != std::errc{}) break;
        at = next;
        if (++count == m.m.size()) {
            matrices.push_back(m);
            count = 0;
        }
    }
    return matrices;
}

Mat3 with_pixel_aspect(const Mat3& m, double aspect)
{
    return aspect == 1 || !(aspect > 0) ? m : scaling(1 / aspect, 1) * m * scaling(aspect, 1);
}

} // namespace tessera
