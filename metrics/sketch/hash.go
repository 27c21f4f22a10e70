package sketch

import (
	"encoding/binary"
	"math/bits"
)

// The hash is XXH64 with seed 0 (Collet, "xxHash fast digest algorithm", specification 0.1.1).
const (
	prime1 uint64 = 0x9E3779B185EBCA87
	prime2 uint64 = 0xC2B2AE3D27D4EB4F
	prime3 uint64 = 0x165667B19E3779F9
	prime4 uint64 = 0x85EBCA77C2B2AE63
	prime5 uint64 = 0x27D4EB2F165667C5
)

func round(acc, lane uint64) uint64 {
	return bits.RotateLeft64(acc+lane*prime2, 31) * prime1
}

func mergeRound(acc, v uint64) uint64 { return (acc^round(0, v))*prime1 + prime4 }

func avalanche(h uint64) uint64 {
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

func hashUint64(v uint64) uint64 {
	h := prime5 + 8
	h = bits.RotateLeft64(h^round(0, v), 27)*prime1 + prime4
	return avalanche(h)
}

func hashString(s string) uint64 {
	if len(s) <= 64 { // keys are short: no allocation
		var b [64]byte
		return hashBytes(b[:copy(b[:], s)])
	}
	return hashBytes([]byte(s))
}

func hashBytes(p []byte) uint64 {
	n := uint64(len(p))
	h := prime5
	if len(p) >= 32 {
		h, p = stripes(p)
	}
	h += n
	for ; len(p) >= 8; p = p[8:] {
		h = bits.RotateLeft64(h^round(0, binary.LittleEndian.Uint64(p)), 27)*prime1 + prime4
	}
	if len(p) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(p))*prime1, 23)*prime2 + prime3
		p = p[4:]
	}
	for _, b := range p {
		h = bits.RotateLeft64(h^uint64(b)*prime5, 11) * prime1
	}
	return avalanche(h)
}

// stripes takes whole stripes of 32 bytes and gives their hash with the rest.
func stripes(p []byte) (uint64, []byte) {
	one, two := prime1, prime2 // variables, so that the sums below wrap around
	v1, v2, v3, v4 := one+two, two, uint64(0), -one
	for ; len(p) >= 32; p = p[32:] {
		v1 = round(v1, binary.LittleEndian.Uint64(p))
		v2 = round(v2, binary.LittleEndian.Uint64(p[8:]))
		v3 = round(v3, binary.LittleEndian.Uint64(p[16:]))
		v4 = round(v4, binary.LittleEndian.Uint64(p[24:]))
	}
	h := bits.RotateLeft64(v1, 1) + bits.RotateLeft64(v2, 7) + bits.RotateLeft64(v3, 12) + bits.RotateLeft64(v4, 18)
	for _, v := range []uint64{v1, v2, v3, v4} {
		h = mergeRound(h, v)
	}
	return h, p
}
