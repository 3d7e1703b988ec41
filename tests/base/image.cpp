#include "core/base/image.h"
#include "core/base/queue.h"
#include <doctest/doctest.h>
#include <thread>

using namespace tessera;

TEST_CASE("channels keep their places in a layer")
{
    const Layer rgba{"rgba", {"R", "G", "B", "A"}};
    CHECK(channel_slot(rgba, "R") == 0);
    CHECK(channel_slot(rgba, "A") == 3);
    CHECK(channel_slot(rgba, "Z") == -1);
    CHECK(channel_slot({"rgba", {"A"}}, "A") == 3);
    CHECK(channel_slot({"rgba", {"B", "R"}}, "B") == 2);
    CHECK(channel_slot({"depth", {"Z"}}, "Z") == 0);
    CHECK(channel_slot({"uv", {"u", "v"}}, "v") == 1);
    CHECK(channel_slot({"normal", {"x", "y", "z"}}, "z") == 2);
}

TEST_CASE("channel names become layers of at most four, the main one first")
{
    const auto layers = layers_from_channels({"diffuse.B", "diffuse.G", "diffuse.R", "Z", "A", "R", "G", "B", "id.a1",
                                              "id.a2", "id.a3", "id.a4", "id.a5", "deep.sub.R"});
    REQUIRE(layers.size() == 6);
    CHECK(layers[0] == Layer{"rgba", {"R", "G", "B", "A"}});
    CHECK(layers[1] == Layer{"diffuse", {"R", "G", "B"}});
    CHECK(layers[2] == Layer{"depth", {"Z"}, true});
    CHECK(layers[3].name == "id");
    CHECK(layers[3].channels.size() == 4);
    CHECK(layers[4] == Layer{"id#2", {"a5"}});
    CHECK(layers[5].name == "deep.sub");
    CHECK(layers_from_channels({}).empty());
}

TEST_CASE("a host image addresses pixels by their coordinates")
{
    HostImage image(Rect{-2, 3, 2, 5});
    CHECK(image.pixels.size() == 4 * 2 * 4);
    image.at(1, 4)[2] = 7;
    CHECK(image.pixels.back() == 0);
    CHECK(image.pixels[image.pixels.size() - 2] == 7);
    CHECK(image.at(-2, 3) == image.pixels.data());
}

TEST_CASE("a queue delivers what is in it before it ends")
{
    Queue<int> queue;
    std::thread producer([&] {
        for (int i = 0; i < 1000; ++i) queue.push(i);
        queue.close();
    });
    int expected = 0;
    while (const auto item = queue.pop()) CHECK(*item == expected++);
    CHECK(expected == 1000);
    CHECK_FALSE(queue.try_pop());
    producer.join();
}
