#pragma once
// Questions that stop the user: few, one at a time, each with what happens written on its buttons.
#include "app/shell/ui.h"
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tessera {

struct Choice {
    std::string label;
    std::function<void()> run; ///< none: only closes the question
    bool main = false;         ///< what Enter chooses
    std::function<bool()> enabled; ///< none: always
};

struct Question {
    std::string title;
    std::string text;
    std::vector<Choice> choices; ///< from the left; Escape takes the last one
    /// Drawn between text and buttons, where a question is more than a sentence.
    std::function<void(const Ui&)> body;
    float width = 420; ///< at 96 dots an inch
};

class Dialogs {
public:
    /// Asked once those before it have been answered.
    void ask(Question question) { waiting_.push_back(std::move(question)); }
    bool open() const { return !waiting_.empty(); }
    void draw(const Ui& ui);

private:
    std::deque<Question> waiting_;
    bool shown_ = false;
};

} // namespace tessera
