#include <algorithm>

#include "config/load/readers.h"

namespace sbc::config {

bool read_trust(const Value& value, Trust& into) {
  return value.read(into, {{"denied", Trust::denied},
                           {"unknown", Trust::unknown},
                           {"registered", Trust::registered},
                           {"trusted", Trust::trusted}});
}

bool read_digits(const Value& value, DigitRule& into) {
  return value.read(into, {{"pass", DigitRule::pass},
                           {"info", DigitRule::info},
                           {"telephone_event", DigitRule::telephone_event}});
}

namespace {

constexpr uint16_t sip_port = 5060;

std::vector<std::string> address_texts(const Realm& realm) {
  std::vector<std::string> texts;
  for (const InterfaceAddress& own : realm.addresses) texts.push_back(own.address.text());
  return texts;
}

/// Of the network's addresses that no host may have.
std::string_view unfit_for_host(const IpAddress& address, const Prefix& network) {
  static const Prefix loopback_v4 = *Prefix::parse("127.0.0.0/8");
  static const Prefix this_v4 = *Prefix::parse("0.0.0.0/8");
  static const Prefix reserved_v4 = *Prefix::parse("240.0.0.0/4");
  static const IpAddress loopback_v6 = *IpAddress::parse("::1");
  if (address.is_multicast()) return "a multicast address cannot be ours";
  if (address == loopback_v6 || loopback_v4.contains(address)) return "a loopback address cannot be ours";
  if (address.is_none() || this_v4.contains(address) || reserved_v4.contains(address)) {
    return "this is no address of a host";
  }
  if (address.is_v4() && network.length < 127) {
    if (address == network.first()) return "this is the network itself, not a host in it";
    if (address == network.last()) return "this is the network's broadcast address";
  }
  return {};
}

void read_addresses(const Value& value, Realm& realm) {
  std::vector<Value> items = value.items();
  if (items.empty()) value.missing("a realm needs at least one address");
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    size_t slash = text.find('/');
    auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
    // The length alone, on an address without host bits, so that only the length can be at fault.
    std::string any = address && address->is_v4() ? "0.0.0.0" : "::";
    auto length = slash == text.npos ? std::nullopt : Prefix::parse(any + text.substr(slash));
    if (!address || !length) {
      item.refuse("must be an address with its network's length, as in 192.0.2.1/24 or 2001:db8::1/64");
      continue;
    }
    uint8_t bits = uint8_t(address->is_v4() ? length->length - 96 : length->length);
    InterfaceAddress own{*address, Prefix::of(*address, bits)};
    if (auto why = unfit_for_host(own.address, own.network); !why.empty()) item.refuse(why);
    if (has_address(realm, own.address)) item.refuse("this address is listed twice");
    realm.addresses.push_back(own);
  }
}

void read_gateways(const Value& value, bool addresses_sound, Realm& realm) {
  for (const Value& item : value.items()) {
    std::string text;
    if (!item.read(text)) continue;
    auto address = IpAddress::parse(text);
    if (!address) {
      item.refuse("must be an address, as in 192.0.2.254");
      continue;
    }
    IpAddress& gateway = address->is_v4() ? realm.gateway_v4 : realm.gateway_v6;
    bool connected = is_connected(realm, *address) || (!address->is_v4() && address->is_link_local());
    if (!connected && addresses_sound)
      item.refuse("must be on a network of the realm's addresses, which are: " + join(address_texts(realm)));
    if (has_address(realm, *address)) item.refuse("this is the realm's own address");
    if (!gateway.is_none()) item.refuse("there can be one gateway per family");
    gateway = *address;
  }
}

void read_listeners(const Value& value, bool addresses_sound, Realm& realm) {
  std::vector<Value> items = value.items();
  if (items.empty()) value.missing("a realm needs at least one SIP listener, as in 192.0.2.1:5060");
  for (const Value& item : items) {
    std::string text;
    if (!item.read(text)) continue;
    auto listener = Endpoint::parse(text, sip_port);
    if (!listener) {
      item.refuse("must be an address and port, as in 192.0.2.1:5060 or \"[2001:db8::1]:5060\"");
      continue;
    }
    if (addresses_sound && !has_address(realm, listener->address)) {
      item.refuse("not an address of this realm, which has: " + join(address_texts(realm)));
    }
    for (const Endpoint& other : realm.listeners) {
      if (other == *listener) item.refuse("this listener is listed twice");
    }
    realm.listeners.push_back(*listener);
  }
}

void read_media_ports(const Value& value, MediaRange& media) {
  if (!value.given()) return;
  std::string text = value.text();
  size_t dash = text.find('-');
  // Two numbers under the same key and range: each half is a value of its own.
  uint16_t first = 0, last = 0;
  if (dash == text.npos || !value.part(text.substr(0, dash)).read(first) ||
      !value.part(text.substr(dash + 1)).read(last)) {
    if (dash == text.npos) value.refuse("must be two ports with a dash between, as in 20000-39999");
    return;
  }
  if (first % 2 != 0)
    return value.refuse("the first port must be even: RTP takes even ports, RTCP the odd ones");
  if (last % 2 != 1) return value.refuse("the last port must be odd, so that its RTCP port is in the range");
  if (first > last) return value.refuse("the first port must be below the last");
  media.first_port = first;
  media.last_port = last;
}

void read_srtp_suites(const Value& value, std::vector<SrtpSuite>& into) {
  if (!value.given()) return;
  std::vector<SrtpSuite> suites;
  for (const Value& item : value.items()) {
    SrtpSuite suite = SrtpSuite::none;
    if (!item.read(suite,
                   {{facts_of(SrtpSuite::aes_cm_128_hmac_sha1_80).text, SrtpSuite::aes_cm_128_hmac_sha1_80},
                    {facts_of(SrtpSuite::aes_cm_128_hmac_sha1_32).text, SrtpSuite::aes_cm_128_hmac_sha1_32},
                    {facts_of(SrtpSuite::aes_256_cm_hmac_sha1_80).text, SrtpSuite::aes_256_cm_hmac_sha1_80},
                    {facts_of(SrtpSuite::aes_256_cm_hmac_sha1_32).text, SrtpSuite::aes_256_cm_hmac_sha1_32},
                    {facts_of(SrtpSuite::aead_aes_128_gcm).text, SrtpSuite::aead_aes_128_gcm},
                    {facts_of(SrtpSuite::aead_aes_256_gcm).text, SrtpSuite::aead_aes_256_gcm}}))
      continue;
    if (std::find(suites.begin(), suites.end(), suite) != suites.end()) {
      item.refuse("this suite is listed twice");
      continue;
    }
    suites.push_back(suite);
  }
  if (value.items().empty()) value.missing("at least one suite is needed, as in AES_CM_128_HMAC_SHA1_80");
  into = std::move(suites);
}

void read_media(const Value& value, bool addresses_sound, Realm& realm) {
  constexpr size_t addresses_max = 256;  // media::MediaPort holds the index in a byte
  if (!value.given()) return;
  Section section(value);
  Value addresses = section.at("addresses");
  for (const Value& item : addresses.items()) {
    std::string text;
    if (!item.read(text)) continue;
    auto address = IpAddress::parse(text);
    if (!address || (addresses_sound && !has_address(realm, *address))) {
      item.refuse("must be an address of this realm, which has: " + join(address_texts(realm)));
      continue;
    }
    for (const IpAddress& other : realm.media.addresses) {
      if (other == *address) item.refuse("this address is listed twice");
    }
    realm.media.addresses.push_back(*address);
  }
  if (!addresses.given()) {
    for (const InterfaceAddress& own : realm.addresses) realm.media.addresses.push_back(own.address);
  }
  if (realm.media.addresses.size() > addresses_max)
    addresses.refuse("there can be 256 media addresses in a realm");
  read_media_ports(section.at("ports"), realm.media);
  section.at("latch").read(realm.media.latch,
                           {{"learn", LatchRule::learn}, {"signalled", LatchRule::signalled}});
  section.at("latch_window").read(realm.media.latch_window);
  Section latch_prefix(section.at("latch_prefix"));
  latch_prefix.at("ipv4").read(realm.media.latch_prefix_v4);
  latch_prefix.at("ipv6").read(realm.media.latch_prefix_v6);
  if (Value network = section.at("network");
      network.read(realm.media.network) && !realm.media.network.empty())
    check_name(network);
  section.at("rtcp_mux")
      .read(realm.media.rtcp_mux,
            {{"refuse", MuxRule::refuse}, {"accept", MuxRule::accept}, {"offer", MuxRule::offer}});
  section.at("ice").read(realm.media.ice, {{"none", IceRule::none}, {"lite", IceRule::lite}});
  section.at("srtp").read(realm.media.srtp, {{"forbidden", SrtpRule::forbidden},
                                             {"optional", SrtpRule::optional},
                                             {"required", SrtpRule::required},
                                             {"pass", SrtpRule::pass}});
  read_srtp_suites(section.at("srtp_suites"), realm.media.srtp_suites);
}

/// A listener's port must not be one that a call's media may be given.
void check_listeners_outside_media(const Value& sip, const Realm& realm) {
  const MediaRange& media = realm.media;
  for (const Value& item : sip.items()) {
    auto listener = Endpoint::parse(item.text(), sip_port);
    if (!listener || listener->port < media.first_port || listener->port > media.last_port) continue;
    for (const IpAddress& address : media.addresses) {
      if (address != listener->address) continue;
      item.refuse("the port is inside this address's media range, " + std::to_string(media.first_port) + "-" +
                  std::to_string(media.last_port));
    }
  }
}

void check_segment(const Value& vlan, const Value& entry, const Realm& realm, const Model& model) {
  if (realm.port == PortId::none) return;
  for (const Realm& other : model.realms) {
    if (other.port != realm.port || other.vlan != realm.vlan) continue;
    const std::string& port = *model.ports[index_of(realm.port)].name;
    std::string tag = realm.vlan == 0 ? "untagged" : "VLAN " + std::to_string(realm.vlan);
    const Value& blamed = vlan.given() ? vlan : entry;
    blamed.refuse(tag, "realm '" + *other.name + "' has port '" + port +
                           "' with this VLAN already; give each realm its own");
  }
}

void read_realm(const Value& entry, Model& model) {
  constexpr uint16_t ipv6_mtu_min = 1280;
  Section section(entry);
  Realm realm;
  read_name(entry, section.at("name"), model.realms, realm.name);
  Value port = section.at("port");
  if (!port.given()) port.missing("a realm needs the name of its port");
  if (auto index = read_reference(port, model.ports, "ports")) realm.port = PortId(*index);
  Value vlan = section.at("vlan");
  vlan.read(realm.vlan);
  check_segment(vlan, entry, realm, model);

  Value addresses = section.at("addresses");
  read_addresses(addresses, realm);
  const bool sound = addresses.sound();
  read_gateways(section.at("gateway"), sound, realm);
  Value sip = section.at("sip");
  read_listeners(sip, sound, realm);
  read_media(section.at("media"), sound, realm);
  check_listeners_outside_media(sip, realm);
  for (const InterfaceAddress& own : realm.addresses) {
    if (own.address.is_v4() || realm.port == PortId::none) continue;
    uint16_t mtu = model.ports[index_of(realm.port)].mtu;
    if (mtu < ipv6_mtu_min) {
      addresses.refuse(own.address.text(),
                       "IPv6 needs a port with an mtu of at least 1280 (RFC 8200 section 5); it is " +
                           std::to_string(mtu));
      break;
    }
  }
  read_trust(section.at("trust"), realm.trust);
  section.at("transfer")
      .read(realm.transfer, {{"trusted", TransferRule::trusted},
                             {"everybody", TransferRule::everybody},
                             {"nobody", TransferRule::nobody}});
  section.at("refer").read(realm.refer, {{"pass", ReferRule::pass}, {"carry_out", ReferRule::carry_out}});
  read_digits(section.at("digits"), realm.digits);
  Section dscp(section.at("dscp"));
  dscp.at("signalling").read(realm.signalling_dscp);
  dscp.at("media").read(realm.media_dscp);
  realm.video_dscp = realm.media_dscp;
  dscp.at("video").read(realm.video_dscp);
  read_messages(section.at("messages"), model.limits, realm.messages);
  read_emergency_numbers(section.at("emergency_numbers"), realm.emergency_numbers);
  model.realms.push_back(std::move(realm));
}

}  // namespace

void read_realms(const Value& value, Model& model) {
  std::vector<Value> entries = value.entries();
  if (entries.empty()) return value.missing("at least one realm is needed");
  for (const Value& entry : entries) read_realm(entry, model);
  if (model.realms.size() > realms_max) {
    value.refuse("there can be " + std::to_string(realms_max) + " realms");
    model.realms.resize(realms_max);
  }
}

}  // namespace sbc::config
