#include "core/base/result.h"
#include <cctype>
#include <cmath>
#include <cstdio>

namespace tessera {

std::string Error::text() const
{
    std::string s;
    if (!node.empty()) s += node;
    if (frame) {
        char number[32];
        std::snprintf(number, sizeof number, "%g", *frame);
        s += s.empty() ? "frame " : ", frame ";
        s += number;
    }
    if (!s.empty()) s += ": ";
    s += message;
    if (!remedy.empty()) {
        s += ". ";
        s += remedy;
        if (s.size() >= remedy.size()) {
            char& first = s[s.size() - remedy.size()];
            first = char(std::toupper(static_cast<unsigned char>(first)));
        }
    }
    if (!s.empty() && s.back() != '.' && s.back() != '?' && s.back() != '!') s += '.';
    return s;
}

} // namespace tessera
