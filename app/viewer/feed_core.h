#pragma once
// What works for one PictureFeed on the viewers' thread (internal to app/viewer).
//
// A wish becomes a picture: a derived request with its content key. What of it the cache of finished tiles holds is
// shown at once; the rest is asked of the engine: coarsely first where nothing of the picture is there, then at the
// wished level, the middle of the view first, in pieces of a fraction of a second. While a value is dragged there is
// one request at a time over all that can be seen, of a region that stays the same, so that the engine only patches
// uniforms; its level is the one that was quick enough lately.
#include "app/viewer/derived.h"
#include "app/viewer/frame_keys.h"
#include "app/viewer/picture_feed.h"
#include "app/viewer/shown_tiles.h"
#include "app/viewer/viewer_thread.h"
#include <array>
#include <list>
#include <mutex>

namespace tessera {

/// What the interface's thread reads.
struct FeedOutput {
    std::vector<TilePtr> tiles; ///< in the order of drawing
    FeedState state;
    std::vector<FrameRange> cached;
    uint64_t serial = 0; ///< of the wish they answer
};

class FeedCore : public std::enable_shared_from_this<FeedCore> {
public:
    explicit FeedCore(ViewerThread& thread);

    // ---- any thread
    /// `serial` counts wishes; outputs tell which one they answer.
    void want(std::optional<PictureWish> wish, uint64_t serial);
    /// The newest output when it is newer than `revision`, which becomes its own.
    bool output(uint64_t& revision, FeedOutput& into) const;

    // ---- the viewers' thread
    void open();  ///< before anything else
    void close(); ///< cancels what is pending
    void engine_changed();

private:
    /// One picture of the sequence of wishes.
    struct Picture {
        PictureSpec spec;
        uint64_t refresh = 0, generation = 0;
        Request request;
        FrameFacts facts;            ///< key and info are empty until they are known
        std::vector<NodeTime> times; ///< of all its answers
        double asked = 0;            ///< seconds
    };
    using PicturePtr = std::shared_ptr<Picture>;
    enum class JobKind { Quick, Coarse, Fine, Ahead };
    struct Job {
        RequestId id = 0;
        JobKind kind = JobKind::Fine;
        PicturePtr picture;
        int level = 0;
        Rect area; ///< pixels of the level
        double submitted = 0;
    };

    void take_wish();
    /// Makes a picture of the wish; false (and an error in the state) when there is none.
    bool begin();
    Status look_up(Picture& picture);
    /// Shows what is there and asks for what is most wanted next.
    void step();
    bool show_cached();
    void ask_quick();
    void ask_fine();
    void submit(JobKind kind, PicturePtr picture, int level, const Rect& area, Priority priority);
    void answered(Job job, Result<Rendered> answer);
    void keep(const Job& job, const Rendered& answer);
    void learn(const Job& job, const Rendered& answer);
    void cancel(const std::function<bool(const Job&)>& which);
    int count(const std::function<bool(const Job&)>& which) const;
    void fail(Error error);
    void settle_later();
    /// One small step of what may be wanted next; true when there is more to do at once.
    bool look_ahead();
    PicturePtr picture_at(int frame) const;
    Result<FrameFacts> ask_facts(const Request& request);
    void find_facts(int frame);
    void render_ahead(int frame, const FrameFacts& facts);
    bool is_cached(const FrameFacts& facts) const;
    void find_cached_frames();
    void publish();

    int level() const { return wanted_level(wish_->zoom, wish_->proxy); }
    int quick_level() const;
    /// What can be seen of the picture at a level.
    Rect visible_at(int level) const;
    Rect visible_of(const Rect& bounds, int level) const;
    bool quick() const { return moving_ && !settled_; }

    ViewerThread& thread_;
    Deriver deriver_;
    FrameKeys keys_;
    ShownTiles shown_;
    std::optional<PictureWish> wish_;
    PicturePtr picture_; ///< of the wish, or the last one begun while dragging
    std::list<Job> jobs_;
    uint64_t generation_ = 0;
    uint32_t channel_ = 0;
    bool moving_ = false;   ///< a value is dragged, or wishes follow one another as if one were
    double changed_at_ = 0; ///< when another picture was wished last
    bool settled_ = true;   ///< the value dragged has rested for a while
    uint64_t wishes_ = 0;   ///< serial of the one taken last
    FeedState state_;
    std::vector<FrameRange> cached_;
    double pixel_ms_ = -1;                              ///< of a pixel of the last fine answer; below 0: unknown
    int quick_level_ = -1;                              ///< of the last quick request
    std::array<double, coarsest_level + 1> quick_ms_{}; ///< of quick answers, by level; 0: not measured in this drag
    bool ahead_full_ = false; ///< the cache refused what was rendered ahead: not again before the next wish
    bool was_cold_ = false;   ///< the last quick answer had more to do than the next will have

    mutable std::mutex mutex_; ///< guards what follows
    std::optional<PictureWish> newest_;
    uint64_t newest_serial_ = 0;
    bool posted_ = false;
    FeedOutput output_;
};

} // namespace tessera
