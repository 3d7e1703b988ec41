#pragma once
// A display of the tests' own: Xvfb, whose pixels lie in a file that can be read at any time.
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tessera::tests {

/// What was on the screen.
struct Screenshot {
    int width = 0, height = 0;
    std::vector<uint32_t> pixels; ///< 0xRRGGBB, rows top-down
    uint32_t at(int x, int y) const { return pixels[size_t(y) * size_t(width) + size_t(x)]; }
    /// How many different colours a rectangle has.
    size_t colours(int x0, int y0, int x1, int y1) const;
    /// Mean of red, green and blue over a rectangle, 0 to 255 each.
    std::vector<double> mean(int x0, int y0, int x1, int y1) const;
    bool operator==(const Screenshot&) const = default;
};

class Display {
public:
    static constexpr int width = 2560, height = 1440;
    /// Starts Xvfb on a number that is free. When that fails, number() is empty and problem() says why.
    Display();
    ~Display(); ///< ends it
    Display(const Display&) = delete;
    Display& operator=(const Display&) = delete;

    const std::string& number() const { return number_; } ///< ":42"
    const std::string& problem() const { return problem_; }
    Screenshot screenshot() const;

private:
    void start();
    std::string number_, problem_;
    std::filesystem::path folder_;
    pid_t server_ = -1;
};

/// The display that editors inside the test program share: started when first asked for, DISPLAY set to it, the
/// user's folders turned to temporary ones. Fails the test when Xvfb cannot be started.
Display& shared_display();

/// Seconds that never go back.
double now();

} // namespace tessera::tests
