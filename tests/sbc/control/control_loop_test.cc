// The loop as a whole: a real socket, real files, workers played by the test.
#include "sbc/control/control_loop.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "sbc/control/client.h"
#include "sbc/edge/reporter.h"
#include "tests/sbc/control/fake_backend.h"
#include "tests/sbc/control/temporary_directory.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

Instant clock_now() { return {std::chrono::steady_clock::now().time_since_epoch().count()}; }

class ControlLoopTest : public testing::Test {
 protected:
  ControlLoopTest()
      : backend(2, two_realms + "control: {socket: " + directory.file("sbc.sock") + "}\ncdr: {file: " +
                       directory.file("cdr.jsonl") + "}\nlog: {file: " + directory.file("sbc.log") + "}\n") {}
  void SetUp() override {
    std::string error;
    loop = ControlLoop::open(backend, {{"0.1.0", clock_now()}, 200ms}, clock_now(), error);
    ASSERT_TRUE(loop) << error;
  }
  void turn() { loop->run(clock_now(), WallClock{1'700'000'000s}); }
  /// Asks from another thread while the loop and the workers in `alive` run.
  Json ask(const std::string& line, unsigned alive = 2) {
    Answer answer;
    std::atomic<bool> answered{false};
    std::thread client([&] {
      answer = control::ask(directory.file("sbc.sock"), line, 5s);
      answered = true;
    });
    while (!answered) {
      loop->wait(5ms);
      turn();
      for (unsigned i = 0; i < alive; ++i) play_worker(i);
    }
    client.join();
    EXPECT_EQ(answer.error, "");
    return Json::parse(answer.line, nullptr, false);
  }
  void play_worker(unsigned i) {
    edge::Command command;
    while (backend.worker(i).commands.pop(command)) {
      commands.push_back(command.kind);
      if (command.kind == edge::Command::Kind::list_calls) {
        backend.worker(i).reports.push(edge::CallRow{command.request, sample_call(i)});
      }
      backend.worker(i).reports.push(edge::Answered{command.request, true});
    }
  }
  std::string contents(const std::string& name) {
    std::ifstream file(directory.file(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryDirectory directory;
  FakeBackend backend;
  std::unique_ptr<ControlLoop> loop;
  std::vector<edge::Command::Kind> commands;
};

TEST_F(ControlLoopTest, AnswersOverTheSocketWithTheWorkersHelp) {
  EXPECT_EQ(ask(R"({"command":"status"})")["version"], "0.1.0");
  EXPECT_EQ(ask(R"({"command":"calls"})")["calls"].size(), 2u);
}

TEST_F(ControlLoopTest, AnswersInPartWhenAWorkerIsStuck) {
  Json answer = ask(R"({"command":"calls"})", 1);
  EXPECT_EQ(answer["calls"].size(), 1u);
  EXPECT_EQ(answer["silent_workers"], Json::array({1}));
}

TEST_F(ControlLoopTest, WritesACdrForEachReport) {
  backend.worker(0).cdrs.push(sample_call(1));
  backend.worker(1).cdrs.push(sample_call(2));
  turn();
  std::istringstream lines(contents("cdr.jsonl"));
  std::string line;
  std::vector<std::string> ids;
  while (std::getline(lines, line)) ids.push_back(Json::parse(line)["id"]);
  EXPECT_EQ(ids, (std::vector<std::string>{"0000000000000001", "0000000000000002"}));
}

TEST_F(ControlLoopTest, WritesTheLogOfWorkers) {
  backend.worker(1).reports.push(
      edge::LogReport{{call::Severity::warning, Reason::no_rule, RealmId(1), 0, {}, {"nowhere to go"}}});
  turn();
  EXPECT_NE(contents("sbc.log").find("warning core: nowhere to go (no_rule: "), std::string::npos);
}

TEST_F(ControlLoopTest, SaysWhenReportsWereLost) {
  backend.worker(0).counters.reports_lost.add(3);
  turn();
  turn();
  std::string log = contents("sbc.log");
  EXPECT_NE(log.find("3 reports of workers lost"), std::string::npos);
  EXPECT_EQ(log.find("lost"), log.rfind("lost"));
}

TEST_F(ControlLoopTest, SaysApartWhenCdrsWereLost) {
  backend.worker(1).counters.cdrs_lost.add(2);
  turn();
  turn();
  std::string log = contents("sbc.log");
  EXPECT_NE(log.find("error 2 CDRs of workers lost"), std::string::npos) << log;
  EXPECT_EQ(log.find("lost"), log.rfind("lost"));
}

TEST_F(ControlLoopTest, AFloodOfLogLinesCostsNoCdr) {
  edge::Reporter reporter(backend.worker(0));
  for (int i = 0; i < 5000; ++i) reporter.log({call::Severity::info, Reason::none, RealmId(0), 0, {}, {"x"}});
  reporter.cdr(sample_call(7));
  EXPECT_GT(backend.worker(0).counters.reports_lost.value(), 0u);
  EXPECT_EQ(backend.worker(0).counters.cdrs_lost.value(), 0u);
  turn();
  EXPECT_NE(contents("cdr.jsonl").find("0000000000000007"), std::string::npos);
}

TEST(Exchange, HasRoomForTheCdrsOfAllCallsWithinBounds) {
  auto room = [](uint32_t calls_max) {
    edge::Exchange exchange(1, calls_max);
    edge::Reporter reporter(exchange);
    uint32_t kept = 0;
    for (call::CallRecord record; exchange.counters.cdrs_lost.value() == 0; ++kept) reporter.cdr(record);
    return kept - 1;
  };
  EXPECT_EQ(room(1), 1024u);
  EXPECT_EQ(room(3000), 4096u);
  EXPECT_EQ(room(1'000'000), 16384u);
}

TEST_F(ControlLoopTest, ReopensItsFilesWithoutReadingTheConfiguration) {
  std::filesystem::rename(directory.file("cdr.jsonl"), directory.file("cdr.jsonl.1"));
  loop->reopen_files();
  EXPECT_TRUE(std::filesystem::exists(directory.file("cdr.jsonl")));
}

TEST_F(ControlLoopTest, ReopensItsFilesOnReloadEvenOfARefusedConfiguration) {
  backend.worker(0).cdrs.push(sample_call(1));
  turn();
  std::filesystem::rename(directory.file("cdr.jsonl"), directory.file("cdr.jsonl.1"));
  std::filesystem::rename(directory.file("sbc.log"), directory.file("sbc.log.1"));
  backend.next_reload = {nullptr, {{{"sbc.yaml", 3}, "limits.x: bad"}}, {}};
  EXPECT_NE(ask(R"({"command":"reload"})")["error"], nullptr);
  backend.worker(0).cdrs.push(sample_call(2));
  turn();
  EXPECT_NE(contents("cdr.jsonl").find("0000000000000002"), std::string::npos);
  EXPECT_NE(contents("sbc.log.1").find("sbc.yaml:3: limits.x: bad"), std::string::npos);
}

TEST_F(ControlLoopTest, LeavesTheFilesAloneOnADryRun) {
  std::filesystem::remove(directory.file("cdr.jsonl"));
  backend.next_reload = {compiled_of(backend.current->model, 2), {}, {}};
  EXPECT_EQ(ask(R"({"command":"reload","arguments":{"dry_run":true}})")["reloaded"], false);
  EXPECT_FALSE(std::filesystem::exists(directory.file("cdr.jsonl")));
}

TEST_F(ControlLoopTest, TakesExpiredBlocksOff) {
  backend.list.add({RealmId::none, *Prefix::parse("192.0.2.0/24")}, clock_now());
  turn();
  EXPECT_TRUE(backend.list.blocks().empty());
}

TEST_F(ControlLoopTest, DoesNotStartWithoutItsFiles) {
  FakeBackend other(
      1, two_realms + "cdr: {file: /nonexistent/cdr}\ncontrol: {socket: " + directory.file("b") + "}\n");
  std::string error;
  EXPECT_FALSE(ControlLoop::open(other, {{"0.1.0", clock_now()}, 200ms}, clock_now(), error));
  EXPECT_NE(error.find("cannot open the CDR file /nonexistent/cdr"), std::string::npos);
  FakeBackend taken(1, two_realms + "control: {socket: " + directory.file("sbc.sock") + "}\n");
  EXPECT_FALSE(ControlLoop::open(taken, {{"0.1.0", clock_now()}, 200ms}, clock_now(), error));
  EXPECT_NE(error.find("another process answers"), std::string::npos);
}

TEST(Client, SaysWhatIsWrongAndWhatToDo) {
  EXPECT_EQ(ask("/nonexistent/sbc.sock", "{}", 1s).error,
            "cannot reach sbc on /nonexistent/sbc.sock: No such file or directory; is sbc running, with this "
            "path as "
            "its control socket?");
}

}  // namespace
}  // namespace sbc::control
