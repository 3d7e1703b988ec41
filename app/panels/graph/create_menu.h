#pragma once
// The menu that Tab opens: operators by a few letters, the last used first; with no letters the last used and a tree of
// categories.
#include "app/editor/editor.h"

namespace tessera {

struct OpDesc;

/// A line of the menu.
struct CreateRow {
    enum class Kind { Heading, Category, Back, Node } kind = Kind::Node;
    const OpDesc* op = nullptr;  ///< of Node
    std::string text;            ///< of the others
    std::vector<size_t> matched; ///< places of the letters found in the node's label
};
/// The lines for a query; without one those of a category, or ("") the last used and the categories.
std::vector<CreateRow> create_rows(const std::string& query, const std::string& category,
                                   const std::vector<std::string>& recent);

class CreateMenu {
public:
    /// Opens it at a place of the screen.
    void open(ImVec2 at) { at_ = at, opening_ = true; }
    bool is_open() const { return open_ || opening_; }
    /// Whether Shift was held when the operator was chosen: a new branch is wanted.
    bool branch() const { return branch_; }
    /// Draws it; the operator chosen, once.
    std::string draw(Editor& editor);

private:
    void refresh(Editor& editor);
    bool step(int by);
    void enter(const CreateRow& row);
    std::string draw_rows(const Ui& ui);
    void draw_row(const Ui& ui, const CreateRow& row, ImVec2 at, float width);

    ImVec2 at_{};
    bool opening_ = false, open_ = false, branch_ = false, moved_ = false, refocus_ = false;
    std::string query_, category_;
    std::vector<CreateRow> rows_;
    int chosen_ = 0;
};

} // namespace tessera
