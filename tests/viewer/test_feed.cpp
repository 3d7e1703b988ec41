// A feed from wish to tiles, with the real engine and small pictures.
#include "tests/viewer/scene.h"
#include <thread>

using namespace tessera;

namespace {

/// Every pixel drawn is the picture with this offset, as bytes.
bool shows_offset(const Viewing& v, const PictureFeed& feed, double offset, int width, int height)
{
    for (int y = 3; y < height; y += 37)
        for (int x = 2; x < width; x += 41) {
            const auto drawn = v.drawn_at(feed, x, y);
            const auto expected = test_pixel(x, y, offset);
            if (!drawn) return false;
            for (size_t c = 0; c < 3; ++c)
                if (std::abs(int((*drawn)[c]) - int(byte_of(double(expected[c])))) > 0) return false;
        }
    return true;
}

} // namespace

TEST_CASE("a wish is shown whole, exactly, and then nothing more is computed")
{
    TestProject p;
    const NodeId node = add_picture(p);
    Viewing v;
    PictureFeed feed(v.pictures);
    const PictureWish wish = wish_for(p, node);
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete; });
    CHECK(feed.state().whole);
    CHECK(feed.state().level == 0);
    CHECK(feed.state().progress == 1);
    CHECK_FALSE(feed.state().error);
    REQUIRE(feed.state().info);
    CHECK(feed.state().info->format == p.project->settings.format);
    CHECK(feed.shows(1));
    CHECK_FALSE(feed.shows(2));
    CHECK(feed.shown().size() == 6);
    CHECK(shows_offset(v, feed, 0, 600, 400));
    v.wait(feed, [&] { return feed.state().busy_since == 0; });
    const uint64_t frames = v.engine->stats().frames, revision = feed.state().revision;
    feed.want(wish);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    CHECK(v.engine->stats().frames == frames);
    (void)feed.take(1 << 20);
    CHECK(feed.state().revision == revision);
    // Elsewhere in the picture only what is missing is asked for; coming back asks for nothing.
    PictureWish part = wish;
    part.visible = {0, 0, 100, 100};
    feed.want(part);
    v.wait(feed, [&] { return feed.state().complete; });
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete && feed.shown().size() == 6; });
    CHECK(v.engine->stats().frames == frames);
    CHECK(shows_offset(v, feed, 0, 600, 400));
    feed.want_nothing();
    v.wait(feed, [&] { return feed.shown().empty(); });
    v.wait(feed, [&] { return v.uploaded.empty(); });
}

TEST_CASE("an edit, an undo and another frame")
{
    TestProject p;
    const NodeId node = add_picture(p);
    Viewing v;
    PictureFeed feed(v.pictures);
    const PictureWish before = wish_for(p, node);
    feed.want(before);
    v.wait(feed, [&] { return feed.state().complete; });
    p.set(node, "offset", 0.25);
    feed.want(wish_for(p, node));
    v.wait(feed, [&] { return feed.state().complete && shows_offset(v, feed, 0.25, 600, 400); });
    const uint64_t frames = v.engine->stats().frames;
    feed.want(before); // undo: the tiles are still there
    v.wait(feed, [&] { return feed.state().complete && shows_offset(v, feed, 0, 600, 400); });
    CHECK(v.engine->stats().frames == frames);
    p.animate(node, "offset", 0, 0.99);
    PictureWish later = wish_for(p, node);
    later.picture.frame = 51;
    feed.want(later);
    v.wait(feed, [&] { return feed.shows(51) && feed.state().complete; });
    CHECK(shows_offset(v, feed, 0.5, 600, 400));
    CHECK(feed.state().frame == 51);
}

TEST_CASE("while a value is dragged answers come coarsely, and finely once it rests or is let go")
{
    TestProject p(1200, 800);
    const NodeId node = add_picture(p);
    const NodeId grade = p.add("grade", {{"black_clamp", false}}, {{"in", node}});
    Viewing v;
    PictureFeed feed(v.pictures);
    feed.want(wish_for(p, grade));
    v.wait(feed, [&] { return feed.state().complete; });
    for (int i = 1; i <= 10; ++i) {
        p.set(grade, "offset", Color(i * 0.01));
        PictureWish wish = wish_for(p, grade);
        wish.dragging = true;
        feed.want(wish);
        // Answers keep coming, each of a value not older than the one before.
        v.wait(feed, [&] { return feed.state().whole; });
    }
    v.wait(feed, [&] { return feed.state().complete; }); // rests
    CHECK(shows_offset(v, feed, 0.1, 1200, 800));
    p.set(grade, "offset", Color(0.2));
    feed.want(wish_for(p, grade)); // let go at another value
    v.wait(feed, [&] { return feed.state().complete && shows_offset(v, feed, 0.2, 1200, 800); });
}

