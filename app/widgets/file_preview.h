#pragma once
// A small picture of a file and what it holds, read on a thread of its own.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tessera {

struct FilePicture {
    std::string path; ///< what was asked for
    int width = 0, height = 0;
    std::vector<uint8_t> pixels;                            ///< 8-bit RGBA, rows top-down; empty: no picture
    std::vector<std::pair<std::string, std::string>> facts; ///< "Resolution", "1920 x 1080"
    std::string problem;                                    ///< why there is no picture
};

/// True for names that end as still images and movies do.
bool is_picture_name(std::string_view path);
/// Reads a still or the first frame of a movie: at most `longest` pixels a side. OpenEXR counts as scene-linear, other
/// files as they are to be shown. `frame`: of a sequence pattern.
FilePicture read_picture(const std::string& path, std::optional<int> frame, int longest);

/// Reads the picture asked for last; one that is being read when another is asked for is finished and thrown away.
class FilePreview {
public:
    explicit FilePreview(std::function<void()> wake);
    ~FilePreview();
    FilePreview(const FilePreview&) = delete;

    void ask(std::string path, std::optional<int> frame, int longest);
    /// The picture once it is there; each is given once.
    std::optional<FilePicture> take();
    bool busy();

private:
    struct Wish {
        std::string path;
        std::optional<int> frame;
        int longest = 256;
    };
    void work();
    std::function<void()> wake_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Wish> wish_;
    std::optional<FilePicture> done_;
    bool busy_ = false, stop_ = false;
    std::thread thread_; ///< started by the first wish
};

} // namespace tessera
