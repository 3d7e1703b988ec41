#include "core/doc/shared_map.h"
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>

using namespace tessera;

TEST_CASE("a shared map behaves as std::map does, and copies keep what they had")
{
    std::mt19937 random(1);
    SharedMap<int, int> map;
    std::map<int, int> model;
    std::vector<std::pair<SharedMap<int, int>, std::map<int, int>>> snapshots;
    for (int i = 0; i < 20000; ++i) {
        const int key = int(random() % 2000), value = int(random());
        if (random() % 3)
            map.set(key, value), model[key] = value;
        else
            map.erase(key), model.erase(key);
        if (i % 1000 == 0) snapshots.emplace_back(map, model);
    }
    snapshots.emplace_back(map, model);
    for (const auto& [m, expected] : snapshots) {
        CHECK(m.size() == expected.size());
        auto it = expected.begin();
        bool equal = true;
        m.each([&](int k, int v) { equal = equal && it->first == k && it->second == v, ++it; });
        CHECK(equal);
        for (int k = 0; k < 2000; ++k) CHECK(m.contains(k) == expected.contains(k));
    }
    for (const auto& [key, value] : model) map.erase(key);
    CHECK(map.empty());
    CHECK_FALSE(map.find(3));
}

TEST_CASE("differences are the keys whose entries differ")
{
    std::mt19937 random(9);
    SharedMap<int, int> a;
    for (int i = 0; i < 3000; ++i) a.set(i * 2, i);
    for (int round = 0; round < 50; ++round) {
        SharedMap<int, int> b = a;
        std::set<int> changed;
        for (int i = 0; i < 10; ++i) {
            const int key = int(random() % 6000);
            if (random() % 2)
                b.set(key, -1), changed.insert(key);
            else if (b.contains(key))
                b.erase(key), changed.insert(key);
        }
        std::set<int> found;
        SharedMap<int, int>::differences(a, b, [&](int k) { found.insert(k); });
        for (int key : changed) {
            const bool equal = a.contains(key) == b.contains(key) && (!a.contains(key) || *a.find(key) == *b.find(key));
            CHECK(found.contains(key) == !equal);
        }
        CHECK(found.size() <= changed.size());
    }
}
