// Scanner: a signature file's text, its set and a scratch that fits it; what the tests of this room scan
// with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "policy/signatures/signature_file.h"

namespace sbc::policy {

class Scanner {
 public:
  /// `entries`: the items of the list `signatures`; `top`: lines before it.
  explicit Scanner(std::string_view entries, std::string_view top = "") {
    SignatureFile file =
        load_signature_text(std::string(top) + "signatures:\n" + std::string(entries), "test");
    for (const config::Problem& problem : file.problems) ADD_FAILURE() << config::problem_text(problem);
    set_ = std::move(file.set);
    EXPECT_TRUE(set_.fit(scratch_));
  }
  SignatureVerdict scan(std::string_view message, Hiding hiding = {true, true, true}) {
    return set_.scan(scratch_, message, hiding);
  }
  /// The id of the signature that decided; 0 = none.
  uint32_t id(std::string_view message) {
    SignatureVerdict verdict = scan(message);
    return verdict.signature ? verdict.signature->id : 0;
  }
  /// Of all that match, in the order they were found.
  std::vector<uint32_t> ids(std::string_view message, Hiding hiding = {true, true, true}) {
    std::vector<uint32_t> found;
    SignatureVerdict verdict = scan(message, hiding);
    for (uint32_t index : verdict.matches()) found.push_back(set_.signatures()[index].id);
    return found;
  }

 private:
  SignatureSet set_;
  match::Scratch scratch_;
};

inline std::string request(std::string_view uri, std::string_view headers, std::string_view body = "") {
  std::string result = "INVITE ";
  result.append(uri).append(" SIP/2.0\r\n").append(headers).append("Call-ID: 1@x\r\n\r\n").append(body);
  return result;
}

}  // namespace sbc::policy
