#pragma once
// What a viewer asks for: values, made by the panel every frame of the interface and compared with the last.
#include "core/doc/document.h"
#include <cstdint>
#include <optional>
#include <string>

namespace tessera {

enum class ShownChannels { Colour, Red, Green, Blue, Alpha, Luminance };

/// How B is combined with A before anything is displayed. Wipes and splits are two pictures that the panel draws side
/// by side: it takes a feed for each.
enum class Compare { None, Over, Under, Plus, Minus, Difference };

/// What is done to the picture on its way to the screen. None of it changes what is rendered, and changing a number or
/// a switch neither compiles nor plans anything anew (display, view and looks do, once).
struct ViewerLook {
    double exposure = 0; ///< stops, before the display transform
    double gamma = 1;    ///< after it; 1 leaves the picture alone
    ShownChannels channels = ShownChannels::Colour;
    bool matte = false;        ///< alpha as a red veil over the colours
    bool clipping = false;     ///< scene values below 0 blue, above 1 red
    bool false_colour = false; ///< bands of a stop around middle grey
    bool gamut = false;        ///< what the display cannot show (outside 0 to 1 after its transform) in magenta
    bool not_finite = true;    ///< NaN in green, infinity in yellow, whatever else is switched on
    bool raw = false;          ///< no display transform
    std::string display, view; ///< of the colour configuration; empty: its default
    std::string looks;         ///< the input process, as OpenColorIO writes looks; empty: the view's own
    /// Layers of data (depth, ids) and those without colour are shown with this range as black to white.
    double data_low = 0, data_high = 1;
    bool operator==(const ViewerLook&) const = default;
};

/// One node at one frame under a look, without saying which part of it.
struct PictureSpec {
    ProjectPtr project;
    GraphId graph = 0; ///< of the node; 0: the root graph
    NodeId node = 0;
    double frame = 1;
    std::string view = "main", layer{main_layer};
    ViewerLook look;
    Compare compare = Compare::None;
    NodeId compare_node = 0;    ///< B
    ProjectPtr compare_project; ///< B's snapshot when it is another than A's (a kept one, a former version)
    GraphId compare_graph = 0;
    double mix = 1; ///< how much of the comparison is seen, 0: only A
    bool operator==(const PictureSpec&) const = default;
};

/// Which frames are worth rendering before they are asked for.
struct LookAhead {
    bool enabled = false;
    int first = 1, last = 1; ///< in and out
    int direction = 1;       ///< of play; 0: idle, both ways from the play head
    bool loop = true;
    bool operator==(const LookAhead&) const = default;
};

/// What a viewer wants to show now.
struct PictureWish {
    PictureSpec picture;
    Rect visible;            ///< part that can be seen, in full-resolution pixels
    double zoom = 1;         ///< screen pixels per image pixel (the interface's own scale included)
    int proxy = 0;           ///< the finest level wanted: 1 is half the resolution, 2 a quarter, ...
    std::optional<Rect> roi; ///< nothing outside is computed, full-resolution pixels
    bool paused = false;     ///< show what is there, compute nothing
    bool dragging = false;   ///< a value is being dragged: quick answers count more than fine ones
    bool playing = false;    ///< the play head moves by itself
    uint64_t refresh = 0;    ///< counted up: forget what was kept of this picture and make it again
    LookAhead ahead;
    bool operator==(const PictureWish&) const = default;
};

/// Side of a tile of a shown picture, in pixels of its level.
inline constexpr int shown_tile = 256;
inline constexpr int coarsest_level = 8;

/// The level that still gives the screen a pixel of the picture for each of its own; `proxy` at least.
int wanted_level(double zoom, int proxy);

/// The main input of a node, where a source is sampled: what is connected to its first image port. 0 when nothing is.
NodeId main_input(const Project& project, GraphId graph, NodeId node);

} // namespace tessera
