#include "core/doc/references.h"
#include "core/op/op.h"
#include "tests/doc/helpers.h"
#include <cstdlib>

namespace tessera::test {

namespace {

struct Blur {
    double size = 10, hard = 1;
    int count = 2;
    bool on = true;
    Vec2 centre{100, 50};
    Vec3 three;
    Vec4 four;
    Color tint{1};
    int mode = 0;
    std::string text = "hello", file;
    Mat4 matrix;
    CurvePtr lookup;
    OpaqueData shapes;
};

const Register test_blur = Op<Blur>("test_blur", 3)
                               .label("Test Blur")
                               .in("in")
                               .mask()
                               .param(&Blur::size, "size", {.min = 0, .max = 100})
                               .param(&Blur::hard, "hard", {.min = 0, .max = 10, .hard = true})
                               .param(&Blur::count, "count")
                               .param(&Blur::on, "on")
                               .param(&Blur::centre, "centre")
                               .param(&Blur::three, "three")
                               .param(&Blur::four, "four")
                               .param(&Blur::tint, "tint")
                               .param(&Blur::mode, "mode", {.choices = {"over", "under", "plus", "screen"}})
                               .param(&Blur::text, "text")
                               .file(&Blur::file, "file")
                               .param(&Blur::matrix, "matrix")
                               .param(&Blur::lookup, "lookup")
                               .param(&Blur::shapes, "shapes");

struct None {};
struct Port {
    std::string name;
};
const Register test_merge = Op<None>("test_merge").label("Test Merge").in("A").in("B");
const Register test_read = Op<None>("test_read").label("Test Read");
const Register test_hidden = Op<None>("test_hidden").internal();
const Register group_op = Op<None>("group").label("Group");
const Register input_op = Op<Port>("input").label("Input").param(&Port::name, "name");
const Register output_op = Op<None>("output").label("Output").in("in").output();

} // namespace

Result<Value> evaluated(const ProjectPtr& project, std::string_view node, std::string_view param, double frame)
{
    const NodePlace place = at(project, node);
    const auto info = param_info(*place.node, param);
    REQUIRE_MESSAGE(info, param);
    return value_at(*project, *place.graph, *place.node, param, info->type, info->fallback, frame);
}

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "tessera-doc-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path = name;
}

Folder::~Folder()
{
    std::error_code ignored; // a test that changed permissions restores them itself
    std::filesystem::remove_all(path, ignored);
}

} // namespace tessera::test
