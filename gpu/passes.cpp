// Running a pass: check, order after what it depends on, write its values, bind, dispatch.
#include "gpu/executor.h"
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace tessera {

namespace {

constexpr uint64_t most_table_bytes = 64ull << 20;
constexpr uint32_t passes_per_query_pool = 64;
constexpr uint32_t sets_per_pool = 64;

void store(int32_t (&to)[4], const Rect& r)
{
    to[0] = r.x0, to[1] = r.y0, to[2] = r.x1, to[3] = r.y1;
}

/// Index of pixel (0, 0) relative to the first one stored; wraps like the kernel's own arithmetic.
int32_t origin_of(const Rect& region)
{
    return int32_t(0u - (uint32_t(region.y0) * uint32_t(region.width()) + uint32_t(region.x0)));
}

ValuesImage values_of(const DeviceImage& image)
{
    ValuesImage v{};
    store(v.window, image.window);
    if (image.region.empty()) return v; // a dummy buffer is bound: FETCH gives zero, FETCH_CLAMP its first pixel
    v.region[0] = image.region.x0, v.region[1] = image.region.y0;
    v.region[2] = image.region.width(), v.region[3] = image.region.height();
    v.stride = image.region.width();
    v.origin = origin_of(image.region);
    // Where the window has no pixel in memory there is nothing to clamp to but the region.
    const Rect both = intersected(image.region, image.window);
    const Rect& clamp = both.empty() ? image.region : both;
    v.clamped[0] = clamp.x0, v.clamped[1] = clamp.y0, v.clamped[2] = clamp.x1 - 1, v.clamped[3] = clamp.y1 - 1;
    return v;
}

Error mistake(const Pass& pass, const std::string& what)
{
    return {ErrorKind::InvalidArgument, "the pass " + pass.program->name + " " + what,
            "report this: it is a mistake of the program"};
}

/// Runs of full length on rows too short for one: several rows make up for it. Work groups are handed to the threads of a
/// CPU in as many equal shares as there are threads, so that few and long ones do not unbalance it.
LaunchSize launch_size(const Pipeline& pipeline, const Rect& area)
{
    const GroupShape& shape = pipeline.shape;
    if (shape.height > 1) return {int(shape.width), int(shape.height)};
    return {int(shape.run), std::clamp(int(shape.run) / area.width(), 1, int(shape.rows))};
}

uint64_t padded_floats(const Table& table)
{
    return (table.data.size() + 3) / 4 * 4;
}

} // namespace

Status VulkanDevice::run(const Pass& pass)
{
    TESSERA_TRY(pipeline, pipelines_.compiled(*pass.program));
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    if (pass.area.empty()) return {};
    TESSERA_CHECK(check(pass));
    return run_locked(pass, *pipeline);
}

Status VulkanDevice::check(const Pass& pass) const
{
    const Program& program = *pass.program;
    if (int(pass.reads.size()) != program.images) return mistake(pass, "has not as many images as its program reads");
    if (!pass.write.region.contains(pass.area)) return mistake(pass, "writes outside its image");
    size_t call = 0;
    for (const ProgramStep& step : program.steps) {
        if (step.kind == ProgramStep::Kind::Call) {
            ++call;
        } else if (step.image >= 0 && !step.clip && !pass.reads[size_t(step.image)].region.contains(pass.area)) {
            return mistake(pass, "reads outside its image " + std::to_string(step.image));
        }
    }
    if (call != pass.calls.size()) return mistake(pass, "has not as many sets of values as its program calls");
    const auto too_large = [&](const DeviceImage& i) { return DeviceImage::bytes(i.region) > caps_.max_image_bytes; };
    if (too_large(pass.write) || std::any_of(pass.reads.begin(), pass.reads.end(), too_large))
        return Error{ErrorKind::OutOfMemory,
                     "the pass " + program.name + " uses an image of more than " + bytes_text(caps_.max_image_bytes) +
                         ", which is the most that " + caps_.name + " can bind",
                     "work in smaller pieces or at a proxy level"};
    return {};
}

Status VulkanDevice::run_locked(const Pass& pass, const Pipeline& pipeline)
{
    if (pipeline.raw) return dispatch(pass, pipeline, pass.area);
    const int most_rows = int(
        std::min<uint64_t>(1u << 28, uint64_t(context_->limits.maxComputeWorkGroupCount[1]) * pipeline.shape.height));
    for (int y = pass.area.y0; y < pass.area.y1; y += most_rows)
        TESSERA_CHECK(dispatch(pass, pipeline, {pass.area.x0, y, pass.area.x1, std::min(pass.area.y1, y + most_rows)}));
    return {};
}

Status VulkanDevice::dispatch(const Pass& pass, const Pipeline& pipeline, const Rect& area)
{
    std::vector<MemoryUse> uses;
    std::vector<Bound> buffers(first_image_binding + pass.reads.size(), no_image_);
    std::vector<MemoryRange> images(pass.reads.size());
    buffers[table_binding] = no_table_;
    TESSERA_TRY(target, place(pass.write));
    uses.push_back(target.use(pass.write.region, area, true));
    buffers[write_binding].info = {target.memory.buffer, target.memory.offset, target.memory.bytes};
    for (size_t i = 0; i < pass.reads.size(); ++i) {
        if (pass.reads[i].region.empty()) continue;
        TESSERA_TRY(source, place(pass.reads[i]));
        uses.push_back({source.memory.address, source.memory.address + source.memory.bytes, false});
        images[i] = source.memory;
    }
    MemoryRange table;
    if (!pass.tables.empty()) {
        TESSERA_TRY(found, table_for(pass.tables));
        table = found;
        uses.push_back({table.address, table.address + table.bytes, false});
    }
    TESSERA_CHECK(order(uses));
    // Behind order(): views of memory that nothing is known to use may go when another is made.
    for (size_t i = 0; i < images.size(); ++i)
        if (images[i].buffer) TESSERA_CHECK(set(buffers[first_image_binding + i], images[i], image_format));
    if (table.buffer) TESSERA_CHECK(set(buffers[table_binding], table, table_format));
    const LaunchSize size = launch_size(pipeline, area);
    TESSERA_TRY(values, write_values(pass, pipeline, area, size));
    buffers[values_binding].info = values;
    TESSERA_CHECK(bind(pipeline, buffers));
    TESSERA_CHECK(begin_time(pass.tag));
    const VkCommandBuffer commands = current_->commands;
    if (pipeline.raw)
        vkCmdDispatch(commands, uint32_t(pass.groups_x), uint32_t(pass.groups_y), 1);
    else
        vkCmdDispatch(commands, uint32_t((area.width() + size.run - 1) / size.run),
                      uint32_t((area.height() + size.rows - 1) / size.rows), 1);
    end_time();
    return {};
}

Result<VkDescriptorBufferInfo> VulkanDevice::write_values(const Pass& pass, const Pipeline& pipeline, const Rect& area,
                                                          const LaunchSize& size)
{
    const ValuesLayout& layout = pipeline.values;
    if (layout.bytes > context_->limits.maxUniformBufferRange)
        return Error{ErrorKind::Unsupported,
                     "the values of the pass " + pass.program->name + " take more than " + caps_.name + " allows",
                     "fuse fewer operators"};
    // Composed in ordinary memory and copied once: the ring may be write-combined.
    values_.assign(layout.bytes, std::byte{0});
    ValuesHeader header{};
    store(header.area, area);
    header.stride = pass.write.region.width();
    header.origin = origin_of(pass.write.region);
    header.scale = pass.scale;
    header.full = 1 / pass.scale;
    header.run = size.run, header.rows = size.rows;
    std::memcpy(values_.data(), &header, sizeof header);
    for (size_t i = 0; i < pass.reads.size(); ++i) {
        const ValuesImage image = values_of(pass.reads[i]);
        std::memcpy(values_.data() + sizeof header + i * sizeof image, &image, sizeof image);
    }
    for (size_t i = 0; i < pass.calls.size(); ++i) {
        const PassCall& call = pass.calls[i];
        if (layout.calls[i].record) {
            ValuesCall record{};
            std::copy(call.mix.begin(), call.mix.end(), record.mix);
            store(record.window, call.window);
            record.mask_scale = call.mask_scale, record.mask_offset = call.mask_offset;
            std::memcpy(values_.data() + layout.calls[i].record, &record, sizeof record);
        }
        if (call.uniforms.size() > layout.calls[i].block_bytes)
            return mistake(pass, "has more uniform bytes than its program declares");
        if (!call.uniforms.empty())
            std::memcpy(values_.data() + layout.calls[i].block, call.uniforms.data(), call.uniforms.size());
    }
    TESSERA_TRY(span, uniforms_.take(values_.size()));
    std::memcpy(span.data, values_.data(), values_.size());
    return VkDescriptorBufferInfo{span.buffer, span.offset, values_.size()};
}

Status VulkanDevice::set(Bound& bound, const MemoryRange& range, VkFormat format)
{
    bound = {{range.buffer, range.offset, range.bytes}, VK_NULL_HANDLE};
    if (pipelines_.dialect() == Dialect::Gpu) return {};
    TESSERA_TRY(view, memory_.texels(range, format));
    bound.view = view;
    return {};
}

Result<MemoryRange> VulkanDevice::table_for(const std::vector<TablePtr>& tables)
{
    Hasher hasher;
    uint64_t floats = 0;
    for (const TablePtr& t : tables) {
        hasher.add(t->key).add(t->data.size());
        floats += padded_floats(*t);
    }
    const uint64_t bytes = std::max<uint64_t>(floats * sizeof(float), 16);
    const Key key = hasher.key();
    auto it = tables_.find(key);
    if (it == tables_.end()) {
        evict_tables(most_table_bytes > bytes ? most_table_bytes - bytes : 0);
        TESSERA_TRY(buffer, allocate_locked(bytes));
        std::vector<float> data;
        data.reserve(bytes / sizeof(float));
        for (const TablePtr& t : tables) {
            data.insert(data.end(), t->data.begin(), t->data.end());
            data.resize((data.size() + 3) / 4 * 4);
        }
        data.resize(bytes / sizeof(float));
        const uint64_t taken = memory_.find(buffer)->bytes;
        if (Status s = upload_bytes(*memory_.find(buffer), bytes, reinterpret_cast<const std::byte*>(data.data()),
                                    bytes, bytes, 1);
            !s) {
            memory_.release(buffer);
            return std::move(s.error());
        }
        recent_tables_.push_front(key);
        it = tables_.emplace(key, TableEntry{buffer, taken, recent_tables_.begin()}).first;
        table_bytes_ += taken;
    }
    recent_tables_.splice(recent_tables_.begin(), recent_tables_, it->second.recent);
    MemoryRange range = *memory_.find(it->second.buffer);
    range.bytes = bytes;
    return range;
}

void VulkanDevice::evict_tables(uint64_t down_to)
{
    while (table_bytes_ > down_to) {
        const auto it = tables_.find(recent_tables_.back());
        memory_.release(it->second.buffer);
        table_bytes_ -= it->second.bytes;
        tables_.erase(it);
        recent_tables_.pop_back();
    }
}

Status VulkanDevice::bind(const Pipeline& pipeline, std::span<const Bound> buffers)
{
    const VkCommandBuffer commands = current_->commands;
    if (bound_ != pipeline.pipeline) vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.pipeline);
    bound_ = pipeline.pipeline;
    VkDescriptorSet set = VK_NULL_HANDLE;
    if (!context_->push_descriptor_set) {
        TESSERA_TRY(made, new_set(pipeline));
        set = made;
    }
    std::vector<VkWriteDescriptorSet> writes(buffers.size());
    for (uint32_t i = 0; i < buffers.size(); ++i) {
        VkWriteDescriptorSet& w = writes[i];
        w.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
        w.dstSet = set;
        w.dstBinding = i;
        w.descriptorCount = 1;
        w.descriptorType = descriptor_type(i, pipelines_.dialect());
        w.pBufferInfo = &buffers[i].info;
        w.pTexelBufferView = &buffers[i].view;
    }
    if (!set) {
        context_->push_descriptor_set(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0,
                                      uint32_t(writes.size()), writes.data());
        return {};
    }
    vkUpdateDescriptorSets(context_->device, uint32_t(writes.size()), writes.data(), 0, nullptr);
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0, 1, &set, 0, nullptr);
    return {};
}

