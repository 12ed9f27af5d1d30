// Zone: replies to questions, from a table that a test writes.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "policy/resolution/lookup.h"

namespace sbc::policy {

using dns::Question;
using dns::Reply;
using dns::Type;
using namespace std::chrono_literals;

inline IpAddress ip(const char* text) { return *IpAddress::parse(text); }

struct Zone {
  std::map<Question, Reply> replies;
  std::vector<Question> asked;

  Reply& at(const std::string& name, Type type, Reply::Outcome outcome = Reply::Outcome::found,
            uint32_t ttl = 60) {
    Reply& reply = replies[{name, type}];
    reply.outcome = outcome;
    reply.ttl = ttl;
    return reply;
  }
  void addresses(const std::string& name, std::vector<const char*> texts, uint32_t ttl = 60) {
    for (const char* text : texts)
      at(name, ip(text).is_v4() ? Type::a : Type::aaaa, Reply::Outcome::found, ttl)
          .addresses.push_back(ip(text));
  }
  void service(const std::string& name, dns::Srv srv, uint32_t ttl = 60) {
    at(name, Type::srv, Reply::Outcome::found, ttl).services.push_back(std::move(srv));
  }
  /// What nobody has written is not there.
  Reply reply_to(const Question& question) {
    asked.push_back(question);
    auto found = replies.find(question);
    if (found != replies.end()) return found->second;
    Reply none;
    none.outcome = Reply::Outcome::no_name;
    none.ttl = 30;
    return none;
  }
  Found look_up(const HostKey& key, Families families = {true, false}, bool naptr = true) {
    Lookup lookup(key, families, naptr);
    std::vector<Question> questions = lookup.begin();
    while (!questions.empty()) {
      const Question question = questions.front();
      questions.erase(questions.begin());
      for (const Question& next : lookup.on_reply(question, reply_to(question))) questions.push_back(next);
    }
    return lookup.done() ? lookup.found() : Found{};
  }
  std::vector<std::string> names_asked() const {
    std::vector<std::string> names;
    for (const Question& question : asked)
      names.push_back(question.name + " " + std::to_string(int(question.type)));
    return names;
  }
};

}  // namespace sbc::policy
