#include "core/media/worker_protocol.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace tessera {

namespace {

constexpr uint64_t longest_message = uint64_t(256) << 20; // metadata with a colour profile is a few megabytes

using Clock = std::chrono::steady_clock;

/// Waits until the socket has something to read; false after `deadline`.
bool wait_readable(int socket, std::optional<Clock::time_point> deadline)
{
    for (;;) {
        int wait_ms = -1;
        if (deadline) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
            if (left <= 0) return false;
            wait_ms = int(std::min<int64_t>(left + 1, 1 << 30));
        }
        pollfd p{socket, POLLIN, 0};
        const int n = ::poll(&p, 1, wait_ms);
        if (n > 0) return true;
        if (n < 0 && errno != EINTR) return true; // the read that follows reports it
    }
}

/// One recvmsg; keeps the descriptor that came with the bytes.
ssize_t receive_some(int socket, void* to, size_t size, int* descriptor)
{
    iovec part{to, size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part, message.msg_iovlen = 1;
    message.msg_control = control, message.msg_controllen = sizeof control;
    const ssize_t n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    for (cmsghdr* c = n > 0 ? CMSG_FIRSTHDR(&message) : nullptr; c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        int fd;
        std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
        if (descriptor && *descriptor < 0)
            *descriptor = fd;
        else
            ::close(fd);
    }
    return n;
}

bool receive_all(int socket, void* to, size_t size, std::optional<Clock::time_point> deadline, bool& timed_out,
                 int* descriptor)
{
    auto* p = static_cast<char*>(to);
    while (size > 0) {
        if (!wait_readable(socket, deadline)) {
            timed_out = true;
            return false;
        }
        const ssize_t n = receive_some(socket, p, size, descriptor);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n, size -= size_t(n);
    }
    return true;
}

void put_metadata(WireWriter& out, const Metadatum& m)
{
    out.put(m.name).put(m.type).put(uint8_t(m.value.index()));
    switch (m.value.index()) {
    case 0: out.put(std::get<0>(m.value)); break;
    case 1: out.put(std::get<1>(m.value)); break;
    case 2: out.put(std::get<2>(m.value)); break;
    default: out.put(std::get<3>(m.value)); break;
    }
}

Metadatum read_metadatum(WireReader& in)
{
    Metadatum m{in.text(), in.text(), {}};
    switch (in.get<uint8_t>()) {
    case 0: m.value = in.text(); break;
    case 1: m.value = in.list<int64_t>(); break;
    case 2: m.value = in.list<double>(); break;
    default: m.value = in.list<std::byte>(); break;
    }
    return m;
}

} // namespace

std::vector<std::byte> info_request(const std::string& path, const ReadLimits& limits)
{
    return WireWriter().put(WorkerTask::Info).put(path).put(limits.pixels).message();
}

std::vector<std::byte> pixel_request(const PixelRequest& r)
{
    WireWriter out;
    out.put(WorkerTask::Pixels).put(r.path).put(r.part).put(r.first_channel).put(r.last_channel);
    out.put(r.x0).put(r.x1).put(r.y0).put(r.y1).put(uint64_t(r.slots.size()));
    for (const auto& [slot, channel] : r.slots) out.put(slot).put(channel);
    return out.put(r.width).put(r.height).put(r.rows_above).put(r.columns_left).message();
}

PixelRequest read_pixel_request(WireReader& in)
{
    PixelRequest r;
    r.path = in.text();
    r.part = in.get<int>(), r.first_channel = in.get<int>(), r.last_channel = in.get<int>();
    r.x0 = in.get<int>(), r.x1 = in.get<int>(), r.y0 = in.get<int>(), r.y1 = in.get<int>();
    r.slots.resize(in.count(2 * sizeof(int)));
    for (auto& [slot, channel] : r.slots) slot = in.get<int>(), channel = in.get<int>();
    r.width = in.get<int>(), r.height = in.get<int>(), r.rows_above = in.get<int>(), r.columns_left = in.get<int>();
    return r;
}

