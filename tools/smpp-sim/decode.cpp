// `smpp-sim decode`: PDUs of digits, a capture or standard input, field by field.
#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/annotate.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/pdu_input.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>

namespace smpp_sim {
namespace {

namespace json = boost::json;

std::string endpoint_text(const Endpoint& endpoint) {
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", endpoint.address, endpoint.port)
            : fmt::format("{}:{}", endpoint.address, endpoint.port);
}

std::string way_of(const Capture& capture, const CapturedPdu& pdu) {
  const auto& connection = capture.connections[pdu.connection];
  const std::string client = endpoint_text(connection.client), server = endpoint_text(connection.server);
  return pdu.from_client ? client + " -> " + server : server + " -> " + client;
}

std::string time_text(std::chrono::microseconds at) {
  return utc_text(std::chrono::system_clock::time_point(at));
}

json::object object_of(const std::vector<std::pair<std::string, std::string>>& rows) {
  json::object out;
  for (const auto& [name, value] : rows) {
    if (!name.empty()) out[name] = value;
  }
  return out;
}

json::object to_json(const Capture& capture, const CapturedPdu& pdu, bool captured) {
  const Annotated annotated = annotate(pdu.octets);
  json::object out{{"number", pdu.number}, {"command", annotated.command}, {"length", pdu.octets.size()}};
  if (captured) {
    out["packet"] = pdu.packet;
    out["at"] = time_text(pdu.at);
    out["connection"] = pdu.connection + 1;
    out["way"] = way_of(capture, pdu);
  }
  json::array fields;
  for (const AnnotatedField& field : annotated.fields) {
    const bool secret = field.name == "password";
    json::object one{{"name", field.name}, {"offset", field.offset}, {"length", field.length}};
    one["octets"] = secret ? "" : smpp::to_hex(std::span(pdu.octets).subspan(field.offset, field.length));
    one["value"] = secret ? "***" : field.value;
    if (!field.meaning.empty()) one["meaning"] = field.meaning;
    fields.push_back(std::move(one));
  }
  out["fields"] = std::move(fields);
  if (!annotated.text.empty()) out["text"] = object_of(annotated.text);
  if (!annotated.receipt.empty()) out["receipt"] = object_of(annotated.receipt);
  out["deviations"] = json::array(annotated.deviations.begin(), annotated.deviations.end());
  if (!annotated.malformed.empty()) out["malformed"] = annotated.malformed;
  return out;
}

void print_table(const Capture& capture, bool captured) {
  for (const CapturedPdu& pdu : capture.pdus) {
    const Annotated annotated = annotate(pdu.octets);
    fmt::print("#{} {}, {} octets{}\n", pdu.number, annotated.command, pdu.octets.size(),
               captured ? fmt::format(", packet {}, {}, {}", pdu.packet, time_text(pdu.at), way_of(capture, pdu)) : "");
    fmt::print("{}", to_table(annotated, pdu.octets));
  }
}

}  // namespace

int run_decode(const DecodeOptions& options) {
  smpp::Octets input;
  std::error_code none;
  const bool is_file = options.what.empty() || options.what == "-" || std::filesystem::exists(options.what, none);
  std::string wrong;
  if (is_file) {
    wrong = read_file(options.what.empty() ? "-" : options.what, input);
  } else {
    input = smpp::to_octets(options.what);
  }
  Capture capture;
  if (wrong.empty()) {
    wrong = read_pdus(input, capture);
    if (!wrong.empty() && is_file && !options.what.empty() && options.what != "-") wrong = options.what + ": " + wrong;
    const bool looks_like_name = options.what.find_first_of("./") != std::string::npos;
    if (!wrong.empty() && !is_file && looks_like_name) wrong = options.what + ": there is no such file, and as digits: " + wrong;
  }
  const bool captured = is_capture(input);
  if (options.json) {
    json::array pdus;
    for (const CapturedPdu& pdu : capture.pdus) pdus.push_back(to_json(capture, pdu, captured));
    const json::object out{{"pdus", std::move(pdus)}, {"notes", json::array(capture.notes.begin(), capture.notes.end())}};
    fmt::print("{}\n", json::serialize(out));
  } else {
    print_table(capture, captured);
    for (const std::string& note : capture.notes) fmt::print(stderr, "smpp-sim decode: {}\n", note);
  }
  if (!wrong.empty()) fmt::print(stderr, "smpp-sim decode: {}\n", wrong);
  return wrong.empty() ? 0 : 1;
}

}  // namespace smpp_sim
