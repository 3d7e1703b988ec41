#pragma once
// Programs made into pipelines: composed, compiled, kept by key in memory and on disk. Any thread may ask; a program
// that one thread is compiling is waited for by the others, different programs compile side by side.
#include "gpu/compose.h"
#include "gpu/context.h"
#include "gpu/disk_cache.h"
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace tessera {

/// How a composed main() is launched.
struct GroupShape {
    uint32_t width = 8, height = 8; ///< invocations of a work group
    uint32_t run = 8, rows = 8;     ///< pixels along a row that a work group makes, and rows: at most that many
};

struct Pipeline {
    VkPipeline pipeline = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    ValuesLayout values;
    GroupShape shape;
    bool raw = false;
};
using PipelinePtr = std::shared_ptr<const Pipeline>;


VkDescriptorType descriptor_type(uint32_t binding, Dialect dialect);

class Pipelines {
public:
    Pipelines(const Context& context, const std::string& cache_folder);
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    Status start();
    /// The program's pipeline, compiled first when need be; blocks. Failures are remembered like successes.
    Result<PipelinePtr> compiled(const Program& program);
    /// True when compiled() would answer at once.
    bool ready(const Program& program) const;
    Dialect dialect() const { return context_.cpu_kernels ? Dialect::Cpu : Dialect::Gpu; }
    int max_images() const { return max_images_; }

private:
    struct Entry {
        bool done = false;
        PipelinePtr pipeline;
        Error error;
    };
    struct Layout {
        VkDescriptorSetLayout set = VK_NULL_HANDLE;
        VkPipelineLayout pipeline = VK_NULL_HANDLE;
    };
    Result<PipelinePtr> make(const Program& program);
    Result<std::vector<uint32_t>> spirv_of(const Program& program);
    Result<Layout> layout_for(int images);
    std::string cache_name() const;

    const Context& context_;
    DiskCache disk_;
    int max_images_ = 0;
    VkPipelineCache cache_ = VK_NULL_HANDLE;
    size_t loaded_bytes_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable finished_;
    std::unordered_map<Key, std::shared_ptr<Entry>> entries_;
    std::map<int, Layout> layouts_;
};

} // namespace tessera
