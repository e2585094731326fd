#include "smpp/codec.hpp"

#include "test/bench/smpp/measure.hpp"
#include "test/bench/smpp/parts.hpp"
#ifdef BINDERY_SMPP34
#include "test/bench/smpp/smpp34.hpp"
#endif

#include <cstdio>

namespace bench {
namespace {

void print(const char* what, const Figure& encode, const Figure& decode) {
  std::printf("  %-36s %8.1f (%6.1f) %5.2f %10.1f (%6.1f) %5.2f\n", what, encode.nanoseconds, encode.best,
              encode.allocations, decode.nanoseconds, decode.best, decode.allocations);
}

void measure_pdu(const char* what, const smpp::Pdu& pdu) {
  const smpp::Octets octets = *smpp::encode(pdu);
  smpp::Octets out;
  const auto append = measure([&] {
    out.clear();
    keep(smpp::append(out, pdu));
    keep(out);
  });
  const auto decode = measure([&] { keep(smpp::decode(octets)); });
  print(what, append, decode);
}

#ifdef BINDERY_SMPP34
void measure_smpp34(const char* what, const smpp::Pdu& pdu) {
  const smpp::Octets octets = *smpp::encode(pdu);
  if (!smpp34_load(octets) || smpp34_pack_loaded() != octets.size()) {
    std::printf("  %-36s refused by libsmpp34\n", what);
    return;
  }
  print(what, measure([] { keep(smpp34_pack_loaded()); }), measure([&] { keep(smpp34_unpack_once(octets)); }));
}
#endif

}  // namespace

smpp::MessageBody a_message() {
  smpp::MessageBody body;
  body.source = {0, 1, "80800"};
  body.destination = {1, 1, "447700900001"};
  body.registered_delivery = 1;
  body.short_message =
      smpp::to_octets("Hi Ann, your check-up is on Tue 10:00. Reply YES to confirm or NO to change it.");
  return body;
}

void bench_codec() {
  const smpp::Pdu submit{smpp::command_status::ESME_ROK, 7, smpp::SubmitSm{a_message()}, false};
  const smpp::Pdu deliver{smpp::command_status::ESME_ROK, 7, smpp::DeliverSm{a_message()}, false};
  smpp::DeliverSm receipt{a_message()};
  receipt.esm_class = 4;
  receipt.short_message = smpp::to_octets(
      "id:1854209028 sub:001 dlvrd:001 submit date:2211251037 done date:2211251037 stat:DELIVRD err:000 text:Hi");
  receipt.tlvs.add_cstring(smpp::tag::receipted_message_id, "6E84FC04");
  receipt.tlvs.add_integer(smpp::tag::message_state, 2);
  std::printf("codec, ns a PDU, median (best)          encode           new           decode           new\n");
  measure_pdu("submit_sm", submit);
  measure_pdu("deliver_sm", deliver);
  measure_pdu("deliver_sm, a receipt with 2 TLVs", {smpp::command_status::ESME_ROK, 7, receipt, false});
  measure_pdu("submit_sm_resp", {smpp::command_status::ESME_ROK, 7, smpp::SubmitSmResp{{"6E84FC04", {}}}, false});
#ifdef BINDERY_SMPP34
  measure_smpp34("libsmpp34: submit_sm", submit);
  measure_smpp34("libsmpp34: deliver_sm", deliver);
#else
  std::printf("  libsmpp34 is not there to compare with (Debian package libsmpp34-dev)\n");
#endif
}

}  // namespace bench
