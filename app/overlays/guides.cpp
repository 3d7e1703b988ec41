#include "app/overlays/guides.h"
#include <cstdio>

namespace tessera {

const std::vector<AspectMask>& aspect_masks()
{
    static const std::vector<AspectMask> masks{{"1.85", 1.85},     {"2.39", 2.39}, {"4:3", 4.0 / 3},
                                               {"16:9", 16.0 / 9}, {"1:1", 1},     {"9:16", 9.0 / 16}};
    return masks;
}

Box2 safe_area(const Rect& format, double share)
{
    const double dx = format.width() * (1 - share) / 2, dy = format.height() * (1 - share) / 2;
    return {{format.x0 + dx, format.y0 + dy}, {format.x1 - dx, format.y1 - dy}};
}

Box2 masked(const Rect& format, double aspect, double ratio)
{
    double width = format.width(), height = format.height();
    if (ratio > 0 && aspect > 0) {
        if (width * aspect / height > ratio)
            width = ratio * height / aspect;
        else
            height = width * aspect / ratio;
    }
    const double x = (format.x0 + format.x1) / 2.0, y = (format.y0 + format.y1) / 2.0;
    return {{x - width / 2, y - height / 2}, {x + width / 2, y + height / 2}};
}

std::string format_label(const Rect& format, double aspect)
{
    std::string text = std::to_string(format.width()) + "\xc3\x97" + std::to_string(format.height());
    if (aspect != 1) {
        char number[32];
        std::snprintf(number, sizeof number, " \xc2\xb7 %.3g", aspect);
        text += number;
    }
    return text;
}

} // namespace tessera
