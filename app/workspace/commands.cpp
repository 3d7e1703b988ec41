#include "app/workspace/commands.h"
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

namespace tessera {

namespace {

char lower(char c)
{
    return char(std::tolower(static_cast<unsigned char>(c)));
}

bool same_word(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Keys besides letters, digits and signs that stand for themselves.
constexpr std::string_view named_keys[] = {
    "Space", "Tab",  "Enter", "Escape", "Backspace", "Delete",   "Insert", "Home", "End",   "PageUp", "PageDown",
    "Left",  "Right", "Up",   "Down",   "Keypad+",   "Keypad-",  "KeypadEnter", "Keypad0", "Keypad1", "Keypad2",
    "Keypad3", "Keypad4", "Keypad5", "Keypad6", "Keypad7", "Keypad8", "Keypad9", "Keypad.", "Keypad/", "Keypad*",
};

std::string key_of(std::string_view text)
{
    if (text.size() == 1) {
        const auto c = static_cast<unsigned char>(text[0]);
        return std::isgraph(c) ? std::string(1, char(std::toupper(c))) : "";
    }
    for (const std::string_view name : named_keys)
        if (same_word(name, text)) return std::string(name);
    if (lower(text[0]) == 'f' && text.size() <= 3) {
        int n = 0;
        for (const char c : text.substr(1)) {
            if (!std::isdigit(static_cast<unsigned char>(c))) return "";
            n = n * 10 + (c - '0');
        }
        if (n >= 1 && n <= 24) return "F" + std::to_string(n);
    }
    return "";
}

} // namespace

Result<Chord> parse_chord(std::string_view text)
{
    Chord chord;
    std::string_view rest = text;
    while (!rest.empty()) {
        const size_t plus = rest.find('+', 1); // a chord may end in the key "+" itself
        const std::string_view part = rest.substr(0, plus);
        if (plus == std::string_view::npos) {
            chord.key = key_of(part);
            break;
        }
        if (same_word(part, "Ctrl")) chord.ctrl = true;
        else if (same_word(part, "Shift")) chord.shift = true;
        else if (same_word(part, "Alt")) chord.alt = true;
        else if (same_word(part, "Super")) chord.super = true;
        else if (same_word(rest, "Keypad+")) {
            chord.key = "Keypad+";
            break;
        } else return Error{ErrorKind::InvalidArgument, "\"" + std::string(part) + "\" is not a modifier key",
                            "use Ctrl, Shift, Alt or Super"};
        rest.remove_prefix(plus + 1);
    }
    if (chord.key.empty())
        return Error{ErrorKind::InvalidArgument, "\"" + std::string(text) + "\" does not end in a known key",
                     "write a letter, a digit, a sign, F1 to F24, or a name such as Space, Tab, Left, PageUp"};
    return chord;
}

std::string chord_text(const Chord& chord)
{
    std::string text;
    if (chord.ctrl) text += "Ctrl+";
    if (chord.alt) text += "Alt+";
    if (chord.shift) text += "Shift+";
    if (chord.super) text += "Super+";
    return text + chord.key;
}

void Commands::add(Command command)
{
    std::string id = command.id;
    commands_.insert_or_assign(std::move(id), std::move(command));
}

void Commands::remove(std::string_view id)
{
    if (const auto it = commands_.find(id); it != commands_.end()) commands_.erase(it);
}

const Command* Commands::find(std::string_view id) const
{
    const auto it = commands_.find(id);
    return it == commands_.end() ? nullptr : &it->second;
}

bool Commands::run(std::string_view id)
{
    const Command* command = find(id);
    if (!command || !command->run || !command->usable()) return false;
    constexpr size_t most_recent = 50;
    std::erase(recent_, command->id);
    recent_.insert(recent_.begin(), command->id);
    if (recent_.size() > most_recent) recent_.pop_back();
    ++runs_;
    const auto run = command->run; // running may replace the command
    run();
    return true;
}

// ---- key maps -------------------------------------------------------------------------------------------------------

void KeyMap::bind(const std::string& context, const Chord& chord, const std::string& command)
{
    bindings_[context][chord] = command;
}

void KeyMap::unbind(const std::string& context, const Chord& chord)
{
    const auto it = bindings_.find(context);
    if (it == bindings_.end()) return;
    it->second.erase(chord);
    if (it->second.empty()) bindings_.erase(it);
}

std::string KeyMap::command_of(const std::string& context, const Chord& chord) const
{
    for (const std::string& c : {context, std::string()}) {
        const auto map = bindings_.find(c);
        if (map == bindings_.end()) continue;
        const auto it = map->second.find(chord);
        if (it != map->second.end()) return it->second;
    }
    return "";
}

std::vector<std::pair<std::string, Chord>> KeyMap::chords_of(std::string_view command) const
{
    std::vector<std::pair<std::string, Chord>> found;
    for (const auto& [context, map] : bindings_)
        for (const auto& [chord, id] : map)
            if (id == command) found.emplace_back(context, chord);
    return found;
}

std::string KeyMap::text_of(std::string_view command) const
{
    std::string text;
    std::set<std::string> seen;
    for (const auto& [context, chord] : chords_of(command)) {
        const std::string t = chord_text(chord);
        if (seen.insert(t).second) text += (text.empty() ? "" : ", ") + t;
    }
    return text;
}

std::vector<std::string> KeyMap::commands() const
{
    std::set<std::string> all;
    for (const auto& [context, chords] : bindings_)
        for (const auto& [chord, command] : chords) all.insert(command);
    return {all.begin(), all.end()};
}

std::string KeyMap::to_json() const
{
    nlohmann::json j = nlohmann::json::object();
    for (const auto& [context, map] : bindings_)
        for (const auto& [chord, command] : map) j[context][chord_text(chord)] = command;
    return j.dump(1);
}

Result<KeyMap> KeyMap::from_json(const std::string& text)
{
    const auto j = nlohmann::json::parse(text, nullptr, false);
    const Error damaged{ErrorKind::Damaged, "the saved key map is not one", "choose a preset in the preferences"};
    if (!j.is_object()) return damaged;
    KeyMap map;
    for (const auto& [context, bindings] : j.items()) {
        if (!bindings.is_object()) return damaged;
        for (const auto& [key, command] : bindings.items()) {
            if (!command.is_string()) return damaged;
            TESSERA_TRY(chord, parse_chord(key));
            map.bind(context, chord, command.get<std::string>());
        }
    }
    return map;
}

int fuzzy_score(std::string_view query, std::string_view text)
{
    if (query.empty()) return 1;
    int score = 0, run = 0;
    size_t q = 0;
    for (size_t i = 0; i < text.size() && q < query.size(); ++i) {
        if (query[q] == ' ') {
            ++q, run = 0;
            if (q == query.size()) break;
        }
        if (lower(text[i]) != lower(query[q])) {
            run = 0;
            continue;
        }
        const bool start = i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1])) ||
                           (std::isupper(static_cast<unsigned char>(text[i])) &&
                            std::islower(static_cast<unsigned char>(text[i - 1])));
        score += 1 + 4 * run + (start ? 8 : 0) + (i == 0 ? 8 : 0);
        ++run, ++q;
    }
    if (q < query.size()) return 0;
    return score * 64 / int(32 + text.size()) + (same_word(query, text) ? 1000 : 0) + 1;
}

} // namespace tessera
