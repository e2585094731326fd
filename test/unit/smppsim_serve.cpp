// Options at work that concern the whole program: where it may listen, files it reads and writes, people, outbinds.
#include "test/unit/smppnet_certificates.hpp"
#include "test/unit/smppsim_place.hpp"
#include "tools/smpp-sim/serve.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace smppsim_test;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Clocks clocks() { return {steady, wall}; }

// What the program returns where it does not start; why stands on standard error.
int started(const std::vector<std::string>& arguments) {
  SmscOptions options;
  REQUIRE(make_options(given(arguments), [](const std::string&) { return std::nullopt; }, options).empty());
  return run_smsc(options, clocks());
}

// Sessions that know strict refuse what others forgive.
template <class Settings>
constexpr bool knows_strict = requires(Settings settings) { settings.strict; };

}  // namespace

TEST_CASE("it does not listen beyond loopback for everybody, nor where the port is taken") {
  CHECK(started({"--listen", "0.0.0.0:0"}) == 1);
  CHECK(started({"--listen", "0.0.0.0:0", "--account", "alice:secret smsc=b", "--smsc", "name=b listen=127.0.0.1:0"}) == 1);
  CHECK(started({"--listen", "127.0.0.1:0", "--smsc", "name=b listen=0.0.0.0:0"}) == 1);
  CHECK(started({"--listen", "127.0.0.1:0", "--control", "0.0.0.0:0"}) == 1);
  CHECK(started({"--listen", "nowhere"}) == 1);
  Place place;
  const std::string taken = "127.0.0.1:" + std::to_string(place.smsc->port());
  CHECK(started({"--quiet", "--listen", taken, "--control", "127.0.0.1:0"}) == 1);
  CHECK(started({"--quiet", "--listen", "127.0.0.1:0", "--control", taken}) == 1);
}

TEST_CASE("options from a file are served as those of the command line") {
  Folder folder;
  const std::string path = folder.put("sim.conf", "when = status=ESME_RX_T_APPN\naccount = alice:secret\n");
  SmscOptions options;
  const auto read = [](const std::string& name) { return std::optional(content_of(name)); };
  REQUIRE(make_options(given({"--listen", "127.0.0.1:0", "--quiet", "--config", path}), read, options).empty());
  Place place;
  place.smsc = std::make_unique<Smsc>(place.loop.io, options, place.clocks);
  REQUIRE(place.smsc->start().empty());
  RawEsme stranger(place), esme(place);
  stranger.bind("mallory");
  CHECK(stranger.next_status() == smpp::command_status::ESME_RINVSYSID);
  esme.bound().submit("x");
  CHECK(esme.next_status() == smpp::command_status::ESME_RX_T_APPN);
  place.smsc.reset();
}

TEST_CASE("people answer, those of a file with its words") {
  Place demo({"--subscribers", "demo"});
  CHECK(demo.smsc->subscribers().all().size() == 20);
  Folder folder;
  const std::string path = folder.put("people.json", R"({"first_number": 447700900001, "think_ms": [0, 0],
    "personalities": [{"name": "says", "habits": [{"replies": ["only this"]}]}]})");
  Place place({"--subscribers", "1", "--subscribers-file", path});
  RawEsme esme(place);
  esme.bound().submit("hello", "447700900001");
  esme.next();
  CHECK(smpp::to_text(esme.next_as<smpp::DeliverSm>().short_message) == "only this");
  SmscOptions options;
  options.subscribers_file = "/nowhere/people.json";
  options.listen = "127.0.0.1:0";
  Smsc other(place.loop.io, options, place.clocks);
  CHECK(other.start() == "/nowhere/people.json: cannot be read");
}

TEST_CASE("a capture holds what was said, faults included") {
  Folder folder;
  const std::string path = folder.put("all.pcap", "");
  {
    Place place({"--pcap", path, "--when", "command=bind fault=garbage"});
    RawEsme esme(place);
    esme.bind();
    REQUIRE(esme.has(8));
  }
  CHECK(content_of(path).find("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") != std::string::npos);
}

TEST_CASE("outbinds go out at start, and one that fails is told") {
  Loop loop;
  tcp::acceptor acceptor(loop.io, {asio::ip::address_v4::loopback(), 0});
  tcp::acceptor closed(loop.io, {asio::ip::address_v4::loopback(), 0});
  const auto address = [](const tcp::acceptor& of) { return "127.0.0.1:" + std::to_string(of.local_endpoint().port()); };
  const std::string nobody = address(closed);
  closed.close();
  Place place({"--outbind", address(acceptor) + " smsc:pw", "--outbind", nobody});
  std::vector<std::string> failed;
  place.smsc->outbind_all([&](const std::string& why) { failed.push_back(why); });
  REQUIRE(place.loop.until([&] { return failed.size() == 1; }));
  CHECK(failed[0] == nobody + ": Connection refused");
  tcp::socket esme(place.loop.io);
  acceptor.accept(esme);
  smpp::Octets got(24);
  bool is_read = false;
  asio::async_read(esme, asio::buffer(got), [&](const boost::system::error_code& error, std::size_t) { is_read = !error; });
  REQUIRE(place.loop.until([&] { return is_read; }));
  CHECK(smpp::read_header(got).id == smpp::command_id::outbind);
}

TEST_CASE("strict refuses what is otherwise forgiven, where sessions know it") {
  Place place({"--strict"});
  CHECK(place.options.strict);
  if constexpr (knows_strict<smpp::SessionSettings>) {
    // Two octets behind the TLVs: neither a TLV nor nothing (P15).
    smpp::Octets pdu = encoded(submit_of("x"), 2);
    pdu.insert(pdu.end(), 2, std::byte{0x55});
    pdu[3] = static_cast<std::byte>(pdu.size());
    RawEsme esme(place);
    esme.bound();
    esme.peer.send(pdu);
    CHECK(esme.next_status() != smpp::command_status::ESME_ROK);
  }
}
