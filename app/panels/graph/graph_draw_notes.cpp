// Backdrops and sticky notes.
#include "app/panels/graph/graph_panel.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

ImU32 rgb(int hex)
{
    return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255);
}

constexpr int sticky_colour = 0xC9B458;

} // namespace

void GraphPanel::draw_notes(Note::Kind kind)
{
    for (const NotePtr& note : scene_.notes) {
        if (note->kind != kind) continue;
        Note shown = *note;
        shown.position = shown.position + shift_of(note->id);
        if (drag_ == Drag::Note && note->id == pressed_note_ && note_part_ == NotePart::Corner && moved_)
            shown.size = {std::max(48.0, note->size.x + drag_offset_.x), std::max(32.0, note->size.y + drag_offset_.y)};
        if (visible(shown.position, shown.position + shown.size)) draw_note(shown);
    }
}

void GraphPanel::draw_note(const Note& note)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool sticky = note.kind == Note::Kind::Sticky, selected = notes_selected_.contains(note.id);
    const float z = unit(), round = (sticky ? 2 : 4) * z;
    ImVec2 low = to_screen(note.position), high = to_screen(note.position + note.size);
    low = {std::round(low.x), std::round(low.y)}, high = {std::round(high.x), std::round(high.y)};
    const ImU32 own = note.colour >= 0 ? rgb(note.colour)
                      : sticky         ? rgb(sticky_colour)
                                       : mixed(ui.theme.panel, ui.theme.text, 0.25f);
    // Surfaces stay calm whatever colour is chosen: a backdrop is tinted, its header more than its body.
    const ImU32 body = sticky ? own : mixed(ui.theme.panel, own, 0.28f);
    list.AddRectFilled(low, high, body, round);
    const float header = float(note_header(note)) * z;
    if (!sticky)
        list.AddRectFilled(low, {high.x, low.y + header}, mixed(ui.theme.panel, own, 0.5f), round,
                           ImDrawFlags_RoundCornersTop);
    list.AddRect(low, high, selected ? ui.theme.accent : mixed(body, ui.theme.line, 0.5f), round, 0,
                 selected ? ui.px(2) : 1);
    const ImVec4 clip{low.x, low.y, high.x, high.y};
    const ImVec4 tone = ImGui::ColorConvertU32ToFloat4(sticky ? body : mixed(ui.theme.panel, own, 0.5f));
    const bool dark = 0.299f * tone.x + 0.587f * tone.y + 0.114f * tone.z < 0.5f;
    const ImU32 ink = dark ? IM_COL32(235, 235, 235, 255) : IM_COL32(25, 25, 25, 255);
    const float size = float(note.font_size) * 1.2f * z;
    const auto face = [&](float pixels) {
        return pixels > ui.fonts.text->FontSize * 1.3f    ? ui.fonts.large
               : pixels < ui.fonts.small->FontSize * 1.1f ? ui.fonts.small
                                                          : ui.fonts.text;
    };
    if (size >= 4) {
        const std::string& main = sticky ? note.text : note.title;
        list.AddText(face(size), size, {low.x + 8 * z, low.y + 6 * z}, ink, main.c_str(), nullptr,
                     sticky ? std::max(1.0f, high.x - low.x - 16 * z) : 0, &clip);
    }
    const float small = ui.fonts.text->FontSize * float(camera_.zoom);
    if (!sticky && !note.text.empty() && small >= 4)
        list.AddText(face(small), small, {low.x + 8 * z, low.y + header + 6 * z}, ui.theme.secondary, note.text.c_str(),
                     nullptr, std::max(1.0f, high.x - low.x - 16 * z), &clip);
    if (camera_.zoom >= 0.3) { // the corner that resizes it
        const ImU32 grip = faded(sticky ? ink : ui.theme.text, 0.35f);
        for (const float d : {4.0f, 8.0f, 12.0f})
            list.AddLine({high.x - d * z, high.y - 2 * z}, {high.x - 2 * z, high.y - d * z}, grip, 1);
    }
}

} // namespace tessera
