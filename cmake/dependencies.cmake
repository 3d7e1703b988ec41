# Every dependency is a package of the system's: nothing is vendored and nothing is fetched while building.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenEXR CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(Vulkan REQUIRED)
find_package(glslang CONFIG REQUIRED)
pkg_check_modules(OCIO REQUIRED IMPORTED_TARGET OpenColorIO)
pkg_check_modules(OIIO REQUIRED IMPORTED_TARGET OpenImageIO)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)

# One spelling of each target, whether the package brought a CMake configuration or a pkg-config file.
add_library(OpenColorIO::OpenColorIO ALIAS PkgConfig::OCIO)
add_library(OpenImageIO::OpenImageIO ALIAS PkgConfig::OIIO)
add_library(xxHash::xxhash ALIAS PkgConfig::XXHASH)