Result<VkDescriptorSet> VulkanDevice::new_set(const Pipeline& pipeline)
{
    Batch& batch = *current_;
    const size_t pool = batch.sets_used++ / sets_per_pool;
    if (pool == batch.sets.size()) {
        // At most, in either dialect: every other binding but the values is of one kind.
        const uint32_t most = sets_per_pool * uint32_t(caps_.max_images + 2);
        const std::array<VkDescriptorPoolSize, 3> sizes{
            {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, sets_per_pool},
             {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, pipelines_.dialect() == Dialect::Gpu ? most : sets_per_pool},
             {VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, most}}};
        VkDescriptorPoolCreateInfo create{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
        create.maxSets = sets_per_pool;
        create.poolSizeCount = pipelines_.dialect() == Dialect::Gpu ? 2 : 3;
        create.pPoolSizes = sizes.data();
        VkDescriptorPool made = VK_NULL_HANDLE;
        TESSERA_VK("creating a descriptor pool", vkCreateDescriptorPool(context_->device, &create, nullptr, &made));
        batch.sets.push_back(made);
    }
    VkDescriptorSetAllocateInfo allocate{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
    allocate.descriptorPool = batch.sets[pool];
    allocate.descriptorSetCount = 1;
    allocate.pSetLayouts = &pipeline.set_layout;
    VkDescriptorSet set = VK_NULL_HANDLE;
    TESSERA_VK("allocating descriptors", vkAllocateDescriptorSets(context_->device, &allocate, &set));
    return set;
}

Status VulkanDevice::begin_time(uint32_t tag)
{
    if (!context_->timestamps) return {};
    Batch& batch = *current_;
    const size_t index = batch.tags.size(), pool = index / passes_per_query_pool;
    if (pool == batch.queries.size()) {
        VkQueryPoolCreateInfo create{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
        create.queryType = VK_QUERY_TYPE_TIMESTAMP;
        create.queryCount = 2 * passes_per_query_pool;
        VkQueryPool made = VK_NULL_HANDLE;
        TESSERA_VK("creating a query pool", vkCreateQueryPool(context_->device, &create, nullptr, &made));
        batch.queries.push_back(made);
    }
    if (index % passes_per_query_pool == 0)
        vkResetQueryPool(context_->device, batch.queries[pool], 0, 2 * passes_per_query_pool);
    batch.tags.push_back(tag);
    vkCmdWriteTimestamp2(batch.commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, batch.queries[pool],
                         uint32_t(2 * (index % passes_per_query_pool)));
    return {};
}

void VulkanDevice::end_time()
{
    if (!context_->timestamps) return;
    Batch& batch = *current_;
    const size_t index = batch.tags.size() - 1;
    vkCmdWriteTimestamp2(batch.commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                         batch.queries[index / passes_per_query_pool],
                         uint32_t(2 * (index % passes_per_query_pool) + 1));
}

void VulkanDevice::take_batch_times(Batch& batch)
{
    std::array<uint64_t, 2 * passes_per_query_pool> ticks;
    const double tick_ns = context_->timestamp_milliseconds * 1e6;
    const int64_t seen_ns = now_ns();
    for (size_t first = 0; first < batch.tags.size(); first += passes_per_query_pool) {
        const size_t count = std::min<size_t>(passes_per_query_pool, batch.tags.size() - first);
        const VkResult r = vkGetQueryPoolResults(context_->device, batch.queries[first / passes_per_query_pool], 0,
                                                 uint32_t(2 * count), sizeof ticks, ticks.data(), sizeof(uint64_t),
                                                 VK_QUERY_RESULT_64_BIT);
        if (r != VK_SUCCESS) continue; // a time is information only: none is better than a wrong one
        const auto device_ns = [&](uint64_t t) { return int64_t(double(t & context_->timestamp_mask) * tick_ns); };
        clock_.observe(device_ns(ticks[0]), device_ns(ticks[2 * count - 1]), batch.submitted_ns, seen_ns);
        for (size_t i = 0; i < count; ++i) {
            const uint64_t passed = (ticks[2 * i + 1] - ticks[2 * i]) & context_->timestamp_mask;
            times_.push_back({batch.tags[first + i], double(passed) * context_->timestamp_milliseconds,
                              clock_.host_ns(device_ns(ticks[2 * i]))});
        }
    }
    batch.tags.clear();
    // Nobody asks for times in a long render: keep the latest only.
    constexpr size_t most_times = 65536;
    if (times_.size() > most_times) times_.erase(times_.begin(), times_.end() - most_times / 2);
}

} // namespace tessera
