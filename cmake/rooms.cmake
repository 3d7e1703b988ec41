# tessera_room(NAME FOLDER [OBJECT] [EMBED] LINK ... PRIVATE ...)
# A room is one folder of sources made into one library, tessera_NAME. OBJECT keeps every object file in the program
# (operators register themselves in static initialisers, which a linker drops from an archive). EMBED also compiles
# every .glsl file of the folder into the library.
add_library(tessera_options INTERFACE)
target_include_directories(tessera_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(tessera_options INTERFACE TESSERA_VERSION="${PROJECT_VERSION}")
target_compile_options(tessera_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
  $<$<BOOL:${TESSERA_WARNINGS_AS_ERRORS}>:-Werror>)

function(tessera_room name folder)
  cmake_parse_arguments(R "OBJECT;EMBED" "" "LINK;PRIVATE" ${ARGN})
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
  else()
    add_library(tessera_${name} STATIC ${sources})
  endif()
  target_link_libraries(tessera_${name} PUBLIC tessera_options ${R_LINK} PRIVATE ${R_PRIVATE})
endfunction()

# The programs: tessera itself and the worker that decodes files in a process of its own.
function(tessera_programs)
  if(EXISTS ${PROJECT_SOURCE_DIR}/app/cli/main.cpp)
    add_executable(tessera ${PROJECT_SOURCE_DIR}/app/cli/main.cpp)
    target_link_libraries(tessera PRIVATE tessera_cli tessera_nodes)
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/core/media/worker_main.cpp)
    add_executable(tessera-media-worker ${PROJECT_SOURCE_DIR}/core/media/worker_main.cpp)
    target_link_libraries(tessera-media-worker PRIVATE tessera_media OpenImageIO::OpenImageIO)
  endif()
endfunction()
