// The built-in configuration: ACES 1.3 out of OpenColorIO's built-in transforms, with the names of the Academy's own
// configurations for OpenColorIO 2 (cg-config and studio-config), so that projects move between them.
//
// What OpenColorIO has no transform for is computed here from published numbers: RGB primaries (Rec.709, Rec.2020,
// P3-D65; white D65), display-like texture curves and Kodak's Cineon curve.
#include "core/color/ocio_bridge.h"
#include <OpenColorIO/OpenColorIO.h>
#include <array>
#include <cmath>
#include <string>

namespace OCIO = OCIO_NAMESPACE;

namespace tessera {

namespace {

struct Space {
    const char *name, *family, *encoding, *style, *aliases, *description;
};

// Scene spaces whose transform to the reference, ACES2065-1, is one built-in. Spaces whose style this OpenColorIO does
// not know yet are left out.
constexpr Space camera_spaces[] = {
    {"ACEScg", "ACES", "scene-linear", "ACEScg_to_ACES2065-1", "lin_ap1, ACES - ACEScg",
     "The working space: linear light, AP1 primaries"},
    {"ACEScct", "ACES", "log", "ACEScct_to_ACES2065-1", "acescct_ap1, ACES - ACEScct",
     "Logarithm with a toe, for grading"},
    {"ACEScc", "ACES", "log", "ACEScc_to_ACES2065-1", "acescc_ap1, ACES - ACEScc", "Pure logarithm, for grading"},
    {"ADX10", "Input/Film", "log", "ADX10_to_ACES2065-1", "", "Academy density, 10-bit film scans"},
    {"ADX16", "Input/Film", "log", "ADX16_to_ACES2065-1", "", "Academy density, 16-bit film scans"},
    {"ARRI LogC3 (EI800)", "Input/ARRI", "log", "ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1", "arri_logc3_ei800, logc3",
     "ARRI ALEXA, LogC at EI 800, ALEXA Wide Gamut"},
    {"ARRI LogC4", "Input/ARRI", "log", "ARRI_LOGC4_to_ACES2065-1", "arri_logc4, logc4", "ARRI ALEXA 35, LogC4, AWG4"},
    {"CanonLog2 CinemaGamut D55", "Input/Canon", "log", "CANON_CLOG2-CGAMUT_to_ACES2065-1",
     "canonlog2_cgamutday, clog2", "Canon Log 2, Cinema Gamut"},
    {"CanonLog3 CinemaGamut D55", "Input/Canon", "log", "CANON_CLOG3-CGAMUT_to_ACES2065-1",
     "canonlog3_cgamutday, clog3", "Canon Log 3, Cinema Gamut"},
    {"V-Log V-Gamut", "Input/Panasonic", "log", "PANASONIC_VLOG-VGAMUT_to_ACES2065-1", "vlog_vgamut, vlog",
     "Panasonic V-Log, V-Gamut"},
    {"Log3G10 REDWideGamutRGB", "Input/RED", "log", "RED_LOG3G10-RWG_to_ACES2065-1", "log3g10_rwg, log3g10",
     "RED Log3G10, REDWideGamutRGB"},
    {"REDLogFilm REDWideGamutRGB", "Input/RED", "log", "RED_REDLOGFILM-RWG_to_ACES2065-1", "redlogfilm_rwg",
     "RED LogFilm, REDWideGamutRGB"},
    {"S-Log3 S-Gamut3", "Input/Sony", "log", "SONY_SLOG3-SGAMUT3_to_ACES2065-1", "slog3_sgamut3, slog3",
     "Sony S-Log3, S-Gamut3"},
    {"S-Log3 S-Gamut3.Cine", "Input/Sony", "log", "SONY_SLOG3-SGAMUT3.CINE_to_ACES2065-1", "slog3_sgamut3cine",
     "Sony S-Log3, S-Gamut3.Cine"},
    {"S-Log3 Venice S-Gamut3", "Input/Sony", "log", "SONY_SLOG3-SGAMUT3-VENICE_to_ACES2065-1", "slog3_venice_sgamut3",
     "Sony Venice, S-Log3, S-Gamut3"},
    {"S-Log3 Venice S-Gamut3.Cine", "Input/Sony", "log", "SONY_SLOG3-SGAMUT3.CINE-VENICE_to_ACES2065-1",
     "slog3_venice_sgamut3cine", "Sony Venice, S-Log3, S-Gamut3.Cine"},
};

// Display spaces; the built-in goes from CIE XYZ with white D65.
constexpr Space display_spaces[] = {
    {"sRGB - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_sRGB", "srgb_display", "Computer monitors"},
    {"Rec.1886 Rec.709 - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709",
     "rec1886_rec709_display, Rec.709 - Display", "HD video: gamma 2.4"},
    {"Gamma 2.2 Rec.709 - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_G2.2-REC.709",
     "g22_rec709_display", "Monitors with a pure gamma of 2.2"},
    {"Display P3 - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_DisplayP3", "displayp3_display",
     "P3 primaries with the sRGB curve"},
    {"P3-D65 - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_G2.6-P3-D65", "p3d65_display",
     "Cinema projector, white D65, gamma 2.6"},
    {"P3-DCI - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_G2.6-P3-DCI-BFD", "p3dci_display",
     "Cinema projector, DCI white, gamma 2.6"},
    {"Rec.1886 Rec.2020 - Display", "Display", "sdr-video", "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.2020",
     "rec1886_rec2020_display", "UHD video: gamma 2.4, Rec.2020 primaries"},
    {"Rec.2100-PQ - Display", "Display", "hdr-video", "DISPLAY - CIE-XYZ-D65_to_REC.2100-PQ", "rec2100_pq_display",
     "HDR video, SMPTE ST 2084 curve"},
    {"Rec.2100-HLG - Display", "Display", "hdr-video", "DISPLAY - CIE-XYZ-D65_to_REC.2100-HLG-1000nit",
     "rec2100_hlg_display", "HDR video, hybrid log-gamma curve, 1000 nits"},
    {"ST2084-P3-D65 - Display", "Display", "hdr-video", "DISPLAY - CIE-XYZ-D65_to_ST2084-P3-D65",
     "st2084_p3d65_display", "HDR mastering, P3 primaries, SMPTE ST 2084 curve"},
};

constexpr const char* sdr_video = "ACES 1.0 - SDR Video";
constexpr const char* sdr_cinema = "ACES 1.0 - SDR Cinema";
constexpr const char* hdr_rec2020 = "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)";
constexpr const char* hdr_p3 = "ACES 1.1 - HDR Video (1000 nits & P3 lim)";
constexpr const char* untonemapped = "Un-tone-mapped";

struct View {
    const char *name, *style;
};
constexpr View views[] = {
    {untonemapped, "UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD"},
    {sdr_video, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_1.0"},
    {sdr_cinema, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-CINEMA_1.0"},
    {hdr_rec2020, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - HDR-VIDEO-1000nit-15nit-REC2020lim_1.1"},
    {hdr_p3, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - HDR-VIDEO-1000nit-15nit-P3lim_1.1"},
};

struct DisplayView {
    const char *display, *view;
};
constexpr DisplayView display_views[] = {
    {"sRGB - Display", sdr_video},
    {"Rec.1886 Rec.709 - Display", sdr_video},
    {"Gamma 2.2 Rec.709 - Display", sdr_video},
    {"Display P3 - Display", sdr_video},
    {"P3-D65 - Display", sdr_cinema},
    {"P3-DCI - Display", sdr_cinema},
    {"Rec.1886 Rec.2020 - Display", sdr_video},
    {"Rec.2100-PQ - Display", hdr_rec2020},
    {"Rec.2100-HLG - Display", hdr_rec2020},
    {"ST2084-P3-D65 - Display", hdr_p3},
};

struct Chromaticities {
    double rx, ry, gx, gy, bx, by;
};
constexpr Chromaticities rec709{0.64, 0.33, 0.30, 0.60, 0.15, 0.06};        // ITU-R BT.709
constexpr Chromaticities rec2020{0.708, 0.292, 0.170, 0.797, 0.131, 0.046}; // ITU-R BT.2020
constexpr Chromaticities p3{0.680, 0.320, 0.265, 0.690, 0.150, 0.060};      // SMPTE RP 431-2
constexpr double d65_x = 0.3127, d65_y = 0.3290;

bool known(const char* style)
{
    const auto registry = OCIO::BuiltinTransformRegistry::Get();
    for (size_t i = 0; i < registry->getNumBuiltins(); ++i)
        if (std::string_view(registry->getBuiltinStyle(i)) == style) return true;
    return false;
}

OCIO::BuiltinTransformRcPtr builtin(const char* style, OCIO::TransformDirection direction = OCIO::TRANSFORM_DIR_FORWARD)
{
    auto transform = OCIO::BuiltinTransform::Create();
    transform->setStyle(style);
    transform->setDirection(direction);
    return transform;
}

/// Linear RGB with white D65 to CIE XYZ with white at Y = 1 (SMPTE RP 177): the columns are the primaries' XYZ, scaled
/// so that their sum is the white.
OCIO::MatrixTransformRcPtr rgb_to_xyz(const Chromaticities& c)
{
    const double x[3] = {c.rx / c.ry, c.gx / c.gy, c.bx / c.by};
    const double z[3] = {(1 - c.rx - c.ry) / c.ry, (1 - c.gx - c.gy) / c.gy, (1 - c.bx - c.by) / c.by};
    const double wx = d65_x / d65_y, wz = (1 - d65_x - d65_y) / d65_y;
    // Solve [x; 1; z] * s = [wx; 1; wz] by Cramer's rule.
    auto determinant = [](const double a[3], const double b[3], const double d[3]) {
        return a[0] * (b[1] * d[2] - b[2] * d[1]) - a[1] * (b[0] * d[2] - b[2] * d[0]) +
               a[2] * (b[0] * d[1] - b[1] * d[0]);
    };
    const double one[3] = {1, 1, 1};
    const double whole = determinant(x, one, z);
    double matrix[16] = {0};
    for (int i = 0; i < 3; ++i) {
        double xi[3] = {x[0], x[1], x[2]}, yi[3] = {1, 1, 1}, zi[3] = {z[0], z[1], z[2]};
        xi[i] = wx;
        zi[i] = wz;
        const double s = determinant(xi, yi, zi) / whole;
        matrix[i] = s * x[i];
        matrix[4 + i] = s;
        matrix[8 + i] = s * z[i];
    }
    matrix[15] = 1;
    auto transform = OCIO::MatrixTransform::Create();
    transform->setMatrix(matrix);
    return transform;
}

/// Curve to linear light (may be null), then the primaries to ACES2065-1.
OCIO::GroupTransformRcPtr to_reference(const OCIO::TransformRcPtr& curve, const Chromaticities& primaries)
{
    auto group = OCIO::GroupTransform::Create();
    if (curve) group->appendTransform(curve);
    group->appendTransform(rgb_to_xyz(primaries));
    group->appendTransform(builtin("UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD", OCIO::TRANSFORM_DIR_INVERSE));
    return group;
}

/// Pure power; negative values pass as they are.
OCIO::TransformRcPtr gamma_curve(double gamma)
{
    auto transform = OCIO::ExponentTransform::Create();
    transform->setValue({gamma, gamma, gamma, 1});
    transform->setNegativeStyle(OCIO::NEGATIVE_PASS_THRU);
    return transform;
}

/// IEC 61966-2-1, the straight part going on below zero.
OCIO::TransformRcPtr srgb_curve()
{
    auto transform = OCIO::ExponentWithLinearTransform::Create();
    transform->setGamma({2.4, 2.4, 2.4, 1});
    transform->setOffset({0.055, 0.055, 0.055, 0});
    return transform;
}

/// Kodak Cineon: 10-bit code = 685 + 300 * log10(linear), black at code 95 (0.002 density a code, gamma 0.6).
OCIO::TransformRcPtr cineon_curve()
{
    constexpr double white_code = 685, black_code = 95, codes_per_decade = 0.6 / 0.002, last_code = 1023;
    const double black = std::pow(10, (black_code - white_code) / codes_per_decade);
    auto transform = OCIO::LogAffineTransform::Create();
    transform->setBase(10);
    const double slope = codes_per_decade / last_code, offset = white_code / last_code;
    transform->setLogSideSlopeValue({slope, slope, slope});
    transform->setLogSideOffsetValue({offset, offset, offset});
    transform->setLinSideSlopeValue({1 - black, 1 - black, 1 - black});
    transform->setLinSideOffsetValue({black, black, black});
    transform->setDirection(OCIO::TRANSFORM_DIR_INVERSE);
    return transform;
}

OCIO::ColorSpaceRcPtr new_space(const Space& s, OCIO::ReferenceSpaceType reference)
{
    auto space = OCIO::ColorSpace::Create(reference);
    space->setName(s.name);
    space->setFamily(s.family);
    space->setEncoding(s.encoding);
    space->setDescription(s.description);
    space->setBitDepth(OCIO::BIT_DEPTH_F32);
    std::string_view rest = s.aliases;
    while (!rest.empty()) {
        const size_t comma = std::min(rest.find(", "), rest.size());
        space->addAlias(std::string(rest.substr(0, comma)).c_str());
        rest.remove_prefix(std::min(comma + 2, rest.size()));
    }
    return space;
}

void add_scene_spaces(OCIO::Config& config)
{
    auto add = [&](const Space& s, const OCIO::ConstTransformRcPtr& to) {
        auto space = new_space(s, OCIO::REFERENCE_SPACE_SCENE);
        if (to) space->setTransform(to, OCIO::COLORSPACE_DIR_TO_REFERENCE);
        if (std::string_view(s.encoding) == "data") space->setIsData(true);
        config.addColorSpace(space);
    };
    auto utility = [&](const char* name, const char* encoding, const char* aliases, const char* description,
                       const OCIO::TransformRcPtr& curve, const Chromaticities& primaries) {
        add({name, "Utility", encoding, "", aliases, description}, to_reference(curve, primaries));
    };
    add({"ACES2065-1", "ACES", "scene-linear", "", "aces2065_1, lin_ap0, ACES - ACES2065-1",
         "The reference and archive space: linear light, AP0 primaries"},
        nullptr);
    for (const Space& s : camera_spaces)
        if (known(s.style)) add(s, builtin(s.style));
    utility("Linear Rec.709 (sRGB)", "scene-linear", "lin_rec709_srgb, lin_rec709, lin_srgb",
            "Linear light, Rec.709 primaries", nullptr, rec709);
    utility("Linear P3-D65", "scene-linear", "lin_p3d65", "Linear light, P3 primaries, white D65", nullptr, p3);
    utility("Linear Rec.2020", "scene-linear", "lin_rec2020", "Linear light, Rec.2020 primaries", nullptr, rec2020);
    utility("sRGB - Texture", "sdr-video", "srgb_tx, srgb_texture, srgb", "Pictures made for computer monitors",
            srgb_curve(), rec709);
    utility("Gamma 2.4 Rec.709 - Texture", "sdr-video", "g24_rec709_tx, g24_rec709, rec709_display, rec709",
            "Finished HD video: gamma 2.4, Rec.709 primaries", gamma_curve(2.4), rec709);
    utility("Gamma 2.2 Rec.709 - Texture", "sdr-video", "g22_rec709_tx, g22_rec709",
            "Pictures with a pure gamma of 2.2, Rec.709 primaries", gamma_curve(2.2), rec709);
    add({"Cineon Log Rec.709", "Input/Film", "log", "", "cineon, cineon_rec709",
         "Film scans: Kodak's Cineon curve, black 95, white 685, taken as Rec.709 primaries"},
        to_reference(cineon_curve(), rec709));
    add({"Raw", "Utility", "data", "", "raw_data", "Numbers that are no colour: never converted"}, nullptr);
}

void add_displays(OCIO::Config& config)
{
    auto xyz = new_space({"CIE-XYZ-D65", "", "display-linear", "", "cie_xyz_d65", "What displays are defined from"},
                         OCIO::REFERENCE_SPACE_DISPLAY);
    config.addColorSpace(xyz);
    for (const Space& s : display_spaces) {
        if (!known(s.style)) continue;
        auto space = new_space(s, OCIO::REFERENCE_SPACE_DISPLAY);
        space->setTransform(builtin(s.style), OCIO::COLORSPACE_DIR_FROM_REFERENCE);
        config.addColorSpace(space);
    }
    for (const View& v : views) {
        auto transform = OCIO::ViewTransform::Create(OCIO::REFERENCE_SPACE_SCENE);
        transform->setName(v.name);
        transform->setTransform(builtin(v.style), OCIO::VIEWTRANSFORM_DIR_FROM_REFERENCE);
        config.addViewTransform(transform);
    }
    config.setDefaultViewTransformName(untonemapped);
    for (const DisplayView& d : display_views) {
        if (!config.getColorSpace(d.display)) continue;
        for (const char* view : {d.view, untonemapped})
            config.addDisplayView(d.display, view, view, d.display, "", "", "");
        config.addDisplayView(d.display, "Raw", "Raw", "");
    }
}

void add_look(OCIO::Config& config, const char* name, const char* style, const char* description)
{
    auto look = OCIO::Look::Create();
    look->setName(name);
    look->setProcessSpace("ACES2065-1");
    look->setDescription(description);
    look->setTransform(builtin(style));
    config.addLook(look);
}

/// A regular expression for paths whose last part has `word` between separators, in either case.
std::string word_in_name(std::string_view word)
{
    std::string letters;
    for (char c : word) {
        if (c >= 'a' && c <= 'z')
            letters += std::string{'[', c, char(c - 'a' + 'A'), ']'};
        else if (c == '-')
            letters += "[-_]?";
        else
            letters += c;
    }
    return "^(.*[/\\\\._-])?" + letters + "[._-][^/\\\\]*$";
}

std::string extensions(std::string_view alternatives)
{
    std::string pattern;
    for (char c : alternatives)
        pattern += c >= 'a' && c <= 'z' ? std::string{'[', c, char(c - 'a' + 'A'), ']'} : std::string{c};
    return "^.*\\.(" + pattern + ")$";
}

void add_file_rules(OCIO::Config& config)
{
    constexpr std::pair<const char*, const char*> words[] = {
        {"acescg", "ACEScg"},
        {"acescct", "ACEScct"},
        {"acescc", "ACEScc"},
        {"aces2065-1", "ACES2065-1"},
        {"lin-ap0", "ACES2065-1"},
        {"lin-ap1", "ACEScg"},
        {"lin-srgb", "Linear Rec.709 (sRGB)"},
        {"lin-rec709", "Linear Rec.709 (sRGB)"},
        {"lin-p3d65", "Linear P3-D65"},
        {"lin-rec2020", "Linear Rec.2020"},
        {"logc3", "ARRI LogC3 (EI800)"},
        {"logc4", "ARRI LogC4"},
        {"slog3", "S-Log3 S-Gamut3"},
        {"log3g10", "Log3G10 REDWideGamutRGB"},
        {"clog2", "CanonLog2 CinemaGamut D55"},
        {"clog3", "CanonLog3 CinemaGamut D55"},
        {"vlog", "V-Log V-Gamut"},
        {"srgb", "sRGB - Texture"},
        {"raw", "Raw"},
    };
    constexpr std::pair<const char*, const char*> kinds[] = {
        {"exr|sxr", "ACEScg"},
        {"hdr|rgbe|pfm", "Linear Rec.709 (sRGB)"},
        // Camera raw: decoded to linear light with these primaries.
        {"cr2|cr3|crw|nef|nrw|arw|dng|raf|orf|rw2|pef|srw|x3f|3fr|iiq", "Linear Rec.709 (sRGB)"},
        {"dpx|cin", "Cineon Log Rec.709"},
        {"jpg|jpeg|jpe|png|tif|tiff|tga|bmp|gif|psd|psb|webp|jp2|j2k|heic|heif|avif|ppm|pgm|sgi|rgb|ico",
         "sRGB - Texture"},
        {"mov|mp4|m4v|mkv|webm|avi|mxf|mpg|mpeg|ts|wmv", "Gamma 2.4 Rec.709 - Texture"},
    };
    auto rules = OCIO::FileRules::Create();
    size_t at = 0;
    for (auto [word, space] : words)
        if (config.getColorSpace(space))
            rules->insertRule(at++, (std::string("named ") + word).c_str(), space, word_in_name(word).c_str());
    for (auto [kind, space] : kinds)
        rules->insertRule(at++, (std::string("kind ") + kind).c_str(), space, extensions(kind).c_str());
    rules->setDefaultRuleColorSpace("ACEScg");
    config.setFileRules(rules);
}

} // namespace

std::shared_ptr<const void> make_builtin_config()
{
    auto config = OCIO::Config::Create();
    config->setVersion(2, 1);
    config->setName("tessera-aces-1.3");
    config->setDescription("ACES 1.3 made of OpenColorIO's built-in transforms");
    config->setStrictParsingEnabled(true);
    add_scene_spaces(*config);
    add_displays(*config);
    constexpr std::pair<const char*, const char*> roles[] = {
        {"aces_interchange", "ACES2065-1"},  {"cie_xyz_d65_interchange", "CIE-XYZ-D65"},
        {"scene_linear", "ACEScg"},          {"rendering", "ACEScg"},
        {"compositing_log", "ACEScct"},      {"color_timing", "ACEScct"},
        {"texture_paint", "sRGB - Texture"}, {"matte_paint", "sRGB - Texture"},
        {"color_picking", "sRGB - Texture"}, {"data", "Raw"},
    };
    for (auto [role, space] : roles) config->setRole(role, space);
    add_look(*config, "ACES 1.3 Reference Gamut Compression", "ACES-LMT - ACES 1.3 Reference Gamut Compression",
             "Brings colours of cameras that lie outside AP1 into it");
    add_look(*config, "Blue Light Artifact Fix", "ACES-LMT - BLUE_LIGHT_ARTIFACT_FIX",
             "Desaturates strong blues that would clip");
    add_file_rules(*config);
    config->validate();
    return std::static_pointer_cast<const void>(OCIO::ConstConfigRcPtr(config));
}

} // namespace tessera
