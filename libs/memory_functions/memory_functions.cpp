// The memory and string functions that the compiler calls by name. Whole words where it pays: emulators count every
// byte of a byte-wise string instruction, and hardware without fast short strings is slow at them too.
#include <stddef.h>
#include <stdint.h>

#pragma clang unsafe_buffer_usage begin

// SAFETY: the C contract: the caller gives `count` readable (and writable) bytes. Compiled without sanitizers, because
// KASAN's checking versions call these.

namespace {

constexpr size_t kWordBytes = 8;
constexpr size_t kShort = 64;

using Word [[gnu::may_alias, gnu::aligned(1)]] = uint64_t;

} // namespace

extern "C" {

void* memcpy(void* __restrict destination, const void* __restrict source, size_t count) {
    auto* to = static_cast<unsigned char*>(destination);
    const auto* from = static_cast<const unsigned char*>(source);
    if (count >= kShort) {
        size_t words = count / kWordBytes;
        count %= kWordBytes;
        asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    }
    for (; count >= kWordBytes; count -= kWordBytes, to += kWordBytes, from += kWordBytes) {
        *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
    }
    for (; count != 0; --count) {
        *to++ = *from++;
    }
    return destination;
}

void* memmove(void* destination, const void* source, size_t count) {
    auto* to = static_cast<unsigned char*>(destination);
    const auto* from = static_cast<const unsigned char*>(source);
    if (reinterpret_cast<uintptr_t>(to) - reinterpret_cast<uintptr_t>(from) >= count) {
        return memcpy(destination, source, count);
    }
    for (; count >= kWordBytes; count -= kWordBytes) {
        *reinterpret_cast<Word*>(to + count - kWordBytes) = *reinterpret_cast<const Word*>(from + count - kWordBytes);
    }
    for (; count != 0; --count) {
        to[count - 1] = from[count - 1];
    }
    return destination;
}

void* memset(void* destination, int value, size_t count) {
    auto* to = static_cast<unsigned char*>(destination);
    const uint64_t pattern = 0x0101010101010101ULL * static_cast<unsigned char>(value);
    if (count >= kShort) {
        size_t words = count / kWordBytes;
        count %= kWordBytes;
        asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
    }
    for (; count >= kWordBytes; count -= kWordBytes, to += kWordBytes) {
        *reinterpret_cast<Word*>(to) = pattern;
    }
    for (; count != 0; --count) {
        *to++ = static_cast<unsigned char>(value);
    }
    return destination;
}

int memcmp(const void* left, const void* right, size_t count) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    for (; count >= kWordBytes; count -= kWordBytes, a += kWordBytes, b += kWordBytes) {
        if (*reinterpret_cast<const Word*>(a) != *reinterpret_cast<const Word*>(b)) {
            break;
        }
    }
    for (; count != 0; --count, ++a, ++b) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

void* memchr(const void* where, int value, size_t count) {
    const auto* at = static_cast<const unsigned char*>(where);
    for (; count != 0; --count, ++at) {
        if (*at == static_cast<unsigned char>(value)) {
            return const_cast<unsigned char*>(at);
        }
    }
    return nullptr;
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length] != '\0') {
        ++length;
    }
    return length;
}

} // extern "C"

#pragma clang unsafe_buffer_usage end
