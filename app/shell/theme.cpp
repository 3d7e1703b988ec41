#include "app/shell/theme.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <fontconfig/fontconfig.h>
#include <imgui_freetype.h>
#include <string>
#include <utility>

namespace tessera {

namespace {

constexpr ImU32 rgb(uint32_t hex)
{
    return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255);
}

// Inter's ascent and descent add up to 1.21 em, and ImGui sizes faces by that sum: 13 px of type is 16 px of line.
constexpr float line_of_em = 1.21f;

/// Muted hues of equal lightness, by menu.
constexpr std::pair<std::string_view, uint32_t> categories[] = {
    {"Image", 0x57697D}, {"Color", 0x85692E},     {"Filter", 0x2F7472}, {"Keyer", 0x48763F}, {"Merge", 0x3F69A0},
    {"Transform", 0x7459A0}, {"Draw", 0x95507F}, {"Time", 0x82604A},   {"Tracking", 0x984F4B}, {"Channel", 0x6B6B6B},
    {"Other", 0x626262}, {"Metadata", 0x626262},
};

} // namespace

ImU32 Theme::category(std::string_view menu) const
{
    const std::string_view first = menu.substr(0, menu.find('/'));
    uint32_t hex = 0x626262;
    for (const auto& [name, value] : categories)
        if (name == first) hex = value;
    const ImU32 colour = rgb(hex);
    return kind == ThemeKind::Dark ? colour : mixed(colour, IM_COL32(255, 255, 255, 255), 0.35f);
}

Theme make_theme(ThemeKind kind)
{
    Theme t;
    t.kind = kind;
    if (kind == ThemeKind::Dark) {
        t.window = rgb(0x1B1B1B), t.panel = rgb(0x232323), t.raised = rgb(0x2E2E2E), t.hover = rgb(0x3A3A3A);
        t.line = rgb(0x111111);
        t.text = rgb(0xD6D6D6), t.secondary = rgb(0x8F8F8F), t.disabled = rgb(0x5C5C5C);
        t.accent = rgb(0xE8A33D), t.on_accent = rgb(0x1B1B1B);
        t.animation = rgb(0x5AA7E8), t.expression = rgb(0x7FBF6A), t.error = rgb(0xE05A4E), t.warning = rgb(0xE0B84E);
        t.good = rgb(0x7FBF6A);
    } else {
        t.window = rgb(0xB8B8B8), t.panel = rgb(0xC8C8C8), t.raised = rgb(0xDADADA), t.hover = rgb(0xE8E8E8);
        t.line = rgb(0x9A9A9A);
        t.text = rgb(0x1A1A1A), t.secondary = rgb(0x4A4A4A), t.disabled = rgb(0x808080);
        t.accent = rgb(0xB26A00), t.on_accent = rgb(0xFFFFFF);
        t.animation = rgb(0x0B5CA8), t.expression = rgb(0x2E6B1D), t.error = rgb(0xB02A1E), t.warning = rgb(0x7A5A00);
        t.good = rgb(0x2E6B1D);
    }
    t.red = rgb(0xE0564F), t.green = rgb(0x6BB95A), t.blue = rgb(0x5A94E8), t.alpha = rgb(0xC8C8C8);
    return t;
}

ImU32 faded(ImU32 colour, float opacity)
{
    const float alpha = float((colour >> IM_COL32_A_SHIFT) & 255) * opacity;
    return (colour & ~IM_COL32_A_MASK) | (ImU32(alpha + 0.5f) << IM_COL32_A_SHIFT);
}

ImU32 mixed(ImU32 a, ImU32 b, float t)
{
    const ImVec4 x = ImGui::ColorConvertU32ToFloat4(a), y = ImGui::ColorConvertU32ToFloat4(b);
    return ImGui::ColorConvertFloat4ToU32(
        {x.x + (y.x - x.x) * t, x.y + (y.y - x.y) * t, x.z + (y.z - x.z) * t, x.w + (y.w - x.w) * t});
}

