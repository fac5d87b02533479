# Sources that packages/sources.tsv pins. tessera_source(NAME) unpacks one and sets NAME_SOURCE_DIR.
include_guard()

function(tessera_source name)
  execute_process(
    COMMAND "${PROJECT_SOURCE_DIR}/packages/fetch-source" ${name}
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "The source of ${name} is not to be had; see above.")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/packages/sources.tsv")
  set(${name}_SOURCE_DIR "${folder}" PARENT_SCOPE)
endfunction()

# Foreign code keeps its own warnings; ours are not asked of it, nor that C calls a function by its very type.
function(tessera_foreign_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES;PRIVATE_INCLUDES")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} SYSTEM PUBLIC ${arg_INCLUDES} PRIVATE ${arg_PRIVATE_INCLUDES})
  target_compile_options(${name} PRIVATE -w -fno-sanitize=function)
  if(NOT TESSERA_TARGET STREQUAL host)
    target_include_directories(${name} SYSTEM PRIVATE "${PROJECT_SOURCE_DIR}/cmake/freestanding/libc")
  endif()
endfunction()

# SHA-256 for boot bundles and seeds, and ChaCha20: #include <bearssl_hash.h>, <bearssl_block.h>.
function(tessera_add_bearssl)
  if(TARGET bearssl_sha256)
    return()
  endif()
  tessera_source(bearssl)
  set(source "${bearssl_SOURCE_DIR}/src")
  tessera_foreign_library(bearssl_sha256
    SOURCES "${source}/hash/sha2small.c" "${source}/codec/dec32be.c" "${source}/codec/enc32be.c"
    INCLUDES "${bearssl_SOURCE_DIR}/inc"
    PRIVATE_INCLUDES "${source}")
  tessera_foreign_library(bearssl_random
    SOURCES "${source}/symcipher/chacha20_ct.c"
    INCLUDES "${bearssl_SOURCE_DIR}/inc"
    PRIVATE_INCLUDES "${source}")
  target_link_libraries(bearssl_random PUBLIC bearssl_sha256)
endfunction()
