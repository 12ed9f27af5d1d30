// Signatures that are replaced while workers scan: counts outlive their snapshot, and no scan misses.
#include "sbc/edge/signature_hits.h"

#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "dataplane/lane/published.h"
#include "policy/signatures/signature_file.h"

namespace sbc::edge {
namespace {

using Published = lane::Published<LiveSnapshot>;

std::shared_ptr<const policy::Compiled> compile(const std::string& entries) {
  policy::SignatureFile file = policy::load_signature_text("signatures:\n" + entries, "test");
  for (const auto& problem : file.problems) ADD_FAILURE() << config::problem_text(problem);
  auto compiled = std::make_shared<policy::Compiled>();
  compiled->signatures = std::move(file.set);
  return compiled;
}

std::unique_ptr<const LiveSnapshot> snapshot(const std::string& entries, unsigned workers = 2) {
  return LiveSnapshot::make(compile(entries), workers);
}

/// As a worker does it: scans and counts; true where the message is to be dropped.
bool inspect(const LiveSnapshot& snapshot, unsigned worker, std::string_view message) {
  Inspector& inspector = snapshot.inspector(WorkerId(worker));
  policy::SignatureVerdict verdict = snapshot.policy().signatures.scan(inspector.scratch, message);
  for (uint32_t index : verdict.matches()) inspector.hits[index].add();
  return verdict.reason == Reason::signature;
}

using Totals = std::vector<uint64_t>;

TEST(SignatureHits, AreSummedOverWorkersByTheSignaturesPlace) {
  auto only = snapshot("- {id: 7, message: m, pattern: evil}\n- {id: 3, message: m, pattern: worse}\n");
  inspect(*only, 0, "BYE sip:worse SIP/2.0\r\n\r\n");
  inspect(*only, 1, "BYE sip:worse-evil SIP/2.0\r\n\r\n");
  EXPECT_EQ(SignatureHits().totals(*only, nullptr), (Totals{1, 2}));
}

TEST(SignatureHits, OutliveAReloadWhereTheIdStays) {
  Published published(
      1, snapshot("- {id: 1, message: m, pattern: evil}\n- {id: 2, message: m, pattern: worse}\n"));
  SignatureHits hits;
  inspect(*published.reader(0), 0, "BYE sip:worse-evil SIP/2.0\r\n\r\n");
  auto next = snapshot("- {id: 2, message: m, pattern: worst}\n- {id: 5, message: m, pattern: evil}\n");
  ASSERT_TRUE(published.publish(next));
  inspect(*published.reader(0), 0, "BYE sip:worse-evil SIP/2.0\r\n\r\n");
  EXPECT_EQ(published.retire(), nullptr) << "the worker still counts there";
  EXPECT_EQ(hits.totals(published.newest(), published.older()), (Totals{2, 0}));

  published.reader(0).adopt();
  inspect(*published.reader(0), 0, "BYE sip:worst SIP/2.0\r\n\r\n");
  auto old = published.retire();
  ASSERT_NE(old, nullptr);
  hits.retire(*old, published.newest());
  EXPECT_EQ(published.older(), nullptr);
  EXPECT_EQ(hits.totals(published.newest(), nullptr), (Totals{3, 0}));
}

TEST(SignatureHits, OfAnIdThatWentAreForgotten) {
  auto with = snapshot("- {id: 1, message: m, pattern: evil}\n");
  auto without = snapshot("- {id: 2, message: m, pattern: evil}\n");
  auto again = snapshot("- {id: 1, message: m, pattern: evil}\n");
  inspect(*with, 0, "BYE sip:evil SIP/2.0\r\n\r\n");
  SignatureHits hits;
  hits.retire(*with, *without);
  hits.retire(*without, *again);
  EXPECT_EQ(hits.totals(*again, nullptr), (Totals{0}));
}

/// A signature file whose signature 1 is always there, among neighbours that come and go.
std::string file_number(unsigned number) {
  const std::string constant =
      "- {id: 1, message: m, pattern: friendly-, regex: 'friendly-(scanner|request)', where: header "
      "User-Agent}\n";
  std::string before, behind;
  for (unsigned i = 0; i < number % 7; ++i)
    before +=
        "- {id: " + std::to_string(100 + i) + ", message: m, pattern: other" + std::to_string(i) + "}\n";
  for (unsigned i = 0; i < number % 4; ++i)
    behind += "- {id: " + std::to_string(200 + number + i) + ", message: m, pattern: '" +
              std::to_string(1000 + number + i) + "', action: score 1}\n";
  return before + constant + behind;
}

const std::string attack =
    "OPTIONS sip:100@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
    "From: <sip:%31%30%30@1.1.1.1>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: one@example\r\nCSeq: 1 OPTIONS\r\n"
    "User-Agent: friendly-scanner\r\n\r\n";

/// One worker that scans as long as it may. It waits for nothing: adopting is a load, a scan takes no lock.
struct ScanningWorker {
  ScanningWorker(Published& published, unsigned self, const std::atomic<bool>& stop)
      : thread([this, &published, self, &stop] {
          Published::Reader& reader = published.reader(self);
          while (!stop.load(std::memory_order_relaxed)) {
            reader.adopt();
            if (!inspect(*reader, self, attack)) missed.add();
            scans.add();
            std::this_thread::yield();  // to whoever compiles: there may be fewer cores than threads
          }
        }) {}

  lane::Counter scans, missed;
  std::thread thread;
};

TEST(SignatureHits, AThousandSwapsUnderScansMissNothingLeakNothingAndStallNobody) {
  static_assert(std::atomic<uint64_t>::is_always_lock_free);
  constexpr unsigned swaps = 1000, workers = 2;
  Published published(workers, snapshot(file_number(0), workers));
  SignatureHits hits;
  std::vector<std::weak_ptr<const policy::Compiled>> all;
  std::atomic<bool> stop{false};
  ScanningWorker first(published, 0, stop), second(published, 1, stop);
  auto settle = [&] {
    while (published.older() != nullptr) {
      if (auto old = published.retire()) hits.retire(*old, published.newest());
      std::this_thread::yield();
    }
  };
  for (unsigned swap = 1; swap <= swaps; ++swap) {
    auto compiled = compile(file_number(swap));
    all.push_back(compiled);
    auto next = LiveSnapshot::make(std::move(compiled), workers);
    uint64_t scans_before[] = {first.scans.value(), second.scans.value()};
    settle();
    ASSERT_TRUE(published.publish(next));
    while (first.scans.value() == scans_before[0] || second.scans.value() == scans_before[1])
      std::this_thread::yield();
  }
  settle();
  stop.store(true);
  first.thread.join();
  second.thread.join();

  EXPECT_EQ(first.missed.value() + second.missed.value(), 0u);
  EXPECT_GE(first.scans.value(), swaps);
  EXPECT_GE(second.scans.value(), swaps);
  size_t place = swaps % 7;
  EXPECT_EQ(hits.totals(published.newest(), published.older())[place],
            first.scans.value() + second.scans.value());
  all.pop_back();
  for (const auto& old : all) EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace sbc::edge
