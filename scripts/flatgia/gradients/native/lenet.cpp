// All images, block by block; what lenet.py calls. Every array is dense: images (n, 3, 32, 32), weights in one vector.
#include <cstdlib>

#include "matching.h"

namespace {

// Memory that is kept from call to call: fresh pages would cost as much as the work.
struct Scratch {
  void* data = nullptr;
  size_t size = 0;
  template <class N>
  N* at_least(size_t bytes) {
    if (size < bytes) {
      free(data);
      data = aligned_alloc(64, (bytes + 63) / 64 * 64);
      if (!data) abort();
      size = bytes;
    }
    return static_cast<N*>(data);
  }
};
thread_local Scratch for_weights, for_direction, for_sums, for_images, for_state, for_frames;

template <class T>
struct Block {
  int first, count;  // images
  bool last;
};

template <class T, class F>
void each_block(int n, F f) {
  for (int first = 0; first < n; first += LANES<T>) {
    const bool last = first + LANES<T> >= n;
    f(Block<T>{first, last ? n - first : LANES<T>, last});
  }
}

// `f(w)` with weights that all images share, or rows of each one's own.
template <class T, class F>
void with_weights(const T* w, bool own, Block<T> block, int length, Scratch& scratch, F f) {
  if (!own) return f(Shared<T>{w});
  auto* lanes = scratch.at_least<V<T>>(length * sizeof(V<T>));
  to_lanes(w + size_t(block.first) * length, length, block.count, lanes);
  f(Own<T>{lanes});
}

// Where a block's gradient is summed: PARTS vectors of sums in turn for the sum over all images, else one, cleared.
template <class T>
V<T>* sums_of(Block<T> block, int length, bool sum) {
  auto* g = for_sums.at_least<V<T>>(size_t(PARTS) * length * sizeof(V<T>));
  if (!sum || block.first == 0) memset(g, 0, size_t(sum ? PARTS : 1) * length * sizeof(V<T>));
  return sum ? g + size_t(block.first / LANES<T> % PARTS) * length : g;
}

// A gradient in lanes to its rows, or to the sum over all images once the last block is in it.
template <class T>
void give(const V<T>* g, int length, bool sum, Block<T> block, T* out) {
  if (!sum) from_lanes(g, length, block.count, out + size_t(block.first) * length);
  const V<T>* first = for_sums.at_least<V<T>>(0);
  if (sum && block.last)
    for (int i = 0; i < length; i++) out[i] = over_lanes<T>(first + i, length);
}

// Where a block's state is kept, or memory for the moment without `states`.
template <class T>
State<T>& state_of(char* states, Block<T> block, int classes) {
  const size_t bytes = State<T>::bytes(classes);
  if (!states) return *for_state.at_least<State<T>>(bytes);
  return *reinterpret_cast<State<T>*>(states + block.first / LANES<T> * bytes);
}

template <class T>
void load_frames(const T* x, Block<T> block, V<T>* framed) {
  constexpr int PIXELS = COLOURS * S0 * S0;
  auto* lanes = for_images.at_least<V<T>>(PIXELS * sizeof(V<T>));
  to_lanes(x + size_t(block.first) * PIXELS, PIXELS, block.count, lanes);
  clear_frames(framed, COLOURS, F0);
  for (int c = 0; c < COLOURS; c++)
    for (int y = 0; y < S0; y++)
      memcpy(interior(framed + c * F0 * F0, F0) + y * F0, lanes + (c * S0 + y) * S0, S0 * sizeof(V<T>));
}

template <class T>
void load_images(const T* x, Block<T> block, T share, State<T>& s) {
  load_frames(x, block, s.x);
  for (int lane = 0; lane < LANES<T>; lane++) s.share[lane] = lane < block.count ? share : T(0);
}

template <class T>
void gradients(int n, int classes, const T* x, const int64_t* labels, const T* w, bool own, T share, char* states,
               T* out, bool sum) {
  const int length = size_of(classes);
  each_block<T>(n, [&](Block<T> block) {
    auto& s = state_of<T>(states, block, classes);
    load_images<T>(x, block, share, s);
    V<T>* g = sums_of<T>(block, length, sum);
    with_weights<T>(w, own, block, length, for_weights, [&](auto weights) {
      gradient_of_block<T>(s, weights, classes, labels + block.first, block.count, g);
    });
    give<T>(g, length, sum, block, out);
  });
}

template <class T>
void derivatives(int n, int classes, char* states, const T* w, bool own, const T* u, bool own_u, T* images, T* out,
                 bool sum) {
  constexpr int PIXELS = COLOURS * S0 * S0;
  const int length = size_of(classes);
  auto& t = *for_images.at_least<Tangent<T>>(Tangent<T>::bytes(classes));
  each_block<T>(n, [&](Block<T> block) {
    auto& s = state_of<T>(states, block, classes);
    V<T>* g = out ? sums_of<T>(block, length, sum) : nullptr;
    with_weights<T>(w, own, block, length, for_weights, [&](auto weights) {
      with_weights<T>(u, own_u, block, length, for_direction, [&](auto direction) {
        derivative_of_block<T>(s, weights, direction, classes, t, images, g);
      });
    });
    if (images) from_lanes<T>(t.x, PIXELS, block.count, images + size_t(block.first) * PIXELS);
    if (g) give<T>(g, length, sum, block, out);
  });
}

// The derivatives of one image's gradient along n directions, a lane each: `x` in the space of the image and `u` in that of the
// weights, either of which may be missing.
template <class T>
void along(int n, int classes, const T* image, int64_t label, const T* w, T share, const T* x, const T* u, T* out) {
  const int length = size_of(classes);
  auto& s = *for_state.at_least<State<T>>(State<T>::bytes(classes));
  int64_t labels[LANES<T>];
  for (int64_t& each : labels) each = label;
  clear_frames(s.x, COLOURS, F0);
  for (int c = 0; c < COLOURS; c++)
    for (int i = 0; i < S0 * S0; i++)
      interior(s.x + c * F0 * F0, F0)[i / S0 * F0 + i % S0] = V<T>{} + image[c * S0 * S0 + i];
  s.share = V<T>{} + share;
  auto* g = for_sums.at_least<V<T>>(length * sizeof(V<T>));
  memset(g, 0, length * sizeof(V<T>));
  gradient_of_block<T>(s, Shared<T>{w}, classes, labels, LANES<T>, g);
  each_block<T>(n, [&](Block<T> block) {
    auto* frames = x ? for_frames.at_least<V<T>>(COLOURS * F0 * F0 * sizeof(V<T>)) : nullptr;
    if (x) load_frames(x, block, frames);
    auto& t = *for_images.at_least<Tangent<T>>(Tangent<T>::bytes(classes));
    memset(g, 0, length * sizeof(V<T>));
    const auto derive = [&](auto direction) {
      derivative_of_block<T>(s, Shared<T>{w}, direction, classes, t, false, g, frames);
    };
    if (u) with_weights<T>(u, true, block, length, for_direction, derive);
    else derive(Still{});
    from_lanes(g, length, block.count, out + size_t(block.first) * length);
  });
}

// Costs (n,) of the gradients against the observed ones, and their derivatives by the images. A gradient never leaves its
// block: it is taken, compared and differentiated while it is at hand.
template <class T>
void match(int n, int classes, const T* x, const int64_t* labels, const T* w, const T* const* observed,
           const int* sizes, int pieces, int number, T* costs, T* images) {
  constexpr int PIXELS = COLOURS * S0 * S0;
  const int length = size_of(classes);
  auto* g = for_sums.at_least<V<T>>(length * sizeof(V<T>));
  auto* seen = for_direction.at_least<V<T>>(length * sizeof(V<T>));
  each_block<T>(n, [&](Block<T> block) {
    auto& s = state_of<T>(nullptr, block, classes);
    load_images<T>(x, block, T(1), s);
    memset(g, 0, length * sizeof(V<T>));
    gradient_of_block<T>(s, Shared<T>{w}, classes, labels + block.first, block.count, g);
    for (int piece = 0, at = 0; piece < pieces; at += sizes[piece++])
      to_lanes(observed[piece] + size_t(block.first) * sizes[piece], sizes[piece], block.count, seen + at);
    const V<T> cost = matched<T>(number, g, seen, classes);
    memcpy(costs + block.first, &cost, block.count * sizeof(T));
    auto& t = *for_images.at_least<Tangent<T>>(Tangent<T>::bytes(classes));
    derivative_of_block<T>(s, Shared<T>{w}, Own<T>{g}, classes, t, true, static_cast<V<T>*>(nullptr));
    from_lanes<T>(t.x, PIXELS, block.count, images + size_t(block.first) * PIXELS);
  });
}

}  // namespace