void apply_theme(const Theme& t, float scale)
{
    ImGuiStyle style; // sizes start at ImGui's own, so that a second call does not scale twice
    style.WindowPadding = {8, 8};
    style.FramePadding = {8, 4};
    style.CellPadding = {4, 2};
    style.ItemSpacing = {8, 4};
    style.ItemInnerSpacing = {4, 4};
    style.IndentSpacing = 16;
    style.ScrollbarSize = 12;
    style.GrabMinSize = 8;
    style.WindowRounding = style.ChildRounding = 0;
    style.PopupRounding = style.FrameRounding = style.GrabRounding = style.TabRounding = style.ScrollbarRounding = 3;
    style.WindowBorderSize = style.ChildBorderSize = style.FrameBorderSize = style.TabBorderSize = 0;
    style.PopupBorderSize = 1;
    style.WindowMenuButtonPosition = ImGuiDir_None;
    style.ScaleAllSizes(scale);
    const auto set = [&](ImGuiCol which, ImU32 colour) {
        style.Colors[which] = ImGui::ColorConvertU32ToFloat4(colour);
    };
    const ImU32 none = IM_COL32(0, 0, 0, 0);
    set(ImGuiCol_Text, t.text), set(ImGuiCol_TextDisabled, t.secondary);
    set(ImGuiCol_WindowBg, t.panel), set(ImGuiCol_ChildBg, none), set(ImGuiCol_PopupBg, t.raised);
    set(ImGuiCol_Border, t.line), set(ImGuiCol_BorderShadow, none);
    set(ImGuiCol_FrameBg, t.raised), set(ImGuiCol_FrameBgHovered, t.hover), set(ImGuiCol_FrameBgActive, t.hover);
    set(ImGuiCol_TitleBg, t.window), set(ImGuiCol_TitleBgActive, t.window), set(ImGuiCol_TitleBgCollapsed, t.window);
    set(ImGuiCol_MenuBarBg, t.window);
    set(ImGuiCol_ScrollbarBg, none), set(ImGuiCol_ScrollbarGrab, t.hover);
    set(ImGuiCol_ScrollbarGrabHovered, mixed(t.hover, t.text, 0.2f));
    set(ImGuiCol_ScrollbarGrabActive, mixed(t.hover, t.text, 0.35f));
    set(ImGuiCol_CheckMark, t.accent), set(ImGuiCol_SliderGrab, t.secondary), set(ImGuiCol_SliderGrabActive, t.accent);
    set(ImGuiCol_Button, t.raised), set(ImGuiCol_ButtonHovered, t.hover);
    set(ImGuiCol_ButtonActive, mixed(t.hover, t.accent, 0.35f));
    set(ImGuiCol_Header, mixed(t.panel, t.accent, 0.25f)), set(ImGuiCol_HeaderHovered, t.hover);
    set(ImGuiCol_HeaderActive, mixed(t.hover, t.accent, 0.25f));
    set(ImGuiCol_Separator, t.line), set(ImGuiCol_SeparatorHovered, t.accent), set(ImGuiCol_SeparatorActive, t.accent);
    set(ImGuiCol_ResizeGrip, none), set(ImGuiCol_ResizeGripHovered, t.hover), set(ImGuiCol_ResizeGripActive, t.accent);
    set(ImGuiCol_Tab, t.window), set(ImGuiCol_TabHovered, t.hover), set(ImGuiCol_TabActive, t.panel);
    set(ImGuiCol_TabUnfocused, t.window), set(ImGuiCol_TabUnfocusedActive, t.panel);
    set(ImGuiCol_PlotLines, t.text), set(ImGuiCol_PlotHistogram, t.accent);
    set(ImGuiCol_TableHeaderBg, t.raised), set(ImGuiCol_TableBorderStrong, t.line);
    set(ImGuiCol_TableBorderLight, t.line), set(ImGuiCol_TableRowBg, none);
    set(ImGuiCol_TableRowBgAlt, faded(t.text, 0.03f));
    set(ImGuiCol_TextSelectedBg, faded(t.accent, 0.35f)), set(ImGuiCol_DragDropTarget, t.accent);
    set(ImGuiCol_NavHighlight, t.accent), set(ImGuiCol_ModalWindowDimBg, IM_COL32(0, 0, 0, 140));
    ImGui::GetStyle() = style;
}

// ---- fonts ----------------------------------------------------------------------------------------------------------

