// What opening a store can answer.
#pragma once

#include <cstdint>
#include <string>

namespace storage::sqlite {

enum class OpenErrc : std::uint8_t {
  locked,           // another process runs on this data_dir
  newer_schema,     // written by a newer bindery
  foreign,          // a database, but of another program
  not_a_database,
  unwritable,       // data_dir cannot be created or written
  full,             // no space
  missing,          // read-only opening of what does not exist
  failed,           // anything else: I/O error, damage
};
struct OpenError { OpenErrc code = OpenErrc::failed; std::string message; };  // message: where and what to do

}  // namespace storage::sqlite