TEST_CASE("a newer wish supersedes the older one")
{
    TestProject p(1200, 800);
    const NodeId node = add_picture(p);
    Viewing v;
    PictureFeed feed(v.pictures);
    for (int i = 0; i < 50; ++i) {
        p.set(node, "offset", i * 0.01);
        feed.want(wish_for(p, node));
    }
    v.wait(feed, [&] { return feed.state().complete && shows_offset(v, feed, 0.49, 1200, 800); });
    CHECK(v.engine->stats().frames < 50 * 3);
}

TEST_CASE("levels, proxies, regions and pause")
{
    TestProject p(1024, 768);
    const NodeId node = add_picture(p);
    Viewing v;
    PictureFeed feed(v.pictures);
    PictureWish wish = wish_for(p, node);
    wish.zoom = 0.3;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete; });
    CHECK(feed.state().level == 1);
    for (const ShownTile& t : feed.shown()) CHECK(t.level == 1);
    wish.zoom = 1;
    wish.proxy = 3;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete && feed.state().level == 3; });
    CHECK(feed.shown().size() == 1);
    CHECK(feed.shown()[0].area == Rect{0, 0, 128, 96});
    CHECK(feed.shown()[0].right() == 1024);
    wish.proxy = 0;
    wish.roi = Rect{10, 10, 200, 200};
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete && feed.state().level == 0; });
    CHECK(feed.shown().size() == 1);
    // Paused: an edit is not computed.
    wish.roi.reset();
    wish.paused = true;
    p.set(node, "offset", 0.5);
    wish.picture.project = p.project;
    const uint64_t frames = v.engine->stats().frames;
    feed.want(wish);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    (void)feed.take(1 << 30);
    CHECK(v.engine->stats().frames == frames);
    CHECK_FALSE(feed.state().complete);
    wish.paused = false;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete; });
}

TEST_CASE("errors stand in the state with the user's node, and go away when mended")
{
    TestProject p;
    const NodeId node = add_picture(p);
    const NodeId grade = p.add("grade", {}, {{"in", node}});
    Viewing v;
    PictureFeed feed(v.pictures);
    p.set(node, "broken", true);
    feed.want(wish_for(p, grade));
    v.wait(feed, [&] { return feed.state().error.has_value(); });
    CHECK(feed.state().error->kind == ErrorKind::Damaged);
    CHECK(feed.state().error->node == find_node(*p.project, p.project->root, node).node->name);
    CHECK_FALSE(feed.state().error->remedy.empty());
    CHECK(feed.state().busy_since == 0);
    CHECK(feed.shows(1)); // playing every frame goes on
    p.set(node, "broken", false);
    feed.want(wish_for(p, grade));
    v.wait(feed, [&] { return feed.state().complete; });
    CHECK_FALSE(feed.state().error);
    // A node that is gone, a display that does not exist.
    PictureWish wish = wish_for(p, 999);
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().error.has_value(); });
    CHECK(feed.state().error->kind == ErrorKind::NotFound);
    wish = wish_for(p, grade);
    wish.picture.look.raw = false;
    wish.picture.look.display = "no such display";
    feed.want(wish);
    v.wait(feed,
           [&] { return feed.state().error && feed.state().error->message.find("no such") != std::string::npos; });
    CHECK(feed.state().error->node.empty());
}

TEST_CASE("no engine: the reason is told, and the picture comes when there is one")
{
    TestProject p;
    const NodeId node = add_picture(p);
    Pictures pictures({1 << 26, {}});
    Viewing helper;
    PictureFeed feed(pictures);
    feed.want(wish_for(p, node));
    pictures.use(nullptr, Error{ErrorKind::Unsupported, "there is no device", "install a driver"});
    helper.wait(feed, [&] { return feed.state().error.has_value(); });
    CHECK(feed.state().error->kind == ErrorKind::Unsupported);
    pictures.use(helper.engine.get());
    helper.wait(feed, [&] { return feed.state().complete; });
    CHECK_FALSE(feed.state().error);
}

