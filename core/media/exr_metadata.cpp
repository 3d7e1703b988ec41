#include "core/media/exr_metadata.h"
#include "core/media/exr_memory.h"
#include <ImfIO.h>
#include <ImfOpaqueAttribute.h>
#include <ImfVersion.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

namespace tessera {

namespace {

/// Bytes an attribute is read from.
class MemoryIn : public Imf::IStream {
public:
    explicit MemoryIn(const std::vector<std::byte>& bytes) : IStream("attribute"), bytes_(bytes) {}
    bool read(char c[], int n) override
    {
        if (n < 0 || size_t(n) > bytes_.size() - position_) throw std::out_of_range("attribute is too short");
        std::memcpy(c, bytes_.data() + position_, size_t(n));
        position_ += size_t(n);
        return position_ < bytes_.size();
    }
    uint64_t tellg() override { return position_; }
    void seekg(uint64_t position) override { position_ = std::min<size_t>(position, bytes_.size()); }

private:
    const std::vector<std::byte>& bytes_;
    size_t position_ = 0;
};

enum class Number { U8, I32, U32, F32, F64 };

/// EXR types that are numbers in a row, little-endian; count 0 for as many as there are.
struct NumericType {
    std::string_view name;
    Number number;
    size_t count;
};
constexpr std::array numeric_types{
    NumericType{"int", Number::I32, 1},      NumericType{"float", Number::F32, 1},
    NumericType{"double", Number::F64, 1},   NumericType{"v2i", Number::I32, 2},
    NumericType{"v2f", Number::F32, 2},      NumericType{"v2d", Number::F64, 2},
    NumericType{"v3i", Number::I32, 3},      NumericType{"v3f", Number::F32, 3},
    NumericType{"v3d", Number::F64, 3},      NumericType{"m33f", Number::F32, 9},
    NumericType{"m33d", Number::F64, 9},     NumericType{"m44f", Number::F32, 16},
    NumericType{"m44d", Number::F64, 16},    NumericType{"box2i", Number::I32, 4},
    NumericType{"box2f", Number::F32, 4},    NumericType{"chromaticities", Number::F32, 8},
    NumericType{"timecode", Number::U32, 2}, NumericType{"keycode", Number::I32, 7},
    NumericType{"envmap", Number::U8, 1},    NumericType{"floatvector", Number::F32, 0},
};

const NumericType* numeric_type(std::string_view name)
{
    const auto it =
        std::find_if(numeric_types.begin(), numeric_types.end(), [&](const auto& t) { return t.name == name; });
    return it == numeric_types.end() ? nullptr : &*it;
}

template <class T> T load(const std::byte* p)
{
    T v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
template <class T> void store(std::vector<std::byte>& out, T v)
{
    const size_t at = out.size();
    out.resize(at + sizeof v);
    std::memcpy(out.data() + at, &v, sizeof v);
}

/// EXR's "rational" is a signed and an unsigned number, so it has a case of its own.
std::vector<int64_t> rational_of(const std::vector<std::byte>& b)
{
    return {load<int32_t>(b.data()), int64_t(load<uint32_t>(b.data() + 4))};
}

void decode_numbers(const NumericType& type, const std::vector<std::byte>& b, Metadatum& out)
{
    std::vector<int64_t> integers;
    std::vector<double> reals;
    const size_t step = type.number == Number::U8 ? 1 : type.number == Number::F64 ? 8 : 4;
    for (size_t at = 0; at + step <= b.size(); at += step) {
        const std::byte* p = b.data() + at;
        switch (type.number) {
        case Number::U8: integers.push_back(load<uint8_t>(p)); break;
        case Number::I32: integers.push_back(load<int32_t>(p)); break;
        case Number::U32: integers.push_back(load<uint32_t>(p)); break;
        case Number::F32: reals.push_back(double(load<float>(p))); break;
        case Number::F64: reals.push_back(load<double>(p)); break;
        }
    }
    if (type.number == Number::F32 || type.number == Number::F64)
        out.value = std::move(reals);
    else
        out.value = std::move(integers);
}

std::vector<std::byte> encode_numbers(Number number, const Metadatum& m)
{
    std::vector<std::byte> out;
    const auto add = [&](auto v) {
        switch (number) {
        case Number::U8: store(out, uint8_t(v)); break;
        case Number::I32: store(out, int32_t(v)); break;
        case Number::U32: store(out, uint32_t(int64_t(v))); break;
        case Number::F32: store(out, float(v)); break;
        case Number::F64: store(out, double(v)); break;
        }
    };
    if (const auto* integers = std::get_if<std::vector<int64_t>>(&m.value))
        std::for_each(integers->begin(), integers->end(), add);
    if (const auto* reals = std::get_if<std::vector<double>>(&m.value))
        std::for_each(reals->begin(), reals->end(), add);
    return out;
}

std::string text_of(const std::vector<std::byte>& b)
{
    return {reinterpret_cast<const char*>(b.data()), b.size()};
}

std::vector<std::byte> bytes_of(std::string_view text)
{
    const auto* p = reinterpret_cast<const std::byte*>(text.data());
    return {p, p + text.size()};
}

/// The texts of a "stringvector" (each a 32-bit length and its bytes), one a line; false when one holds a line feed.
bool decode_lines(const std::vector<std::byte>& b, std::string& lines)
{
    for (size_t at = 0; at + 4 <= b.size();) {
        const size_t size = load<uint32_t>(b.data() + at);
        at += 4;
        if (size > b.size() - at) return false;
        const std::string_view text(reinterpret_cast<const char*>(b.data()) + at, size);
        if (text.find('\n') != std::string_view::npos) return false;
        lines.append(text) += '\n';
        at += size;
    }
    return true;
}

std::vector<std::byte> encode_lines(std::string_view lines)
{
    std::vector<std::byte> out;
    while (!lines.empty()) {
        const size_t end = std::min(lines.find('\n'), lines.size());
        store(out, uint32_t(end));
        const auto text = bytes_of(lines.substr(0, end));
        out.insert(out.end(), text.begin(), text.end());
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return out;
}

Metadatum metadatum_of(const char* name, const Imf::Attribute& attribute)
{
    ExrMemoryOut out;
    attribute.writeValueTo(out, Imf::EXR_VERSION);
    Metadatum m{name, attribute.typeName(), out.bytes()};
    const NumericType* numeric = numeric_type(m.type);
    std::string lines;
    if (m.type == "string") {
        m.value = text_of(out.bytes());
    } else if (m.type == "stringvector" && decode_lines(out.bytes(), lines)) {
        m.value = std::move(lines);
    } else if (m.type == "rational" && out.bytes().size() == 8) {
        m.value = rational_of(out.bytes());
    } else if (numeric) {
        decode_numbers(*numeric, out.bytes(), m);
    }
    return m;
}

/// The EXR type for a value that did not come from an EXR file.
std::string fitting_type(const Metadatum& m)
{
    if (std::holds_alternative<std::string>(m.value)) return "string";
    if (const auto* v = std::get_if<std::vector<int64_t>>(&m.value)) {
        const bool wide = std::any_of(v->begin(), v->end(), [](int64_t i) {
            return i < std::numeric_limits<int32_t>::min() || i > std::numeric_limits<int32_t>::max();
        });
        if (v->size() >= 1 && v->size() <= 3)
            return std::array{std::array{"int", "v2i", "v3i"}, std::array{"double", "v2d", "v3d"}}[wide][v->size() - 1];
        return "floatvector";
    }
    if (const auto* v = std::get_if<std::vector<double>>(&m.value)) {
        switch (v->size()) {
        case 1: return "double";
        case 2: return "v2d";
        case 3: return "v3d";
        case 9: return "m33d";
        case 16: return "m44d";
        default: return "floatvector";
        }
    }
    return "opaque";
}

size_t value_count(const Metadatum& m)
{
    if (const auto* v = std::get_if<std::vector<int64_t>>(&m.value)) return v->size();
    if (const auto* v = std::get_if<std::vector<double>>(&m.value)) return v->size();
    return 0;
}

/// The value as the file holds it for `type`; nothing when the two do not go together.
std::optional<std::vector<std::byte>> encoded(const Metadatum& m, std::string_view type)
{
    if (const auto* bytes = std::get_if<std::vector<std::byte>>(&m.value)) return *bytes;
    if (const auto* text = std::get_if<std::string>(&m.value)) {
        if (type == "string") return bytes_of(*text);
        if (type == "stringvector") return encode_lines(*text);
        return std::nullopt;
    }
    if (type == "rational" && value_count(m) == 2) return encode_numbers(Number::I32, m);
    const NumericType* numeric = numeric_type(type);
    if (!numeric || (numeric->count != 0 && numeric->count != value_count(m))) return std::nullopt;
    return encode_numbers(numeric->number, m);
}

std::unique_ptr<Imf::Attribute> attribute_of(const std::string& type, const std::vector<std::byte>& bytes)
{
    std::unique_ptr<Imf::Attribute> a;
    if (Imf::Attribute::knownType(type.c_str()))
        a.reset(Imf::Attribute::newAttribute(type.c_str()));
    else
        a = std::make_unique<Imf::OpaqueAttribute>(type.c_str());
    MemoryIn in(bytes);
    a->readValueFrom(in, int(bytes.size()), Imf::EXR_VERSION);
    return a;
}

} // namespace

bool is_structural(std::string_view attribute)
{
    static constexpr std::string_view names[] = {"channels",
                                                 "compression",
                                                 "dataWindow",
                                                 "displayWindow",
                                                 "lineOrder",
                                                 "tiles",
                                                 "type",
                                                 "version",
                                                 "name",
                                                 "chunkCount",
                                                 "view",
                                                 "multiView",
                                                 "maxSamplesPerPixel",
                                                 "pixelAspectRatio",
                                                 "dwaCompressionLevel"};
    return std::find(std::begin(names), std::end(names), attribute) != std::end(names);
}

Metadata metadata_of(const Imf::Header& header)
{
    Metadata metadata;
    for (auto it = header.begin(); it != header.end(); ++it)
        if (!is_structural(it.name())) metadata.push_back(metadatum_of(it.name(), it.attribute()));
    std::sort(metadata.begin(), metadata.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return metadata;
}

Status add_metadata(Imf::Header& header, const Metadata& metadata)
{
    constexpr size_t longest_name = 255; // of an attribute or a type, by the format
    for (const Metadatum& m : metadata) {
        if (m.name.empty() || is_structural(m.name) || m.type == "preview") continue;
        const auto existing = header.find(m.name.c_str());
        const std::string type = existing != header.end() ? existing.attribute().typeName()
                                 : m.type.empty()         ? fitting_type(m)
                                                          : m.type;
        const auto bytes = encoded(m, type);
        const bool named =
            m.name.size() <= longest_name && type.size() <= longest_name && m.name.find('\0') == std::string::npos;
        if (!bytes || !named || bytes->size() > size_t(std::numeric_limits<int32_t>::max()))
            return Error{ErrorKind::InvalidArgument,
                         "the metadata \"" + m.name.substr(0, longest_name) +
                             "\" cannot be written to an EXR file as " + type,
                         "remove it, or give it another type",
                         {},
                         {},
                         {}};
        try {
            header.insert(m.name.c_str(), *attribute_of(type, *bytes));
        } catch (const std::exception& e) {
            return Error{ErrorKind::InvalidArgument,
                         "the metadata \"" + m.name + "\" cannot be written to an EXR file: " + e.what(),
                         "remove it, or give it another type",
                         {},
                         {},
                         {}};
        }
    }
    return {};
}

} // namespace tessera
