// The memory and string functions that the compiler and libc++'s headers call.
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
void* memcpy(void* __restrict destination, const void* __restrict source, size_t count);
void* memmove(void* destination, const void* source, size_t count);
void* memset(void* destination, int value, size_t count);
int memcmp(const void* left, const void* right, size_t count);
void* memchr(const void* where, int value, size_t count);
size_t strlen(const char* text);
int strcmp(const char* left, const char* right);
int strncmp(const char* left, const char* right, size_t count);
char* strchr(const char* text, int character);
char* strrchr(const char* text, int character);
char* strstr(const char* text, const char* part);
char* strpbrk(const char* text, const char* set);
size_t strspn(const char* text, const char* set);
size_t strcspn(const char* text, const char* set);
char* strcpy(char* __restrict destination, const char* __restrict source);
char* strncpy(char* __restrict destination, const char* __restrict source, size_t count);
char* strcat(char* __restrict destination, const char* __restrict source);
char* strncat(char* __restrict destination, const char* __restrict source, size_t count);
int strcoll(const char* left, const char* right);
size_t strxfrm(char* __restrict destination, const char* __restrict source, size_t count);
char* strerror(int error);
char* strtok(char* __restrict text, const char* __restrict set);
#ifdef __cplusplus
}
#endif
