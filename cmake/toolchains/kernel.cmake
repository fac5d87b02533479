# The kernel: freestanding, without vector registers, position independent so that it can be placed at random.
include("${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake")
set(TESSERA_TARGET kernel)

string(JOIN " " kernel_flags
  ${TESSERA_FREESTANDING_FLAGS}
  -mno-red-zone -mno-mmx -mno-sse -msoft-float
  -mstack-protector-guard=tls -mstack-protector-guard-reg=gs -mstack-protector-guard-offset=40
  -fno-asynchronous-unwind-tables)

# KASAN's shadow of address A stands at (A >> 3) + offset; kernel/sanitizer/kasan_layout.hpp holds the same number.
string(JOIN " " kasan_flags
  -fsanitize=kernel-address -mllvm -asan-mapping-offset=0xdffffc0000000000 -mllvm -asan-stack=1 -mllvm -asan-globals=1
  -mllvm -asan-kernel-mem-intrinsic-prefix=1
  -mllvm -asan-instrumentation-with-call-threshold=100000)
set(ubsan_flags "-fsanitize=undefined -fno-sanitize=function,vptr,alignment -fsanitize-trap=undefined")
set(TESSERA_KERNEL_NO_SANITIZE "-fno-sanitize=all;-fno-stack-protector")

# Forced, or a build folder would keep the flags of its first day.
set(CMAKE_C_FLAGS "${kernel_flags}" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS "${kernel_flags} ${TESSERA_FREESTANDING_CXX_FLAGS}" CACHE STRING "" FORCE)
set(CMAKE_ASM_FLAGS "${TESSERA_FREESTANDING_TARGET} ${TESSERA_PATH_FLAGS}" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g -flto=thin -fsanitize=kcfi -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr -DTESSERA_CHECK_LOCK_ORDER=0 -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST" CACHE STRING "")
set(CMAKE_C_FLAGS_RELEASE "-O2 -flto=thin -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr" CACHE STRING "")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g -fsanitize=kcfi -ftrivial-auto-var-init=pattern ${ubsan_flags} ${kasan_flags} -DTESSERA_CHECK_LOCK_ORDER=1 -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_DEBUG" CACHE STRING "")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1 -ftrivial-auto-var-init=pattern" CACHE STRING "")
