#include "config/load/load.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "config/load/ranges.h"
#include "config/model/packet_buffers.h"
#include "tests/config/load/sample.h"

namespace sbc::config {
namespace {

TEST(Load, GivesTheModelAndEveryDefault) {
  LoadResult result = load_text(sample, "sbc.yaml");
  ASSERT_TRUE(result) << problem_of(sample);
  const Model& model = *result.model;
  EXPECT_EQ(*model.ports[1].name, "core0");
  EXPECT_EQ(model.ports[1].driver, Driver::af_packet);
  EXPECT_EQ(model.realms[0].addresses[1].network, *Prefix::parse("2001:db8:a::/64"));
  EXPECT_EQ(model.realms[0].media.addresses.size(), 2u);
  EXPECT_EQ(model.realms[0].media.last_port, 29999);
  EXPECT_TRUE(model.realms[1].media.addresses.empty());
  EXPECT_EQ(model.realms[1].gateway_v4, *IpAddress::parse("203.0.113.254"));
  EXPECT_EQ(model.realms[1].vlan, 7);
  EXPECT_EQ(model.trunks[0].realm, RealmId(1));
  EXPECT_EQ(model.trunks[0].name.where.line, 17);
  EXPECT_EQ(model.routes[0].from, RealmId(0));
  EXPECT_EQ(model.access[0].trust, Trust::trusted);
  EXPECT_EQ(model.limits.source_rate, Limits{}.source_rate);
  EXPECT_EQ(model.timers.t1, Timers{}.t1);
  EXPECT_EQ(*model.file, "sbc.yaml");
}

TEST(Load, FindsTenTypicalMistakesInOneGoEachWithItsLine) {
  const std::string text = R"(workers: {count: 0}
ports:
  - {name: access0, driver: af_paket, device: veth-a}
  - {name: core0, device: veth-c, mtuu: 9000}
realms:
  - name: access
    port: acess0
    addresses: [198.51.100.1/24]
    sip: [198.51.100.2:5060]
    media: {ports: 20001-30000}
  - name: core
    port: core0
    vlan: 4095
    addresses: [203.0.113.1/24]
    gateway: 203.0.114.254
    sip: [203.0.113.1:5060]
trunks:
  - {name: core, realm: core, peers: [203.0.113.10:5060], call_rate: 50}
routes:
  - {name: out, trunks: [kore]}
limits: {retry_after: 10}
)";
  EXPECT_EQ(problem_of(text),
            R"(sbc.yaml:1: workers.count: '0' – must be a whole number, 1..32
sbc.yaml:3: ports[access0].driver: 'af_paket' – must be one of: af_packet, af_xdp, tap, pcap, ring, pci
sbc.yaml:4: ports[core0].mtuu: 'mtuu' – unknown key; did you mean 'mtu'? known here: name, driver, device, arguments, queues, descriptors, mtu
sbc.yaml:7: realms[access].port: 'acess0' – there is no such name; did you mean 'access0'? ports: access0, core0
sbc.yaml:9: realms[access].sip: '198.51.100.2:5060' – not an address of this realm, which has: 198.51.100.1
sbc.yaml:10: realms[access].media.ports: '20001-30000' – the first port must be even: RTP takes even ports, RTCP the odd ones
sbc.yaml:13: realms[core].vlan: '4095' – must be a whole number, 0..4094 (0 = untagged)
sbc.yaml:15: realms[core].gateway: '203.0.114.254' – must be on a network of the realm's addresses, which are: 203.0.113.1
sbc.yaml:18: trunks[core].call_rate: '50' – must be 1..1000000 per s, min or h, as in 50/s or 50/s burst 200, or unlimited
sbc.yaml:20: routes[out].trunks: 'kore' – there is no such name; did you mean 'core'? trunks: core
sbc.yaml:21: limits.retry_after: '10' – must be 1s..1h, a number with one of the units us, ms, s, min, h, d, as in 30s)");
}

TEST(Load, RefusesUnknownKeysAndSuggestsTheNearest) {
  EXPECT_EQ(problem_of(sample + "limitz: {}\n")
                .find("sbc.yaml:26: limitz: 'limitz' – unknown key; did you mean 'limits'? "),
            0u);
  EXPECT_EQ(problem_of(sample + "limits: {fnord: 1}\n").find("did you mean"), std::string::npos);
}

TEST(Load, RefusesAKeyWrittenTwice) {
  EXPECT_EQ(problem_of(sample + "limits: {calls_max: 5, calls_max: 6}\n"),
            "sbc.yaml:26: limits.calls_max: 'calls_max' – this key stands twice in its section");
}

TEST(Load, RefusesTheWrongShape) {
  EXPECT_EQ(problem_of(sample + "limits: 5\n"),
            "sbc.yaml:26: limits: '5' – must be a section of 'key: value' lines");
  EXPECT_EQ(problem_of(sample + "limits: {calls_max: [5]}\n"),
            "sbc.yaml:26: limits.calls_max: a list – must be a single value");
  EXPECT_EQ(problem_of(sample + "workers: {cores: {a: 1}}\n"),
            "sbc.yaml:26: workers.cores: a map – must be a list");
  EXPECT_EQ(problem_of(with("trunks: [core]", "trunks: [core]\n    prefix:")),
            "sbc.yaml:24: routes[out].prefix: empty – write a value, or leave the key out for its default");
  EXPECT_EQ(problems_of("just text").size(), 3u);
  EXPECT_EQ(problem_of(""),
            "sbc.yaml:1: ports: missing – at least one port is needed\n"
            "sbc.yaml:1: realms: missing – at least one realm is needed");
}

TEST(Load, AnEmptySectionHasDefaults) {
  EXPECT_TRUE(load_text(sample + "limits:\ntimers: {}\n", "sbc.yaml"));
}

TEST(Load, BrokenYamlIsAProblemWithItsLine) {
  LoadResult result = load_text("ports:\n  - [unclosed\nrealms: }\n", "sbc.yaml");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].where.line, 3);
  EXPECT_FALSE(result);
  EXPECT_FALSE(load_text(std::string(100'000, '['), "sbc.yaml"));
  EXPECT_FALSE(load_text("a: *nowhere", "sbc.yaml"));
  EXPECT_FALSE(load_text("? [complex, key]\n: value\n", "sbc.yaml"));
}

TEST(Load, AFileThatCannotBeReadIsAProblem) {
  EXPECT_EQ(problem_text(load_file("/nonexistent/sbc.yaml").problems.at(0))
                .find("/nonexistent/sbc.yaml: cannot be read"),
            0u);
  EXPECT_FALSE(load_file("/"));
}

TEST(Load, ReadsAFileAndFindsTheSignaturesBesideIt) {
  auto directory = std::filesystem::temp_directory_path() / ("sbc-load-test-" + std::to_string(getpid()));
  std::filesystem::create_directory(directory);
  auto path = directory / "sbc.yaml";
  std::ofstream(path) << sample << "signatures: {file: attacks.yaml}\n";
  LoadResult result = load_file(path.string());
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result.model->file, path.string());
  EXPECT_EQ(signature_path(*result.model), (directory / "attacks.yaml").string());
}

/// "a.b" as "a: {b: value}".
std::string nested(const std::string& key, const std::string& value) {
  const size_t dot = key.find('.');
  if (dot == key.npos) return key + ": " + value;
  return key.substr(0, dot) + ": {" + nested(key.substr(dot + 1), value) + "}";
}

/// The key of each rule as the sample would hold it, with `value`.
std::string sample_with_number(std::string_view rule, const std::string& value) {
  size_t dot = rule.find('.');
  std::string section(rule.substr(0, dot)), key(rule.substr(dot + 1));
  std::string written = key + ": " + value;
  if (size_t inner = key.find('.'); inner != key.npos) {
    written = "{" + nested(key.substr(inner + 1), value) + "}";
    if (section == "trunk_groups")
      return sample + "trunk_groups: [{name: all, trunks: [{trunk: core}, " + written + "]}]\n";
    written = key.substr(0, inner) + ": " + (key.starts_with("responses.") ? "[" + written + "]" : written);
  }
  if (section == "ports") return with("device: veth-c}", "device: veth-c, " + written + "}");
  if (section == "realms" && key == "vlan") return with("vlan: 7", written);
  if (section == "realms") return with("    vlan: 7", "    vlan: 7\n    " + written);
  if (section == "trunks") return with("    peers:", "    " + written + "\n    peers:");
  if (section == "routes") return with("    trunks: [core]", "    " + written + "\n    trunks: [core]");
  return sample + section + ": {" + written + "}\n";
}

std::string number_text(const Range& range, int64_t value) {
  if (range.unit == Unit::rate) return std::to_string(value) + "/s";
  if (range.unit == Unit::count)
    return range.rule == "workers.cores" ? "[" + std::to_string(value) + "]" : std::to_string(value);
  return value % 1000 == 0 && value / 1000 < 4'000'000'000 ? std::to_string(value / 1000) + "us"
                                                           : duration_text(Duration(value));
}

TEST(Load, HoldsEveryNumberToItsRange) {
  for (const Range& range : ranges()) {
    if (range.rule == "realms.media.ports") continue;  // two numbers in one; see realms_test
    for (int64_t good : {range.min, range.max}) {
      std::string problem = problem_of(sample_with_number(range.rule, number_text(range, good)));
      // The extremes may offend a rule between two keys (t2 below t1), never their own range.
      EXPECT_EQ(problem.find("must be a whole number"), std::string::npos) << problem;
      EXPECT_EQ(problem.find("must be " + range.text()), std::string::npos) << problem;
    }
    int64_t step = range.unit == Unit::duration ? 1'000'000'000 : 1;
    std::string problem = problem_of(sample_with_number(range.rule, number_text(range, range.max + step)));
    EXPECT_NE(problem.find(range.text()), std::string::npos) << range.rule << ": " << problem;
    if (range.min > 0 && range.unit != Unit::duration) {
      problem = problem_of(sample_with_number(range.rule, number_text(range, range.min - 1)));
      EXPECT_NE(problem.find(range.text()), std::string::npos) << range.rule << ": " << problem;
    }
  }
}

TEST(Load, RefusesNumbersThatAreNone) {
  for (auto bad : {"-1", "1.5", "0x10", "many", "\"\"", "true", "99999999999999999999", "1 "}) {
    std::string text = sample + "limits: {calls_max: \"" + (std::string(bad) == "\"\"" ? "" : bad) + "\"}\n";
    EXPECT_EQ(problems_of(text).size(), 1u) << bad;
  }
}

TEST(Load, HoldsKeysThatDependOnEachOtherTogether) {
  EXPECT_EQ(problem_of(sample + "timers: {t1: 5s, t2: 1s}\n"),
            "sbc.yaml:26: timers.t2: '1s' – t2 must not be below t1, 5s (RFC 3261 section 17.1.2.1)");
  EXPECT_EQ(problem_of(sample + "timers: {session: 89s}\n"),
            "sbc.yaml:26: timers.session: '89s' – must be 0s or at least 90s (RFC 4028 section 4)");
  EXPECT_TRUE(load_text(sample + "timers: {session: 90s}\n", "sbc.yaml"));
  EXPECT_TRUE(load_text(sample + "timers: {session: 0s}\n", "sbc.yaml"));
  EXPECT_NE(problem_of(sample + "timers: {probe: 29s}\n").find("at least 30s"), std::string::npos);
  EXPECT_EQ(load_text(sample + "timers: {probe: 30s}\n", "sbc.yaml").model->timers.probe,
            std::chrono::seconds(30));
  EXPECT_EQ(problem_of(sample + "limits: {message_bytes_max: 1500, header_bytes_max: 2000}\n"),
            "sbc.yaml:26: limits.header_bytes_max: '2000' – must not be above message_bytes_max, 1500");
  EXPECT_EQ(problem_of(sample + "workers: {count: 2, cores: [1]}\n"),
            "sbc.yaml:26: workers.cores: a list – must have one core for each of the 2 workers, or be empty "
            "to leave "
            "them unpinned");
  EXPECT_EQ(problem_of(sample + "workers: {count: 2, cores: [1, 1]}\n"),
            "sbc.yaml:26: workers.cores: '1' – this core is listed twice");
}

TEST(Load, RefusesAPoolThatItsQueuesAndCachesCouldEmptyForGood) {
  Model model = *load_text(sample, "sbc.yaml").model;
  EXPECT_EQ(model.workers.packet_buffers, 0u);
  std::string least = std::to_string(packet_buffers_min(model));
  EXPECT_TRUE(load_text(sample + "workers: {packet_buffers: " + least + "}\n", "sbc.yaml"));
  std::string problem = problem_of(sample + "workers: {packet_buffers: 1024}\n");
  EXPECT_EQ(problem.find("sbc.yaml:26: workers.packet_buffers: '1024' – must be 0 (derived) or at least " +
                         least + ":"),
            0u)
      << problem;
  EXPECT_FALSE(load_text(sample + "workers: {count: 8, packet_buffers: " + least + "}\n", "sbc.yaml"));
}

TEST(PacketBuffers, CoverWhatQueuesCachesAndHeldPacketsMayTake) {
  Model model;
  model.ports.resize(2);
  uint64_t copied = packet_buffers_min(model);
  EXPECT_GE(packet_buffers(model), 2 * copied);
  model.ports[0].driver = model.ports[1].driver = Driver::pci;
  EXPECT_GE(packet_buffers_min(model), copied + 2 * 2 * 1024) << "both directions of both ports";
  model.ports[0].driver = Driver::af_xdp;
  EXPECT_GE(packet_buffers_min(model), copied + 3 * 2048 + 2 * 1024);
  model.workers.count = 4;
  uint64_t four = packet_buffers_min(model);
  EXPECT_GE(four - four / held_share, 5 * 2 * packet_cache_max + 4 * 2 * 1024);
  model.workers.packet_buffers = 4095;
  EXPECT_EQ(packet_buffers(model), 4095u) << "what is configured counts";
}

TEST(Load, RefusesPortsThatNeedMoreBuffersThanThereCanBe) {
  std::string text =
      "workers: {count: 32}\n" + with("device: veth-a", "driver: tap, descriptors: 32768, device: veth-a");
  for (int i = 0; i < 3; ++i) {
    text = with("ports:\n",
                "ports:\n  - {name: p" + std::to_string(i) + ", driver: tap, descriptors: 32768, device: t" +
                    std::to_string(i) + "}\n",
                text);
  }
  EXPECT_NE(problem_of(text).find("give the ports fewer queues or descriptors"), std::string::npos)
      << problem_of(text);
}

TEST(Load, LeavesRoomForNeighboursBesideGatewaysAndPeers) {
  std::string peers;
  for (int i = 1; i <= 40; ++i) peers += ", 203.0.113." + std::to_string(20 + i);
  std::string text = with("peers: [203.0.113.10:5060]", "peers: [203.0.113.10, 192.0.2.1" + peers + "]");
  EXPECT_TRUE(load_text(text + "limits: {neighbours_max: 58}\n", "sbc.yaml"))
      << problem_of(text + "limits: {neighbours_max: 58}\n");
  EXPECT_EQ(
      problem_of(text + "limits: {neighbours_max: 57}\n"),
      "sbc.yaml:26: limits.neighbours_max: '57' – must be at least 58: realm 'core' has 42 gateways and "
      "trunk peers on its networks");
}

TEST(Load, RefusesASocketPathThatTheKernelWouldCut) {
  EXPECT_TRUE(load_text(sample + "control: {socket: /" + std::string(106, 's') + "}\n", "sbc.yaml"));
  EXPECT_FALSE(load_text(sample + "control: {socket: /" + std::string(107, 's') + "}\n", "sbc.yaml"));
}

TEST(Load, ShowsControlBytesOfAValueAsQuestionMarks) {
  std::string problem = problem_of(sample + "log: {level: \"a\\x1b[31m\"}\n");
  EXPECT_EQ(problem.find('\x1b'), std::string::npos);
  EXPECT_NE(problem.find("'a?[31m'"), std::string::npos);
}

TEST(PlaceOf, IsTheKeysLineOrThatOfTheSectionAroundIt) {
  LoadResult result = load_text(sample, "sbc.yaml");
  EXPECT_EQ(place_of(result.places, "realms[core].vlan").line, 12);
  EXPECT_EQ(place_of(result.places, "realms[core].dscp.media").line, 10);
  EXPECT_EQ(place_of(result.places, "limits.calls_max").line, 0);
  EXPECT_EQ(place_of(result.places, "limits.calls_max").file, "sbc.yaml");
}

}  // namespace
}  // namespace sbc::config
