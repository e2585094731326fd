// A capture of what passed, as a pcap file of "exported PDUs": each SMPP PDU is a packet that names its dissector, with
// the addresses and ports of its connection beside it. Wireshark and tshark dissect it on any port, over TLS as well,
// and no privilege and no interface is needed. Octets that are no PDU are there too, as data.
#pragma once

#include "tools/smpp-sim/wiretap.hpp"

#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace smpp_sim {

class Pcap final : public Onlooker {
 public:
  // Empty when the file is open; else one line for a person.
  [[nodiscard]] std::string open(const std::string& path);
  [[nodiscard]] bool is_open() const { return file_ != nullptr; }

  void pdu(const Passed& passed) override;
  void link(const smpp::net::Peer&, LinkEvent, std::string_view, Wall) override {}
  void batch_ended() override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace smpp_sim
