#include "gpu/pipelines.h"
#include "gpu/spirv.h"
#include <algorithm>
#include <array>
#include <cstring>

namespace tessera {

namespace {

constexpr int most_images = 16;

/// A GPU likes neighbours in both directions. A CPU likes one vector of lanes that walks along a row: 3840x2160, one
/// multiply-add, milliseconds of CPU time: 16.6 along whole rows, 17.7 in runs of 64 vectors, 25 in eight rows above each
/// other, 32 and more where a group has several vectors that pass over the same row one after the other. Mesa's software
/// device ends an invocation's loops, without a word, after 65535 rounds in all: where a kernel has loops of its own, an
/// invocation makes one pixel and the pixels of a group are a piece of a row.
GroupShape shape_for(const Context& context, const std::vector<uint32_t>& spirv)
{
    constexpr uint32_t vectors = 256, most_rows = 8, with_loops = 64;
    if (!context.cpu_kernels) return {32, 8, 32, 8};
    if (loops_in(spirv) > main_loops) return {with_loops, 1, with_loops, 1};
    return {context.lanes, 1, context.lanes * vectors, most_rows};
}

/// The header of a driver's cache names this device and driver. Drivers are to check that themselves; some have crashed.
bool made_by(const Context& context, const std::vector<std::byte>& cache)
{
    VkPipelineCacheHeaderVersionOne header{};
    if (cache.size() < sizeof header) return false;
    std::memcpy(&header, cache.data(), sizeof header);
    return header.headerSize >= sizeof header && header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE &&
           hex_of(header.pipelineCacheUUID) == context.uuid;
}

} // namespace

VkDescriptorType descriptor_type(uint32_t binding, Dialect dialect)
{
    if (binding == values_binding) return VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
    if (binding == write_binding || dialect == Dialect::Gpu) return VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    return VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
}

Pipelines::Pipelines(const Context& context, const std::string& cache_folder)
    : context_(context), disk_(cache_folder)
{
    const uint32_t most = context.cpu_kernels ? context.limits.maxPerStageDescriptorSampledImages - 1
                                              : context.limits.maxPerStageDescriptorStorageBuffers - 2;
    max_images_ = int(std::min<uint32_t>(most_images, most));
}

Pipelines::~Pipelines()
{
    if (cache_) {
        size_t size = 0;
        if (vkGetPipelineCacheData(context_.device, cache_, &size, nullptr) == VK_SUCCESS && size != loaded_bytes_) {
            std::vector<std::byte> data(size);
            if (vkGetPipelineCacheData(context_.device, cache_, &size, data.data()) == VK_SUCCESS)
                disk_.store(cache_name(), data.data(), size);
        }
        vkDestroyPipelineCache(context_.device, cache_, nullptr);
    }
    for (auto& [key, entry] : entries_)
        if (entry->pipeline) vkDestroyPipeline(context_.device, entry->pipeline->pipeline, nullptr);
    for (auto& [images, layout] : layouts_) {
        vkDestroyPipelineLayout(context_.device, layout.pipeline, nullptr);
        vkDestroyDescriptorSetLayout(context_.device, layout.set, nullptr);
    }
}

std::string Pipelines::cache_name() const
{
    return "pipelines-" + context_.uuid;
}

Status Pipelines::start()
{
    const auto data = disk_.load(cache_name());
    VkPipelineCacheCreateInfo create{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    if (data && made_by(context_, *data)) {
        create.initialDataSize = data->size();
        create.pInitialData = data->data();
        if (vkCreatePipelineCache(context_.device, &create, nullptr, &cache_) == VK_SUCCESS) {
            loaded_bytes_ = data->size();
            return {};
        }
        create.initialDataSize = 0; // what the driver refuses is written anew at the end
    }
    TESSERA_VK("creating the pipeline cache", vkCreatePipelineCache(context_.device, &create, nullptr, &cache_));
    return {};
}

bool Pipelines::ready(const Program& program) const
{
    std::lock_guard lock(mutex_);
    const auto it = entries_.find(program.key);
    return it != entries_.end() && it->second->done;
}

Result<PipelinePtr> Pipelines::compiled(const Program& program)
{
    std::shared_ptr<Entry> entry;
    {
        std::unique_lock lock(mutex_);
        auto& slot = entries_[program.key];
        if (slot) {
            entry = slot;
            finished_.wait(lock, [&] { return entry->done; });
            if (entry->pipeline) return entry->pipeline;
            return entry->error;
        }
        slot = entry = std::make_shared<Entry>();
    }
    Result<PipelinePtr> made = make(program);
    {
        std::lock_guard lock(mutex_);
        entry->done = true;
        if (made)
            entry->pipeline = *made;
        else
            entry->error = made.error();
        // Running out of memory is no fault of the program's: the next to ask tries again.
        if (!made && made.error().kind != ErrorKind::InvalidArgument) entries_.erase(program.key);
    }
    finished_.notify_all();
    return made;
}

Result<PipelinePtr> Pipelines::make(const Program& program)
{
    if (program.images > max_images_)
        return Error{ErrorKind::Unsupported,
                     "the program " + program.name + " reads " + std::to_string(program.images) + " images, " +
                         context_.info.name + " allows " + std::to_string(max_images_),
                     "run it in several passes"};
    TESSERA_TRY(spirv, spirv_of(program));
    TESSERA_TRY(layout, layout_for(program.images));
    VkShaderModuleCreateInfo module_info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
    module_info.codeSize = spirv.size() * 4;
    module_info.pCode = spirv.data();
    VkShaderModule module = VK_NULL_HANDLE;
    TESSERA_VK("loading the kernel " + program.name,
               vkCreateShaderModule(context_.device, &module_info, nullptr, &module));

    const bool raw = is_raw(program);
    const GroupShape shape = shape_for(context_, spirv);
    const std::array<VkSpecializationMapEntry, 2> map{{{local_width_constant, 0, 4}, {local_height_constant, 4, 4}}};
    const std::array<uint32_t, 2> constants{shape.width, shape.height};
    const VkSpecializationInfo specialization{uint32_t(map.size()), map.data(), sizeof constants, constants.data()};
    VkComputePipelineCreateInfo create{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    create.layout = layout.pipeline;
    create.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    create.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    create.stage.module = module;
    create.stage.pName = "main";
    create.stage.pSpecializationInfo = raw ? nullptr : &specialization;
    auto pipeline = std::make_shared<Pipeline>();
    const VkResult result = vkCreateComputePipelines(context_.device, cache_, 1, &create, nullptr, &pipeline->pipeline);
    vkDestroyShaderModule(context_.device, module, nullptr);
    if (result != VK_SUCCESS) return vulkan_error(result, "compiling the kernel " + program.name);
    pipeline->layout = layout.pipeline;
    pipeline->set_layout = layout.set;
    pipeline->values = values_layout(program);
    pipeline->shape = shape;
    pipeline->raw = raw;
    return PipelinePtr(std::move(pipeline));
}

Result<std::vector<uint32_t>> Pipelines::spirv_of(const Program& program)
{
    TESSERA_TRY(composition, compose(program, dialect()));
    // The text itself is the key: it can never be stale, and writing it takes some twenty microseconds.
    const Key key = Hasher().add(composition.glsl).add(spirv_version).add(context_.preserves_special_values).key();
    const std::string name = key.hex() + ".spv";
    if (const auto stored = disk_.load(name); stored && stored->size() % 4 == 0) {
        std::vector<uint32_t> spirv(stored->size() / 4);
        std::memcpy(spirv.data(), stored->data(), stored->size());
        return spirv;
    }
    TESSERA_TRY(spirv, compile_glsl(composition.glsl, composition.sources));
    pin_arithmetic(spirv, context_.preserves_special_values);
    disk_.store(name, spirv.data(), spirv.size() * 4);
    return std::move(spirv);
}

Result<Pipelines::Layout> Pipelines::layout_for(int images)
{
    std::lock_guard lock(mutex_);
    if (const auto it = layouts_.find(images); it != layouts_.end()) return it->second;
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (uint32_t i = 0; i < uint32_t(first_image_binding) + uint32_t(images); ++i)
        bindings.push_back({i, descriptor_type(i, dialect()), 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    VkDescriptorSetLayoutCreateInfo set_info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    set_info.flags = context_.push_descriptor_set ? VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR : 0;
    set_info.bindingCount = uint32_t(bindings.size());
    set_info.pBindings = bindings.data();
    Layout layout;
    TESSERA_VK("creating a descriptor layout",
               vkCreateDescriptorSetLayout(context_.device, &set_info, nullptr, &layout.set));
    VkPipelineLayoutCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    info.setLayoutCount = 1;
    info.pSetLayouts = &layout.set;
    const VkResult result = vkCreatePipelineLayout(context_.device, &info, nullptr, &layout.pipeline);
    if (result != VK_SUCCESS) {
        vkDestroyDescriptorSetLayout(context_.device, layout.set, nullptr);
        return vulkan_error(result, "creating a pipeline layout");
    }
    layouts_[images] = layout;
    return layout;
}

} // namespace tessera
