#include "app/panels/properties/channel_choice.h"
#include <utility>
#include <vector>

namespace tessera {

namespace {

constexpr const char* names[4] = {"red", "green", "blue", "alpha"};

std::vector<std::string> words_of(const std::string& text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        if (c != ' ' && c != ',' && c != '\t' && c != '\n') word += c;
        else if (!word.empty()) words.push_back(std::exchange(word, {}));
    }
    return words;
}

} // namespace

ChannelChoice channel_choice(const std::string& text)
{
    ChannelChoice choice;
    const auto keep = [&](const std::string& word) { choice.rest += (choice.rest.empty() ? "" : " ") + word; };
    for (const std::string& word : words_of(text)) {
        bool main = word == "rgba" || word == "rgb" || word == "none";
        if (word == "rgba" || word == "all") choice.on = {true, true, true, true};
        if (word == "rgb") choice.on[0] = choice.on[1] = choice.on[2] = true;
        for (size_t i = 0; i < 4; ++i)
            if (word == names[i] || word == std::string("rgba.") + names[i]) choice.on[i] = main = true;
        if (!main) keep(word);
    }
    return choice;
}

std::string channel_text(const ChannelChoice& choice)
{
    if (choice.rest == "all" && choice.on == std::array{true, true, true, true}) return "all";
    // A switch taken from "all" leaves the other layers out: they cannot be named one by one here.
    std::string text, rest;
    for (const std::string& word : words_of(choice.rest))
        if (word != "all") rest += (rest.empty() ? "" : " ") + word;
    const auto& on = choice.on;
    if (on[0] && on[1] && on[2]) text = on[3] ? "rgba" : "rgb";
    else
        for (size_t i = 0; i < 4; ++i)
            if (on[i]) text += (text.empty() ? "" : " ") + std::string(names[i]);
    if (!rest.empty()) text += (text.empty() ? "" : " ") + rest;
    return text.empty() ? "none" : text;
}

} // namespace tessera
