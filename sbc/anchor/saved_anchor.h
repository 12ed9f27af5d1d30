// The byte form of an anchor, as part of its call's bytes, also while an offer is outstanding: realms and
// media addresses by name, the ports that it has leased, what was agreed and what is proposed, and where a
// side speaks SRTP its keys: the bytes are secret then. Its relays follow from that.
//
// A form for this knows, besides what dataplane/bytes has, `realm(RealmId)`; a Loader's also no_room().
#pragma once

#include "sbc/anchor/anchor.h"

namespace sbc::anchor {

template <class Form, class Self>
void Anchor::each_field(Form& form, Self& self) {
  form.bits(self.token_);
  form.bits(self.cname_);
  form.number(self.offering_);
  form.number(self.previewed_);
  form.number(self.offerer_, 1u);
  form.number(self.count_, Session::media_max);
  form.number(self.proposed_, Session::media_max);
  form.number(self.in_place_);
  form.number(self.released_);
  form.number(self.wanted_);
  for (auto& side : self.sides_) {
    form.realm(side.realm);
    form.number(side.settled);
    form.number(side.family, Family::v6);
    form.number(side.every_sdp_address);
    form.number(side.held_back);
    form.number(side.digits, config::DigitRule::telephone_event);
    form.address(side.own_address);
    form.bits(side.session_id);
    form.number(side.version);
    form.bits(side.digest);
  }
}

template <class Form>
void Anchor::save(Form& form, const Context& context) const {
  each_field(form, *this);
  for (const Side& side : sides_)
    if (side.settled) form.address(context.ports.address_of(side.realm, side.address));
  form.number(leased_ports() / 4);
  each_open(context.streams, [&](const Stream& stream, size_t section) {
    const unsigned secured = unsigned(bool(stream.seeds[0])) | unsigned(bool(stream.seeds[1])) << 1;
    form.number(section + streams_.size() * secured);
    Stream::each_field(form, stream);
    for (const lane::Handle& seed : stream.seeds)
      if (seed) KeySeed::each_field(form, std::as_const(context.seeds[seed]));
  });
}

template <class Form>
void Anchor::load(Form& form, const Context& context) {
  each_field(form, *this);
  for (Side& side : sides_) {
    IpAddress address;
    if (side.settled) form.address(address);
    const bool described = side.settled || released_;
    if (form.failed() || (described && side.realm == RealmId::none)) return form.fail();
    auto index = side.settled ? context.ports.find_address(side.realm, address) : uint8_t(0);
    if (!index) return form.fail();
    side.address = *index;
  }
  size_t open = 0;
  form.number(open, streams_.size());
  for (; open > 0 && !form.failed(); --open) load_stream(form, context);
}

/// `secured`: a bit for each side that has one. All that the stream needs must be there.
template <class Form>
bool Anchor::load_seeds(Form& form, Stream& stream, unsigned secured, const Context& context) {
  for (unsigned side = 0; side < 2; ++side) {
    KeySeed seed;
    if (secured >> side & 1) {
      KeySeed::each_field(form, seed);
      stream.seeds[side] = context.seeds.take(seed);
      if (!stream.seeds[side]) form.no_room();
    }
    const bool proposes = stream.offered && side == offerer_;
    const bool needed = stream.agreed[side].is_secured() || (proposes && stream.proposal.is_secured()) ||
                        (stream.offered && !proposes && stream.offered_as != Protection::none);
    if (needed && !stream.seeds[side]) form.fail();
  }
  return !form.failed();
}

template <class Form>
void Anchor::load_stream(Form& form, const Context& context) {
  size_t place = 0;
  Stream loaded;
  form.number(place, 4 * streams_.size() - 1);
  Stream::each_field(form, loaded);
  const size_t section = place % streams_.size();
  if (form.failed() || !sides_[0].settled || !sides_[1].settled || stream(section, context))
    return form.fail();
  if (!context.ports.claim(port_of(loaded, 0))) return form.fail();
  if (!context.ports.claim(port_of(loaded, 1))) {
    context.ports.give_up(port_of(loaded, 0));
    return form.fail();
  }
  if (!load_seeds(form, loaded, unsigned(place / streams_.size()), context)) {
    for (unsigned side = 0; side < 2; ++side) {
      context.ports.give_up(port_of(loaded, side));
      release_seed(loaded, side, context);
    }
    return;
  }
  loaded.moved = true;
  streams_[section] = context.streams.take(loaded);
  install(*stream(section, context), context);
}

}  // namespace sbc::anchor
