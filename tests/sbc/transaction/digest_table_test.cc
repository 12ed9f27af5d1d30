#include "sbc/transaction/digest_table.h"

#include <map>

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

constexpr DigestKeys keys{{1, 2}, {3, 4}};

TEST(DigestTest, PartsDoNotRunTogether) {
  EXPECT_NE(Digester(keys).text("ab").text("c").digest(), Digester(keys).text("a").text("bc").digest());
}

TEST(DigestTest, LongPartsCountWhole) {
  auto digest = [](std::string text) { return Digester(keys).text(text).text("b").digest(); };
  std::string part(300, 'a');
  Digest whole = digest(part);
  EXPECT_EQ(digest(part), whole);
  part.back() = 'b';
  EXPECT_NE(digest(part), whole);
  EXPECT_NE(digest(std::string(301, 'a')), whole);
  Digester eight(keys);
  for (int i = 0; i < 8; ++i) eight.text(std::string(120, 'a'));
  EXPECT_NE(eight.digest(), whole);
}

TEST(DigestTest, WhoHasTheSecretHasTheKeys) {
  auto digest_under = [](const HashKey& secret) {
    const DigestKeys derived = DigestKeys::derive(secret);
    return Digester(derived).text("a").digest();
  };
  EXPECT_EQ(digest_under({1, 2}), digest_under({1, 2}));
  EXPECT_NE(digest_under({1, 2}), digest_under({1, 3}));
  const DigestKeys derived = DigestKeys::derive({1, 2});
  EXPECT_NE(derived.high, derived.low);
}

TEST(DigestTest, CaselessPartsMeet) {
  EXPECT_EQ(Digester(keys).caseless("SBC.example").digest(), Digester(keys).caseless("sbc.EXAMPLE").digest());
}

// Every key starts its probe at the same cell, so that removal has to close gaps in one long run.
TEST(DigestTableTest, CollidingKeysSurviveRemovalsInAnyOrder) {
  constexpr uint32_t count = 16;
  for (uint32_t stride = 1; stride < count; stride += 2) {
    DigestTable table(count);
    for (uint32_t i = 0; i < count; ++i) table.insert({7, i}, lane::Handle{i, 1});
    for (uint32_t removed = 0; removed < count; ++removed) {
      table.erase({7, removed * stride % count});
      for (uint32_t i = 0; i <= removed; ++i) EXPECT_FALSE(table.find({7, i * stride % count}));
      for (uint32_t i = removed + 1; i < count; ++i) {
        EXPECT_EQ(table.find({7, i * stride % count}).index, i * stride % count);
      }
    }
    EXPECT_EQ(table.size(), 0u);
  }
}

TEST(DigestTableTest, AgreesWithAMapOverManyOperations) {
  DigestTable table(64);
  std::map<uint64_t, uint32_t> model;
  uint64_t state = 1;
  for (int i = 0; i < 20000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t key = (state >> 33) % 96;
    Digest digest{key % 8, key};
    if (auto at = model.find(key); at != model.end()) {
      EXPECT_EQ(table.find(digest).index, at->second);
      table.erase(digest);
      model.erase(at);
    } else if (model.size() < 64) {
      EXPECT_FALSE(table.find(digest));
      table.insert(digest, lane::Handle{uint32_t(i), 1});
      model[key] = uint32_t(i);
    }
  }
  EXPECT_EQ(table.size(), model.size());
}

}  // namespace
}  // namespace sbc::transaction
