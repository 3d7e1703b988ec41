// What a window draws with: its swapchain, the pass and pipeline of a frame, and pictures among ImGui's own shapes.
#include "app/shell/window.h"
#include "app/shell/image_quad.frag.h"
#include "app/shell/image_quad.vert.h"
#include "app/shell/window_errors.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <algorithm>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>
#include <cmath>
#include <cstring>

namespace tessera {

namespace {


Result<VkShaderModule> make_module(VkDevice device, const uint32_t* code, size_t bytes)
{
    VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, nullptr, 0, bytes, code};
    VkShaderModule made = VK_NULL_HANDLE;
    DRAW_CHECK("loading the window's shaders", vkCreateShaderModule(device, &info, nullptr, &made));
    return made;
}

} // namespace

Status Window::make_frames()
{
    for (Frame& f : frames_) {
        VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
        pool.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
        pool.queueFamilyIndex = graphics_->family();
        DRAW_CHECK("making a command pool", vkCreateCommandPool(graphics_->device(), &pool, nullptr, &f.pool));
        VkCommandBufferAllocateInfo buffer{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, f.pool,
                                           VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
        DRAW_CHECK("making a command buffer",
                   vkAllocateCommandBuffers(graphics_->device(), &buffer, &f.commands));
        const VkFenceCreateInfo fence{VK_STRUCTURE_TYPE_FENCE_CREATE_INFO, nullptr, VK_FENCE_CREATE_SIGNALED_BIT};
        DRAW_CHECK("making a fence", vkCreateFence(graphics_->device(), &fence, nullptr, &f.done));
        const VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
        DRAW_CHECK("making a semaphore",
                   vkCreateSemaphore(graphics_->device(), &semaphore, nullptr, &f.acquired));
    }
    return {};
}

Status Window::make_render_pass()
{
    uint32_t count = 0;
    vkGetPhysicalDeviceSurfaceFormatsKHR(graphics_->physical(), surface_, &count, nullptr);
    std::vector<VkSurfaceFormatKHR> formats(count);
    vkGetPhysicalDeviceSurfaceFormatsKHR(graphics_->physical(), surface_, &count, formats.data());
    if (formats.empty()) return window_failed(VK_ERROR_FORMAT_NOT_SUPPORTED, "finding the window's pixel format");
    format_ = formats.front();
    for (const VkSurfaceFormatKHR& f : formats)
        if (f.format == VK_FORMAT_B8G8R8A8_UNORM || f.format == VK_FORMAT_R8G8B8A8_UNORM) {
            format_ = f;
            break;
        }
    VkAttachmentDescription colour{};
    colour.format = format_.format;
    colour.samples = VK_SAMPLE_COUNT_1_BIT;
    colour.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
    colour.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    colour.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    colour.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    colour.finalLayout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR;
    const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
    VkSubpassDescription subpass{};
    subpass.colorAttachmentCount = 1;
    subpass.pColorAttachments = &reference;
    VkSubpassDependency before{};
    before.srcSubpass = VK_SUBPASS_EXTERNAL;
    before.srcStageMask = before.dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    before.dstAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    VkRenderPassCreateInfo info{VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO};
    info.attachmentCount = info.subpassCount = info.dependencyCount = 1;
    info.pAttachments = &colour;
    info.pSubpasses = &subpass;
    info.pDependencies = &before;
    DRAW_CHECK("making the window's render pass",
               vkCreateRenderPass(graphics_->device(), &info, nullptr, &pass_));
    return {};
}

Status Window::make_pipeline()
{
    const VkDevice device = graphics_->device();
    const VkPushConstantRange range{VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0, 16 * sizeof(float)};
    const VkDescriptorSetLayout set = graphics_->set_layout();
    VkPipelineLayoutCreateInfo layout{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    layout.setLayoutCount = layout.pushConstantRangeCount = 1;
    layout.pSetLayouts = &set;
    layout.pPushConstantRanges = &range;
    DRAW_CHECK("making a pipeline", vkCreatePipelineLayout(device, &layout, nullptr, &pipeline_layout_));
    TESSERA_TRY(vertex, make_module(device, image_quad_vert, sizeof image_quad_vert));
    auto fragment = make_module(device, image_quad_frag, sizeof image_quad_frag);
    if (!fragment) {
        vkDestroyShaderModule(device, vertex, nullptr);
        return std::move(fragment.error());
    }
    VkPipelineShaderStageCreateInfo stages[2]{{VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO},
                                              {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO}};
    stages[0].stage = VK_SHADER_STAGE_VERTEX_BIT, stages[0].module = vertex, stages[0].pName = "main";
    stages[1].stage = VK_SHADER_STAGE_FRAGMENT_BIT, stages[1].module = *fragment, stages[1].pName = "main";
    VkPipelineVertexInputStateCreateInfo input{VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO};
    VkPipelineInputAssemblyStateCreateInfo assembly{VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO};
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
    VkPipelineViewportStateCreateInfo viewport{VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO};
    viewport.viewportCount = viewport.scissorCount = 1;
    VkPipelineRasterizationStateCreateInfo raster{VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO};
    raster.lineWidth = 1;
    VkPipelineMultisampleStateCreateInfo samples{VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO};
    samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;
    VkPipelineColorBlendAttachmentState over{};
    over.blendEnable = VK_TRUE;
    over.srcColorBlendFactor = VK_BLEND_FACTOR_SRC_ALPHA;
    over.dstColorBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
    over.srcAlphaBlendFactor = VK_BLEND_FACTOR_ONE;
    over.dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
    over.colorWriteMask = 0xf;
    VkPipelineColorBlendStateCreateInfo blend{VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO};
    blend.attachmentCount = 1;
    blend.pAttachments = &over;
    const VkDynamicState dynamic[] = {VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
    VkPipelineDynamicStateCreateInfo dynamics{VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO};
    dynamics.dynamicStateCount = 2;
    dynamics.pDynamicStates = dynamic;
    VkGraphicsPipelineCreateInfo info{VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO};
    info.stageCount = 2;
    info.pStages = stages;
    info.pVertexInputState = &input;
    info.pInputAssemblyState = &assembly;
    info.pViewportState = &viewport;
    info.pRasterizationState = &raster;
    info.pMultisampleState = &samples;
    info.pColorBlendState = &blend;
    info.pDynamicState = &dynamics;
    info.layout = pipeline_layout_;
    info.renderPass = pass_;
    const VkResult made = vkCreateGraphicsPipelines(device, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline_);
    vkDestroyShaderModule(device, vertex, nullptr);
    vkDestroyShaderModule(device, *fragment, nullptr);
    DRAW_CHECK("making the window's pipeline", made);
    return {};
}

void Window::drop_swapchain()
{
    const VkDevice device = graphics_->device();
    for (Target& t : targets_) {
        if (t.framebuffer) vkDestroyFramebuffer(device, t.framebuffer, nullptr);
        if (t.view) vkDestroyImageView(device, t.view, nullptr);
        if (t.drawn) vkDestroySemaphore(device, t.drawn, nullptr);
    }
    targets_.clear();
}

Status Window::make_swapchain()
{
    const VkDevice device = graphics_->device();
    vkDeviceWaitIdle(device);
    drop_swapchain();
    VkSurfaceCapabilitiesKHR caps;
    DRAW_CHECK("asking the window's size",
               vkGetPhysicalDeviceSurfaceCapabilitiesKHR(graphics_->physical(), surface_, &caps));
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    extent_ = caps.currentExtent;
    if (extent_.width == UINT32_MAX) extent_ = {uint32_t(width), uint32_t(height)};
    if (!extent_.width || !extent_.height) return {};
    VkSwapchainCreateInfoKHR info{VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR};
    info.surface = surface_;
    info.minImageCount = std::max(caps.minImageCount, 2u);
    if (caps.maxImageCount) info.minImageCount = std::min(std::max(info.minImageCount, 3u), caps.maxImageCount);
    info.imageFormat = format_.format;
    info.imageColorSpace = format_.colorSpace;
    info.imageExtent = extent_;
    info.imageArrayLayers = 1;
    info.imageUsage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
    info.preTransform = caps.currentTransform;
    info.compositeAlpha = VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR;
    info.presentMode = VK_PRESENT_MODE_FIFO_KHR;
    info.clipped = VK_TRUE;
    info.oldSwapchain = swapchain_;
    VkSwapchainKHR made = VK_NULL_HANDLE;
    const VkResult result = vkCreateSwapchainKHR(device, &info, nullptr, &made);
    if (swapchain_) vkDestroySwapchainKHR(device, swapchain_, nullptr);
    swapchain_ = made;
    DRAW_CHECK("making the window's images", result);
    uint32_t count = 0;
    vkGetSwapchainImagesKHR(device, swapchain_, &count, nullptr);
    std::vector<VkImage> images(count);
    vkGetSwapchainImagesKHR(device, swapchain_, &count, images.data());
    for (const VkImage image : images) {
        Target& t = targets_.emplace_back();
        t.image = image;
        VkImageViewCreateInfo view{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
        view.image = image;
        view.viewType = VK_IMAGE_VIEW_TYPE_2D;
        view.format = format_.format;
        view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        DRAW_CHECK("making the window's images", vkCreateImageView(device, &view, nullptr, &t.view));
        VkFramebufferCreateInfo frame{VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO};
        frame.renderPass = pass_;
        frame.attachmentCount = 1;
        frame.pAttachments = &t.view;
        frame.width = extent_.width, frame.height = extent_.height, frame.layers = 1;
        DRAW_CHECK("making the window's images", vkCreateFramebuffer(device, &frame, nullptr, &t.framebuffer));
        const VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
        DRAW_CHECK("making a semaphore", vkCreateSemaphore(device, &semaphore, nullptr, &t.drawn));
    }
    stale_ = false;
    return {};
}

Status Window::end()
{
    ImGui::Render();
    frame_ms_ = (glfwGetTime() - frame_began_) * 1000;
    const VkDevice device = graphics_->device();
    Frame& f = frames_[slot_];
    DRAW_CHECK("waiting for the last frame", vkWaitForFences(device, 1, &f.done, VK_TRUE, UINT64_MAX));
    uint32_t index = 0;
    const VkResult got = vkAcquireNextImageKHR(device, swapchain_, UINT64_MAX, f.acquired, VK_NULL_HANDLE, &index);
    if (got == VK_ERROR_OUT_OF_DATE_KHR) {
        stale_ = true;
        keep_drawing(2);
        return {};
    }
    if (got != VK_SUCCESS && got != VK_SUBOPTIMAL_KHR) return window_failed(got, "taking the window's next image");
    const double recording = glfwGetTime();
    vkResetFences(device, 1, &f.done);
    vkResetCommandPool(device, f.pool, 0);
    VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    DRAW_CHECK("recording the window", vkBeginCommandBuffer(f.commands, &begin));
    TESSERA_CHECK(graphics_->record_uploads(f.commands, slot_));
    VkClearValue clear{};
    clear.color = {{background_.x, background_.y, background_.z, 1}};
    VkRenderPassBeginInfo pass{VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO};
    pass.renderPass = pass_;
    pass.framebuffer = targets_[index].framebuffer;
    pass.renderArea.extent = extent_;
    pass.clearValueCount = 1;
    pass.pClearValues = &clear;
    vkCmdBeginRenderPass(f.commands, &pass, VK_SUBPASS_CONTENTS_INLINE);
    ImGui_ImplVulkan_RenderDrawData(ImGui::GetDrawData(), f.commands);
    vkCmdEndRenderPass(f.commands);
    DRAW_CHECK("recording the window", vkEndCommandBuffer(f.commands));
    const VkPipelineStageFlags wait = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    VkSubmitInfo submit{VK_STRUCTURE_TYPE_SUBMIT_INFO};
    submit.waitSemaphoreCount = submit.commandBufferCount = submit.signalSemaphoreCount = 1;
    submit.pWaitSemaphores = &f.acquired;
    submit.pWaitDstStageMask = &wait;
    submit.pCommandBuffers = &f.commands;
    submit.pSignalSemaphores = &targets_[index].drawn;
    DRAW_CHECK("drawing the window", vkQueueSubmit(graphics_->queue(), 1, &submit, f.done));
    slot_ = (slot_ + 1) % Graphics::frames_in_flight;
    frame_ms_ += (glfwGetTime() - recording) * 1000;
    return present(index);
}

Status Window::present(uint32_t index)
{
    VkPresentInfoKHR info{VK_STRUCTURE_TYPE_PRESENT_INFO_KHR};
    info.waitSemaphoreCount = info.swapchainCount = 1;
    info.pWaitSemaphores = &targets_[index].drawn;
    info.pSwapchains = &swapchain_;
    info.pImageIndices = &index;
    const VkResult result = vkQueuePresentKHR(graphics_->queue(), &info);
    if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) {
        stale_ = true;
        keep_drawing(2);
        return {};
    }
    DRAW_CHECK("showing the window", result);
    return {};
}

void Window::image(ImDrawList& list, TextureId texture, ImVec2 low, ImVec2 high, ImVec2 uv0, ImVec2 uv1,
                   TextureFilter filter, float opacity, ImageCut cut)
{
    if (!texture || high.x <= low.x || high.y <= low.y) return;
    auto draw = std::make_unique<Draw>();
    draw->window = this;
    draw->set = graphics_->set_of(texture, filter);
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const float values[12] = {low.x, low.y, high.x, high.y, uv0.x, uv0.y, uv1.x, uv1.y, 0, 0, size.x, size.y};
    std::copy(std::begin(values), std::end(values), draw->values);
    draw->opacity = opacity;
    draw->cut = cut;
    list.AddCallback(draw_image, draw.get());
    list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
    draws_.push_back(std::move(draw));
}

void Window::draw_image(const ImDrawList*, const ImDrawCmd* command)
{
    const Draw& draw = *static_cast<const Draw*>(command->UserCallbackData);
    Window& w = *draw.window;
    const VkCommandBuffer commands = w.frames_[w.slot_].commands;
    const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
    const auto pixel = [](float v, float s, uint32_t most) { return int32_t(std::clamp(v * s, 0.0f, float(most))); };
    const int32_t x0 = pixel(command->ClipRect.x, scale.x, w.extent_.width),
                  y0 = pixel(command->ClipRect.y, scale.y, w.extent_.height),
                  x1 = pixel(command->ClipRect.z, scale.x, w.extent_.width),
                  y1 = pixel(command->ClipRect.w, scale.y, w.extent_.height);
    if (x1 <= x0 || y1 <= y0) return;
    const VkViewport viewport{0, 0, float(w.extent_.width), float(w.extent_.height), 0, 1};
    const VkRect2D scissor{{x0, y0}, {uint32_t(x1 - x0), uint32_t(y1 - y0)}};
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, w.pipeline_);
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, w.pipeline_layout_, 0, 1, &draw.set, 0,
                            nullptr);
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &scissor);
    float constants[16];
    std::copy(std::begin(draw.values), std::end(draw.values), constants);
    constants[12] = draw.opacity;
    constants[13] = draw.cut.x, constants[14] = draw.cut.y, constants[15] = draw.cut.c;
    vkCmdPushConstants(commands, w.pipeline_layout_, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0,
                       sizeof constants, constants);
    vkCmdDraw(commands, 4, 1, 0, 0);
}

} // namespace tessera
