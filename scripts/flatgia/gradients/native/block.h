// One block of images, a lane each: the gradient of the cross-entropy by the weights, and its derivative along a direction.
#pragma once
#include "layers.h"

// Where each parameter begins in the vector of all, in the order of lenet.py.
constexpr int W1 = 0, B1 = W1 + C * COLOURS * TAPS, W2 = B1 + C, B2 = W2 + C * C * TAPS, W3 = B2 + C,
              B3 = W3 + C * C * TAPS, WH = B3 + C;
constexpr int head_bias(int classes) { return WH + classes * FLAT; }
constexpr int size_of(int classes) { return head_bias(classes) + classes; }

// Activations a, the loss by them e, and the loss by the sums that the sigmoids are taken of d; a and d framed but a3.
template <class T>
struct Layers {
  V<T> a1[C * F1 * F1], a2[C * F2 * F2], a3[FLAT];
  V<T> e1[C * S1 * S1], e2[C * S2 * S2], e3[FLAT];
  V<T> d1[C * F1 * F1], d2[C * F2 * F2], d3[C * F2 * F2];
};

// What the derivative needs of the gradient; behind it lie p and dh, (classes) each.
template <class T>
struct State : Layers<T> {
  V<T> x[COLOURS * F0 * F0];
  V<T> share;  // of an image in the mean; 0 in a lane without one
  V<T>* p() { return reinterpret_cast<V<T>*>(this + 1); }
  V<T>* dh(int classes) { return p() + classes; }
  static size_t bytes(int classes) { return sizeof(State) + 2 * classes * sizeof(V<T>); }
};

// The derivative of all that; behind it lies th, (classes).
template <class T>
struct Tangent : Layers<T> {
  V<T> x[COLOURS * S0 * S0];
  V<T>* th() { return reinterpret_cast<V<T>*>(this + 1); }
  static size_t bytes(int classes) { return sizeof(Tangent) + classes * sizeof(V<T>); }
};

// The sums before a framed layer: biases and a convolution.
template <int STRIDE, class T, class W>
void layer(const V<T>* in, int channels, int framed, W w, W bias, V<T>* out, int side) {
  const int row = side + 2 * PAD;
  clear_frames(out, C, row);
  places(side, [&](int inner, int outer) { out[outer] = bias[inner / (side * side)]; });
  forward<STRIDE>(in, channels, framed, w, interior(out, row), row * row, row, side);
}

// The same for the third layer, which has no frame.
template <class T, class W>
void last_layer(const V<T>* in, W w, W bias, V<T>* out) {
  for (int i = 0; i < FLAT; i++) out[i] = bias[i / (S2 * S2)];
  forward<1>(in, C, F2, w, out, S2 * S2, S2, S2);
}

template <class T>
void clear_backward(Layers<T>& s) {
  memset(s.e1, 0, sizeof s.e1), memset(s.e2, 0, sizeof s.e2), memset(s.e3, 0, sizeof s.e3);
  clear_frames(s.d1, C, F1), clear_frames(s.d2, C, F2), clear_frames(s.d3, C, F2);
}

// Logits to probabilities, in place.
template <class T>
void softmax(V<T>* p, int classes) {
  V<T> top = p[0], sum = {};
  for (int j = 1; j < classes; j++) top = p[j] > top ? p[j] : top;
  for (int j = 0; j < classes; j++) sum += p[j] = exponential<T>(p[j] - top);
  for (int j = 0; j < classes; j++) p[j] /= sum;
}

// Adds to `g` the gradient by the weights `w`; the image is in s.x, its frame cleared, its share set.
template <class T, class W>
void gradient_of_block(State<T>& s, W w, int classes, const int64_t* labels, int count, V<T>* g) {
  const T one = 1;
  layer<2, T>(s.x, COLOURS, F0, w + W1, w + B1, s.a1, S1);
  places(S1, [&](int, int o) { s.a1[o] = sigmoid<T>(s.a1[o]); });
  layer<2, T>(s.a1, C, F1, w + W2, w + B2, s.a2, S2);
  places(S2, [&](int, int o) { s.a2[o] = sigmoid<T>(s.a2[o]); });
  last_layer<T>(s.a2, w + W3, w + B3, s.a3);
  for (int i = 0; i < FLAT; i++) s.a3[i] = sigmoid<T>(s.a3[i]);

  V<T>*p = s.p(), *dh = s.dh(classes);
  for (int j = 0; j < classes; j++) p[j] = w[head_bias(classes) + j];
  head(s.a3, w + WH, classes, p);
  softmax<T>(p, classes);
  for (int j = 0; j < classes; j++) {
    dh[j] = p[j];
    for (int lane = 0; lane < count; lane++) dh[j][lane] -= labels[lane] == j;
    dh[j] *= s.share;
  }

  clear_backward(s);
  head_backward(dh, w + WH, classes, s.e3);
  places(S2, [&](int i, int o) { s.d3[o] = s.e3[i] * s.a3[i] * (one - s.a3[i]); });
  backward_whole(s.d3, w + W3, s.e2, S2);
  places(S2, [&](int i, int o) { s.d2[o] = s.e2[i] * s.a2[o] * (one - s.a2[o]); });
  backward_halved(s.d2, w + W2, C, s.e1, S2);
  places(S1, [&](int i, int o) { s.d1[o] = s.e1[i] * s.a1[o] * (one - s.a1[o]); });

  weights<2>(s.d1, S1, s.x, COLOURS, F0, g + W1), biases(s.d1, S1, g + B1);
  weights<2>(s.d2, S2, s.a1, C, F1, g + W2), biases(s.d2, S2, g + B2);
  weights<1>(s.d3, S2, s.a2, C, F2, g + W3), biases(s.d3, S2, g + B3);
  head_weights(dh, s.a3, classes, g + WH);
  for (int j = 0; j < classes; j++) g[head_bias(classes) + j] += dh[j];
}

