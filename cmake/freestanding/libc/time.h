#pragma once
#include <stddef.h>
typedef long time_t;
typedef long clock_t;
struct timespec { time_t tv_sec; long tv_nsec; };
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst; };
#ifdef __cplusplus
extern "C" {
#endif
clock_t clock(void);
time_t mktime(struct tm*);
time_t time(time_t*);
char* asctime(const struct tm*);
char* ctime(const time_t*);
struct tm* gmtime(const time_t*);
struct tm* localtime(const time_t*);
size_t strftime(char* __restrict, size_t, const char* __restrict, const struct tm* __restrict);
int timespec_get(struct timespec*, int);
#ifdef __cplusplus
}
#endif
