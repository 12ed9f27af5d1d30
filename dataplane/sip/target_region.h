// Code for one instruction set in a program built for all: what stands between SBC_TARGET_BEGIN and
// SBC_TARGET_END may use it, whatever the compiler's options say, and must be called only where the machine
// has it. Include everything that others share before the region, so that no inline function of theirs is
// compiled for it.
#pragma once

#define SBC_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define SBC_TARGET_BEGIN(set) \
  SBC_PRAGMA(clang attribute push(__attribute__((target(set))), apply_to = function))
#define SBC_TARGET_END SBC_PRAGMA(clang attribute pop)
#else
#define SBC_TARGET_BEGIN(set) SBC_PRAGMA(GCC push_options) SBC_PRAGMA(GCC target(set))
#define SBC_TARGET_END SBC_PRAGMA(GCC pop_options)
#endif
