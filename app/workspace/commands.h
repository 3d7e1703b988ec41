#pragma once
// Everything the application can do has a name here: menus, keys, the palette and tests all go through it.
#include "core/base/result.h"
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// One key with its modifiers, as "Ctrl+Shift+P", "Alt+1", "F5", "Space", "Left", "[". Letters are upper case.
struct Chord {
    std::string key;
    bool ctrl = false, shift = false, alt = false, super = false;
    bool operator==(const Chord&) const = default;
    auto operator<=>(const Chord&) const = default;
};
/// Modifiers in any order, case ignored; errors name the part that is not known.
Result<Chord> parse_chord(std::string_view text);
std::string chord_text(const Chord& chord);

struct Command {
    std::string id;      ///< "graph.group": where it applies, a dot, what it does; key maps are saved by it
    std::string name;    ///< "Group": in menus and the palette
    std::string menu;    ///< "Edit", "View/Guides"; "" when only the palette and keys have it
    std::string help;    ///< one sentence, for tooltips and the palette
    std::string context; ///< panel kind in which its key works ("graph"); "" everywhere
    std::function<void()> run;
    std::function<bool()> enabled; ///< none: always
    std::function<bool()> checked; ///< of a switch: whether it is on
    int order = 0;                 ///< place in its menu; a new hundred starts a new section
    bool usable() const { return !enabled || enabled(); }
};

class Commands {
public:
    /// Replaces a command of the same id.
    void add(Command command);
    void remove(std::string_view id);
    const Command* find(std::string_view id) const;
    /// Runs it when it exists and is enabled; remembers it as used. False otherwise.
    bool run(std::string_view id);
    const std::map<std::string, Command, std::less<>>& all() const { return commands_; }
    /// Ids, the last used first.
    const std::vector<std::string>& recent() const { return recent_; }
    uint64_t runs() const { return runs_; }

private:
    std::map<std::string, Command, std::less<>> commands_;
    std::vector<std::string> recent_;
    uint64_t runs_ = 0;
};

/// Which chord runs which command, by context. A command may have several.
class KeyMap {
public:
    /// Binds a chord in a command's context; takes it from the command that had it there.
    void bind(const std::string& context, const Chord& chord, const std::string& command);
    void unbind(const std::string& context, const Chord& chord);
    /// The command of a chord in a context, else the global one's; "" when there is none.
    std::string command_of(const std::string& context, const Chord& chord) const;
    /// The chords of a command, as text joined by ", "; "" when it has none.
    std::string text_of(std::string_view command) const;
    std::vector<std::pair<std::string, Chord>> chords_of(std::string_view command) const;
    /// Every command that has a key, each once, sorted.
    std::vector<std::string> commands() const;
    bool operator==(const KeyMap&) const = default;

    std::string to_json() const;
    /// Unknown commands are kept (a plug-in may bring them); unknown keys are an error that names them.
    static Result<KeyMap> from_json(const std::string& text);

private:
    std::map<std::string, std::map<Chord, std::string>> bindings_; ///< context, chord, command
};

/// The key maps the application comes with: "Nuke", "Fusion".
std::vector<std::string> key_map_presets();
KeyMap make_key_map(std::string_view preset);

/// How well `query` is found in `text`, letters in order, case ignored: higher is better, 0 is not at all. Starts of
/// words and runs of letters count more.
int fuzzy_score(std::string_view query, std::string_view text);

} // namespace tessera
