// What one realm takes of a message and another refuses: sizes, counts, deviations; and how that is counted,
// answered, told and changed.
#include <gtest/gtest.h>

#include "tests/packet/scripted_call.h"

namespace sbc::packet {
namespace {

/// `more`: header fields.
std::string options(const std::string& more, const std::string& call_id = "limit") {
  return "OPTIONS sip:us.example SIP/2.0\r\nVia: SIP/2.0/UDP client.example;rport;branch=z9hG4bKlimit\r\n"
         "From: <sip:a@b.example>;tag=1\r\nTo: <sip:c@d.example>\r\nCall-ID: " +
         call_id + "\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n" + more + "Content-Length: 0\r\n\r\n";
}

const std::string folded = options("Subject: one\r\n two\r\n");

std::string changed(std::string message, const std::string& part, const std::string& other) {
  return message.replace(message.find(part), part.size(), other);
}

std::string repeated(const std::string& text, unsigned count) {
  std::string all;
  for (unsigned i = 0; i < count; ++i) all += text;
  return all;
}

/// The status that a message from a neighbour of this realm is answered with; 0 for silence.
int status_in(Border& border, RealmId realm, const std::string& message) {
  const bool outside = realm == access;
  border.arrive_udp(realm, {outside ? phone : pbx, 5060}, {outside ? access_us : core_us, 5060}, message);
  border.settle();
  std::vector<Out> out = border.take_udp();
  return out.size() == 1 && out[0].payload.starts_with("SIP/2.0 ") ? std::stoi(out[0].payload.substr(8)) : 0;
}

config::Model model_with(unsigned workers, const MessageLimits& messages) {
  config::Model model = border_model(workers);
  model.realms[index_of(access)].messages = messages;
  return model;
}

MessageLimits refusing(Deviation deviation) {
  MessageLimits messages;
  messages.refused.add(deviation);
  return messages;
}

/// The text of the last line that a worker logged about this reason.
std::string logged(Border& border, unsigned workers, Reason reason) {
  std::string text;
  for (unsigned worker = 0; worker < workers; ++worker) {
    edge::Report report;
    while (border.exchange(worker).reports.pop(report)) {
      auto* line = std::get_if<edge::LogReport>(&report);
      if (line && line->record.reason == reason) text = line->record.text.view();
    }
  }
  return text;
}

struct Row {
  const char* name;
  MessageLimits limits;  // of the access realm
  std::string message;
  Reason reason;
};

std::vector<Row> rows() {
  const std::string via = "Via: SIP/2.0/UDP p.example;branch=z9hG4bKx\r\n",
                    route = "Route: <sip:p.example;lr>\r\n",
                    record_route = "Record-Route: <sip:p.example;lr>\r\n", pad(100, 'x');
  return {
      {"message",
       {.message_bytes_max = 1500},
       options("X: " + std::string(1400, 'x') + "\r\n"),
       Reason::message_too_long},
      {"headers", {.headers_max = 16}, options(repeated("X: y\r\n", 10)), Reason::headers_too_many},
      {"header",
       {.header_bytes_max = 256},
       options("X: " + std::string(254, 'x') + "\r\n"),
       Reason::header_too_long},
      {"Call-ID", {.call_id_bytes_max = 64}, options("", std::string(65, 'i')), Reason::call_id_too_long},
      {"Vias", {.vias_max = 3}, options(repeated(via, 3)), Reason::vias_too_many},
      {"Via",
       {.via_bytes_max = 64},
       options("Via: SIP/2.0/UDP p.example;branch=z9hG4bK" + pad + "\r\n"),
       Reason::via_too_long},
      {"Routes", {.routes_max = 2}, options(repeated(route, 3)), Reason::routes_too_many},
      {"Record-Routes", {.routes_max = 2}, options(repeated(record_route, 3)), Reason::routes_too_many},
      {"Route",
       {.route_bytes_max = 64},
       options("Route: <sip:p.example;lr;x=" + pad + ">\r\n"),
       Reason::route_too_long},
  };
}

TEST(MessageLimit, IsTheRealmsOwn) {
  for (unsigned workers : {1u, 3u}) {
    for (const Row& row : rows()) {
      SCOPED_TRACE(row.name);
      Border border(model_with(workers, row.limits));
      EXPECT_EQ(status_in(border, access, row.message), status_of(row.reason));
      EXPECT_EQ(border.drops(access, row.reason), 1u) << border.describe_drops();
      EXPECT_EQ(status_in(border, core, row.message), 200);
      EXPECT_EQ(border.drops(core, row.reason), 0u);
    }
  }
}

TEST(MessageLimit, HoldsWhatIsExactlyAtIt) {
  MessageLimits limits{.call_id_bytes_max = 64, .vias_max = 3};
  Border border(model_with(1, limits));
  std::string vias = repeated("Via: SIP/2.0/UDP p.example;branch=z9hG4bKx\r\n", 2);
  EXPECT_EQ(status_in(border, access, options(vias, std::string(64, 'i'))), 200);
}

TEST(Tolerance, IsTheRealmsOwnAndCountsEitherWay) {
  for (unsigned workers : {1u, 3u}) {
    Border border(model_with(workers, refusing(Deviation::line_folded)));
    EXPECT_EQ(status_in(border, access, folded), 400);
    EXPECT_EQ(status_in(border, core, folded), 200);
    EXPECT_EQ(border.drops(access, Reason::deviation_refused), 1u) << border.describe_drops();
    EXPECT_EQ(border.drops(core, Reason::deviation_refused), 0u);
    EXPECT_EQ(border.deviations(access, Deviation::line_folded), 1u);
    EXPECT_EQ(border.deviations(core, Deviation::line_folded), 1u);
    EXPECT_EQ(border.deviations(core, Deviation::branch_missing), 0u);
  }
}

TEST(Tolerance, CountsEveryDeviationOfAMessageThatIsRefusedForAnother) {
  Border border(model_with(1, refusing(Deviation::line_folded)));
  std::string message = changed(folded, ";tag=1", "");
  EXPECT_EQ(status_in(border, access, message), 400);
  EXPECT_EQ(border.deviations(access, Deviation::line_folded), 1u);
  EXPECT_EQ(border.deviations(access, Deviation::from_tag_missing), 1u);
}

TEST(Tolerance, NamesInTheLogWhatTheRealmRefused) {
  Border border(model_with(3, refusing(Deviation::line_folded)));
  std::string message = changed(folded, ";tag=1", "");
  status_in(border, access, message);
  EXPECT_EQ(logged(border, 3, Reason::deviation_refused), "line_folded: " + message.substr(0, 64));
}

TEST(Tolerance, TakesTheVersionInAnyCase) {  // RFC 3261 section 7.1
  Border border(border_model(1));
  EXPECT_EQ(
      status_in(border, access, changed(options(""), "example SIP/2.0\r\nVia", "example sip/2.0\r\nVia")),
      200);
  EXPECT_EQ(border.deviations(access, Deviation::version_case), 1u);
}

TEST(Tolerance, ChangesWithTheSnapshot) {
  Border border(border_model(3));
  EXPECT_EQ(status_in(border, access, folded), 200);
  MessageLimits stricter = refusing(Deviation::line_folded);
  stricter.call_id_bytes_max = 16;
  border.publish(border.compile(std::make_shared<config::Model>(model_with(3, stricter))));
  EXPECT_EQ(status_in(border, access, folded), 400);
  EXPECT_EQ(status_in(border, access, options("", std::string(17, 'i'))), 400);
  border.publish(border.compile(border.model()));
  EXPECT_EQ(status_in(border, access, folded), 200);
  EXPECT_EQ(border.deviations(access, Deviation::line_folded), 3u);
}

}  // namespace
}  // namespace sbc::packet
