// Every limit of the store, with its unit and its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace storage {

// Page of the database file. The ext4 block and the CPU page: a right-edge row costs no read, a contact one page.
inline constexpr std::uint32_t kPageBytes = 4096;
// One page in the write-ahead log with its frame header (SQLite file format, section 4).
inline constexpr std::uint64_t kWalFrameBytes = kPageBytes + 24;

// The checkpoint thread begins to copy when the log is this long. Shorter: right-edge pages are copied again and again;
// longer: recovery after a crash reads more (23 MB took 14 ms) and the log's own pages leave the cache.
inline constexpr std::uint64_t kWalCopyBytes = std::uint64_t{32} << 20;
inline constexpr std::uint64_t kWalCopyFrames = kWalCopyBytes / kWalFrameBytes;
// What the engine may be asked to copy between two turns, in frames: 4 MB, a few ms and one fdatasync.
inline constexpr std::uint64_t kLastPassFrames = 1024;
// After so many passes that did not get below kLastPassFrames the thread asks anyway: the disk is slower than the load.
inline constexpr int kCopyPasses = 6;
// Between two turns with a log longer than this the engine waits for the thread: back-pressure instead of a log that
// fills the disk. With the largest turn (some 2 MB of contact pages) it stays under 64 MB.
inline constexpr std::uint64_t kWalHardBytes = std::uint64_t{52} << 20;
inline constexpr std::uint64_t kWalHardFrames = kWalHardBytes / kWalFrameBytes;
// A report that pins the log makes a checkpoint end early; it is tried again when the log grew by this much.
inline constexpr std::uint64_t kWalRetryFrames = 1024;

// Page cache of the writing connection, in KiB: inner pages of all trees for ten million contacts, and hot leaves.
inline constexpr int kWriterCacheKib = 64 * 1024;
// Page cache of the report connection, in KiB: it reads little and rarely.
inline constexpr int kReportCacheKib = 8 * 1024;
// Waiting for a lock, in ms. Nobody else writes; a second connection may recover the log while it opens.
inline constexpr int kBusyTimeoutMs = 5000;

// Explanations of one turn before compression, in octets: 256 inputs of 64 KB and room to spare; more is damage.
inline constexpr std::size_t kExplanationBytes = std::size_t{64} << 20;
// zlib level: 1 packs such text at some 100 MB/s to a quarter; 6 gains a tenth and costs three times as much.
inline constexpr int kExplanationLevel = 1;

// Digits of a number that is an integer key of table contact; E.164 has at most 15.
inline constexpr std::size_t kNumberDigits = 18;

}  // namespace storage
