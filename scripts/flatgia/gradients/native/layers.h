// The convolutions and the head of DLG's LeNet, forward, backward and for the weights; each adds to `out`.
//
// A plane that a kernel runs over has a frame of two zeros around it. `w` is read by index: one number for all images, or a
// vector with one for each.
#pragma once
#include "vectors.h"

constexpr int K = 5, TAPS = K * K, PAD = 2, COLOURS = 3, C = 12;
constexpr int S0 = 32, S1 = 16, S2 = 8;                                 // sides of the image and of the layers
constexpr int F0 = S0 + 2 * PAD, F1 = S1 + 2 * PAD, F2 = S2 + 2 * PAD;  // with their frames
constexpr int FLAT = C * S2 * S2;
// Planes that are worked on at once, as many as the registers hold: of a convolution's outputs, and where the weights'
// gradient is summed.
constexpr int OUTPUTS = 4;
#ifdef __AVX512F__
constexpr int SUMMED = 3;
#else
constexpr int SUMMED = 2;
#endif

template <class T>
struct Shared {
  const T* w;
  INLINE V<T> operator[](int i) const { return V<T>{} + w[i]; }
  INLINE Shared operator+(int i) const { return {w + i}; }
};
template <class T>
struct Own {
  const V<T>* w;
  INLINE V<T> operator[](int i) const { return w[i]; }
  INLINE Own operator+(int i) const { return {w + i}; }
};

template <class N>
INLINE N* interior(N* plane, int framed) {
  return plane + PAD * framed + PAD;
}

// `f(inner, outer)` for every place of C planes of `side`: its index without and with frames.
template <class F>
INLINE void places(int side, F f) {
  const int framed = side + 2 * PAD;
  for (int c = 0; c < C; c++)
    for (int y = 0; y < side; y++)
      for (int x = 0; x < side; x++) f((c * side + y) * side + x, (c * framed + y + PAD) * framed + x + PAD);
}

template <class N>
void clear_frames(N* planes, int count, int framed) {
  for (int c = 0; c < count; c++, planes += framed * framed)
    for (int y = 0; y < framed; y++) {
      const bool whole = y < PAD || y >= framed - PAD;
      for (int x = 0; x < framed; x++)
        if (whole || x < PAD || x >= framed - PAD) planes[y * framed + x] = N{};
    }
}

// The inner loop of all that gives planes. G outputs that share their inputs, `plane` apart, meet NY x NX taps; inputs lie
// `STRIDE` apart, outputs `STEP`. Taps and sums fill the registers: each input that is loaded serves G products.
template <int G, int NY, int NX, int STRIDE, int STEP, class N>
INLINE void correlate(const N* in, int in_row, const N (&taps)[G][NY * NX], N* out, int plane, int out_row, int side) {
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      const N* from = in + y * STRIDE * in_row + x * STRIDE;
      N* to = out + y * out_row + x * STEP;
      N sums[G];
#pragma GCC unroll 4
      for (int g = 0; g < G; g++) sums[g] = to[g * plane];
#pragma GCC unroll 9
      for (int i = 0; i < NY * NX; i++) {
        const N value = from[i / NX * in_row + i % NX];
#pragma GCC unroll 4
        for (int g = 0; g < G; g++) sums[g] = fma(taps[g][i], value, sums[g]);
      }
#pragma GCC unroll 4
      for (int g = 0; g < G; g++) to[g * plane] = sums[g];
    }
}

// `taps[g][i]`, the numbers `tap(g, i)`.
template <int G, int COUNT, class N, class F>
INLINE void read(N (&taps)[G][COUNT], F tap) {
#pragma GCC unroll 4
  for (int g = 0; g < G; g++)
#pragma GCC unroll 9
    for (int i = 0; i < COUNT; i++) taps[g][i] = tap(g, i);
}

// Framed planes (channels) to (C, side), whose planes have rows of `row` and begin `plane` apart.
template <int STRIDE, class N, class W>
void forward(const N* in, int channels, int framed, W w, N* out, int plane, int row, int side) {
  for (int o = 0; o < C; o += OUTPUTS)
    for (int c = 0; c < channels; c++)
      for (int j = 0; j < K; j++) {
        N taps[OUTPUTS][K];
        read(taps, [&](int g, int i) { return w[((o + g) * channels + c) * TAPS + j * K + i]; });
        correlate<OUTPUTS, 1, K, STRIDE, 1>(in + (c * framed + j) * framed, framed, taps, out + o * plane, plane, row, side);
      }
}

