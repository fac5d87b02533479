#pragma once
#include <stdint.h>
typedef struct { intmax_t quot; intmax_t rem; } imaxdiv_t;
#ifdef __cplusplus
extern "C" {
#endif
intmax_t imaxabs(intmax_t);
imaxdiv_t imaxdiv(intmax_t, intmax_t);
intmax_t strtoimax(const char*, char**, int);
uintmax_t strtoumax(const char*, char**, int);
#ifdef __cplusplus
}
#endif
