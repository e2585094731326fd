// Values by a number other than 0, in one flat array: the session looks one up for every PDU, and a node per entry
// would be an allocation per PDU. Linear probing, at most half full, no tombstones. Internal to smpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace smpp {

template <class Value>
class NumberMap {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] Value* find(std::uint64_t number) {
    if (cells_.empty()) return nullptr;
    for (std::size_t i = home(number);; i = next(i)) {
      if (cells_[i].number == number) return &cells_[i].value;
      if (cells_[i].number == 0) return nullptr;
    }
  }

  // `number` must not be there yet.
  void insert(std::uint64_t number, Value value) {
    if ((size_ + 1) * 2 > cells_.size()) grow();
    place({number, std::move(value)});
    ++size_;
  }

  void erase(std::uint64_t number) {
    if (cells_.empty()) return;
    std::size_t hole = home(number);
    while (cells_[hole].number != number) {
      if (cells_[hole].number == 0) return;
      hole = next(hole);
    }
    // Entries behind the hole move up when their probe sequence passes it.
    for (std::size_t i = next(hole); cells_[i].number != 0; i = next(i)) {
      const std::size_t distance = (i - home(cells_[i].number)) & mask();
      if (distance < ((i - hole) & mask())) continue;
      cells_[hole] = std::move(cells_[i]);
      hole = i;
    }
    cells_[hole] = Cell{};
    --size_;
  }

  void clear() {
    cells_.clear();
    size_ = 0;
  }

 private:
  struct Cell {
    std::uint64_t number = 0;
    Value value{};
  };

  [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t i) const { return (i + 1) & mask(); }
  // Numbers are counted up, so their low bits alone spread them evenly.
  [[nodiscard]] std::size_t home(std::uint64_t number) const { return static_cast<std::size_t>(number) & mask(); }

  void place(Cell cell) {
    std::size_t i = home(cell.number);
    while (cells_[i].number != 0) i = next(i);
    cells_[i] = std::move(cell);
  }

  void grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
    old.swap(cells_);
    for (Cell& cell : old) {
      if (cell.number != 0) place(std::move(cell));
    }
  }

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace smpp
