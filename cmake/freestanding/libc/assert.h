// Boost.Intrusive asserts through this header. static_assert is a keyword in C++ and a macro in C.
#undef assert
#ifdef __cplusplus
extern "C" [[noreturn]] void tessera_assert_failed(const char* condition, const char* file, int line);
#else
void tessera_assert_failed(const char* condition, const char* file, int line) __attribute__((noreturn));
#endif
#define assert(condition) ((condition) ? (void)0 : tessera_assert_failed(#condition, __FILE__, __LINE__))
