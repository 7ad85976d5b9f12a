// Total variation and its gradient in one pass; what variation.py calls. A row at a time, all its differences at once.
#include <cmath>
#include <vector>

#include "vectors.h"

namespace {

// What a difference costs: |d|, or rounded to sqrt(d^2 + edge^2) - edge; and the derivative.
template <class T>
struct Sharp {
  INLINE void operator()(T d, T& cost, T& slope) const {
    cost = std::fabs(d);
    slope = T(d > 0) - T(d < 0);
  }
};
template <class T>
struct Rounded {
  T edge;
  INLINE void operator()(T d, T& cost, T& slope) const {
    const T root = std::sqrt(fma(d, d, edge * edge));
    cost = root - edge;
    slope = d / root;
  }
};

// `length` differences later - earlier: adds their costs to `sums`, column by column, and their derivatives to both sides.
template <class T, class F>
INLINE void differences(const T* earlier, const T* later, int length, T weight, F of, T* sums, T* slopes, T* to_earlier,
                        T* to_later) {
  for (int i = 0; i < length; i++) {
    T cost, slope;
    of(later[i] - earlier[i], cost, slope);
    sums[i] = fma(weight, cost, sums[i]);
    slopes[i] = weight * slope;
  }
  for (int i = 0; i < length; i++) to_earlier[i] -= slopes[i];
  for (int i = 0; i < length; i++) to_later[i] += slopes[i];
}

// Images (n, planes, height, width): mean cost of what lies side by side plus that of what lies below, and its gradient.
template <class T, class F>
void variation(int n, int planes, int height, int width, const T* x, F of, T* costs, T* gradient) {
  const T along = T(1) / (T(planes) * height * (width - 1)), down = T(1) / (T(planes) * (height - 1) * width);
  const size_t size = size_t(planes) * height * width;
  std::vector<T> sums(width), slopes(width);
  memset(gradient, 0, n * size * sizeof(T));
  for (int image = 0; image < n; image++) {
    sums.assign(width, T(0));
    for (int row = 0; row < planes * height; row++) {
      const T* here = x + image * size + size_t(row) * width;
      T* to = gradient + image * size + size_t(row) * width;
      differences(here, here + 1, width - 1, along, of, sums.data(), slopes.data(), to, to + 1);
      if ((row + 1) % height)  // not a plane's last
        differences(here, here + width, width, down, of, sums.data(), slopes.data(), to, to + width);
    }
    costs[image] = 0;
    for (const T sum : sums) costs[image] += sum;
  }
}

template <class T>
void variation(int n, int planes, int height, int width, T edge, const T* x, T* costs, T* gradient) {
  if (edge > 0) return variation(n, planes, height, width, x, Rounded<T>{edge}, costs, gradient);
  variation(n, planes, height, width, x, Sharp<T>{}, costs, gradient);
}

}  // namespace

#define FOR_TYPE(T, NAME)                                                                                             \
  extern "C" void variation_##NAME(int n, int planes, int height, int width, double edge, const T* x, T* costs,       \
                                   T* gradient) {                                                                     \
    variation<T>(n, planes, height, width, T(edge), x, costs, gradient);                                              \
  }
FOR_TYPE(float, float32)
FOR_TYPE(double, float64)
