#include "app/viewer/pictures.h"
#include "app/viewer/thumbnails.h"
#include "app/viewer/viewer_thread.h"

namespace tessera {

Pictures::Pictures(PicturesOptions options)
    : thread_(std::make_unique<ViewerThread>(options.cache_bytes, std::move(options.wake))),
      thumbnails_(std::make_unique<Thumbnails>(*this))
{
}

Pictures::~Pictures() = default;

void Pictures::use(Engine* engine, const std::optional<Error>& why_not)
{
    thread_->use(engine, why_not);
}

void Pictures::set_cache_budget(uint64_t bytes)
{
    thread_->post([t = thread_.get(), bytes] { t->cache().set_budget(bytes); });
}

uint64_t Pictures::cache_budget() const
{
    return thread_->cache().budget();
}

uint64_t Pictures::cache_bytes() const
{
    return thread_->cache().used();
}

void Pictures::clear_cache()
{
    thread_->post([t = thread_.get()] { t->cache().clear(); });
}

NodeTimes& Pictures::times()
{
    return thread_->times();
}

Thumbnails& Pictures::thumbnails()
{
    return *thumbnails_;
}

} // namespace tessera
