// The four machines, every state and event: RFC 3261 17 with RFC 6026 and RFC 4320. T1 is 500 ms, T2 4 s, T4
// 5 s.
#include "sbc/transaction/invite_client.h"
#include "sbc/transaction/invite_server.h"
#include "sbc/transaction/non_invite_client.h"
#include "sbc/transaction/non_invite_server.h"
#include "tests/sbc/transaction/machine_table.h"

namespace sbc::transaction {
namespace {

// clang-format off

// RFC 3261 17.2.1, RFC 6026 7.1. "again" is timer G; "end" is H, I or L.
constexpr Row invite_server[] = {
    // state       event             next          does         deadlines                reliable transport
    {"proceeding", "invite again",   "proceeding", "resend",    "-"},
    {"proceeding", "provisional",    "proceeding", "send",      "-"},
    {"proceeding", "success",        "accepted",   "send",      "end 32s"},
    {"proceeding", "failure",        "completed",  "send",      "again 500ms, end 32s",  "end 32s"},
    {"proceeding", "ack",            "proceeding", "-",         "-"},
    {"proceeding", "retransmit due", "proceeding", "-",         "-"},
    {"proceeding", "timeout due",    "proceeding", "-",         "-"},

    {"completed",  "invite again",   "completed",  "resend",    "-"},
    {"completed",  "provisional",    "completed",  "-",         "-"},
    {"completed",  "success",        "completed",  "-",         "-"},
    {"completed",  "failure",        "completed",  "-",         "-"},
    {"completed",  "ack",            "confirmed",  "-",         "again stop, end 5s",    "again stop, end now"},
    {"completed",  "retransmit due", "completed",  "resend",    "again 1s"},
    {"completed",  "timeout due",    "terminated", "timed out", "again stop"},

    {"confirmed",  "invite again",   "confirmed",  "-",         "-"},
    {"confirmed",  "provisional",    "confirmed",  "-",         "-"},
    {"confirmed",  "success",        "confirmed",  "-",         "-"},
    {"confirmed",  "failure",        "confirmed",  "-",         "-"},
    {"confirmed",  "ack",            "confirmed",  "-",         "-"},
    {"confirmed",  "retransmit due", "confirmed",  "-",         "-"},
    {"confirmed",  "timeout due",    "terminated", "-",         "-"},

    {"accepted",   "invite again",   "accepted",   "-",         "-"},
    {"accepted",   "provisional",    "accepted",   "-",         "-"},
    {"accepted",   "success",        "accepted",   "send",      "-"},
    {"accepted",   "failure",        "accepted",   "-",         "-"},
    {"accepted",   "ack",            "accepted",   "pass",      "-"},
    {"accepted",   "retransmit due", "accepted",   "-",         "-"},
    {"accepted",   "timeout due",    "terminated", "-",         "-"},

    {"terminated", "invite again",   "terminated", "-",         "-"},
    {"terminated", "provisional",    "terminated", "-",         "-"},
    {"terminated", "success",        "terminated", "-",         "-"},
    {"terminated", "failure",        "terminated", "-",         "-"},
    {"terminated", "ack",            "terminated", "-",         "-"},
    {"terminated", "retransmit due", "terminated", "-",         "-"},
    {"terminated", "timeout due",    "terminated", "-",         "-"},
};

// RFC 3261 17.1.1, 9.1, RFC 6026 7.2. "again" is timer A; "end" is B, D, M, or how long a cancelled INVITE waits.
constexpr Row invite_client[] = {
    {"calling",    "begin",          "calling",    "send",              "again 500ms, end 32s",  "end 32s"},
    {"calling",    "provisional",    "proceeding", "pass",              "again stop, end stop"},
    {"calling",    "success",        "accepted",   "pass",              "again stop, end 32s"},
    {"calling",    "failure",        "completed",  "pass, acknowledge", "again stop, end 32s",   "again stop, end now"},
    {"calling",    "cancelled",      "calling",    "-",                 "-"},
    {"calling",    "retransmit due", "calling",    "resend",            "again 1s"},
    {"calling",    "timeout due",    "terminated", "timed out",         "again stop"},

    {"proceeding", "begin",          "proceeding", "-",                 "-"},
    {"proceeding", "provisional",    "proceeding", "pass",              "-"},
    {"proceeding", "success",        "accepted",   "pass",              "again stop, end 32s"},
    {"proceeding", "failure",        "completed",  "pass, acknowledge", "again stop, end 32s",   "again stop, end now"},
    {"proceeding", "cancelled",      "proceeding", "-",                 "end 32s"},
    {"proceeding", "retransmit due", "proceeding", "-",                 "-"},
    {"proceeding", "timeout due",    "terminated", "timed out",         "again stop"},

    {"completed",  "begin",          "completed",  "-",                 "-"},
    {"completed",  "provisional",    "completed",  "-",                 "-"},
    {"completed",  "success",        "completed",  "-",                 "-"},
    {"completed",  "failure",        "completed",  "acknowledge",       "-"},
    {"completed",  "cancelled",      "completed",  "-",                 "-"},
    {"completed",  "retransmit due", "completed",  "-",                 "-"},
    {"completed",  "timeout due",    "terminated", "-",                 "-"},

    {"accepted",   "begin",          "accepted",   "-",                 "-"},
    {"accepted",   "provisional",    "accepted",   "-",                 "-"},
    {"accepted",   "success",        "accepted",   "pass",              "-"},
    {"accepted",   "failure",        "accepted",   "-",                 "-"},
    {"accepted",   "cancelled",      "accepted",   "-",                 "-"},
    {"accepted",   "retransmit due", "accepted",   "-",                 "-"},
    {"accepted",   "timeout due",    "terminated", "-",                 "-"},

    {"terminated", "begin",          "terminated", "-",                 "-"},
    {"terminated", "provisional",    "terminated", "-",                 "-"},
    {"terminated", "success",        "terminated", "-",                 "-"},
    {"terminated", "failure",        "terminated", "-",                 "-"},
    {"terminated", "cancelled",      "terminated", "-",                 "-"},
    {"terminated", "retransmit due", "terminated", "-",                 "-"},
    {"terminated", "timeout due",    "terminated", "-",                 "-"},
};

// RFC 3261 17.2.2, RFC 4320 4.1. "again" is when a 100 is due; "end" is timer J.
constexpr Row non_invite_server[] = {
    {"trying",     "wait",           "trying",     "-",         "again 3500ms"},
    {"trying",     "request again",  "trying",     "-",         "-"},
    {"trying",     "trying due",     "trying",     "pass",      "-"},
    {"trying",     "provisional",    "proceeding", "send",      "-"},
    {"trying",     "final",          "completed",  "send",      "again stop, end 32s",   "again stop, end now"},
    {"trying",     "timeout due",    "trying",     "-",         "-"},

    {"proceeding", "wait",           "proceeding", "-",         "-"},
    {"proceeding", "request again",  "proceeding", "resend",    "-"},
    {"proceeding", "trying due",     "proceeding", "-",         "-"},
    {"proceeding", "provisional",    "proceeding", "send",      "-"},
    {"proceeding", "final",          "completed",  "send",      "again stop, end 32s",   "again stop, end now"},
    {"proceeding", "timeout due",    "proceeding", "-",         "-"},

    {"completed",  "wait",           "completed",  "-",         "-"},
    {"completed",  "request again",  "completed",  "resend",    "-"},
    {"completed",  "trying due",     "completed",  "-",         "-"},
    {"completed",  "provisional",    "completed",  "-",         "-"},
    {"completed",  "final",          "completed",  "-",         "-"},
    {"completed",  "timeout due",    "terminated", "-",         "-"},

    {"terminated", "wait",           "terminated", "-",         "-"},
    {"terminated", "request again",  "terminated", "-",         "-"},
    {"terminated", "trying due",     "terminated", "-",         "-"},
    {"terminated", "provisional",    "terminated", "-",         "-"},
    {"terminated", "final",          "terminated", "-",         "-"},
    {"terminated", "timeout due",    "terminated", "-",         "-"},
};

// RFC 3261 17.1.2. "again" is timer E; "end" is F or K.
constexpr Row non_invite_client[] = {
    {"trying",     "begin",          "trying",     "send",      "again 500ms, end 32s",  "end 32s"},
    {"trying",     "provisional",    "proceeding", "pass",      "-"},
    {"trying",     "final",          "completed",  "pass",      "again stop, end 5s",    "again stop, end now"},
    {"trying",     "retransmit due", "trying",     "resend",    "again 1s"},
    {"trying",     "timeout due",    "terminated", "timed out", "again stop"},

    {"proceeding", "begin",          "proceeding", "-",         "-"},
    {"proceeding", "provisional",    "proceeding", "pass",      "-"},
    {"proceeding", "final",          "completed",  "pass",      "again stop, end 5s",    "again stop, end now"},
    {"proceeding", "retransmit due", "proceeding", "resend",    "again 4s"},
    {"proceeding", "timeout due",    "terminated", "timed out", "again stop"},

    {"completed",  "begin",          "completed",  "-",         "-"},
    {"completed",  "provisional",    "completed",  "-",         "-"},
    {"completed",  "final",          "completed",  "-",         "-"},
    {"completed",  "retransmit due", "completed",  "-",         "-"},
    {"completed",  "timeout due",    "terminated", "-",         "-"},

    {"terminated", "begin",          "terminated", "-",         "-"},
    {"terminated", "provisional",    "terminated", "-",         "-"},
    {"terminated", "final",          "terminated", "-",         "-"},
    {"terminated", "retransmit due", "terminated", "-",         "-"},
    {"terminated", "timeout due",    "terminated", "-",         "-"},
};

// clang-format on

TEST(MachineTables, InviteServer) {
  using Event = InviteServer::Event;
  check_table<InviteServer>(
      invite_server, {"proceeding", "completed", "confirmed", "accepted", "terminated"},
      {"invite again", "provisional", "success", "failure", "ack", "retransmit due", "timeout due"},
      {{},
       {Event::failure},
       {Event::failure, Event::ack},
       {Event::success},
       {Event::success, Event::timeout_due}});
}

TEST(MachineTables, InviteClient) {
  using Event = InviteClient::Event;
  check_table<InviteClient>(
      invite_client, {"calling", "proceeding", "completed", "accepted", "terminated"},
      {"begin", "provisional", "success", "failure", "cancelled", "retransmit due", "timeout due"},
      {{},
       {Event::begin, Event::provisional},
       {Event::begin, Event::failure},
       {Event::begin, Event::success},
       {Event::begin, Event::timeout_due}});
}

TEST(MachineTables, NonInviteServer) {
  using Event = NonInviteServer::Event;
  check_table<NonInviteServer>(
      non_invite_server, {"trying", "proceeding", "completed", "terminated"},
      {"wait", "request again", "trying due", "provisional", "final", "timeout due"},
      {{}, {Event::provisional}, {Event::final}, {Event::final, Event::timeout_due}});
}

TEST(MachineTables, NonInviteClient) {
  using Event = NonInviteClient::Event;
  check_table<NonInviteClient>(non_invite_client, {"trying", "proceeding", "completed", "terminated"},
                               {"begin", "provisional", "final", "retransmit due", "timeout due"},
                               {{},
                                {Event::begin, Event::provisional},
                                {Event::begin, Event::final},
                                {Event::begin, Event::timeout_due}});
}

}  // namespace
}  // namespace sbc::transaction
