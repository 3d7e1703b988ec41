#include "app/widgets/file_places.h"
#include "core/base/file.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr size_t most_recent = 12;
constexpr uint64_t most_bytes = 1 << 20;

std::vector<std::string> texts(const nlohmann::json& j, const char* key)
{
    std::vector<std::string> list;
    if (!j.contains(key) || !j[key].is_array()) return list;
    for (const auto& entry : j[key])
        if (entry.is_string()) list.push_back(entry.get<std::string>());
    return list;
}

} // namespace

void FilePlaces::used(const std::string& folder)
{
    std::erase(recent, folder);
    recent.insert(recent.begin(), folder);
    if (recent.size() > most_recent) recent.resize(most_recent);
}

bool FilePlaces::is_favourite(const std::string& folder) const
{
    return std::find(favourites.begin(), favourites.end(), folder) != favourites.end();
}

void FilePlaces::toggle_favourite(const std::string& folder)
{
    if (is_favourite(folder)) std::erase(favourites, folder);
    else favourites.push_back(folder);
}

Result<FilePlaces> load_places(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored)) return FilePlaces{};
    TESSERA_TRY(text, read_file(file.string(), most_bytes));
    const auto j = nlohmann::json::parse(text, nullptr, false);
    if (!j.is_object())
        return Error{ErrorKind::Damaged, file.string() + " is not a list of folders", "remove it; the favourites are made anew", {}, file.string(), {}};
    return FilePlaces{texts(j, "favourites"), texts(j, "recent")};
}

Status save_places(const FilePlaces& places, const std::filesystem::path& file)
{
    if (file.empty()) return {};
    std::error_code ignored; // write_file says what is wrong with the folder
    std::filesystem::create_directories(file.parent_path(), ignored);
    const nlohmann::json j{{"favourites", places.favourites}, {"recent", places.recent}};
    return write_file(file.string(), j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

} // namespace tessera