namespace {

struct Face {
    std::string file;
    bool exact = false; ///< the family asked for, not a substitute
};

Face find_face(const char* family, int weight)
{
    Face face;
    FcPattern* pattern = FcPatternCreate();
    FcPatternAddString(pattern, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
    FcPatternAddInteger(pattern, FC_WEIGHT, weight);
    FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcConfigSubstitute(nullptr, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result = FcResultNoMatch;
    if (FcPattern* match = FcFontMatch(nullptr, pattern, &result)) {
        FcChar8* text = nullptr;
        if (FcPatternGetString(match, FC_FILE, 0, &text) == FcResultMatch) face.file = reinterpret_cast<char*>(text);
        if (FcPatternGetString(match, FC_FAMILY, 0, &text) == FcResultMatch)
            face.exact = std::string_view(reinterpret_cast<char*>(text)).starts_with(family);
        FcPatternDestroy(match);
    }
    FcPatternDestroy(pattern);
    return face;
}

/// Digits of one width, so that numbers do not dance while they change.
void make_tabular(ImFont& font)
{
    float widest = 0;
    for (ImWchar c = '0'; c <= '9'; ++c)
        if (const ImFontGlyph* g = font.FindGlyphNoFallback(c)) widest = std::max(widest, g->AdvanceX);
    for (ImWchar c = '0'; c <= '9'; ++c) {
        auto* g = const_cast<ImFontGlyph*>(font.FindGlyphNoFallback(c));
        if (!g) continue;
        const float shift = std::floor((widest - g->AdvanceX) / 2 + 0.5f);
        g->X0 += shift, g->X1 += shift, g->AdvanceX = widest;
        if (int(c) < font.IndexAdvanceX.Size) font.IndexAdvanceX[int(c)] = widest;
    }
}

} // namespace

Result<std::string> load_fonts(Fonts& fonts, float scale)
{
    // Latin, Greek, Cyrillic, punctuation, arrows and mathematical signs.
    static const ImWchar letters[] = {0x20,   0x24F,  0x370,  0x3FF,  0x400,  0x52F, 0x2010, 0x2027, 0x2030, 0x205E,
                                      0x2070, 0x209F, 0x20A0, 0x20CF, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x25A0, 0x25FF, 0};
    static const ImWchar signs[] = {0xF000, 0xF2E0, 0};
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.TexDesiredWidth = 2048;
    const Face regular = find_face("Inter", FC_WEIGHT_REGULAR), strong = find_face("Inter", FC_WEIGHT_DEMIBOLD),
               mono = find_face("JetBrains Mono", FC_WEIGHT_REGULAR), icons = find_face("FontAwesome", FC_WEIGHT_REGULAR);
    const auto add = [&](const Face& face, float em) -> ImFont* {
        ImFontConfig config;
        config.OversampleH = 2;
        config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
        const float size = std::round(em * line_of_em * scale);
        ImFont* made = face.file.empty() ? nullptr
                                         : atlas.AddFontFromFileTTF(face.file.c_str(), size, &config, letters);
        if (!made) {
            ImFontConfig plain;
            plain.SizePixels = std::round(em * scale);
            made = atlas.AddFontDefault(&plain);
        }
        if (icons.exact) {
            ImFontConfig merge;
            merge.MergeMode = true;
            merge.GlyphMinAdvanceX = size;
            merge.GlyphOffset.y = std::round(scale);
            atlas.AddFontFromFileTTF(icons.file.c_str(), std::round(size * 0.95f), &merge, signs);
        }
        return made;
    };
    fonts.text = add(regular, 13);
    fonts.strong = add(strong, 13);
    fonts.small = add(regular, 11);
    fonts.large = add(strong, 22);
    fonts.mono = add(mono, 13);
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    if (!atlas.Build())
        return Error{ErrorKind::Unsupported, "the interface's fonts could not be loaded",
                     "install fonts-inter, fonts-jetbrains-mono and fonts-font-awesome"};
    for (ImFont* font : {fonts.text, fonts.strong, fonts.small, fonts.large}) make_tabular(*font);
    ImGui::GetIO().FontDefault = fonts.text;
    std::string missing;
    for (const auto& [face, name] : {std::pair{&regular, "fonts-inter"}, {&mono, "fonts-jetbrains-mono"},
                                     {&icons, "fonts-font-awesome"}})
        if (!face->exact) missing += (missing.empty() ? "" : ", ") + std::string(name);
    return missing;
}

} // namespace tessera