void put(WireWriter& out, const RawInfo& i)
{
    out.put(i.format).put(i.display_x).put(i.display_y).put(i.display_width).put(i.display_height);
    out.put(i.pixel_aspect).put(i.frames_per_second).put(i.alpha).put(uint64_t(i.metadata.size()));
    for (const Metadatum& m : i.metadata) put_metadata(out, m);
    out.put(uint64_t(i.parts.size()));
    for (const auto& [p, x, y, width, height] : i.parts) {
        out.put(x).put(y).put(width).put(height).put(p.name).put(p.view).put(p.compression).put(p.line_order);
        out.put(p.tiled)
            .put(p.tile_width)
            .put(p.tile_height)
            .put(p.levels)
            .put(p.deep)
            .put(uint64_t(p.channels.size()));
        for (const ChannelInfo& c : p.channels) out.put(c.name).put(c.type);
    }
}

RawInfo read_raw_info(WireReader& in)
{
    RawInfo i;
    i.format = in.text();
    i.display_x = in.get<int>(), i.display_y = in.get<int>();
    i.display_width = in.get<int>(), i.display_height = in.get<int>();
    i.pixel_aspect = in.get<double>(), i.frames_per_second = in.get<double>();
    i.alpha = AlphaState(std::clamp(in.get<int>(), 0, int(AlphaState::Opaque)));
    constexpr size_t least_metadatum = 17, least_part = 64, least_channel = 16;
    for (size_t n = in.count(least_metadatum); n > 0 && in.ok(); --n) i.metadata.push_back(read_metadatum(in));
    for (size_t n = in.count(least_part); n > 0 && in.ok(); --n) {
        RawPart raw;
        PartInfo& p = raw.part;
        raw.x = in.get<int>(), raw.y = in.get<int>(), raw.width = in.get<int>(), raw.height = in.get<int>();
        p.name = in.text(), p.view = in.text(), p.compression = in.text(), p.line_order = in.text();
        p.tiled = in.get<uint8_t>() != 0, p.tile_width = in.get<int>(), p.tile_height = in.get<int>();
        p.levels = in.get<int>(), p.deep = in.get<uint8_t>() != 0;
        for (size_t c = in.count(least_channel); c > 0 && in.ok(); --c) {
            std::string name = in.text();
            p.channels.push_back({std::move(name), in.text()});
        }
        i.parts.push_back(std::move(raw));
    }
    return i;
}

bool send_message(int socket, const std::vector<std::byte>& message, int descriptor)
{
    const auto length = uint64_t(message.size());
    std::vector<std::byte> all;
    all.reserve(sizeof length + message.size());
    const auto* prefix = reinterpret_cast<const std::byte*>(&length);
    all.insert(all.end(), prefix, prefix + sizeof length);
    all.insert(all.end(), message.begin(), message.end());
    for (size_t sent = 0; sent < all.size();) {
        iovec part{all.data() + sent, all.size() - sent};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr header{};
        header.msg_iov = &part, header.msg_iovlen = 1;
        if (sent == 0 && descriptor >= 0) {
            header.msg_control = control, header.msg_controllen = sizeof control;
            cmsghdr* c = CMSG_FIRSTHDR(&header);
            c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(sizeof(int));
            std::memcpy(CMSG_DATA(c), &descriptor, sizeof descriptor);
        }
        const ssize_t n = ::sendmsg(socket, &header, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        sent += size_t(n);
    }
    return true;
}

std::optional<std::vector<std::byte>> receive_message(int socket, double seconds, bool& timed_out, int* descriptor)
{
    timed_out = false;
    std::optional<Clock::time_point> deadline;
    if (seconds >= 0)
        deadline = Clock::now() + std::chrono::milliseconds(int64_t(std::ceil(std::min(seconds, 1e6) * 1000)));
    uint64_t length = 0;
    if (!receive_all(socket, &length, sizeof length, deadline, timed_out, descriptor) || length > longest_message)
        return std::nullopt;
    std::vector<std::byte> message(static_cast<size_t>(length));
    if (!receive_all(socket, message.data(), message.size(), deadline, timed_out, descriptor)) return std::nullopt;
    return message;
}

} // namespace tessera
