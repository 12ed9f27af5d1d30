// The entry point of libFuzzer (and of AFL++, honggfuzz) for the target that SBC_FUZZ_TARGET names.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sbc::fuzz::SBC_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
