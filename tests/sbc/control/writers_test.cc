// The CDR and log files: what a line holds, and what a flood, a full disk and logrotate do.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dataplane/media/quality.h"
#include "sbc/control/call_json.h"
#include "sbc/control/cdr_writer.h"
#include "sbc/control/log_writer.h"
#include "sbc/control/printable.h"
#include "tests/sbc/control/fake_backend.h"
#include "tests/sbc/control/temporary_directory.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CallJson, TellsHowACallWentAndWhoEndedIt) {
  call::CallRecord record = sample_call(1);
  record.state = call::CallState::ending;
  record.ended = {63'500'000'000};
  record.status = 200;
  record.cause = 16;
  record.reason = Reason::media_rate;
  record.releaser = call::Releaser::callee;
  record.transferred_from = 0x1f;
  record.caller.srtp = SrtpSuite::aes_cm_128_hmac_sha1_80;
  record.caller.media.latched = *Endpoint::parse("[2001:db8::5]:4000");
  auto policy = compiled_of(model_of(two_realms));
  Json json = call_json(record, *policy, WallClock{1'700'000'000s}, {99'000'000'000});
  EXPECT_EQ(json["duration_s"], 60.5);
  EXPECT_EQ(json["ended"], "2023-11-14T22:14:23.500Z");
  EXPECT_EQ(json["status"], 200);
  EXPECT_EQ(json["cause"], 16);
  EXPECT_EQ(json["reason"], "media_rate");
  EXPECT_EQ(json["reason_text"], text_of(Reason::media_rate));
  EXPECT_EQ(json["releaser"], call::text_of(call::Releaser::callee));
  EXPECT_EQ(json["transferred_from"], "000000000000001f");
  EXPECT_EQ(json["caller"]["media"]["latched"], "[2001:db8::5]:4000");
  EXPECT_EQ(json["callee"]["media"]["latched"], nullptr);
  EXPECT_EQ(json["caller"]["media"]["srtp"], "AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(json["callee"]["media"]["srtp"], nullptr);
}

TEST(CallJson, TellsHowEachSideSounds) {
  call::CallRecord record = sample_call(1);
  record.has_audio = true;
  media::SideStats& media = record.caller.media;
  media.codec = rtp::Codec::g711;
  media.packets = 960;
  media.lost = 40;
  media.loss_runs = 20;
  media.duplicates = 10;
  media.reordered = 3;
  media.refused = 9;
  media.strangers = 5;
  media.too_many = 2;
  media.streams = 2;
  media.jitter = Duration(2'500us);
  media.jitter_max = Duration(7ms);
  media.round_trip = Duration(42ms);
  media.far = media::FarView{4, 64, Duration(1ms), 128, 39};
  const Json json = call_json(record, *compiled_of(model_of(two_realms)), {}, {99'000'000'000});
  EXPECT_EQ(json["audio"], "from caller only");
  const Json& caller = json["caller"]["media"];
  EXPECT_EQ(caller["codec"], "G711");
  EXPECT_EQ(caller["lost"], 40);
  EXPECT_EQ(caller["burst_ratio"], 1.92);
  EXPECT_EQ(caller["duplicates"], 10);
  EXPECT_EQ(caller["reordered"], 3);
  EXPECT_EQ(caller["refused"], 9);
  EXPECT_EQ(caller["refused_strangers"], 5);
  EXPECT_EQ(caller["refused_rate"], 2);
  EXPECT_EQ(caller["streams"], 2);
  EXPECT_EQ(caller["jitter_ms"], 2.5);
  EXPECT_EQ(caller["jitter_max_ms"], 7.0);
  EXPECT_EQ(caller["round_trip_ms"], 42.0);
  EXPECT_NEAR(caller["mos"].get<double>(), *media::mean_opinion_of(media, {}), 0.006);
  EXPECT_EQ(caller["far_end"],
            Json::parse(R"({"lost":4,"lost_lately":0.25,"jitter_ms":1.0,"discarded":0.5,"mos":3.9})"));
}

TEST(CallJson, WhatNobodyKnowsOfASideIsNull) {
  const Json json = call_json(sample_call(1), *compiled_of(model_of(two_realms)), {}, {99'000'000'000});
  EXPECT_EQ(json["audio"], nullptr) << "no audio stream is open";
  for (const char* unknown :
       {"codec", "jitter_ms", "jitter_max_ms", "round_trip_ms", "mos", "far_end", "latched"})
    EXPECT_EQ(json["callee"]["media"].at(unknown), nullptr) << unknown;
}

TEST(CallJson, OfACallThatNeverRangHasNoTimesButItsBeginAndEnd) {
  call::CallRecord record;
  record.begun = {1'000'000'000};
  record.ended = {1'100'000'000};
  Json json = call_json(record, *compiled_of(model_of(two_realms)), {}, {2'000'000'000});
  EXPECT_EQ(json["ringing"], nullptr);
  EXPECT_EQ(json["answered"], nullptr);
  EXPECT_EQ(json["duration_s"], 0);
  EXPECT_EQ(json["post_dial_delay_s"], nullptr);
  EXPECT_EQ(json["reason"], nullptr);
  EXPECT_EQ(json["transferred_from"], nullptr);
  EXPECT_EQ(json["caller"]["peer"], nullptr);
}

TEST(CallJson, NamesARemovedTrunkByItsNumber) {
  call::CallRecord record = sample_call(1);
  record.callee.trunk = TrunkId(9);
  EXPECT_EQ(call_json(record, *compiled_of(model_of(two_realms)), {}, {})["callee"]["trunk"], "#9");
}

TEST(CallJson, NamesTheRulesThatDecided) {
  const std::string trunk = "{name: carrier, realm: core, ", limits = "limits:";
  std::string text = two_realms;
  text.replace(
      text.find(trunk), trunk.size(),
      trunk + "translate_callers: abroad, responses: [{status: 486, as: 480}, {cause: 1, as: 404}], ");
  text.insert(text.find(limits),
              "translations:\n  - {name: national, rules: [{prefix: a, with: b}]}\n"
              "  - {name: abroad, rules: [{prefix: a, with: b}]}\n"
              "routes:\n  - {name: in, prefix: 1, trunks: carrier}\n"
              "  - {name: out, translate: national, trunks: carrier}\n");
  const auto policy = compiled_of(model_of(text));
  call::CallRecord record = sample_call(1);
  record.response_rule = {TrunkId(0), 2};
  Json json = call_json(record, *policy, {}, {});
  EXPECT_EQ(json["translation"], "national");
  EXPECT_EQ(json["caller_translation"], "abroad");
  EXPECT_EQ(json["response_rule"], "trunks[carrier].responses[#2]");
  record.response_rule = {TrunkId(9), 1};
  record.callee.trunk = TrunkId(9);
  record.route = {"in"};
  json = call_json(record, *policy, {}, {});
  EXPECT_EQ(json["translation"], nullptr);
  EXPECT_EQ(json["caller_translation"], nullptr);
  EXPECT_EQ(json["response_rule"], "trunks[#9].responses[#1]");
}

TEST(CallJson, NamesNoRuleWhereNoneDecided) {
  call::CallRecord record;
  const Json json = call_json(record, *compiled_of(model_of(two_realms)), {}, {});
  for (const char* rule : {"route", "translation", "caller_translation", "response_rule", "precedence"})
    EXPECT_EQ(json.at(rule), nullptr) << rule;
}

TEST(CallJson, EscapesWhateverTheNetworkPutsIn) {
  call::CallRecord record = sample_call(1);
  record.from_number = {std::string_view("\x1b[2J\r\n\"\xff\xc3\xa9\0x", 13)};
  std::string line = line_of(call_json(record, *compiled_of(model_of(two_realms)), {}, {}));
  for (char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  EXPECT_NE(line.find("\\u001b[2J\\r\\n\\\"\\ufffd\\u00e9\\u0000x"), std::string::npos) << line;
  EXPECT_FALSE(Json::parse(line, nullptr, false).is_discarded());
}

TEST(CallIds, AreSixteenHexDigits) {
  EXPECT_EQ(call_id_text(0xabc), "0000000000000abc");
  EXPECT_EQ(parse_call_id("ffffffffffffffff"), ~uint64_t(0));
  EXPECT_EQ(parse_call_id("0x00000000000001"), std::nullopt);
}

TEST(CdrWriter, AppendsALineForEachCall) {
  TemporaryDirectory directory;
  std::string path = directory.file("cdr.jsonl");
  {
    CdrWriter writer;
    ASSERT_EQ(writer.reopen(path), "");
    writer.add("{\"id\":1}");
  }
  CdrWriter writer;
  ASSERT_EQ(writer.reopen(path), "");
  writer.add("{\"id\":2}");
  writer.add("{\"id\":3}");
  EXPECT_EQ(contents(path), "{\"id\":1}\n");
  writer.flush();
  EXPECT_EQ(contents(path), "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n");
}

TEST(CdrWriter, WritesManyCallsAsTheyCome) {
  TemporaryDirectory directory;
  std::string path = directory.file("cdr.jsonl"), line(1000, 'x');
  CdrWriter writer;
  writer.reopen(path);
  for (unsigned i = 0; i < 1000; ++i) writer.add(line);
  EXPECT_GT(contents(path).size(), 500'000u);
  writer.flush();
  EXPECT_EQ(contents(path).size(), 1'001'000u);
}

TEST(CdrWriter, WritesToANewFileOnceTheOldOneWasMovedAway) {
  TemporaryDirectory directory;
  std::string path = directory.file("cdr.jsonl"), rotated = directory.file("cdr.jsonl.1");
  CdrWriter writer;
  writer.reopen(path);
  writer.add("one");
  std::filesystem::rename(path, rotated);
  writer.add("two");
  ASSERT_EQ(writer.reopen(path), "");
  writer.add("three");
  writer.flush();
  EXPECT_EQ(contents(rotated), "one\ntwo\n");
  EXPECT_EQ(contents(path), "three\n");
}

TEST(CdrWriter, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  TemporaryDirectory directory;
  std::string path = directory.file("cdr.jsonl");
  CdrWriter writer;
  writer.reopen(path);
  EXPECT_NE(writer.reopen(directory.file("missing/cdr.jsonl")), "");
  writer.add("one");
  writer.flush();
  EXPECT_EQ(contents(path), "one\n");
}

TEST(CdrWriter, CountsWhatAFullDiskLost) {
  CdrWriter writer;
  ASSERT_EQ(writer.reopen("/dev/full"), "");
  writer.add("one");
  writer.flush();
  EXPECT_TRUE(writer.failing());
  writer.add("two");
  writer.add("three");
  writer.flush();
  EXPECT_EQ(writer.lost(), 3u);
}

/// Past which the kernel writes nothing of this process any more, cutting what crosses it.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_action_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    signal(SIGXFSZ, old_action_);
  }

 private:
  rlimit old_{};
  sighandler_t old_action_;
};

TEST(CdrWriter, EndsALineThatADiskCutAndGoesOnWithTheNext) {
  TemporaryDirectory directory;
  std::string path = directory.file("cdr.jsonl");
  CdrWriter writer;
  writer.reopen(path);
  {
    FileSizeLimit limit(6);
    writer.add("one");
    writer.add("two");
    writer.add("three");
    writer.flush();
    EXPECT_EQ(writer.lost(), 2u);
    writer.add("four");
    writer.flush();
    EXPECT_EQ(writer.lost(), 3u);
  }
  writer.reopen(path);
  writer.add("five");
  writer.flush();
  EXPECT_FALSE(writer.failing());
  EXPECT_EQ(contents(path), "one\ntw\nfive\n");
}

TEST(CdrWriter, WithoutAFileWritesNothingAndLosesNothing) {
  CdrWriter writer;
  ASSERT_EQ(writer.reopen(""), "");
  writer.add("one");
  writer.flush();
  EXPECT_EQ(writer.lost(), 0u);
  EXPECT_FALSE(writer.failing());
}

class LogWriterTest : public testing::Test {
 protected:
  call::LogRecord record(Reason reason) {
    return {call::Severity::info, reason, RealmId(0), 0, *Endpoint::parse("192.0.2.1:5060"), {"text"}};
  }
  size_t lines() const {
    std::string text = out.str();
    return size_t(std::count(text.begin(), text.end(), '\n'));
  }

  std::ostringstream out;
  LogWriter log{std::make_shared<spdlog::sinks::ostream_sink_mt>(out)};
  snapshot::CompiledPtr policy = compiled_of(model_of(two_realms));
  Instant now{10'000'000'000};
};

TEST_F(LogWriterTest, TellsRealmPeerCallAndReason) {
  call::LogRecord full = record(Reason::signature);
  full.call = 0xc0ffee;
  EXPECT_EQ(log_text(full, *policy), "access 192.0.2.1:5060 call 0000000000c0ffee: text (signature: " +
                                         std::string(text_of(Reason::signature)) + ")");
  EXPECT_EQ(log_text({call::Severity::info, Reason::none, RealmId::none, 0, {}, {"just text"}}, *policy),
            "just text");
  log.write(full, *policy, now);
  EXPECT_NE(out.str().find(" info access 192.0.2.1:5060 call"), std::string::npos);
}

TEST_F(LogWriterTest, EscapesControlBytes) {
  call::LogRecord evil = record(Reason::none);
  evil.text = {"a\r\nfake line\x1b[31m\xc2\x9b\\x"};
  log.write(evil, *policy, now);
  EXPECT_EQ(lines(), 1u);
  EXPECT_NE(out.str().find("a\\x0d\\x0afake line\\x1b[31m\\xc2\\x9b\\x5cx"), std::string::npos) << out.str();
}

TEST_F(LogWriterTest, TakesNoFormatFromTheNetwork) {
  call::LogRecord evil = record(Reason::none);
  evil.text = {"{} {0} %s"};
  log.write(evil, *policy, now);
  EXPECT_NE(out.str().find("{} {0} %s"), std::string::npos);
}

TEST_F(LogWriterTest, HoldsAFloodOfOneReasonAndSaysHowMuchItLeftOut) {
  for (unsigned i = 0; i < LogWriter::per_second_max + 40; ++i)
    log.write(record(Reason::signature), *policy, now);
  EXPECT_EQ(lines(), LogWriter::per_second_max);
  log.write(record(Reason::no_rule), *policy, now);
  EXPECT_EQ(lines(), LogWriter::per_second_max + 1);
  log.flush(now + 1s);
  EXPECT_NE(out.str().find("40 more lines of this second left out (signature:"), std::string::npos);
  log.write(record(Reason::signature), *policy, now + 1s);
  EXPECT_EQ(lines(), LogWriter::per_second_max + 3);
}

TEST_F(LogWriterTest, WritesFromTheConfiguredLevelOn) {
  call::LogRecord quiet = record(Reason::none);
  quiet.severity = call::Severity::debug;
  log.write(quiet, *policy, now);
  EXPECT_EQ(lines(), 0u);
}

TEST(LogWriter, ReopensItsFileAndTakesTheLevelOver) {
  TemporaryDirectory directory;
  std::string path = directory.file("sbc.log");
  LogWriter log;
  ASSERT_EQ(log.reopen({path, config::LogLevel::warning}), "");
  log.say(call::Severity::info, "not this");
  log.say(call::Severity::warning, "one");
  ASSERT_EQ(log.reopen({path, config::LogLevel::info}), "");
  log.say(call::Severity::info, "two");
  EXPECT_NE(log.reopen({"/dev/null/log", config::LogLevel::info}), "");
  std::string mistyped = directory.file("mistyped/sbc.log");
  EXPECT_EQ(log.reopen({mistyped, config::LogLevel::info}),
            "cannot open the log file " + mistyped + ": there is no directory " + directory.file("mistyped"));
  EXPECT_FALSE(std::filesystem::exists(directory.file("mistyped")));
  log.say(call::Severity::error, "three");
  std::string text = contents(path);
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_LT(text.find("warning one"), text.find("info two"));
  EXPECT_NE(text.find("error three"), std::string::npos);
}

}  // namespace
}  // namespace sbc::control