#define FOR_TYPE(T, NAME)                                                                                             \
  extern "C" int64_t lanes_##NAME() { return LANES<T>; }                                                                  \
  extern "C" int64_t state_bytes_##NAME(int classes) { return State<T>::bytes(classes); }                             \
  extern "C" void gradients_##NAME(int n, int classes, const T* x, const int64_t* labels, const T* w, int own,        \
                                   double share, char* states, T* out, int sum) {                                     \
    gradients<T>(n, classes, x, labels, w, own, share, states, out, sum);                                             \
  }                                                                                                                   \
  extern "C" void derivatives_##NAME(int n, int classes, char* states, const T* w, int own, const T* u, int own_u,    \
                                     T* images, T* out, int sum) {                                                    \
    derivatives<T>(n, classes, states, w, own, u, own_u, images, out, sum);                                           \
  }                                                                                                                   \
  extern "C" void along_##NAME(int n, int classes, const T* image, int64_t label, const T* w, double share, const T* x, \
                               const T* u, T* out) {                                                                  \
    along<T>(n, classes, image, label, w, share, x, u, out);                                                          \
  }                                                                                                                   \
  extern "C" void match_##NAME(int n, int classes, const T* x, const int64_t* labels, const T* w,                     \
                               const T* const* observed, const int* sizes, int pieces, int number, T* costs,            \
                               T* images) {                                                                           \
    match<T>(n, classes, x, labels, w, observed, sizes, pieces, number, costs, images);                                 \
  }
FOR_TYPE(float, float32)
FOR_TYPE(double, float64)
