# Host programs and tests: the machine that builds.
include("${CMAKE_CURRENT_LIST_DIR}/common.cmake")
set(TESSERA_TARGET host)
set(TESSERA_INSTRUMENTATION none CACHE STRING "none, asan, tsan or fuzz")
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TESSERA_INSTRUMENTATION)

set(instrument_none "")
# With coverage, which goes nowhere unless LLVM_PROFILE_FILE says where: one build less than two that differ in it.
string(JOIN " " instrument_asan -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1
  -fprofile-instr-generate=/dev/null -fcoverage-mapping)
set(instrument_tsan "-fsanitize=thread -g1")
set(instrument_fuzz "-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -g1")
set(instrument "${instrument_${TESSERA_INSTRUMENTATION}}")

set(CMAKE_C_FLAGS "${TESSERA_PATH_FLAGS} ${instrument}" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS "-stdlib=libc++ -fno-exceptions -fno-rtti -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_EXTENSIVE -DBOOST_NO_PLATFORM_CONFIG -isystem ${TESSERA_ROOT}/cmake/boost -DTESSERA_CHECK_LOCK_ORDER=1 -mcx16 ${TESSERA_PATH_FLAGS} ${instrument}" CACHE STRING "" FORCE)
set(CMAKE_EXE_LINKER_FLAGS "-fuse-ld=lld-19" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O1" CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2" CACHE STRING "")
