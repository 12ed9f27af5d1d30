// Trial: one message taken through the code that workers take it through, gate and call engine, without a
// network: what a configuration would do with it. Nothing of it depends on chance, and on the hour only where
// routes do, which is part of the question: the same message leaves the same way again, with the same
// identifiers.
//
// For the command line: it allocates as it likes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/time_window.h"
#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"
#include "sbc/transaction/transport.h"

namespace sbc::trial {

struct Question {
  std::string message;  // one SIP message; where no line ends in CRLF, LF is taken for it
  std::string realm;    // by name
  std::string source;   // address, or address:port; empty: where its topmost Via says that it comes from
  UtcTime at{};         // when it comes
};
/// "2026-11-26T10:30", in UTC, or with what its zone is ahead of that: "2026-11-26T10:30+01:00".
std::optional<UtcTime> parse_time(std::string_view text);

struct SentMessage {
  Transport to;
  std::string bytes;
};

struct MatchedSignature {
  uint32_t id = 0;
  std::string message;
  std::string action;  // as in the file
};

struct Outcome {
  std::string first_line;
  size_t bytes = 0;
  bool line_ends_mended = false;
  Transport from;
  UtcTime at{};
  config::Trust trust = config::Trust::unknown;
  std::vector<MatchedSignature> signatures;
  std::vector<std::string> deviations;  // "line_folded (repaired)"
  Reason reason = Reason::none;         // why it was dropped or refused; none: it was taken
  uint16_t status = 0;                  // told with a refusal; 0 = nothing is told
  bool begins_call = false;             // an INVITE that no dialog had: limits on calls apply
  TrunkId caller_trunk = TrunkId::none;
  std::optional<call::CallRecord> call;  // what was decided, where it came to that
  std::vector<call::LogRecord> logged;   // what was logged on the way
  std::vector<std::string> rules;        // header rules that did something, in the file's order
  std::vector<SentMessage> sent;         // in the order in which they leave
};

/// `error` says why the question can't be tried.
std::optional<Outcome> try_message(const std::shared_ptr<const policy::Compiled>& policy,
                                   const Question& question, std::string& error);

/// The outcome for people: what was decided, a line each, then the messages as they would leave.
std::string report(const policy::Compiled& policy, const Outcome& outcome);

}  // namespace sbc::trial
