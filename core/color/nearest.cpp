#include "core/color/nearest.h"
#include <algorithm>

namespace tessera {

namespace {

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

} // namespace

std::vector<std::string> nearest_names(std::string_view name, std::span<const std::string> names, size_t limit)
{
    struct Candidate {
        int distance;
        size_t index;
    };
    std::vector<Candidate> near;
    const std::string wanted = lowered(name);
    const int reach = std::max<int>(2, int(name.size()) / 2);
    for (size_t i = 0; i < names.size(); ++i) {
        int distance = edit_distance(name, names[i]);
        if (wanted.size() >= 2 && lowered(names[i]).find(wanted) != std::string::npos) distance = std::min(distance, 1);
        if (distance <= reach) near.push_back({distance, i});
    }
    if (near.empty())
        for (size_t i = 0; i < names.size(); ++i) near.push_back({0, i});
    std::stable_sort(near.begin(), near.end(), [](auto& x, auto& y) { return x.distance < y.distance; });
    std::vector<std::string> out;
    for (size_t i = 0; i < near.size() && i < limit; ++i) out.push_back(names[near[i].index]);
    return out;
}

std::string quoted_list(std::span<const std::string> names)
{
    std::vector<std::string> quoted;
    for (const std::string& n : names) quoted.push_back("\"" + n + "\"");
    return joined(quoted);
}

} // namespace tessera