// The transpose with stride 1: framed (C, side) to (C, side).
template <class N, class W>
void backward_whole(const N* delta, W w, N* out, int side) {
  const int framed = side + 2 * PAD, plane = side * side;
  for (int c = 0; c < C; c += OUTPUTS)
    for (int o = 0; o < C; o++)
      for (int j = 0; j < K; j++) {
        N taps[OUTPUTS][K];
        read(taps, [&](int g, int i) { return w[(o * C + c + g) * TAPS + TAPS - 1 - j * K - i]; });
        correlate<OUTPUTS, 1, K, 1, 1>(delta + (o * framed + j) * framed, framed, taps, out + c * plane, plane, side, side);
      }
}

// Of the transpose with stride 2, the even rows (NY = 3) or the odd ones (2), columns alike: they meet every other tap.
template <int NY, int NX, class N, class W>
INLINE void every_other(const N* delta, int framed, W w, N* out, int side) {
  N taps[1][NY * NX];
  read(taps, [&](int, int i) { return w[(NY + 1 - 2 * (i / NX)) * K + NX + 1 - 2 * (i % NX)]; });
  const N* from = interior(delta, framed) - (NY - 2) * framed - (NX - 2);
  correlate<1, NY, NX, 1, 2>(from, framed, taps, out, 0, 4 * side, side);
}

// The transpose with stride 2: framed (C, side) to (channels, 2 side).
template <class N, class W>
void backward_halved(const N* delta, W w, int channels, N* out, int side) {
  const int framed = side + 2 * PAD, full = 2 * side;
  for (int c = 0; c < channels; c++)
    for (int o = 0; o < C; o++) {
      const N* from = delta + o * framed * framed;
      N* to = out + c * full * full;
      const W taps = w + (o * channels + c) * TAPS;
      every_other<3, 3>(from, framed, taps, to, side);
      every_other<3, 2>(from, framed, taps, to + 1, side);
      every_other<2, 3>(from, framed, taps, to + full, side);
      every_other<2, 2>(from, framed, taps, to + full + 1, side);
    }
}

// What reaches the weights: framed `delta` (C, side), framed `in` (channels).
template <int STRIDE, class N>
void weights(const N* delta, int side, const N* in, int channels, int framed, N* out) {
  const int row = side + 2 * PAD;
  for (int o = 0; o < C; o += SUMMED)
    for (int c = 0; c < channels; c++)
      for (int j = 0; j < K; j++) {
        N* to = out + (o * channels + c) * TAPS + j * K;
        N sums[SUMMED][K];
        read(sums, [&](int g, int i) { return to[g * channels * TAPS + i]; });
        for (int y = 0; y < side; y++)
          for (int x = 0; x < side; x++) {
            const N* d = interior(delta + o * row * row, row) + y * row + x;
            const N* from = in + (c * framed + y * STRIDE + j) * framed + x * STRIDE;
#pragma GCC unroll 5
            for (int i = 0; i < K; i++) {
              const N value = from[i];
#pragma GCC unroll 4
              for (int g = 0; g < SUMMED; g++) sums[g][i] = fma(d[g * row * row], value, sums[g][i]);
            }
          }
#pragma GCC unroll 4
        for (int g = 0; g < SUMMED; g++)
#pragma GCC unroll 5
          for (int i = 0; i < K; i++) to[g * channels * TAPS + i] = sums[g][i];
      }
}

template <class N>
void biases(const N* delta, int side, N* out) {
  const int row = side + 2 * PAD;
  for (int o = 0; o < C; o++)
    for (int y = 0; y < side; y++)
      for (int x = 0; x < side; x++) out[o] += interior(delta + o * row * row, row)[y * row + x];
}

template <class N, class W>
void head(const N* in, W w, int classes, N* out) {
  for (int j = 0; j < classes; j++) {
    N sums[4] = {};  // one alone would wait for itself
    for (int i = 0; i < FLAT; i += 4)
#pragma GCC unroll 4
      for (int k = 0; k < 4; k++) sums[k] = fma(w[j * FLAT + i + k], in[i + k], sums[k]);
    out[j] += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

template <class N, class W>
void head_backward(const N* delta, W w, int classes, N* out) {
  for (int j = 0; j < classes; j++) {
    const N d = delta[j];
    for (int i = 0; i < FLAT; i++) out[i] = fma(w[j * FLAT + i], d, out[i]);
  }
}

template <class N>
void head_weights(const N* delta, const N* in, int classes, N* out) {
  for (int j = 0; j < classes; j++) {
    const N d = delta[j];
    for (int i = 0; i < FLAT; i++) out[j * FLAT + i] = fma(d, in[i], out[j * FLAT + i]);
  }
}
