# Programs that run on Tessera: freestanding, position independent, vector registers allowed.
include("${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake")
set(TESSERA_TARGET user)
# There is no thread-local storage: the canary is a variable.
set(user_flags "${TESSERA_FREESTANDING_FLAGS} -mstack-protector-guard=global")
set(CMAKE_C_FLAGS "${user_flags}" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS "${user_flags} ${TESSERA_FREESTANDING_CXX_FLAGS}" CACHE STRING "" FORCE)
set(CMAKE_ASM_FLAGS "${TESSERA_FREESTANDING_TARGET} ${TESSERA_PATH_FLAGS}" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -ftrivial-auto-var-init=zero -DTESSERA_CHECK_LOCK_ORDER=0 -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST" CACHE STRING "")
