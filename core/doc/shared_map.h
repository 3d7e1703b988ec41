#pragma once
// A sorted map held in copy-on-write pages: copying it copies one pointer a page, changing one entry copies one page.
// Two maps can be compared page by page, so that finding what an edit changed costs the number of pages, not of
// entries.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tessera {

template <class K, class V> class SharedMap {
public:
    using Entry = std::pair<K, V>;
    static constexpr size_t page_capacity = 64;

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    const V* find(const K& key) const
    {
        const size_t p = page_of(key);
        if (p == pages().size()) return nullptr;
        const auto& entries = *pages()[p];
        const auto it = lower(entries, key);
        return it != entries.end() && it->first == key ? &it->second : nullptr;
    }
    bool contains(const K& key) const { return find(key); }

    void set(const K& key, V value)
    {
        Pages& all = own();
        size_t p = page_of(key);
        if (all.empty()) all.push_back(std::make_shared<Page>());
        if (p == all.size()) p = all.size() - 1;
        auto page = std::make_shared<Page>(*all[p]);
        const auto it = std::lower_bound(page->begin(), page->end(), key, less);
        if (it != page->end() && it->first == key) {
            it->second = std::move(value);
        } else {
            page->insert(it, {key, std::move(value)});
            ++size_;
        }
        if (page->size() > page_capacity) {
            auto upper = std::make_shared<Page>(page->begin() + page_capacity / 2, page->end());
            page->resize(page_capacity / 2);
            all.insert(all.begin() + std::ptrdiff_t(p) + 1, std::move(upper));
        }
        all[p] = std::move(page);
    }

    void erase(const K& key)
    {
        if (!find(key)) return;
        Pages& all = own();
        const size_t p = page_of(key);
        auto page = std::make_shared<Page>(*all[p]);
        page->erase(std::lower_bound(page->begin(), page->end(), key, less));
        --size_;
        if (page->empty())
            all.erase(all.begin() + std::ptrdiff_t(p));
        else
            all[p] = std::move(page);
    }

    /// Visits every entry in the order of the keys: f(key, value).
    template <class F> void each(F f) const
    {
        for (const auto& page : pages())
            for (const auto& [k, v] : *page) f(k, v);
    }

    /// Visits every key whose entry may differ between the maps, comparing pages by pointer: f(key). Keys on pages that
    /// both share are skipped; entries on a changed page are compared with ==.
    template <class F> static void differences(const SharedMap& a, const SharedMap& b, F f)
    {
        const Pages &pa = a.pages(), &pb = b.pages();
        if (&pa == &pb) return;
        size_t head = 0;
        while (head < pa.size() && head < pb.size() && pa[head] == pb[head]) ++head;
        size_t tail = 0;
        while (tail < pa.size() - head && tail < pb.size() - head &&
               pa[pa.size() - 1 - tail] == pb[pb.size() - 1 - tail])
            ++tail;
        Cursor l{pa, head, pa.size() - tail}, r{pb, head, pb.size() - tail};
        while (l.entry() || r.entry()) {
            if (!r.entry() || (l.entry() && l.entry()->first < r.entry()->first)) {
                f(l.entry()->first);
                l.step();
            } else if (!l.entry() || r.entry()->first < l.entry()->first) {
                f(r.entry()->first);
                r.step();
            } else {
                if (!(l.entry()->second == r.entry()->second)) f(l.entry()->first);
                l.step();
                r.step();
            }
        }
    }

private:
    using Page = std::vector<Entry>;
    using Pages = std::vector<std::shared_ptr<const Page>>;

    /// Walks over the entries of some pages.
    struct Cursor {
        const Pages& pages;
        size_t page, end, at = 0;
        const Entry* entry() const { return page < end ? &(*pages[page])[at] : nullptr; }
        void step()
        {
            if (++at < pages[page]->size()) return;
            ++page;
            at = 0;
        }
    };

    static bool less(const Entry& e, const K& k) { return e.first < k; }
    static auto lower(const Page& page, const K& key) { return std::lower_bound(page.begin(), page.end(), key, less); }
    const Pages& pages() const
    {
        static const Pages none;
        return pages_ ? *pages_ : none;
    }
    Pages& own()
    {
        if (!pages_)
            pages_ = std::make_shared<Pages>();
        else if (pages_.use_count() > 1)
            pages_ = std::make_shared<Pages>(*pages_);
        return *pages_;
    }
    /// The page that holds `key` or would: the last one whose first key is not above it.
    size_t page_of(const K& key) const
    {
        const Pages& all = pages();
        auto it = std::upper_bound(all.begin(), all.end(), key,
                                   [](const K& k, const auto& page) { return k < page->front().first; });
        if (it != all.begin()) --it;
        return size_t(it - all.begin());
    }

    std::shared_ptr<Pages> pages_;
    size_t size_ = 0;
};

} // namespace tessera