TEST_CASE("frames are rendered ahead within the budget, told as cached, and played without the engine")
{
    TestProject p(300, 200);
    const NodeId node = add_picture(p);
    p.animate(node, "offset", 0, 0.99);
    Viewing v(30ull * 300 * 200 * 4);
    PictureFeed feed(v.pictures);
    PictureWish wish = wish_for(p, node);
    wish.ahead = {true, 1, 20, 0, true};
    feed.want(wish);
    v.wait(feed, [&] { return feed.cached() == std::vector<FrameRange>{{1, 20}}; });
    const uint64_t frames = v.engine->stats().frames;
    wish.playing = true;
    for (int f = 1; f <= 20; ++f) {
        wish.picture.frame = f;
        feed.want(wish);
        v.wait(feed, [&] { return feed.shows(f); });
        CHECK(shows_offset(v, feed, double((f - 1) * (0.99 / 99.0)), 300, 200));
    }
    CHECK(v.engine->stats().frames == frames);
    // More than fits: as much as fits around the play head is kept, and it comes to rest.
    wish.playing = false;
    wish.picture.frame = 50;
    wish.ahead = {true, 1, 100, 1, false};
    feed.want(wish);
    v.wait(feed, [&] {
        return !feed.cached().empty() && feed.cached().back().first == 50 && feed.cached().back().last >= 50 + 28 - 1;
    });
    CHECK(v.pictures.cache_bytes() <= v.pictures.cache_budget());
    // An edit empties the ruler.
    p.set(node, "offset", 0.3);
    wish.picture.project = p.project;
    wish.ahead.enabled = false;
    feed.want(wish);
    v.wait(feed, [&] { return feed.cached() == std::vector<FrameRange>{{1, 100}}; }); // a constant: one picture for all
}

TEST_CASE("comparing two nodes, and a node with itself in another version of the project")
{
    TestProject p;
    const NodeId a = add_picture(p, 0.0), b = add_picture(p, 0.125);
    Viewing v;
    PictureFeed feed(v.pictures);
    PictureWish wish = wish_for(p, a);
    wish.picture.compare = Compare::Difference;
    wish.picture.compare_node = b;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete; });
    CHECK(int((*v.drawn_at(feed, 100, 100))[0]) == 32);
    // The former version, with a link from the root to another node.
    const ProjectPtr before = p.project;
    p.set(a, "offset", 0.5);
    wish = wish_for(p, a);
    wish.picture.compare = Compare::Difference;
    wish.picture.compare_node = a;
    wish.picture.compare_project = before;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete && int((*v.drawn_at(feed, 100, 100))[0]) == 128; });
    wish.picture.project = before;
    feed.want(wish);
    v.wait(feed, [&] { return feed.state().complete && int((*v.drawn_at(feed, 100, 100))[0]) == 0; });
}

TEST_CASE("a plate that fails on some frames is told there, and playing goes on")
{
    TestProject p(300, 200);
    const NodeId node = add_picture(p);
    p.animate(node, "offset", 0, 0.99);
    for (const auto& [time, value] : {std::pair(1.0, 0.0), std::pair(4.0, 1.0), std::pair(6.0, 0.0)}) {
        CurveKey key;
        key.time = time, key.value = value, key.interpolation = Interpolation::Constant;
        auto next = set_key(p.project, {p.project->root, node}, "broken", 0, key);
        REQUIRE_MESSAGE(next.ok(), (next.ok() ? "" : next.error().text()));
        p.project = *next;
    }
    Viewing v;
    PictureFeed feed(v.pictures);
    PictureWish wish = wish_for(p, node);
    wish.playing = true;
    wish.ahead = {true, 1, 8, 1, true};
    for (int round = 0; round < 3; ++round)
        for (int f = 1; f <= 8; ++f) {
            wish.picture.frame = f;
            feed.want(wish);
            v.wait(feed, [&] { return feed.shows(f); });
            CHECK(feed.state().error.has_value() == (f == 4 || f == 5));
            if (feed.state().error) CHECK(feed.state().error->frame == double(f));
        }
    v.wait(feed, [&] { return feed.cached() == std::vector<FrameRange>{{1, 3}, {6, 8}}; });
}

TEST_CASE("two feeds look ahead in one small cache without fighting over it")
{
    TestProject p(300, 200);
    const NodeId node = add_picture(p);
    p.animate(node, "offset", 0, 0.99);
    Viewing v(12ull * 300 * 200 * 4);
    PictureFeed a(v.pictures), b(v.pictures);
    PictureWish wish = wish_for(p, node);
    wish.ahead = {true, 1, 100, 1, true};
    a.want(wish);
    wish.picture.look.exposure = 1;
    b.want(wish);
    const auto all = [&] {
        (void)a.take(1 << 30);
        (void)b.take(1 << 30);
        return a.state().complete && b.state().complete;
    };
    v.wait_for(all);
    uint64_t frames = 0;
    v.wait_for([&] { // comes to rest
        const uint64_t before = v.engine->stats().frames;
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        frames = v.engine->stats().frames;
        return frames == before;
    });
    CHECK(frames < 200);
    CHECK(v.pictures.cache_bytes() <= v.pictures.cache_budget());
}
