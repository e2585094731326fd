// bench_smpp: how fast the protocol is by itself. `./dev bench smpp`.
#include "test/bench/smpp/parts.hpp"

int main() {
  bench::bench_codec();
  bench::bench_session();
  bench::bench_loopback();
}
