#include "core/eval/loader.h"
#include "core/base/trace.h"
#include <chrono>
#include <new>

namespace tessera {

namespace {

template <class T> void drop_expired(std::map<Key, std::weak_ptr<T>>& map)
{
    std::erase_if(map, [](const auto& entry) { return entry.second.expired(); });
}

Rect at_full_resolution(const Rect& r, int level)
{
    return {r.x0 * (1 << level), r.y0 * (1 << level), r.x1 * (1 << level), r.y1 * (1 << level)};
}

Result<HostImage> run_load(const SourceJob& job, const Rect& region, int level, bool data)
{
    try {
        const Rect full = at_full_resolution(region, level);
        TESSERA_TRY(pixels, job.load(full));
        if (level == 0 && pixels.region == region) return std::move(pixels);
        return reduced(pixels, region, level, data);
    } catch (const std::bad_alloc&) {
        return Error{ErrorKind::OutOfMemory, "there is not enough memory to decode " + job.file,
                     "close other programs, or render a smaller region", "", job.file};
    }
}

} // namespace

HostImage reduced(const HostImage& full, const Rect& region, int level, bool data)
{
    HostImage out(region);
    const int n = 1 << level;
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            const Rect block = intersected({x * n, y * n, (x + 1) * n, (y + 1) * n}, full.region);
            if (block.empty()) continue;
            float* to = out.at(x, y);
            if (data) {
                const float* from = full.at(std::min(x * n + n / 2, block.x1 - 1), std::min(y * n + n / 2, block.y1 - 1));
                std::copy(from, from + 4, to);
                continue;
            }
            double sum[4] = {};
            for (int v = block.y0; v < block.y1; ++v)
                for (int u = block.x0; u < block.x1; ++u)
                    for (int c = 0; c < 4; ++c) sum[c] += full.at(u, v)[c];
            for (int c = 0; c < 4; ++c) to[c] = float(sum[c] / (double(n) * n));
        }
    return out;
}

Loader::Loader(int threads, std::function<void()> notify) : notify_(std::move(notify))
{
    for (int i = 0; i < std::max(1, threads); ++i)
        threads_.emplace_back([this, i] {
            name_thread("decode " + std::to_string(i + 1));
            while (auto work = queue_.pop()) {
                (*work)();
                notify_();
            }
        });
}

Loader::~Loader()
{
    while (queue_.try_pop()) {}
    queue_.close();
    for (std::thread& t : threads_) t.join();
}

std::shared_ptr<Load> Loader::load(const SourceJob& job, const Rect& region, int level, bool data)
{
    const Key key = Hasher().add(job.stamp).add(level).add(region.x0).add(region.y0).add(region.x1).add(region.y1).key();
    if (auto known = loads_[key].lock()) return known;
    drop_expired(loads_);
    auto load = std::make_shared<Load>();
    loads_[key] = load;
    queue_.push([load, job, region, level, data] {
        const auto start = std::chrono::steady_clock::now();
        const TraceSpan span("decode", job.file);
        load->pixels = run_load(job, region, level, data);
        load->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        load->done = true;
    });
    return load;
}

std::shared_ptr<Compile> Loader::compile(std::shared_ptr<Device> device, const ProgramPtr& program)
{
    if (auto known = compiles_[program->key].lock()) return known;
    drop_expired(compiles_);
    auto compile = std::make_shared<Compile>();
    compiles_[program->key] = compile;
    queue_.push([compile, device = std::move(device), program] {
        const TraceSpan span("compile", program->name);
        compile->status = device->compile(program);
        compile->done = true;
    });
    return compile;
}

} // namespace tessera
