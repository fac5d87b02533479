# Shared by the kernel and the programs of Tessera: no host header, no host library.
include("${CMAKE_CURRENT_LIST_DIR}/common.cmake")
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# linux-gnu, not none-elf: only there does clang accept KASAN and the canary in GS.
set(TESSERA_FREESTANDING_TARGET "--target=x86_64-unknown-linux-gnu")
file(GLOB libcxx_headers /usr/lib/llvm-19/include/c++/v1)
string(JOIN " " TESSERA_FREESTANDING_FLAGS
  ${TESSERA_FREESTANDING_TARGET} -ffreestanding -fpie -fvisibility=hidden -fdirect-access-external-data -mcx16
  -nostdlibinc
  -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fcf-protection=full -fno-jump-tables -fstack-protector-strong
  -ffunction-sections -fdata-sections ${TESSERA_PATH_FLAGS})
string(JOIN " " TESSERA_FREESTANDING_CXX_FLAGS
  -nostdinc++ -isystem ${TESSERA_ROOT}/cmake/freestanding/libcxx -isystem ${libcxx_headers}
  -isystem ${TESSERA_ROOT}/cmake/freestanding/libc
  -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-c++-static-destructors
  -DBOOST_NO_PLATFORM_CONFIG -isystem ${TESSERA_ROOT}/cmake/boost -isystem ${TESSERA_ROOT}/cmake/freestanding/boost
  -fvisibility-inlines-hidden)
