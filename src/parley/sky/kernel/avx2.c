/* The decision and the walks once more, for processors with AVX2; store.c chooses at run time. */
#if defined(__x86_64__) && defined(__GNUC__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif
#define ARCH avx2
#include "lateral.c"
#include "narrow.c"
#include "search.c"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
