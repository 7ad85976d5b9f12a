// Vectors of numbers, one image's number a lane, and what is done to them one by one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#ifdef __FMA__
#include <immintrin.h>
#endif

#define INLINE inline __attribute__((always_inline))

#if defined(__AVX512F__)
constexpr int REGISTER = 64;
#elif defined(__AVX2__)
constexpr int REGISTER = 32;
#else
constexpr int REGISTER = 16;
#endif
#ifdef HALF  // for the few images that are left over: half a vector costs less than one half empty
constexpr int BYTES = REGISTER / 2;
#else
constexpr int BYTES = REGISTER;
#endif

template <class T>
struct Vector {
  typedef T Lanes __attribute__((vector_size(BYTES)));
  typedef std::conditional_t<sizeof(T) == 4, int32_t, int64_t> Integers __attribute__((vector_size(BYTES)));
};
template <class T>
using V = typename Vector<T>::Lanes;
template <class T>
constexpr int LANES = BYTES / sizeof(T);
// a b + c, rounded once where the processor can. The compiler fuses nothing by itself (-ffp-contract=off): which products it
// takes depends on its version and on the width of a register, and the bytes would depend on both.
#ifndef __FMA__
template <class N>
INLINE N fma(N a, N b, N c) {
  return a * b + c;
}
#else
INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
#if defined(__AVX512F__) && !defined(HALF)
INLINE V<float> fma(V<float> a, V<float> b, V<float> c) { return _mm512_fmadd_ps(a, b, c); }
INLINE V<double> fma(V<double> a, V<double> b, V<double> c) { return _mm512_fmadd_pd(a, b, c); }
#elif defined(__AVX512F__) || !defined(HALF)
INLINE V<float> fma(V<float> a, V<float> b, V<float> c) { return _mm256_fmadd_ps(a, b, c); }
INLINE V<double> fma(V<double> a, V<double> b, V<double> c) { return _mm256_fmadd_pd(a, b, c); }
#else
INLINE V<float> fma(V<float> a, V<float> b, V<float> c) { return _mm_fmadd_ps(a, b, c); }
INLINE V<double> fma(V<double> a, V<double> b, V<double> c) { return _mm_fmadd_pd(a, b, c); }
#endif
#endif

// Sums run over lanes in one order on every machine: that of the widest register. A narrower machine keeps as many partial
// sums, in this many vectors.
constexpr int PARTS = 64 / BYTES;

// e^x as 2^n e^r with |r| <= ln(2) / 2, to a few units in the last place; 0 where it is no normal number. For x <= 0.
template <class T>
INLINE V<T> exponential(V<T> x) {
  using I = typename Vector<T>::Integers;
  constexpr bool narrow = sizeof(T) == 4;
  constexpr int mantissa = narrow ? 23 : 52, bias = narrow ? 127 : 1023, order = narrow ? 8 : 13;
  constexpr T low = narrow ? -87 : -708;
  constexpr T magic = narrow ? 12582912.0 : 6755399441055744.0;  // 1.5 x 2^mantissa: what is added to it is rounded
  constexpr T ln2 = narrow ? 0.693145751953125 : 6.93147180369123816490e-01;  // few bits, so that n ln2 is exact
  constexpr T ln2_rest = narrow ? 1.42860682030941723212e-6 : 1.90821492927058770002e-10;
  const V<T> held = x < low ? V<T>{} + low : x;
  const V<T> n = fma(held, V<T>{} + T(1.4426950408889634), V<T>{} + magic) - magic;
  const V<T> r = fma(-n, V<T>{} + ln2_rest, fma(-n, V<T>{} + ln2, held));
  V<T> sum = V<T>{} + T(1);
#pragma GCC unroll 16
  for (int k = order; k > 0; k--) sum = fma(sum, r * (T(1) / T(k)), V<T>{} + T(1));
  const I power = (__builtin_convertvector(n, I) + bias) << mantissa;
  return x < low ? V<T>{} : sum * (V<T>)power;
}

template <class T>
INLINE V<T> sigmoid(V<T> x) {
  const V<T> e = exponential<T>(x < 0 ? x : -x);
  const V<T> y = T(1) / (T(1) + e);
  return x < 0 ? e * y : y;
}

// The sum over the lanes of PARTS vectors, `apart` from one another.
template <class T>
T over_lanes(const V<T>* v, int apart) {
  T sum = 0;
  for (int part = 0; part < PARTS; part++)
    for (int lane = 0; lane < LANES<T>; lane++) sum += v[part * apart][lane];
  return sum;
}

// Rows to columns, by exchanging ever smaller blocks.
template <class T>
INLINE void transpose(V<T> (&rows)[LANES<T>]) {
  using I = typename Vector<T>::Integers;
  constexpr int L = LANES<T>;
#pragma GCC unroll 4
  for (int step = L / 2; step > 0; step /= 2) {
    I first, second;  // lanes of a pair of vectors laid end to end
#pragma GCC unroll 16
    for (int lane = 0; lane < L; lane++) {
      first[lane] = lane & step ? L + lane - step : lane;
      second[lane] = lane & step ? L + lane : lane + step;
    }
#pragma GCC unroll 16
    for (int i = 0; i < L; i++)
      if (!(i & step)) {
        const V<T> a = rows[i], b = rows[i + step];
#ifdef __clang__
        for (int lane = 0; lane < L; lane++) {
          rows[i][lane] = lane & step ? b[lane - step] : a[lane];
          rows[i + step][lane] = lane & step ? b[lane] : a[lane + step];
        }
#else
        rows[i] = __builtin_shuffle(a, b, first);
        rows[i + step] = __builtin_shuffle(a, b, second);
#endif
      }
  }
}

// The first `count` of a block's rows (images, length) into lanes (length), zeros in the others.
template <class T>
void to_lanes(const T* rows, int length, int count, V<T>* out) {
  constexpr int L = LANES<T>;
  int i = 0;
  for (; i + L <= length; i += L) {
    V<T> block[L] = {};
    for (int lane = 0; lane < count; lane++) memcpy(&block[lane], rows + size_t(lane) * length + i, BYTES);
    transpose<T>(block);
    memcpy(out + i, block, sizeof block);
  }
  for (; i < length; i++)
    for (int lane = 0; lane < L; lane++) out[i][lane] = lane < count ? rows[size_t(lane) * length + i] : T(0);
}

// The way back.
template <class T>
void from_lanes(const V<T>* in, int length, int count, T* rows) {
  constexpr int L = LANES<T>;
  int i = 0;
  for (; i + L <= length; i += L) {
    V<T> block[L];
    memcpy(block, in + i, sizeof block);
    transpose<T>(block);
    for (int lane = 0; lane < count; lane++) memcpy(rows + size_t(lane) * length + i, &block[lane], BYTES);
  }
  for (; i < length; i++)
    for (int lane = 0; lane < count; lane++) rows[size_t(lane) * length + i] = in[i][lane];
}
