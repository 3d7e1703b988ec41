#pragma once
// What the application and a decoding worker say to each other over a stream socket: messages of a length and that many
// bytes; a request may carry one file descriptor, the shared memory for the pixels. Both ends are the same build on the
// same machine, so numbers go as they are in memory. The reader trusts nothing: a worker that a bad file has taken over
// can send anything.
#include "core/media/image_file.h"
#include <cstddef>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

class WireWriter {
public:
    template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> WireWriter& put(T v) { return bytes(&v, sizeof v); }
    WireWriter& put(std::string_view text)
    {
        put(uint64_t(text.size()));
        return bytes(text.data(), text.size());
    }
    WireWriter& put(const char* text) { return put(std::string_view(text)); }
    WireWriter& put(const std::string& text) { return put(std::string_view(text)); }
    template <class T> WireWriter& put(const std::vector<T>& list)
    {
        put(uint64_t(list.size()));
        for (const T& v : list) put(v);
        return *this;
    }
    const std::vector<std::byte>& message() const { return bytes_; }

private:
    WireWriter& bytes(const void* data, size_t size)
    {
        const auto* p = static_cast<const std::byte*>(data);
        bytes_.insert(bytes_.end(), p, p + size);
        return *this;
    }
    std::vector<std::byte> bytes_;
};

/// Reads what WireWriter wrote. After the first value that is not there `ok` is false and every value is empty.
class WireReader {
public:
    explicit WireReader(const std::vector<std::byte>& message) : bytes_(message) {}
    bool ok() const { return ok_; }
    template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> T get()
    {
        T v{};
        if (take(sizeof v)) std::memcpy(&v, bytes_.data() + at_ - sizeof v, sizeof v);
        return v;
    }
    std::string text()
    {
        const auto size = size_t(get<uint64_t>());
        if (!take(size)) return {};
        return {reinterpret_cast<const char*>(bytes_.data() + at_ - size), size};
    }
    /// How many values follow; 0 when the message is too short for that many of at least `least` bytes.
    size_t count(size_t least)
    {
        const auto n = size_t(get<uint64_t>());
        if (!ok_ || n > (bytes_.size() - at_) / least) ok_ = false;
        return ok_ ? n : 0;
    }
    template <class T> std::vector<T> list()
    {
        std::vector<T> values(count(sizeof(T)));
        for (T& v : values) v = get<T>();
        return values;
    }

private:
    bool take(size_t size)
    {
        ok_ = ok_ && size <= bytes_.size() - at_;
        if (ok_) at_ += size;
        return ok_;
    }
    const std::vector<std::byte>& bytes_;
    size_t at_ = 0;
    bool ok_ = true;
};

enum class WorkerTask : uint8_t { Info, Pixels };

/// Which pixels: of one part, rows and columns as the file counts them.
struct PixelRequest {
    std::string path;
    int part = 0;
    int first_channel = 0, last_channel = 0; ///< half-open
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;      ///< half-open, y down, in the file's own coordinates
    std::vector<std::pair<int, int>> slots;  ///< (slot, channel) that go to the shared memory
    int width = 0, rows_above = 0,
        columns_left = 0; ///< the shared image: its width, and where (x0, y0) is in it, in rows from its top
    int height = 0;
};

std::vector<std::byte> info_request(const std::string& path, const ReadLimits& limits);
std::vector<std::byte> pixel_request(const PixelRequest& request);
PixelRequest read_pixel_request(WireReader& in);

/// What a worker reports of a file, before layers are made of it: windows still as in the file.
struct RawPart {
    PartInfo part; ///< without its data window
    int x = 0, y = 0, width = 0, height = 0;
};
struct RawInfo {
    std::string format;
    int display_x = 0, display_y = 0, display_width = 0, display_height = 0;
    double pixel_aspect = 1, frames_per_second = 0; ///< 0: the file has none
    AlphaState alpha = AlphaState::Opaque;
    Metadata metadata;
    std::vector<RawPart> parts;
};
void put(WireWriter& out, const RawInfo& info);
RawInfo read_raw_info(WireReader& in);

/// Sends one message; false when the other side is gone. `descriptor` -1 sends none.
bool send_message(int socket, const std::vector<std::byte>& message, int descriptor = -1);
/// Receives one message; nothing when the other side is gone, sends nonsense, or `seconds` (negative: forever) pass,
/// which sets `timed_out`. A descriptor that came with it is put into `descriptor`.
std::optional<std::vector<std::byte>> receive_message(int socket, double seconds, bool& timed_out,
                                                      int* descriptor = nullptr);

} // namespace tessera
