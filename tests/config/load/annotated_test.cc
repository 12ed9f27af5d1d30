// The annotated example: it loads, shows every key and tells the truth about defaults and ranges.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/load/diff.h"
#include "config/load/load.h"
#include "config/load/ranges.h"

namespace sbc::config {
namespace {

const std::string path = SBC_SOURCE_DIR "/config/examples/annotated.yaml";

std::vector<std::string> lines() {
  std::ifstream file(path);
  std::vector<std::string> result;
  for (std::string line; std::getline(file, line);) result.push_back(line);
  return result;
}

TEST(Annotated, Loads) {
  LoadResult result = load_file(path);
  std::string problems;
  for (const Problem& problem : result.problems) problems += problem_text(problem) + "\n";
  ASSERT_TRUE(result) << problems;
  EXPECT_EQ(result.model->realms.size(), 2u);
  EXPECT_EQ(result.model->trunks.size(), 2u);
}

TEST(Annotated, ShowsEveryNumberWithItsRange) {
  LoadResult result = load_file(path);
  std::vector<std::string> text = lines();
  for (const Range& range : ranges()) {
    bool shown = false;
    std::string numbers = range.text();
    if (range.zero.size() > 0 || range.unit == Unit::rate) numbers = numbers.substr(0, numbers.find(' '));
    for (const auto& [key, place] : result.places) {
      std::string rule;
      bool inside = false;
      for (char c : key) {
        if (c == '[') inside = true;
        if (!inside) rule += c;
        if (c == ']') inside = false;
      }
      if (rule != range.rule) continue;
      const std::string& line = text.at(size_t(place.line) - 1);
      bool rate_by_example = range.unit == Unit::rate;  // its comment says what a rate looks like
      shown = shown || rate_by_example || line.find("[" + numbers + "]") != std::string::npos;
    }
    EXPECT_TRUE(shown) << range.rule << " [" << numbers << "]";
  }
}

TEST(Annotated, WritesDefaultsAsTheyAre) {
  LoadResult result = load_file(path);
  ASSERT_TRUE(result);
  Model plain = *result.model;
  plain.workers = {};
  plain.memory = {};
  plain.limits = {};
  plain.emergency = {};
  plain.timers = {};
  plain.resolver = {};
  plain.log = {};
  plain.cdr_file = Model{}.cdr_file;
  plain.control_socket = Model{}.control_socket;
  for (const Change& change : diff(plain, *result.model, result.places)) {
    ADD_FAILURE() << change.key << " is " << change.to << ", default " << change.from;
  }
  Port port;
  EXPECT_EQ(result.model->ports[0].descriptors, port.descriptors);
  EXPECT_EQ(result.model->ports[0].mtu, port.mtu);
  Realm realm;
  EXPECT_EQ(result.model->realms[0].media.last_port, realm.media.last_port);
  EXPECT_EQ(result.model->realms[0].media_dscp, realm.media_dscp);
  EXPECT_EQ(result.model->realms[0].signalling_dscp, realm.signalling_dscp);
  EXPECT_EQ(result.model->realms[0].messages, realm.messages);
  EXPECT_EQ(result.model->routes[0].ring_timeout, Route{}.ring_timeout);
  EXPECT_EQ(result.model->routes[0].attempt_timeout, Route{}.attempt_timeout);
  EXPECT_EQ(result.model->routes[0].progress_timeout, Route{}.progress_timeout);
  EXPECT_EQ(result.model->trunks[0].calls_max, Trunk{}.calls_max);
}

TEST(Annotated, ShowsEveryDeviationWithItsDefaultAndItsMeaning) {
  LoadResult result = load_file(path);
  ASSERT_TRUE(result);
  std::vector<std::string> text = lines();
  for (size_t i = 0; i < deviation_count; ++i) {
    std::string name(name_of(Deviation(i)));
    auto place = result.places.find("realms[access].messages.tolerance." + name);
    ASSERT_NE(place, result.places.end()) << name;
    const std::string& line = text.at(size_t(place->second.line) - 1);
    std::string written = name + ": " + std::string(name_of(treatment_of(Deviation(i))));
    EXPECT_NE(line.find(written), std::string::npos) << line;
    EXPECT_NE(line.find(" # "), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace sbc::config
