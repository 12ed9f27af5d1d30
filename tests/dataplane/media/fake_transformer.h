// FakeTransformer: keys that can be told apart, and nothing secret about them. A protected packet has its
// payload flipped by the key's first byte, and the key's first four bytes behind it.
#pragma once

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/srtp/transformer.h"

namespace sbc::media {

inline srtp::MasterKey key_of(uint8_t name) {
  srtp::MasterKey key;
  key.suite = SrtpSuite::aes_cm_128_hmac_sha1_32;
  key.bytes.fill(name);
  return key;
}

class FakeTransformer final : public srtp::Transformer {
 public:
  static constexpr size_t tag = 4;

  explicit FakeTransformer(size_t contexts_max = 8) : contexts_max_(contexts_max) {}

  srtp::ContextId open(srtp::Way way, srtp::Part part, const srtp::MasterKey& key) override {
    if (open_count() == contexts_max_) return srtp::no_context;
    contexts.push_back({true, way, part, key});
    return srtp::ContextId(contexts.size() - 1);
  }
  void rekey(srtp::ContextId context, const srtp::MasterKey& key) override {
    ASSERT_TRUE(contexts.at(context).open);
    contexts[context].key = key;
  }
  void close(srtp::ContextId context) override { contexts.at(context).open = false; }
  bool is_of(srtp::ContextId context, const srtp::MasterKey& key) const override {
    return contexts.at(context).key == key;
  }
  void run(std::span<srtp::Work> burst) override {
    bursts.push_back(burst.size());
    for (srtp::Work& work : burst) {
      const Context& context = contexts.at(work.context);
      ASSERT_TRUE(context.open);
      ASSERT_EQ(work.rtcp, context.part == srtp::Part::rtcp);
      if (context.way == srtp::Way::protect) {
        protect(context.key, work);
      } else {
        unprotect(context.key, work);
      }
    }
  }

  size_t open_count() const {
    return size_t(std::count_if(contexts.begin(), contexts.end(), [](const Context& c) { return c.open; }));
  }

  static void protect(const srtp::MasterKey& key, srtp::Work& work) {
    ASSERT_GE(work.room, tag);
    flip(key, work);
    std::copy_n(key.bytes.begin(), tag, work.data + work.size);
    work.size = uint16_t(work.size + tag);
  }

  struct Context {
    bool open;
    srtp::Way way;
    srtp::Part part;
    srtp::MasterKey key;
  };
  std::vector<Context> contexts;
  std::vector<size_t> bursts;

 private:
  static void flip(const srtp::MasterKey& key, srtp::Work& work) {
    const size_t clear = work.rtcp ? 8 : 12;
    for (size_t at = clear; at < work.size; ++at) work.data[at] ^= key.bytes[0];
  }
  static void unprotect(const srtp::MasterKey& key, srtp::Work& work) {
    const bool fits = work.size >= 8 + tag &&
                      std::equal(key.bytes.begin(), key.bytes.begin() + tag, work.data + work.size - tag);
    work.reason = fits ? Reason::none : Reason::srtp_forged;
    if (!fits) return;
    work.size = uint16_t(work.size - tag);
    flip(key, work);
  }

  const size_t contexts_max_;
};

}  // namespace sbc::media
