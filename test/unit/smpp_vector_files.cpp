#include "test/unit/smpp_vector_files.hpp"

#include "smpp/pdu_text.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vectors {
namespace {

File read(const std::filesystem::path& path) {
  File file{path.string(), {}};
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) file.rows.push_back(boost::json::parse(line).as_object());
  }
  return file;
}

}  // namespace

File ours(const std::string& name) {
  const char* other = std::getenv("BINDERY_VECTORS");
  return read(std::filesystem::path(other ? other : BINDERY_SOURCE_DIR "/test/vectors") / name);
}

std::string why_too_few(const File& file, std::size_t floor) {
  if (!std::getenv("BINDERY_VECTORS")) return file.rows.size() > floor ? "" : file.path + ": too few vectors, or not there";
  if (!file.rows.empty()) return {};
  std::printf("%s is not there: nothing of it is checked\n", file.path.c_str());
  for (const char* name : {"pdu.jsonl", "receipts.jsonl", "texts.jsonl"}) {
    if (!ours(name).rows.empty()) return {};
  }
  return "BINDERY_VECTORS: no vectors in " + std::filesystem::path(file.path).parent_path().string();
}

File field(const std::string& name) {
  File file = read(std::filesystem::path(BINDERY_SOURCE_DIR "/../shared/vectors/field") / name);
  if (file.rows.empty()) std::printf("%s is not there: vectors of other stacks are not checked\n", file.path.c_str());
  return file;
}

std::string text_of(const boost::json::object& row, std::string_view key) {
  const auto* value = row.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

smpp::Octets octets_of(const boost::json::object& row, std::string_view key) {
  return smpp::from_hex(text_of(row, key)).value();
}

std::string latin1_as_utf8(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(static_cast<unsigned char>(0xC0 | octet >> 6));
      out += static_cast<char>(static_cast<unsigned char>(0x80 | (octet & 0x3F)));
    }
  }
  return out;
}

void Skipped::print(const std::string& path, std::size_t checked) const {
  std::printf("%s: %zu checked", path.c_str(), checked);
  for (const auto& [kind, count] : counts_) std::printf("; %zu of %s left out", count, kind.c_str());
  std::printf("\n");
}

}  // namespace vectors
