#pragma once
// What the benchmarks of the engine share: their figures as a table or JSON, counted allocations, pictures to read.
#include "core/doc/document.h"
#include "core/eval/engine.h"
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tessera::bench {

struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    std::string goal; ///< empty: none
};

/// As a table, or as a JSON array of {"name", "value", "unit", "goal"}.
void print(const std::vector<Figure>& figures, bool json);

/// Of the sorted middle; the mean of two for an even count.
double median(std::vector<double> values);
double worst(const std::vector<double>& values);

/// Allocations of the whole process so far: by operator new, and those of them of at least a MiB.
struct Allocations {
    uint64_t all = 0, large = 0;
};
Allocations allocations();

/// A folder that goes away at the end.
struct Scratch {
    Scratch();
    ~Scratch();
    std::filesystem::path path;
};

/// Half float ZIP frames of a subject before a green screen, with grain; their number in the name.
Status write_green(const std::filesystem::path& pattern_folder, const std::string& name, int width, int height,
                   int frames, bool screen);

/// The answer; ends the program with the error's text when there is none.
template <class T> T must(Result<T> result)
{
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}
inline void must(Status status)
{
    if (status) return;
    std::fprintf(stderr, "%s\n", status.error().text().c_str());
    std::exit(1);
}

} // namespace tessera::bench
