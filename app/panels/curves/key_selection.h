#pragma once
// The keys that are selected, over all channels, and edits of them: pure functions from a project to a project. The
// curve editor and the dope sheet show the same selection.
#include "app/panels/curves/curve_text.h"
#include "core/doc/curve_edits.h"
#include <functional>
#include <map>
#include <memory>

namespace tessera {

struct KeySelection {
    std::map<ChannelRef, KeyTimes> keys; ///< no channel without a key
    bool empty() const { return keys.empty(); }
    size_t count() const;
    bool contains(const ChannelRef& ref, double time) const;
    void add(const ChannelRef& ref, double time) { keys[ref].insert(time); }
    void toggle(const ChannelRef& ref, double time);
    void clear() { keys.clear(); }
    const KeyTimes& of(const ChannelRef& ref) const;
    /// Forgets keys that the project no longer has (after undo).
    void check(const Project& project);
    bool operator==(const KeySelection&) const = default;
};

/// A panel that shows keys; the one made first owns the selection that all of them share.
class KeysOwner {
public:
    virtual ~KeysOwner() = default;
    std::shared_ptr<KeySelection> keys;
};

struct SelectionEdit {
    ProjectPtr project;
    KeySelection selection;
};
using ChannelChange = std::function<EditedKeys(const ChannelRef&, const Curve&, const KeyTimes& selected)>;
/// Applies a change to every curve that has selected keys.
Result<SelectionEdit> edit_keys(const ProjectPtr& project, const KeySelection& selection, const ChannelChange& change);
/// Every key of these channels.
KeySelection all_keys(const Project& project, const std::vector<ChannelRef>& channels);
/// Extent of the selected keys in time and value.
KeyBounds bounds_of(const Project& project, const KeySelection& selection);

/// Adds a key at `time`: on its curve where it has one, else of the constant that it is.
Result<SelectionEdit> insert_key(const ProjectPtr& project, const ChannelRef& ref, double time);
/// Rules of the curves outside their keys.
Result<ProjectPtr> set_extrapolation(const ProjectPtr& project, const std::vector<ChannelRef>& channels, bool before,
                                     Extrapolation rule);

std::vector<CopiedKeys> copy_keys(const Project& project, const KeySelection& selection);
/// Puts copied keys into targets (paste_order says which into which), `shift` frames later. Targets that can take no
/// keys are left out; NotFound when none is left.
Result<SelectionEdit> paste_keys(const ProjectPtr& project, const std::vector<CopiedKeys>& copied,
                                 const std::vector<ChannelRef>& targets, double shift);
/// The time of the first copied key.
double first_time(const std::vector<CopiedKeys>& copied);

/// "3 keys of Transform1.translate.x", for the history.
std::string described(const Project& project, const KeySelection& selection);

} // namespace tessera
