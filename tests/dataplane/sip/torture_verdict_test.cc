// What becomes of each torture message: taken, or refused for which reason. Every section of both RFCs has
// its message, every message its verdict.
#include <set>

#include "dataplane/sip/message.h"
#include "tests/torture/message.h"

namespace sbc::sip {
namespace {

struct Row {
  const char* name;
  Reason reason;
};

const Row rows[] = {
    {"rfc4475/3.1.1.1_tortuous", Reason::none},
    {"rfc4475/3.1.1.2_characters", Reason::none},
    {"rfc4475/3.1.1.3_escapes", Reason::none},
    {"rfc4475/3.1.1.3_escapes_routed", Reason::none},
    {"rfc4475/3.1.1.4_escaped_nul", Reason::none},
    {"rfc4475/3.1.1.5_percent", Reason::none},
    {"rfc4475/3.1.1.6_no_blank", Reason::none},
    {"rfc4475/3.1.1.7_long", Reason::none},
    {"rfc4475/3.1.1.8_trailing", Reason::none},
    {"rfc4475/3.1.1.9_semicolon", Reason::none},
    {"rfc4475/3.1.1.10_transports", Reason::none},
    {"rfc4475/3.1.1.11_multipart", Reason::none},
    {"rfc4475/3.1.1.12_phrase", Reason::none},
    {"rfc4475/3.1.1.13_no_phrase", Reason::none},
    {"rfc4475/3.1.2.1_separators", Reason::via_bad},
    {"rfc4475/3.1.2.2_length_large", Reason::content_length_bad},
    {"rfc4475/3.1.2.3_length_negative", Reason::content_length_bad},
    {"rfc4475/3.1.2.4_scalars", Reason::cseq_bad},
    {"rfc4475/3.1.2.5_scalars_response", Reason::response_bad},
    {"rfc4475/3.1.2.6_quote", Reason::header_bad},
    {"rfc4475/3.1.2.7_brackets", Reason::uri_bad},
    {"rfc4475/3.1.2.8_blank_in_uri", Reason::start_line_bad},
    {"rfc4475/3.1.2.9_blanks_between", Reason::start_line_bad},
    {"rfc4475/3.1.2.10_blanks_behind", Reason::start_line_bad},
    {"rfc4475/3.1.2.11_headers_in_uri", Reason::uri_bad},
    {"rfc4475/3.1.2.12_time_zone", Reason::none},    // nothing here reads a Date
    {"rfc4475/3.1.2.13_no_brackets", Reason::none},  // a Contact is read by who needs it; see the values
    {"rfc4475/3.1.2.14_blanks_in_brackets", Reason::uri_bad},
    {"rfc4475/3.1.2.15_display_comma", Reason::none},  // repaired
    {"rfc4475/3.1.2.16_version", Reason::version_unsupported},
    {"rfc4475/3.1.2.17_method_mismatch", Reason::cseq_bad},
    {"rfc4475/3.1.2.18_unknown_mismatch", Reason::cseq_bad},
    {"rfc4475/3.1.2.19_status_large", Reason::response_bad},
    {"rfc4475/3.2.1_branch_one", Reason::none},
    {"rfc4475/3.2.1_branch_other", Reason::none},
    {"rfc4475/3.3.1_missing", Reason::call_id_missing},
    {"rfc4475/3.3.2_unknown_scheme", Reason::scheme_unsupported},
    {"rfc4475/3.3.3_atypical_scheme", Reason::scheme_unsupported},
    {"rfc4475/3.3.4_schemes_in_fields", Reason::none},
    {"rfc4475/3.3.5_extensions", Reason::none},
    {"rfc4475/3.3.6_content_type", Reason::none},
    {"rfc4475/3.3.7_authorization", Reason::none},
    {"rfc4475/3.3.8_repeated", Reason::header_repeated},
    {"rfc4475/3.3.9_lengths", Reason::header_repeated},
    {"rfc4475/3.3.10_broadcast", Reason::none},
    {"rfc4475/3.3.11_no_hops", Reason::none},
    {"rfc4475/3.3.12_contact_parameter", Reason::none},
    {"rfc4475/3.3.13_uri_parameter", Reason::none},
    {"rfc4475/3.3.14_escaped_header", Reason::none},
    {"rfc4475/3.3.15_accept", Reason::none},
    {"rfc4475/3.4.1_rfc2543", Reason::none},
    {"rfc5118/4.1_reference", Reason::none},
    {"rfc5118/4.2_no_reference", Reason::uri_bad},
    {"rfc5118/4.3_port_ambiguous", Reason::none},
    {"rfc5118/4.4_port_unambiguous", Reason::none},
    {"rfc5118/4.5_received_bracketed", Reason::none},
    {"rfc5118/4.5_received_bare", Reason::none},
    {"rfc5118/4.6_sdp", Reason::none},
    {"rfc5118/4.7_families", Reason::none},
    {"rfc5118/4.8_sdp_families", Reason::none},
    {"rfc5118/4.9_mapped", Reason::none},
    {"rfc5118/4.10_three_colons", Reason::uri_bad},
    {"rfc5118/4.10_two_colons", Reason::none},
};

TEST(Torture, EachMessageGetsItsVerdict) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string bytes = torture::message(row.name);
    Message m;
    Reason reason = m.parse(bytes);
    EXPECT_EQ(name_of(reason), name_of(row.reason));
    bool owes_response = m.is_request() && (reason == Reason::none || status_of(reason) != 0);
    EXPECT_EQ(m.answerable(), owes_response);
    if (reason == Reason::none) {
      EXPECT_EQ(find_call_id(bytes), m.call_id());
    }
  }
}

