// The corpus is what benchmarks.md asks for: enough messages of a realistic size, exact line ends and
// lengths; literals of 6 to 40 bytes, each once, half of them caseless, and few matches in any message.
#include "bench/sip/corpus.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

const std::string folder = SBC_SOURCE_DIR "/bench/corpus";

std::vector<Sample> all_messages() {
  std::vector<Sample> samples = load_messages(folder);
  for (Sample& attack : load_messages(folder + "/attack")) samples.push_back(std::move(attack));
  return samples;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c + ('a' - 'A'));
  return text;
}

/// Ends of matches, overlapping ones included, as Hyperscan reports them.
size_t matches(const std::string& message, const std::string& lowered, const Literal& literal) {
  const std::string& text = literal.caseless ? lowered : message;
  std::string wanted = literal.caseless ? lower(literal.bytes) : literal.bytes;
  size_t count = 0;
  for (size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) ++count;
  return count;
}

TEST(Corpus, HoldsEnoughMessagesOfRealisticSize) {
  EXPECT_GE(load_messages(folder).size(), 36u);
  EXPECT_GE(load_messages(folder + "/attack").size(), 8u);
  for (const Sample& sample : all_messages()) {
    EXPECT_GE(sample.bytes.size(), 300u) << sample.name;
    EXPECT_LE(sample.bytes.size(), 3000u) << sample.name;
  }
}

TEST(Corpus, LinesEndInCrLfAndContentLengthIsExact) {
  for (const Sample& sample : all_messages()) {
    size_t end = sample.bytes.find("\r\n\r\n");
    ASSERT_NE(end, sample.bytes.npos) << sample.name;
    std::string head = lower(sample.bytes.substr(0, end + 2));
    for (size_t at = head.find('\n'); at != head.npos; at = head.find('\n', at + 1))
      EXPECT_EQ(head[at - 1], '\r') << sample.name;
    size_t length = head.find("\r\ncontent-length: ");
    size_t digits = length == head.npos ? head.find("\r\nl: ") + 5 : length + 18;
    EXPECT_EQ(std::stoul(head.substr(digits)), sample.bytes.size() - end - 4) << sample.name;
  }
}

TEST(Corpus, LiteralsAreOfTheRightSizeEachOnceAndHalfCaseless) {
  for (auto [file, count] :
       {std::pair{"/signatures-100.txt", 100u}, std::pair{"/signatures-3000.txt", 3000u}}) {
    std::vector<Literal> literals = load_literals(folder + file);
    EXPECT_EQ(literals.size(), count);
    std::set<std::string> seen;
    for (const Literal& literal : literals) {
      EXPECT_GE(literal.bytes.size(), 6u) << literal.bytes;
      EXPECT_LE(literal.bytes.size(), 40u) << literal.bytes;
      EXPECT_TRUE(seen.insert(lower(literal.bytes)).second) << literal.bytes;
    }
    auto caseless =
        std::count_if(literals.begin(), literals.end(), [](const Literal& l) { return l.caseless; });
    EXPECT_EQ(size_t(caseless), count / 2);
  }
}

TEST(Corpus, TheSmallListIsTheBeginningOfTheLargeOne) {
  std::vector<Literal> few = load_literals(folder + "/signatures-100.txt");
  std::vector<Literal> many = load_literals(folder + "/signatures-3000.txt");
  ASSERT_LE(few.size(), many.size());
  for (size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].bytes, many[i].bytes);
}

TEST(Corpus, AttacksMatchAFewTimesAndCleanMessagesNever) {
  std::vector<Literal> literals = load_literals(folder + "/signatures-3000.txt");
  size_t attacks = 0;
  for (const Sample& sample : all_messages()) {
    std::string lowered = lower(sample.bytes);
    size_t count = 0;
    for (const Literal& literal : literals) count += matches(sample.bytes, lowered, literal);
    EXPECT_LE(count, 64u) << sample.name;
    attacks += count > 0;
  }
  EXPECT_GE(attacks, 10u);
  for (const Sample& sample : load_messages(folder)) {
    if (sample.name.starts_with("attack-")) continue;
    std::string lowered = lower(sample.bytes);
    for (const Literal& literal : literals)
      EXPECT_EQ(matches(sample.bytes, lowered, literal), 0u) << sample.name << ": " << literal.bytes;
  }
}

}  // namespace
}  // namespace sbc::bench
