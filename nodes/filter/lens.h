#pragma once
// The picture of a point of light out of focus: a disc, or the polygon of an iris with straight or curved blades.
#include <vector>

namespace tessera {

struct Lens {
    bool bladed = false;
    int blades = 6;                    ///< 3 to 16
    double rotation = 0;               ///< degrees, counter-clockwise; at 0 a corner points to the right
    double roundness = 0;              ///< curvature of the blades: 0 straight, 1 a full disc
    double radius_x = 1, radius_y = 1; ///< of the circle through the corners, in pixels
};

/// Share of every pixel that is covered, row after row from the bottom, over -reach_x to reach_x and -reach_y to
/// reach_y.
std::vector<float> lens_weights(const Lens& lens, int reach_x, int reach_y);

} // namespace tessera
