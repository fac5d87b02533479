// Classification constants that libc++'s <math.h> names. No floating point function exists here.
#pragma once
#define FP_NAN 0
#define FP_INFINITE 1
#define FP_ZERO 2
#define FP_SUBNORMAL 3
#define FP_NORMAL 4
#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
typedef float float_t;
typedef double double_t;
