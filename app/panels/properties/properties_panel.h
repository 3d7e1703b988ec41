#pragma once
// The parameters of the nodes whose panels are open, newest on top: every type with its own control.
#include "app/editor/editor.h"
#include "core/op/description.h"
#include <deque>

namespace tessera {

class PropertiesPanel final : public Panel {
public:
    explicit PropertiesPanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

    /// Opens a node's parameters on top, or brings them there.
    void open(GraphId graph, NodeId node);

private:
    struct Open {
        GraphId graph = 0;
        NodeId node = 0;
        bool collapsed = false, help = false;
        bool operator==(const Open& o) const { return graph == o.graph && node == o.node; }
    };
    /// What the control of one parameter is drawn with.
    struct Row {
        NodeRef ref;
        const ParamDesc* param = nullptr;
        const Param* set = nullptr; ///< null when it has its default
        Value value;                ///< at the current frame
        std::optional<Error> error; ///< why it has no value
    };

    void draw_node(Editor& editor, Open& open, bool& close);
    void draw_header(Editor& editor, Open& open, const NodePlace& place, bool& close);
    void draw_params(Editor& editor, const NodePlace& place, const OpDesc& op);
    void draw_row(Editor& editor, const Row& row);
    void draw_numbers(Editor& editor, const Row& row, float width);
    void draw_colour(Editor& editor, const Row& row, float width);
    void draw_choice(Editor& editor, const Row& row, float width);
    void draw_text(Editor& editor, const Row& row, float width);
    void draw_menu(Editor& editor, const Row& row);
    void set_number(Editor& editor, const Row& row, int component, double number, bool finished);
    void set_value(Editor& editor, const Row& row, const Value& value, bool finished);
    static ImU32 tint_of(const Ui& ui, const Row& row, int component, double frame);

    Editor& editor_;
    std::deque<Open> open_;
    bool modified_only_ = false, pinned_ = false;
    NodeId followed_ = 0;
    std::string expression_text_;
    std::string filter_;
};

} // namespace tessera
