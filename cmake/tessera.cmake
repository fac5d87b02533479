# How a folder becomes a target. The target's name is the folder's path with `_` for `/`.
include_guard()

set(TESSERA_INCLUDE "${PROJECT_SOURCE_DIR}")

# tessera_library(NAME [SOURCES ...] [SELDOM ...] [DEPENDS ...]): the folder's code. Without sources it is headers only.
# SELDOM: sources that run once, or when something goes wrong; in the release kernel and in programs they are compiled to be small.
function(tessera_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;SELDOM;DEPENDS")
  if(arg_SOURCES OR arg_SELDOM)
    add_library(${name} STATIC ${arg_SOURCES} ${arg_SELDOM})
    if(arg_SELDOM AND NOT TESSERA_TARGET STREQUAL host)
      set_source_files_properties(${arg_SELDOM} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-Oz>)
    endif()
    set(scope PUBLIC)
    tessera_compile(${name})
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} "${TESSERA_INCLUDE}")
  target_link_libraries(${name} ${scope} ${arg_DEPENDS})
endfunction()

# tessera_compile(TARGET): our own code, held to our own warnings.
function(tessera_compile name)
  separate_arguments(warnings UNIX_COMMAND "${TESSERA_WARNINGS}")
  target_compile_options(${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>")
  target_include_directories(${name} PRIVATE "${TESSERA_INCLUDE}")
  set_target_properties(${name} PROPERTIES CXX_STANDARD 23 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS ON)
endfunction()

# tessera_program(NAME SOURCES ... [DEPENDS ...]): a program of the host.
function(tessera_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(${name} ${arg_SOURCES})
  tessera_compile(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} base_host)
endfunction()

# tessera_test(LIBRARY [SOURCES ...] [CONCURRENT_SOURCES ...]): its host tests, one program `LIBRARY_test`.
# Under ThreadSanitizer only the concurrent ones are built.
function(tessera_test library)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;CONCURRENT_SOURCES;DEPENDS")
  if(NOT TESSERA_TESTS OR NOT TESSERA_TARGET STREQUAL host)
    return()
  endif()
  set(sources ${arg_CONCURRENT_SOURCES})
  if(NOT TESSERA_INSTRUMENTATION STREQUAL tsan)
    list(APPEND sources ${arg_SOURCES})
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(${library}_test ${sources})
  tessera_compile(${library}_test)
  target_link_libraries(${library}_test PRIVATE ${library} ${arg_DEPENDS} base_host testing_host)
  add_test(NAME ${library} COMMAND ${library}_test)
  set_tests_properties(${library} PROPERTIES TIMEOUT 120)
endfunction()

# tessera_ktest(SOURCES ...): in-kernel tests, linked into ktest.elf; written with the same macros.
function(tessera_ktest)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "SOURCES;DEPENDS")
  if(NOT TESSERA_TARGET STREQUAL kernel)
    return()
  endif()
  list(TRANSFORM arg_SOURCES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  set_property(GLOBAL APPEND PROPERTY TESSERA_KTEST_SOURCES ${arg_SOURCES})
  set_property(GLOBAL APPEND PROPERTY TESSERA_KTEST_DEPENDS ${arg_DEPENDS})
endfunction()

# tessera_fuzz(LIBRARY NAME name SOURCES ...): a libFuzzer target `fuzz_NAME`, in the preset host-fuzz.
function(tessera_fuzz library)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME" "SOURCES;DEPENDS")
  if(NOT TESSERA_TARGET STREQUAL host OR NOT TESSERA_INSTRUMENTATION STREQUAL fuzz)
    return()
  endif()
  add_executable(fuzz_${arg_NAME} ${arg_SOURCES})
  tessera_compile(fuzz_${arg_NAME})
  target_link_libraries(fuzz_${arg_NAME} PRIVATE ${library} ${arg_DEPENDS} base_host)
  # libFuzzer's archive is written for libstdc++; spelled this way the driver does not rewrite the name.
  target_link_options(fuzz_${arg_NAME} PRIVATE -fsanitize=fuzzer -Wl,-lstdc++)
  set_target_properties(fuzz_${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
endfunction()
