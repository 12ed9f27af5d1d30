// PerFork: what a leg knows of each of its callee's forks, told by the hash of their To tags: of four, for
// one more of which the first that was learnt is forgotten.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sbc::call {

template <class Known>
class PerFork {
 public:
  /// Known{} of one of which nothing is known.
  Known of(uint64_t fork) const {
    for (const Fork& each : forks_) {
      if (each.tag == fork) return each.known;
    }
    return {};
  }
  void learn(uint64_t fork, Known known) {
    for (Fork& each : forks_) {
      if (each.tag == fork) {
        each.known = known;
        return;
      }
    }
    forks_[next_] = {fork, known};
    next_ = uint8_t((next_ + 1) % forks_.size());
  }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.next_, self.forks_.size() - 1);
    for (auto& fork : self.forks_) Fork::each_field(form, fork);
  }

 private:
  struct Fork {
    uint64_t tag = 0;
    Known known{};

    template <class Form, class Self>
    static void each_field(Form& form, Self& self) {
      bool spoke = self.tag != 0;
      form.number(spoke);
      if (!spoke) return;
      form.bits(self.tag);
      form.number(self.known);
    }
  };
  std::array<Fork, 4> forks_{};
  uint8_t next_ = 0;  // to be forgotten for one more
};

}  // namespace sbc::call
