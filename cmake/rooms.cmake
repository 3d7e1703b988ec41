# tessera_room(NAME FOLDER [OBJECT] [SHARED] [EMBED] LINK ... PRIVATE ...)
# A room is one folder of sources made into one library, tessera_NAME. OBJECT keeps every object file in the program
# (operators register themselves in static initialisers, which a linker drops from an archive). SHARED makes it a shared
# library: the program and its modules then have one copy of what it keeps (pools of memory, traces). EMBED also compiles
# every .glsl file of the folder into the library.
add_library(tessera_options INTERFACE)
target_include_directories(tessera_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(tessera_options INTERFACE TESSERA_VERSION="${PROJECT_VERSION}")
target_compile_options(tessera_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
  $<$<BOOL:${TESSERA_WARNINGS_AS_ERRORS}>:-Werror>)

function(tessera_room name folder)
  cmake_parse_arguments(R "OBJECT;SHARED;EMBED" "" "LINK;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/[a-z_]*main\\.cpp$")
  if(R_EMBED)
    file(GLOB_RECURSE shaders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.glsl)
    set(generated ${CMAKE_BINARY_DIR}/${folder}/embedded.cpp)
    add_custom_command(OUTPUT ${generated}
      COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}/${folder} -DOUT=${generated}
              -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${shaders} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    list(APPEND sources ${generated})
  endif()
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cpp "namespace tessera {}\n")
    set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cpp)
  endif()
  if(R_OBJECT)
    add_library(tessera_${name} OBJECT ${sources})
  elseif(R_SHARED)
    add_library(tessera_${name} SHARED ${sources})
    install(TARGETS tessera_${name} LIBRARY DESTINATION lib/tessera)
  else()
    add_library(tessera_${name} STATIC ${sources})
  endif()
  target_link_libraries(tessera_${name} PUBLIC tessera_options ${R_LINK} PRIVATE ${R_PRIVATE})
endfunction()

# tessera_module(NAME FOLDER): tessera-NAME.so, opened at run time by the program beside it. It shows one name, the
# function in module_main.cpp, so that what it holds of the other rooms never meets the program's own copy.
function(tessera_module name folder)
  string(REPLACE "-" "_" room ${name})
  add_library(tessera-${name} MODULE ${PROJECT_SOURCE_DIR}/${folder}/module_main.cpp)
  set_target_properties(tessera-${name} PROPERTIES PREFIX "" SUFFIX .so CXX_VISIBILITY_PRESET hidden)
  target_link_libraries(tessera-${name} PRIVATE tessera_${room})
  target_link_options(tessera-${name} PRIVATE LINKER:--exclude-libs,ALL)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize") # a sanitizer's own functions are the program's
    target_link_options(tessera-${name} PRIVATE LINKER:-z,defs)
  endif()
  install(TARGETS tessera-${name} LIBRARY DESTINATION lib/tessera)
endfunction()

# The programs: tessera itself, the worker that decodes files in a process of its own, and the modules of both.
function(tessera_programs)
  if(EXISTS ${PROJECT_SOURCE_DIR}/app/cli/main.cpp)
    add_executable(tessera ${PROJECT_SOURCE_DIR}/app/cli/main.cpp)
    target_link_libraries(tessera PRIVATE tessera_cli tessera_nodes)
    install(TARGETS tessera RUNTIME DESTINATION bin)
  endif()
  # The window is a program of its own: the command line needs none of its libraries, and starts without them.
  add_executable(tessera-editor ${PROJECT_SOURCE_DIR}/app/editor/main.cpp)
  target_link_libraries(tessera-editor PRIVATE tessera_panels tessera_nodes)
  install(TARGETS tessera-editor RUNTIME DESTINATION libexec/tessera)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/samples/greenscreen DESTINATION share/tessera/samples)
  if(EXISTS ${PROJECT_SOURCE_DIR}/core/media_oiio/worker_main.cpp)
    add_executable(tessera-media-worker ${PROJECT_SOURCE_DIR}/core/media_oiio/worker_main.cpp)
    target_link_libraries(tessera-media-worker PRIVATE tessera_media_oiio)
    install(TARGETS tessera-media-worker RUNTIME DESTINATION libexec/tessera)
  endif()
  tessera_module(media-ffmpeg core/media_ffmpeg)
  tessera_module(media-oiio core/media_oiio)
  # Nothing links them, but whoever builds the program or its worker means to run it.
  foreach(program tessera tessera-editor tessera-media-worker)
    add_dependencies(${program} tessera-media-ffmpeg tessera-media-oiio)
  endforeach()
endfunction()

# The shaders of a room's own pipelines (.vert, .frag, .comp), compiled to headers NAME.vert.h with an array NAME_vert.
function(tessera_shaders name folder)
  file(GLOB shaders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.vert ${PROJECT_SOURCE_DIR}/${folder}/*.frag
       ${PROJECT_SOURCE_DIR}/${folder}/*.comp)
  foreach(shader ${shaders})
    get_filename_component(file ${shader} NAME)
    string(REPLACE "." "_" variable ${file})
    set(header ${CMAKE_BINARY_DIR}/generated/${folder}/${file}.h)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/${folder})
    add_custom_command(OUTPUT ${header} COMMAND ${GLSLANG_VALIDATOR} -V --quiet --vn ${variable} -o ${header} ${shader}
                       DEPENDS ${shader} VERBATIM)
    target_sources(tessera_${name} PRIVATE ${header})
  endforeach()
  target_include_directories(tessera_${name} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
