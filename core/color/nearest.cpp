#include "core/color/nearest.h"
#include <algorithm>
#include <numeric>

namespace tessera {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

} // namespace

int edit_distance(std::string_view a, std::string_view b)
{
    std::vector<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const int replaced = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

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
    std::string out;
    for (size_t i = 0; i < names.size(); ++i) {
        if (i) out += i + 1 == names.size() ? " or " : ", ";
        out += "\"" + names[i] + "\"";
    }
    return out;
}

} // namespace tessera
