#include "config/model/names.h"
#include "sbc/anchor/anchor.h"

namespace sbc::anchor {
namespace {

template <class Form, class Terms>
void each_field(Form& form, Terms& terms) {
  form.number(terms.known);
  form.number(terms.type);
  form.number(terms.two_way);
  form.number(terms.rtcp_port);
  form.number(terms.packets_per_second);
  form.endpoint(terms.remote);
  form.bits(terms.payload_types[0]);
  form.bits(terms.payload_types[1]);
}

}  // namespace

/// What of both directions is the same. A side's realm and address, which go by name, are visit_place's.
template <class Form, class Self, class Visit>
void Anchor::each_field(Form& form, Self& self, Visit&& visit_place) {
  form.bits(self.token_);
  form.bits(self.cname_);
  form.number(self.count_);
  for (auto& side : self.sides_) {
    visit_place(side);
    form.number(side.family);
    form.number(side.every_sdp_address);
    form.address(side.own_address);
    form.bits(side.session_id);
    form.number(side.version);
    form.bits(side.digest);
  }
}

void Anchor::save(Saver& form, const Context& context) const {
  SBC_CHECK(!offering_);
  each_field(form, *this, [&](const Side& side) {
    form.text(*context.model.realms[index_of(side.realm)].name);
    form.number(side.settled);
    if (side.settled) form.address(context.ports.address_of(side.realm, side.address));
  });
  form.number(leased_ports() / 4);
  each_open(context.streams, [&](const Stream& stream, size_t section) {
    form.number(section);
    form.number(stream.kind);
    for (unsigned side = 0; side < 2; ++side) {
      form.number(stream.ports[side]);
      anchor::each_field(form, stream.agreed[side]);
    }
  });
}

void Anchor::load(Loader& form, const Context& context) {
  each_field(form, *this, [&](Side& side) {
    side.realm = config::realm_named(context.model, form.text());
    form.number(side.settled);
    IpAddress address;
    if (side.settled) form.address(address);
    auto index = side.settled && side.realm != RealmId::none ? context.ports.find_address(side.realm, address)
                                                             : std::optional<uint8_t>(0);
    if (side.realm == RealmId::none || !index) return form.fail();
    side.address = *index;
  });
  for (const Side& side : sides_) {
    if (side.family > Family::v6) form.fail();
  }
  if (count_ > streams_.size()) form.fail();
  size_t open = 0;
  form.number(open, streams_.size());
  for (; open > 0 && !form.failed(); --open) load_stream(form, context);
  if (form.failed()) close(context);
}

void Anchor::load_stream(Loader& form, const Context& context) {
  size_t section = 0;
  Stream loaded;
  form.number(section, streams_.size() - 1);
  form.number(loaded.kind, uint64_t(media::Kind::opaque));
  for (unsigned side = 0; side < 2; ++side) {
    form.number(loaded.ports[side]);
    anchor::each_field(form, loaded.agreed[side]);
    if (loaded.agreed[side].type > MediaType::image) form.fail();
  }
  if (form.failed() || !sides_[0].settled || !sides_[1].settled || stream(section, context))
    return form.fail();
  if (!context.ports.claim(port_of(loaded, 0))) return form.fail();
  if (!context.ports.claim(port_of(loaded, 1))) {
    context.ports.give_back(port_of(loaded, 0), context.now, Duration(0));
    return form.fail();
  }
  streams_[section] = context.streams.take(loaded);
  install(*stream(section, context), context);
}

}  // namespace sbc::anchor
