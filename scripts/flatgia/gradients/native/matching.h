// How far a gradient is from an observed one, and what that sends back to the gradient; in lanes, as in objectives.py.
#pragma once
#include "block.h"

// Sums of products over many numbers in pieces: one long sum in float32 would lose the last digits.
template <class T, class F, class G>
INLINE V<T> sum_over(int begin, int end, F one, G other) {
  constexpr int PIECE = 64;
  V<T> total = {};
  for (int from = begin; from < end; from += PIECE) {
    const int to = from + PIECE < end ? from + PIECE : end;
    V<T> piece = {};
    for (int i = from; i < to; i++) piece = fma(one(i), other(i), piece);
    total += piece;
  }
  return total;
}

template <class T>
INLINE V<T> root(V<T> v) {
  for (int lane = 0; lane < LANES<T>; lane++) v[lane] = __builtin_sqrt(v[lane]);
  return v;
}

// Squared error; `relative` to the observed gradient's squared norm, or as it is.
template <class T>
V<T> squared(V<T>* g, const V<T>* seen, int length, bool relative) {
  auto number = [&](int i) { return seen[i]; };
  auto apart = [&](int i) { return g[i] - seen[i]; };
  const V<T> norm = relative ? sum_over<T>(0, length, number, number) + T(1e-24) : V<T>{} + T(1);
  const V<T> cost = sum_over<T>(0, length, apart, apart);
  for (int i = 0; i < length; i++) g[i] = T(2) * (g[i] - seen[i]) / norm;
  return cost / norm;
}

// `weight` times the squared distance of two parts' unit vectors; the derivative replaces that part of g.
template <class T>
V<T> unit_vectors(V<T>* g, const V<T>* seen, int begin, int end, V<T> weight, V<T> norm_seen) {
  auto own = [&](int i) { return g[i]; };
  const V<T> length = root<T>(sum_over<T>(begin, end, own, own));
  const V<T> a = T(1) / (length + T(1e-12)), b = T(1) / (norm_seen + T(1e-12));
  auto apart = [&](int i) { return fma(g[i], a, -(seen[i] * b)); };
  const V<T> cost = sum_over<T>(begin, end, apart, apart);
  const V<T> along = sum_over<T>(begin, end, apart, own);
  // The derivative of the length is g / length, where there is one.
  const V<T> turn = length > T(0) ? along * a / length : V<T>{};
  for (int i = begin; i < end; i++) g[i] = T(2) * weight * a * fma(-turn, g[i], apart(i));
  return weight * cost;
}

template <class T>
V<T> norm_of(const V<T>* v, int begin, int end) {
  auto number = [&](int i) { return v[i]; };
  return root<T>(sum_over<T>(begin, end, number, number));
}

template <class T>
V<T> cosine(V<T>* g, const V<T>* seen, int length) {
  return unit_vectors<T>(g, seen, 0, length, V<T>{} + T(0.5), norm_of<T>(seen, 0, length));
}

// Each unit's weights by themselves, by their share of the layer's observed norms; biases do not count.
template <class T>
V<T> units(V<T>* g, const V<T>* seen, int classes) {
  const struct {
    int begin, rows, row, biases;
  } layers[] = {{W1, C, COLOURS * TAPS, C}, {W2, C, C * TAPS, C}, {W3, C, C * TAPS, C}, {WH, classes, FLAT, classes}};
  V<T> cost = {};
  for (const auto& layer : layers) {
    V<T> all = {};
    for (int r = 0; r < layer.rows; r++)
      all += norm_of<T>(seen, layer.begin + r * layer.row, layer.begin + (r + 1) * layer.row);
    const V<T> share = T(1) / ((T(2) * all + T(1e-12)) * T(4));
    for (int r = 0; r < layer.rows; r++) {
      const int begin = layer.begin + r * layer.row, end = begin + layer.row;
      const V<T> norm = norm_of<T>(seen, begin, end);
      cost += unit_vectors<T>(g, seen, begin, end, norm * share, norm);
    }
    const int behind = layer.begin + layer.rows * layer.row;
    for (int i = 0; i < layer.biases; i++) g[behind + i] = V<T>{};
  }
  return cost;
}

// The cost by the objective of that number, as matching.py counts them; g becomes the cost's derivative by it.
template <class T>
V<T> matched(int number, V<T>* g, const V<T>* seen, int classes) {
  if (number == 2) return cosine<T>(g, seen, size_of(classes));
  if (number == 3) return units<T>(g, seen, classes);
  return squared<T>(g, seen, size_of(classes), number == 1);
}
