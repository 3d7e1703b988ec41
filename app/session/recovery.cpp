#include "app/session/recovery.h"
#include "core/doc/project_file.h"
#include "core/media/atomic_file.h"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace tessera {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

Status write_whole(const fs::path& path, const std::string& text)
{
    TESSERA_TRY(file, AtomicFile::create(path.string(), {.create_folders = true, .overwrite = true}));
    file.write(text.data(), text.size());
    auto done = file.commit();
    if (!done) return std::move(done.error());
    return {};
}

/// A copy is one file: a line about it, then the project's text.
std::string copy_text(const std::string& project_path, const std::string& folder, const std::string& text)
{
    const nlohmann::json about{{"path", project_path}, {"folder", folder}, {"pid", getpid()}};
    return about.dump() + "\n" + text;
}

bool running(int pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

struct CopyParts {
    nlohmann::json about;
    std::string text;
};

Result<CopyParts> read_copy(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    CopyParts parts;
    std::string line;
    if (!std::getline(in, line))
        return Error{ErrorKind::Damaged, "the recovery copy " + file.string() + " is empty", "discard it", {}, file};
    parts.about = nlohmann::json::parse(line, nullptr, false);
    if (!parts.about.is_object())
        return Error{ErrorKind::Damaged, "the recovery copy " + file.string() + " is damaged", "discard it", {}, file};
    std::ostringstream rest;
    rest << in.rdbuf();
    parts.text = rest.str();
    return parts;
}

} // namespace

struct Recovery::State {
    fs::path folder, file;
    std::chrono::milliseconds interval;
    mutable std::mutex mutex;
    std::condition_variable changed, settled;
    ProjectPtr offered;
    std::string path;
    bool stopping = false, hurry = false, writing = false, remove = false;
    std::optional<Error> problem;
    Clock::time_point last{};
    std::thread thread;

    void run()
    {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [&] { return stopping || offered || remove; });
            if (remove) {
                remove = false;
                std::error_code ignored; // a copy that is not there need not be removed
                fs::remove(file, ignored);
                settled.notify_all();
                continue;
            }
            if (!offered) return;
            changed.wait_until(lock, last + interval, [&] { return stopping || hurry || remove; });
            if (remove || !offered) continue;
            const ProjectPtr project = std::exchange(offered, nullptr);
            const std::string about = path;
            writing = true;
            lock.unlock();
            std::optional<Error> failure;
            if (auto text = to_json_text(*project); !text) failure = text.error();
            else if (auto status = write_whole(file, copy_text(about, project->folder, *text)); !status)
                failure = status.error();
            lock.lock();
            problem = failure;
            writing = false;
            last = Clock::now();
            settled.notify_all();
        }
    }
};

Recovery::Recovery(fs::path folder, std::chrono::milliseconds interval) : state_(std::make_unique<State>())
{
    static std::atomic<int> count{0};
    state_->folder = std::move(folder);
    state_->interval = interval;
    state_->file = state_->folder / (std::to_string(getpid()) + "-" + std::to_string(++count) + ".tess-recovery");
    state_->thread = std::thread([s = state_.get()] { s->run(); });
}

Recovery::~Recovery()
{
    {
        std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_all();
    state_->thread.join();
}

void Recovery::offer(ProjectPtr project, std::string project_path)
{
    {
        std::lock_guard lock(state_->mutex);
        state_->offered = std::move(project);
        state_->path = std::move(project_path);
    }
    state_->changed.notify_all();
}

void Recovery::discard()
{
    {
        std::lock_guard lock(state_->mutex);
        state_->offered = nullptr;
        state_->remove = true;
    }
    state_->changed.notify_all();
}

std::optional<Error> Recovery::problem() const
{
    std::lock_guard lock(state_->mutex);
    return state_->problem;
}

void Recovery::flush()
{
    std::unique_lock lock(state_->mutex);
    state_->hurry = true;
    state_->changed.notify_all();
    state_->settled.wait(lock, [&] { return !state_->offered && !state_->writing && !state_->remove; });
    state_->hurry = false;
}

std::vector<Recovered> Recovery::find(const fs::path& folder)
{
    std::vector<Recovered> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".tess-recovery") continue;
        if (running(std::atoi(entry.path().filename().string().c_str()))) continue;
        Recovered copy{entry.path(), {}, {}};
        if (auto parts = read_copy(entry.path())) copy.project_path = parts->about.value("path", std::string());
        const auto time = fs::last_write_time(entry.path(), error);
        copy.time = std::chrono::time_point_cast<std::chrono::system_clock::duration>(
            time - fs::file_time_type::clock::now() + std::chrono::system_clock::now());
        found.push_back(std::move(copy));
    }
    std::sort(found.begin(), found.end(), [](const Recovered& a, const Recovered& b) { return a.time > b.time; });
    return found;
}

Result<ProjectPtr> Recovery::open(const Recovered& copy)
{
    TESSERA_TRY(parts, read_copy(copy.file));
    TESSERA_TRY(loaded, from_json_text(parts.text, copy.file.string()));
    auto project = std::make_shared<Project>(*loaded.project);
    project->folder = parts.about.value("folder", std::string());
    return ProjectPtr(std::move(project));
}

void Recovery::remove(const Recovered& copy)
{
    std::error_code ignored; // gone is what is wanted
    fs::remove(copy.file, ignored);
}

// ---- backups and versions -------------------------------------------------------------------------------------------

Status back_up(const fs::path& path, int most)
{
    std::error_code error;
    if (most <= 0 || !fs::exists(path, error)) return {};
    const fs::path folder = path.parent_path() / ".backups";
    const auto fail = [&](const std::error_code& e) {
        return Error{ErrorKind::Permission, "cannot keep a backup of " + path.string() + ": " + e.message(),
                     "make its folder writable, or set the number of backups to 0 in the preferences", {}, path};
    };
    fs::create_directories(folder, error);
    if (error) return fail(error);
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    char stamp[32];
    std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
    const std::string stem = path.stem().string() + ".";
    fs::copy_file(path, folder / (stem + stamp + ".tess"), fs::copy_options::overwrite_existing, error);
    if (error) return fail(error);
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.size() == stem.size() + std::strlen("YYYYMMDD-HHMMSS.tess") && name.starts_with(stem))
            all.push_back(entry.path());
    }
    std::sort(all.begin(), all.end());
    for (size_t i = 0; i + size_t(most) < all.size(); ++i) fs::remove(all[i], error);
    return {};
}

fs::path next_version(const fs::path& path)
{
    const std::string stem = path.stem().string();
    size_t digits = stem.size();
    while (digits > 0 && std::isdigit(static_cast<unsigned char>(stem[digits - 1]))) --digits;
    const bool has = digits < stem.size() && digits > 0 && (stem[digits - 1] == 'v' || stem[digits - 1] == 'V');
    constexpr size_t least_width = 3, most_width = 9;
    const std::string base = has ? stem.substr(0, digits) : stem + "_v";
    const size_t width = has ? stem.size() - digits : least_width;
    long number = has && width <= most_width ? std::atol(stem.c_str() + digits) : 1;
    std::error_code error;
    for (;;) {
        std::string text = std::to_string(++number);
        if (text.size() < width) text.insert(0, width - text.size(), '0');
        const fs::path candidate = path.parent_path() / (base + text + path.extension().string());
        if (!fs::exists(candidate, error)) return candidate;
    }
}

} // namespace tessera
