// DPDK 22.11 calls the pools of sessions experimental, which they have not been since.
#define ALLOW_EXPERIMENTAL_API
#include "dataplane/cipher/sessions.h"

#include <algorithm>

#include <rte_cryptodev.h>
#include <rte_errno.h>

#include "config/types/check.h"
#include "dataplane/cipher/operation.h"

namespace sbc::cipher {
namespace {

using srtp::SessionKeys;
using srtp::Way;

rte_crypto_sym_xform gcm_form(Way way, const SrtpSuiteFacts& facts, const SessionKeys& keys, uint16_t aad) {
  rte_crypto_sym_xform form{};
  form.type = RTE_CRYPTO_SYM_XFORM_AEAD;
  form.aead.op = way == Way::protect ? RTE_CRYPTO_AEAD_OP_ENCRYPT : RTE_CRYPTO_AEAD_OP_DECRYPT;
  form.aead.algo = RTE_CRYPTO_AEAD_AES_GCM;
  form.aead.key = {.data = keys.cipher.data(), .length = facts.key};
  form.aead.iv = {.offset = iv_offset, .length = facts.salt};
  form.aead.digest_length = facts.tag;
  form.aead.aad_length = aad;
  return form;
}

rte_crypto_sym_xform counter_form(Way way, const SrtpSuiteFacts& facts, const SessionKeys& keys) {
  rte_crypto_sym_xform form{};
  form.type = RTE_CRYPTO_SYM_XFORM_CIPHER;
  form.cipher.op = way == Way::protect ? RTE_CRYPTO_CIPHER_OP_ENCRYPT : RTE_CRYPTO_CIPHER_OP_DECRYPT;
  form.cipher.algo = RTE_CRYPTO_CIPHER_AES_CTR;
  form.cipher.key = {.data = keys.cipher.data(), .length = facts.key};
  form.cipher.iv = {.offset = iv_offset, .length = 16};
  return form;
}

rte_crypto_sym_xform hmac_form(Way way, const SessionKeys& keys, uint8_t tag) {
  rte_crypto_sym_xform form{};
  form.type = RTE_CRYPTO_SYM_XFORM_AUTH;
  form.auth.op = way == Way::protect ? RTE_CRYPTO_AUTH_OP_GENERATE : RTE_CRYPTO_AUTH_OP_VERIFY;
  form.auth.algo = RTE_CRYPTO_AUTH_SHA1_HMAC;
  form.auth.key = {.data = keys.hmac.data(), .length = uint16_t(keys.hmac.size())};
  form.auth.digest_length = tag;
  return form;
}

}  // namespace

std::unique_ptr<Sessions> Sessions::create(const CipherDevice& counter_mode, const CipherDevice& gcm,
                                           uint32_t count, std::string& error) {
  static unsigned created = 0;  // names are DPDK's, one each in the process
  const std::string name = "srtp_" + std::to_string(created++);
  const uint32_t bytes = std::max(counter_mode.session_bytes(), gcm.session_bytes());
  rte_mempool* pool = rte_cryptodev_sym_session_pool_create(name.c_str(), count, bytes, 0, 0, SOCKET_ID_ANY);
  if (pool == nullptr) {
    error = "cannot make the pool of " + std::to_string(count) + " SRTP sessions: " + rte_strerror(rte_errno);
    return nullptr;
  }
  return std::unique_ptr<Sessions>(new Sessions(pool, counter_mode.id(), gcm.id()));
}

Sessions::~Sessions() { rte_mempool_free(pool_); }

void* Sessions::open(Way way, SrtpSuite suite, const SessionKeys& keys, uint8_t tag, uint16_t aad) {
  const SrtpSuiteFacts& facts = facts_of(suite);
  rte_crypto_sym_xform cipher = facts.aead ? gcm_form(way, facts, keys, aad) : counter_form(way, facts, keys);
  rte_crypto_sym_xform hmac = hmac_form(way, keys, tag);
  // What is protected is encrypted first, what is unprotected is authenticated first.
  rte_crypto_sym_xform* first = &cipher;
  if (!facts.aead) {
    first = way == Way::protect ? &cipher : &hmac;
    first->next = way == Way::protect ? &hmac : &cipher;
  }
  void* session = rte_cryptodev_sym_session_create(device_of(suite), first, pool_);
  SBC_CHECK(session != nullptr);
  return session;
}

void Sessions::close(SrtpSuite suite, void* session) {
  if (session == nullptr) return;
  SBC_CHECK(rte_cryptodev_sym_session_free(device_of(suite), session) == 0);
}

uint32_t Sessions::bytes_each() const { return pool_->header_size + pool_->elt_size + pool_->trailer_size; }

}  // namespace sbc::cipher
