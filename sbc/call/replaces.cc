#include "sbc/call/replaces.h"

#include <algorithm>

#include "dataplane/sip/media_type.h"
#include "dataplane/sip/text.h"
#include "sbc/dialog/dialog.h"

namespace sbc::call {
namespace {

using transaction::Digest;
using transaction::Digester;

// What we tell instead of a dialog's identifiers, in hexadecimal digits: the proof and the shard as Call-ID,
// the halves of the key as tags. Shard and key are hidden under a pad that the proof yields; so two names
// have nothing in common, and nobody learns how Call-IDs are spread.
constexpr size_t word_digits = 16, shard_digits = 3;
constexpr size_t told_call_id_size = 2 * word_digits + shard_digits;
static_assert(Steering::shards == 1u << (4 * shard_digits));

void write_hex(sip::Writer& out, uint64_t value, size_t digits) {
  static constexpr char letters[] = "0123456789abcdef";
  while (digits-- > 0) out.text({&letters[value >> (4 * digits) & 15], 1});
}

/// All of `text`; false where that is anything but the digits that we write.
bool read_hex(std::string_view text, uint64_t& value) {
  value = 0;
  for (char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return false;
    value = value << 4 | uint64_t(digit ? c - '0' : c - 'a' + 10);
  }
  return true;
}

/// RFC 3261 25.1: word ["@" word].
bool is_call_id(std::string_view text) {
  auto is_word = [](char c) {
    return sip::is(c, sip::class_token) ||
           std::string_view("()<>:\\\"/[]?{}").find(c) != std::string_view::npos;
  };
  const size_t at = std::min(text.find('@'), text.size());
  const std::string_view local = text.substr(0, at), host = text.substr(std::min(at + 1, text.size()));
  return !local.empty() && (at == text.size() || !host.empty()) &&
         std::all_of(local.begin(), local.end(), is_word) && std::all_of(host.begin(), host.end(), is_word);
}

/// RFC 3891 6.1: "0" stands for the tag that a peer of RFC 2543 has not.
std::string_view tag_of(std::string_view written) { return written == "0" ? std::string_view{} : written; }

}  // namespace

Reason parse_replaces(std::string_view value, Replaces& replaces) {
  const size_t semicolon = std::min(value.find(';'), value.size());
  const std::string_view parameters = value.substr(std::min(semicolon + 1, value.size()));
  replaces.call_id = sip::trim(value.substr(0, semicolon));
  const bool good =
      is_call_id(replaces.call_id) && sip::read_parameter(parameters, "to-tag", replaces.to_tag) &&
      sip::read_parameter(parameters, "from-tag", replaces.from_tag) && !replaces.to_tag.empty() &&
      !replaces.from_tag.empty() && sip::all(replaces.to_tag, sip::class_token) &&
      sip::all(replaces.from_tag, sip::class_token);
  replaces.early_only = good && sip::parameter(parameters, "early-only").has_value();
  return good ? Reason::none : Reason::replaces_bad;
}

Reason read_replaces(const sip::Message& invite, Replaces& replaces) {
  const auto fields = invite.fields();
  const auto count = std::count_if(fields.begin(), fields.end(),
                                   [](const sip::Field& field) { return field.id == sip::Header::replaces; });
  if (count != 1 || invite.has(sip::Header::join)) return Reason::replaces_bad;
  return parse_replaces(invite.value(sip::Header::replaces), replaces);
}

DialogName DialogNames::read(const Replaces& replaces) const {
  DialogName name;
  name.early_only = replaces.early_only;
  if (read_told(replaces, name)) return name;
  name.key = dialog::dialog_key(keys_, replaces.call_id, replaces.to_tag);
  name.proof = own_proof(tag_of(replaces.from_tag));
  name.shard = uint16_t(steering_.shard_of(replaces.call_id));
  return name;
}

DialogName DialogNames::tell(const Replaces& replaces, const PeerId& peer, RealmId to) const {
  DialogName name;
  name.key = dialog::dialog_key(keys_, replaces.call_id, replaces.to_tag);
  name.proof = told_proof(tag_of(replaces.from_tag), peer, to);
  name.shard = uint16_t(steering_.shard_of(replaces.call_id));
  name.told = true;
  name.early_only = replaces.early_only;
  return name;
}

void DialogNames::write(sip::Writer& out, const DialogName& told) const {
  out.text("Replaces=");
  write_hex(out, told.proof.high, word_digits);
  write_hex(out, told.proof.low, word_digits);
  write_hex(out, told.shard ^ pad(told.proof, 0), shard_digits);
  out.text("%3Bto-tag%3D");
  write_hex(out, told.key.high ^ pad(told.proof, 1), word_digits);
  out.text("%3Bfrom-tag%3D");
  write_hex(out, told.key.low ^ pad(told.proof, 2), word_digits);
  if (told.early_only) out.text("%3Bearly-only");
}

bool DialogNames::read_told(const Replaces& replaces, DialogName& name) const {
  const std::string_view call_id = replaces.call_id;
  const bool shaped = call_id.size() == told_call_id_size && replaces.to_tag.size() == word_digits &&
                      replaces.from_tag.size() == word_digits;
  uint64_t shard = 0;
  if (!shaped || !read_hex(call_id.substr(0, word_digits), name.proof.high) ||
      !read_hex(call_id.substr(word_digits, word_digits), name.proof.low) ||
      !read_hex(call_id.substr(2 * word_digits), shard) || !read_hex(replaces.to_tag, name.key.high) ||
      !read_hex(replaces.from_tag, name.key.low))
    return false;
  name.shard = uint16_t((shard ^ pad(name.proof, 0)) % Steering::shards);
  name.key.high ^= pad(name.proof, 1);
  name.key.low ^= pad(name.proof, 2);
  name.told = true;
  return true;
}

bool DialogNames::proves_own(const DialogName& name, std::string_view remote_tag) const {
  return !name.told && name.proof == own_proof(tag_of(remote_tag));
}

bool DialogNames::proves_told(const DialogName& name, std::string_view remote_tag, const PeerId& peer,
                              RealmId to) const {
  return name.told && name.proof == told_proof(tag_of(remote_tag), peer, to);
}

// These digests are of one, of three and of five parts: see Digester.

Digest DialogNames::own_proof(std::string_view remote_tag) const {
  return Digester(keys_).text(remote_tag).digest();
}

Digest DialogNames::told_proof(std::string_view remote_tag, const PeerId& peer, RealmId to) const {
  const bool by_trunk = peer.trunk != TrunkId::none;
  const AddressText address(peer.address);
  return Digester(keys_)
      .text(remote_tag)
      .number(index_of(peer.realm))
      .number(by_trunk ? uint64_t(index_of(peer.trunk)) + 1 : 0)
      .text(by_trunk ? std::string_view{} : std::string_view(address))
      .number(index_of(to))
      .digest();
}

uint64_t DialogNames::pad(const Digest& proof, uint64_t part) const {
  return Digester(keys_).number(proof.high).number(proof.low).number(part).digest().high;
}

}  // namespace sbc::call
