#pragma once
// Colour management: which colour spaces, displays and looks there are, and the transforms between them. A wrapper of
// OpenColorIO's configuration; none of its exceptions gets out.
#include "core/color/processor.h"
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

enum class ColorDirection { Forward, Inverse };

/// How a LUT is read between its entries. A format that cannot do the one asked for uses linear; Best is tetrahedral
/// for 3D LUTs. OpenColorIO reads Nearest as linear in 3D LUTs.
enum class LutInterpolation { Best, Linear, Tetrahedral, Nearest };

/// Values of a configuration's variables ("SHOT", "sc01"): they win over the environment and the configuration's own.
using ColorContext = std::vector<std::pair<std::string, std::string>>;

struct ColorSpaceInfo {
    std::string name;
    std::string family;   ///< levels separated by "/"; empty for none
    std::string encoding; ///< "scene-linear", "log", "sdr-video", "hdr-video", "data", ... or empty
    std::string description;
    std::vector<std::string> aliases;
    bool data = false;    ///< never converted
    bool display = false; ///< display-referred: belongs to a display, not to a scene
};
struct ColorRole {
    std::string name, space;
};
struct ColorDisplay {
    std::string name;
    std::vector<std::string> views; ///< the default one first
};

/// ASC CDL: out = saturate(clamp((in * slope + offset)) ^ power), Rec.709 luma weights.
struct Cdl {
    std::array<double, 3> slope{1, 1, 1}, offset{0, 0, 0}, power{1, 1, 1}; ///< slope >= 0, power > 0
    double saturation = 1;                                                 ///< >= 0
    bool clamp = true; ///< ASC v1.2: results limited to [0, 1]; else nothing is clamped and power skips negatives
};

/// Shared and immutable: copies are cheap, every member may be called from any thread. Names of colour spaces may be
/// roles ("scene_linear") or aliases, in any case. A name that does not exist gives NotFound with the nearest names.
class ColorConfig {
public:
    /// Built from OpenColorIO's own transforms, without any file: ACES 1.3 with ACEScg as scene_linear.
    static Result<ColorConfig> builtin();
    /// A .ocio file (or .ocioz where OpenColorIO has archives). NotFound, Damaged (with OpenColorIO's reason).
    static Result<ColorConfig> from_file(const std::string& path);
    /// The file $OCIO names; the built-in one when the variable is unset or empty.
    static Result<ColorConfig> from_environment();
    /// What a project setting holds: "" or "builtin", "$OCIO", or a path.
    static Result<ColorConfig> load(const std::string& setting);

    /// Where it came from: "builtin" or the path.
    const std::string& source() const;
    /// Of the whole configuration and the files it refers to (by name and time of change).
    const Key& key() const;
    /// The configuration as OpenColorIO text.
    Result<std::string> text() const;

    const std::vector<ColorSpaceInfo>& spaces() const;
    const std::vector<ColorRole>& roles() const;
    const std::vector<ColorDisplay>& displays() const; ///< the default one first
    const std::vector<std::string>& looks() const;
    const std::vector<std::string>& named_transforms() const;
    /// The real name of a colour space given by name, role or alias.
    Result<std::string> space(std::string_view name) const;
    /// Colour space of a file by the configuration's rules, which look at its path alone. The built-in rules: a colour
    /// space named in the file's own name as a word ("plate_acescg.0001.exr"); else by extension, EXR ACEScg, 8-bit
    /// kinds sRGB, DPX and Cineon log film scan, HDR and camera raw linear
    /// Rec.709, movies Rec.709; else ACEScg.
    std::string space_for_file(const std::string& path) const;

    Result<ColorProcessor> convert(const std::string& from, const std::string& to,
                                   const ColorContext& context = {}) const;
    /// From a colour space to a view of a display (inverse: from the view back to the space). `looks` as OpenColorIO
    /// writes them ("+grade, -neutral"); empty means the view's own.
    Result<ColorProcessor> display(const std::string& from, const std::string& display, const std::string& view,
                                   ColorDirection direction = ColorDirection::Forward, const std::string& looks = {},
                                   const ColorContext& context = {}) const;
    /// Looks applied in their own process spaces, from one colour space to another.
    Result<ColorProcessor> look(const std::string& from, const std::string& to, const std::string& looks,
                                ColorDirection direction = ColorDirection::Forward,
                                const ColorContext& context = {}) const;
    /// A LUT, matrix or CDL file of any format OpenColorIO reads. A relative path is looked up along the
    /// configuration's search path. `cccid` chooses one correction of a .ccc or .cdl file, by id or by number from 0.
    Result<ColorProcessor> file_transform(const std::string& path,
                                          LutInterpolation interpolation = LutInterpolation::Best,
                                          ColorDirection direction = ColorDirection::Forward,
                                          const std::string& cccid = {}, const ColorContext& context = {}) const;
    /// A CDL in `working_space`, the colour coming from and going to scene_linear; with no space, on the colour as it
    /// is.
    Result<ColorProcessor> cdl(const Cdl& cdl, ColorDirection direction = ColorDirection::Forward,
                               const std::string& working_space = {}) const;
    /// Between scene_linear and compositing_log: forward is linear to log.
    Result<ColorProcessor> log_convert(ColorDirection direction = ColorDirection::Forward,
                                       const ColorContext& context = {}) const;
    /// A transform the configuration has by name, tied to no colour space.
    Result<ColorProcessor> named_transform(const std::string& name, ColorDirection direction = ColorDirection::Forward,
                                           const ColorContext& context = {}) const;
    /// One of OpenColorIO's own transforms ("ACEScct_to_ACES2065-1"), whatever the configuration.
    Result<ColorProcessor> builtin_transform(const std::string& style,
                                             ColorDirection direction = ColorDirection::Forward) const;

private:
    struct State;
    explicit ColorConfig(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    static Result<ColorConfig> make(const std::shared_ptr<const void>& config, std::string source);
    std::shared_ptr<const State> state_;
};

/// Every style that `builtin_transform` takes.
std::vector<std::string> builtin_transform_styles();

std::string_view name_of(LutInterpolation i); ///< "best", "linear", "tetrahedral", "nearest"

} // namespace tessera
