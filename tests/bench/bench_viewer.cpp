// How long the viewer's backend takes on a project: from a wish to the bytes that are uploaded.
#include "app/viewer/picture_feed.h"
#include "app/viewer/pictures.h"
#include "core/doc/edit.h"
#include "core/doc/project_file.h"
#include "core/eval/engine.h"
#include "gpu/device.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>

using namespace tessera;

namespace {

using Clock = std::chrono::steady_clock;

struct Stand {
    explicit Stand(const char* path) : pictures({2ull << 30, {}})
    {
        auto device = open_device();
        auto read = load_project(path);
        if (!device || !read) {
            std::fprintf(stderr, "%s\n", (device ? read.error() : device.error()).text().c_str());
            std::exit(1);
        }
        project = read->project;
        engine = std::make_unique<Engine>(std::shared_ptr<Device>(std::move(*device)), EngineOptions{});
        pictures.use(engine.get());
        feed = std::make_unique<PictureFeed>(pictures);
    }
    ~Stand() { feed.reset(); }
    /// Milliseconds from the wish to the last tile.
    double show(const PictureWish& wish, const std::function<bool()>& done)
    {
        const auto start = Clock::now();
        feed->want(wish);
        (void)feed->take(1ull << 30);
        while (!done()) {
            (void)feed->take(1ull << 30);
            (void)feed->take_dropped();
            if (feed->state().error) {
                std::fprintf(stderr, "%s\n", feed->state().error->text().c_str());
                std::exit(1);
            }
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    }
    double show(const PictureWish& wish)
    {
        return show(wish, [&] { return feed->state().complete && feed->state().busy_since == 0; });
    }
    double show_any(const PictureWish& wish)
    {
        return show(wish, [&] { return feed->state().whole; });
    }
    ProjectPtr project;
    std::unique_ptr<Engine> engine;
    Pictures pictures;
    std::unique_ptr<PictureFeed> feed;
};

double median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() / 2];
}

void edits(Stand& s, PictureWish wish, const char* node, const char* param, int proxy)
{
    const NodePlace place = find_node(*s.project, node);
    if (!place) return;
    wish.proxy = proxy;
    wish.picture.project = s.project;
    (void)s.show(wish);
    std::vector<double> times, quick;
    int level = 0;
    const auto edited = [&](double v) {
        auto next = set_param(s.project, place, param, Color(v, v, v, 1));
        if (next) wish.picture.project = *next;
    };
    for (int i = 0; i < 12; ++i) {
        edited(1.0 + i * 0.013);
        const double ms = s.show(wish);
        if (i > 2) times.push_back(ms);
    }
    wish.dragging = true;
    for (int i = 0; i < 24; ++i) {
        edited(0.8 + i * 0.007);
        const double ms = s.show_any(wish);
        level = s.feed->state().level;
        if (i > 6) quick.push_back(ms);
    }
    wish.dragging = false;
    const double refined = s.show(wish);
    std::printf("%-13s level %d: typed %7.1f ms   dragged %6.1f ms (at level %d)   refined on release %7.1f ms\n", node,
                proxy, median(times), median(quick), level, refined);
}

} // namespace

int main(int count, char** words)
{
    if (count < 2) return std::fprintf(stderr, "usage: bench_viewer PROJECT\n"), 2;
    Stand s(words[1]);
    PictureWish wish;
    const NodePlace shown = find_node(*s.project, count > 2 ? words[2] : "Viewer1");
    if (!shown) return std::fprintf(stderr, "no such node\n"), 1;
    wish.picture.project = s.project;
    wish.picture.graph = shown.graph->id;
    wish.picture.node = shown.node->id;
    wish.visible = s.project->settings.format.window();
    const auto start = Clock::now();
    std::printf("something to see    %8.1f ms\n", s.show_any(wish));
    (void)s.show(wish);
    std::printf("first picture       %8.1f ms\n",
                std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    for (const int proxy : {0, 1, 2}) edits(s, wish, "MatchLight", "multiply", proxy);
    for (const int proxy : {0, 1, 2}) {
        std::vector<double> times, dragged;
        wish.proxy = proxy;
        for (int i = 0; i < 10; ++i) {
            wish.picture.look.exposure = i * 0.1 + proxy * 0.01 + 0.005;
            const double ms = s.show(wish);
            if (i > 2) times.push_back(ms);
        }
        wish.dragging = true;
        for (int i = 0; i < 20; ++i) {
            wish.picture.look.exposure = 2 + i * 0.1 + proxy * 0.01;
            const double ms = s.show_any(wish);
            if (i > 6) dragged.push_back(ms);
        }
        wish.dragging = false;
        std::printf("exposure      level %d: typed %7.1f ms   dragged %6.1f ms (at level %d)\n", proxy, median(times),
                    median(dragged), s.feed->state().level);
        (void)s.show(wish);
    }
    wish.picture.look.exposure = 0;
    wish.proxy = 1;
    constexpr int frames = 24;
    wish.ahead = {true, 1, frames, 1, true};
    const double filled = s.show(wish, [&] { return s.feed->cached() == std::vector<FrameRange>{{1, frames}}; });
    std::printf("rendering ahead     %8.1f ms a frame\n", filled / frames);
    wish.playing = true;
    std::vector<double> times;
    for (int i = 0; i < frames * 4; ++i) {
        wish.picture.frame = 1 + i % frames;
        times.push_back(s.show(wish, [&] { return s.feed->shows(wish.picture.frame); }));
    }
    std::printf("cached frame        %8.2f ms (worst %.2f)\n", median(times),
                *std::max_element(times.begin(), times.end()));
    return 0;
}