// The derivative of d = e a (1 - a), from those of a and e.
template <class T>
INLINE V<T> through_sigmoid(V<T> a, V<T> e, V<T> ta, V<T> te) {
  return fma(te * a, T(1) - a, e * ta * fma(V<T>{} - T(2), a, V<T>{} + T(1)));
}

// A direction in the space of the weights that leaves them where they are.
struct Still {
  Still operator+(int) const { return {}; }
};

// Along `u` in the space of the weights, and along the framed `x` in that of the image, if there is one: the derivative of the
// loss by the image, into t.x, if `image`; that of the gradient, the Hessian times u and dg/dx times x, added to `g`, if there
// is one.
template <class T, class W, class U>
void derivative_of_block(State<T>& s, W w, U u, int classes, Tangent<T>& t, bool image, V<T>* g,
                         const V<T>* x = nullptr) {
  constexpr bool moves = !std::is_same_v<U, Still>;
  const T one = 1;
  if constexpr (moves) layer<2, T>(s.x, COLOURS, F0, u + W1, u + B1, t.a1, S1);
  else memset(t.a1, 0, sizeof t.a1);
  if (x) forward<2>(x, COLOURS, F0, w + W1, interior(t.a1, F1), F1 * F1, F1, S1);
  places(S1, [&](int, int o) { t.a1[o] *= s.a1[o] * (one - s.a1[o]); });
  if constexpr (moves) layer<2, T>(s.a1, C, F1, u + W2, u + B2, t.a2, S2);
  else memset(t.a2, 0, sizeof t.a2);
  forward<2>(t.a1, C, F1, w + W2, interior(t.a2, F2), F2 * F2, F2, S2);
  places(S2, [&](int, int o) { t.a2[o] *= s.a2[o] * (one - s.a2[o]); });
  if constexpr (moves) last_layer<T>(s.a2, u + W3, u + B3, t.a3);
  else memset(t.a3, 0, sizeof t.a3);
  forward<1>(t.a2, C, F2, w + W3, t.a3, S2 * S2, S2, S2);
  for (int i = 0; i < FLAT; i++) t.a3[i] *= s.a3[i] * (one - s.a3[i]);

  V<T>*p = s.p(), *dh = s.dh(classes), *th = t.th(), mean = {};
  for (int j = 0; j < classes; j++)
    if constexpr (moves) th[j] = u[head_bias(classes) + j];
    else th[j] = V<T>{};
  if constexpr (moves) head(s.a3, u + WH, classes, th);
  head(t.a3, w + WH, classes, th);
  for (int j = 0; j < classes; j++) mean = fma(p[j], th[j], mean);
  for (int j = 0; j < classes; j++) th[j] = p[j] * (th[j] - mean) * s.share;

  clear_backward(t);
  head_backward(th, w + WH, classes, t.e3);
  if constexpr (moves) head_backward(dh, u + WH, classes, t.e3);
  places(S2, [&](int i, int o) { t.d3[o] = through_sigmoid<T>(s.a3[i], s.e3[i], t.a3[i], t.e3[i]); });
  backward_whole(t.d3, w + W3, t.e2, S2);
  if constexpr (moves) backward_whole(s.d3, u + W3, t.e2, S2);
  places(S2, [&](int i, int o) { t.d2[o] = through_sigmoid<T>(s.a2[o], s.e2[i], t.a2[o], t.e2[i]); });
  backward_halved(t.d2, w + W2, C, t.e1, S2);
  if constexpr (moves) backward_halved(s.d2, u + W2, C, t.e1, S2);
  places(S1, [&](int i, int o) { t.d1[o] = through_sigmoid<T>(s.a1[o], s.e1[i], t.a1[o], t.e1[i]); });

  if (image) {
    memset(t.x, 0, sizeof t.x);
    backward_halved(t.d1, w + W1, COLOURS, t.x, S1);
    if constexpr (moves) backward_halved(s.d1, u + W1, COLOURS, t.x, S1);
  }
  if (g) {
    weights<2>(t.d1, S1, s.x, COLOURS, F0, g + W1), biases(t.d1, S1, g + B1);
    if (x) weights<2>(s.d1, S1, x, COLOURS, F0, g + W1);
    weights<2>(t.d2, S2, s.a1, C, F1, g + W2), weights<2>(s.d2, S2, t.a1, C, F1, g + W2), biases(t.d2, S2, g + B2);
    weights<1>(t.d3, S2, s.a2, C, F2, g + W3), weights<1>(s.d3, S2, t.a2, C, F2, g + W3), biases(t.d3, S2, g + B3);
    head_weights(th, s.a3, classes, g + WH), head_weights(dh, t.a3, classes, g + WH);
    for (int j = 0; j < classes; j++) g[head_bias(classes) + j] += th[j];
  }
}
