// L-BFGS's two-loop recursion; what two_loop.py calls. One candidate after the other: its vector stays in the first cache
// while its history, which is what takes the time, streams past. So no image a lane here, but one number.
#include <vector>

#include "vectors.h"

namespace {

template <class T>
INLINE V<T> load(const T* from) {
  V<T> v;
  memcpy(&v, from, sizeof v);
  return v;
}

// Four sums at once, since an addition waits for the one before it.
template <class T>
T dot(const T* a, const T* b, int length) {
  constexpr int L = LANES<T>, STEP = 4 * PARTS * L;
  V<T> sums[4][PARTS] = {}, all[PARTS];
  int i = 0;
  for (; i + STEP <= length; i += STEP)
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++)
#pragma GCC unroll 4
      for (int part = 0; part < PARTS; part++) {
        const int at = i + (k * PARTS + part) * L;
        sums[k][part] = fma(load(a + at), load(b + at), sums[k][part]);
      }
  T rest = 0;
  for (; i < length; i++) rest = fma(a[i], b[i], rest);
  for (int part = 0; part < PARTS; part++) all[part] = (sums[0][part] + sums[1][part]) + (sums[2][part] + sums[3][part]);
  return over_lanes<T>(all, 1) + rest;
}

template <class T>
void add(T* to, T weight, const T* from, int length) {
  for (int i = 0; i < length; i++) to[i] = fma(weight, from[i], to[i]);
}

// Gradients (n, length), `pairs` moves and changes (n, length) and inverses (n,), oldest first, scales (n,): -H g to `out`.
template <class T>
void two_loop(int n, int length, int pairs, const T* gradient, const T* const* moves, const T* const* changes,
              const T* const* inverses, const T* scales, T* out) {
  std::vector<T> weights(pairs);
  for (int c = 0; c < n; c++) {
    const size_t row = size_t(c) * length;
    T* q = out + row;
    for (int i = 0; i < length; i++) q[i] = -gradient[row + i];
    for (int k = pairs - 1; k >= 0; k--) {
      weights[k] = inverses[k][c] * dot(moves[k] + row, q, length);
      add(q, -weights[k], changes[k] + row, length);
    }
    for (int i = 0; i < length; i++) q[i] *= scales[c];
    for (int k = 0; k < pairs; k++)
      add(q, fma(-inverses[k][c], dot(changes[k] + row, q, length), weights[k]), moves[k] + row, length);
  }
}

}  // namespace

#define FOR_TYPE(T, NAME)                                                                                             \
  extern "C" void two_loop_##NAME(int n, int length, int pairs, const T* gradient, const T* const* moves,             \
                                  const T* const* changes, const T* const* inverses, const T* scales, T* out) {       \
    two_loop<T>(n, length, pairs, gradient, moves, changes, inverses, scales, out);                                   \
  }
FOR_TYPE(float, float32)
FOR_TYPE(double, float64)
