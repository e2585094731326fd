#include "storage/sqlite/explanation.hpp"

#include "storage/limits.hpp"

#include <zlib.h>

namespace storage::sqlite {
namespace {

constexpr std::size_t kSizeOctets = 4;  // of the uncompressed form, little-endian, before the zlib stream
constexpr unsigned kOctetBits = 8;

}  // namespace

bool pack(const std::vector<Explanation>& explanations, Octets& scratch, Octets& out) {
  encode(explanations, scratch);
  if (scratch.size() > kExplanationBytes) return false;
  uLongf size = compressBound(scratch.size());
  out.resize(kSizeOctets + size);
  for (unsigned i = 0; i < kSizeOctets; ++i) out[i] = static_cast<std::byte>(scratch.size() >> (kOctetBits * i));
  const int done = compress2(reinterpret_cast<Bytef*>(out.data() + kSizeOctets), &size,
                             reinterpret_cast<const Bytef*>(scratch.data()), scratch.size(), kExplanationLevel);
  out.resize(kSizeOctets + size);
  return done == Z_OK;
}

bool unpack(std::span<const std::byte> blob, std::vector<Explanation>& into) {
  if (blob.size() < kSizeOctets) return false;
  uLongf size = 0;
  for (unsigned i = 0; i < kSizeOctets; ++i) size |= std::to_integer<uLongf>(blob[i]) << (kOctetBits * i);
  if (size == 0 || size > kExplanationBytes) return false;
  Octets plain(size);
  const auto packed = blob.subspan(kSizeOctets);
  const int done = uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                              reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  return done == Z_OK && size == plain.size() && decode(plain, into);
}

}  // namespace storage::sqlite
