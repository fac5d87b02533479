#pragma once
#include <stdarg.h>
#include <stddef.h>
#define EOF (-1)
#ifdef __cplusplus
extern "C" {
#endif
typedef struct TesseraNoFile FILE;
int remove(const char*);
int rename(const char*, const char*);
int snprintf(char*, size_t, const char*, ...);
int vsnprintf(char*, size_t, const char*, va_list);
#ifdef __cplusplus
}
#endif
