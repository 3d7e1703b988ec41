#pragma once
// Names for the icons used, as UTF-8 of the icon font's code points (Font Awesome 4.7).
namespace tessera::icon {

inline constexpr const char* play = "\xef\x81\x8b";
inline constexpr const char* pause = "\xef\x81\x8c";
inline constexpr const char* stop = "\xef\x81\x8d";
inline constexpr const char* step_forward = "\xef\x81\x91";
inline constexpr const char* step_back = "\xef\x81\x88";
inline constexpr const char* to_start = "\xef\x81\x89";
inline constexpr const char* to_end = "\xef\x81\x90";
inline constexpr const char* backward = "\xef\x81\x8a";
inline constexpr const char* loop = "\xef\x80\x9e";
inline constexpr const char* bounce = "\xef\x81\xb9";
inline constexpr const char* once = "\xef\x85\xb8";
inline constexpr const char* close = "\xef\x80\x8d";
inline constexpr const char* add = "\xef\x81\xa7";
inline constexpr const char* remove = "\xef\x81\xa8";
inline constexpr const char* folder = "\xef\x81\xbc";
inline constexpr const char* file = "\xef\x85\x9b";
inline constexpr const char* film = "\xef\x80\x88";
inline constexpr const char* picture = "\xef\x80\xbe";
inline constexpr const char* search = "\xef\x80\x82";
inline constexpr const char* settings = "\xef\x80\x93";
inline constexpr const char* warning = "\xef\x81\xb1";
inline constexpr const char* error = "\xef\x81\xaa";
inline constexpr const char* info = "\xef\x81\x9a";
inline constexpr const char* check = "\xef\x80\x8c";
inline constexpr const char* undo = "\xef\x83\xa2";
inline constexpr const char* redo = "\xef\x80\x9e";
inline constexpr const char* link = "\xef\x83\x81";
inline constexpr const char* eye = "\xef\x81\xae";
inline constexpr const char* eyedropper = "\xef\x87\xbb";
inline constexpr const char* trash = "\xef\x80\x94";
inline constexpr const char* menu = "\xef\x83\x89";
inline constexpr const char* more = "\xef\x85\x82";
inline constexpr const char* caret_down = "\xef\x83\x97";
inline constexpr const char* caret_right = "\xef\x83\x9a";
inline constexpr const char* keyframe = "\xef\x88\x99";
inline constexpr const char* chart = "\xef\x88\x81";
inline constexpr const char* lock = "\xef\x80\xa3";
inline constexpr const char* refresh = "\xef\x80\xa1";
inline constexpr const char* bookmark = "\xef\x80\xae";
inline constexpr const char* camera = "\xef\x80\xb0";
inline constexpr const char* columns = "\xef\x83\x9b";
inline constexpr const char* expand = "\xef\x81\xa5";
inline constexpr const char* share = "\xef\x87\xa0";
inline constexpr const char* adjust = "\xef\x87\x9e";
inline constexpr const char* up = "\xef\x81\xa2";
inline constexpr const char* down = "\xef\x81\xa3";
inline constexpr const char* caret_left = "\xef\x83\x99";
inline constexpr const char* star = "\xef\x80\x85";
inline constexpr const char* home = "\xef\x80\x95";
inline constexpr const char* disk = "\xef\x82\xa0";
inline constexpr const char* clock = "\xef\x80\x97";
inline constexpr const char* crop = "\xef\x84\xa5";
inline constexpr const char* grid = "\xef\x80\x8a";
inline constexpr const char* exchange = "\xef\x83\xac";
inline constexpr const char* filter = "\xef\x82\xb0";
inline constexpr const char* power = "\xef\x80\x91";
inline constexpr const char* pin = "\xef\x82\x8d";

} // namespace tessera::icon
