/* ring multiplies the generator of P-256 by a table of 150 kB, which is a twentieth of a zip and saves a handshake 0.05 ms. Here it is
 * multiplied as any other point is, by ring's own function, which takes the same time whatever the scalar.
 *
 * RING(name) is ring's symbol, whose prefix has the version in it; the linker's --wrap sends callers to __wrap_ and drops what is left
 * without one. Limbs are 64 bits, least significant first; coordinates are in Montgomery's form, as the first entry of ring's table. */
#include <stdint.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define RING(name) JOIN(RING_PREFIX, name)
#define WRAP(name) JOIN(__wrap_, RING(name))

typedef uint64_t Limb;
enum { LIMBS = 4 };

static const Limb GENERATOR_X[LIMBS] = {0x79e730d418a9143c, 0x75ba95fc5fedb601, 0x79fb732b77622510, 0x18905f76a53755c6};
static const Limb GENERATOR_Y[LIMBS] = {0xddf25357ce95560a, 0x8b4ab8e4ba19e45c, 0xd2e88688dd21f325, 0x8571ff1825885d85};

/* The product, in Jacobian coordinates, of a scalar below the group's order and the affine point (x, y). */
void RING(p256_point_mul)(Limb product[3][LIMBS], const Limb scalar[LIMBS], const Limb x[LIMBS], const Limb y[LIMBS]);

void WRAP(p256_point_mul_base)(Limb product[3][LIMBS], const Limb scalar[LIMBS]) {
  RING(p256_point_mul)(product, scalar, GENERATOR_X, GENERATOR_Y);
}

void WRAP(p256_point_mul_base_vartime)(Limb product[3][LIMBS], const Limb scalar[LIMBS]) {
  RING(p256_point_mul)(product, scalar, GENERATOR_X, GENERATOR_Y);
}
