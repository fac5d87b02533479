# What every target shares: one compiler, its launcher, and the warnings that are errors.
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_ASM_COMPILER clang-19)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
get_filename_component(TESSERA_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

set(launcher "${TESSERA_ROOT}/cmake/toolchains/compile" "${TESSERA_ROOT}")
set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})

# No path of the building machine may reach an output: builds are bit-identical in any folder.
set(TESSERA_PATH_FLAGS "-ffile-prefix-map=${TESSERA_ROOT}/= -ffile-prefix-map=../../= -ffile-compilation-dir=.")

string(JOIN " " TESSERA_WARNINGS
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wimplicit-fallthrough -Wnon-virtual-dtor -Wold-style-cast
  -Wthread-safety -Wthread-safety-beta -Wunsafe-buffer-usage -Wconsumed -Wdangling -Wdangling-assignment-gsl
  -Wreturn-stack-address -Wswitch-enum -Wunused-result -Wvla)
