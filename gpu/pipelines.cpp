#include "gpu/pipelines.h"
#include "gpu/spirv.h"
#include <algorithm>
#include <array>
#include <cstring>

namespace tessera {

namespace {

constexpr int most_images = 16;

/// Measured on lavapipe, 3840x2160, milliseconds of two cores with 1 / 4 / 8 / 16 / 32 rows an invocation: one
/// multiply-add 50 / 33 / 31 / 32 / 91, eight in one kernel 118 / 54 / 47 / 64 / 103. A GPU hides what the rows
/// amortise there, and likes neighbours in both directions.
GroupShape shape_for(const Context& context)
{
    return context.software ? GroupShape{64, 1, 8} : GroupShape{32, 8, 1};
}

} // namespace

Pipelines::Pipelines(const Context& context, const std::string& cache_folder)
    : context_(context), disk_(cache_folder), shape_(shape_for(context))
{
    max_images_ = std::min<int>(most_images, int(context.limits.maxPerStageDescriptorStorageBuffers) - 2);
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
    if (data) {
        create.initialDataSize = loaded_bytes_ = data->size();
        create.pInitialData = data->data();
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
    const std::array<VkSpecializationMapEntry, 3> map{
        {{local_width_constant, 0, 4}, {local_height_constant, 4, 4}, {rows_constant, 8, 4}}};
    const std::array<uint32_t, 3> constants{shape_.width, shape_.height, shape_.rows};
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
    pipeline->raw = raw;
    return PipelinePtr(std::move(pipeline));
}

Result<std::vector<uint32_t>> Pipelines::spirv_of(const Program& program)
{
    TESSERA_TRY(composition, compose(program));
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
        bindings.push_back({i,
                            i == values_binding ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                            1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
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