TEST(Torture, EverySectionHasItsMessage) {
  struct Sections {
    const char* prefix;
    int count;
  };
  for (const Sections& sections : {Sections{"rfc4475/3.1.1.", 13},
                                   {"rfc4475/3.1.2.", 19},
                                   {"rfc4475/3.2.", 1},
                                   {"rfc4475/3.3.", 15},
                                   {"rfc4475/3.4.", 1},
                                   {"rfc5118/4.", 10}}) {
    for (int section = 1; section <= sections.count; ++section) {
      std::string start = sections.prefix + std::to_string(section) + "_";
      bool judged = false;
      for (const Row& row : rows) judged = judged || std::string(row.name).starts_with(start);
      EXPECT_TRUE(judged) << start;
    }
  }
}

TEST(Torture, EveryMessageHasItsVerdict) {
  std::set<std::string> judged, there;
  for (const Row& row : rows) judged.insert(row.name);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(torture::folder)) {
    if (entry.path().extension() != ".sip") continue;
    there.insert(entry.path().lexically_relative(torture::folder).replace_extension().string());
  }
  EXPECT_EQ(judged, there);
}

/// How the messages that are taken stray from the grammar, as far as RFC 4475 makes a point of it.
TEST(Torture, WhatStraysIsNamed) {
  auto strays = [](const char* name, std::initializer_list<Deviation> wanted) {
    std::string bytes = torture::message(name);
    Message m;
    m.parse(bytes);
    for (Deviation deviation : wanted) {
      EXPECT_TRUE(m.deviations().has(deviation)) << name << ": " << name_of(deviation);
    }
  };
  strays("rfc4475/3.1.1.1_tortuous", {Deviation::line_folded, Deviation::branch_missing});
  strays("rfc4475/3.1.1.8_trailing", {Deviation::content_length_short});
  strays("rfc4475/3.1.2.15_display_comma", {Deviation::display_unquoted});
  strays("rfc4475/3.2.1_branch_one", {Deviation::branch_missing});
  strays("rfc4475/3.4.1_rfc2543",
         {Deviation::branch_missing, Deviation::from_tag_missing, Deviation::max_forwards_missing});
}

}  // namespace
}  // namespace sbc::sip
