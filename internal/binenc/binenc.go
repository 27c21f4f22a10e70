// Package binenc frames the serialised state of mergeable accumulators.
//
// A frame is the magic 'R', a four-byte kind, a version byte, a 64-bit hash of the
// configuration, and the payload, closed by a CRC-32. Integers are varints,
// floats are their eight IEEE bytes, so equal states give equal bytes. A [Reader]
// never panics and never allocates more than the bytes that it was given: a
// count is checked against what is left before anything is made of it.
package binenc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
)

// Sentinels of a frame that is refused.
var (
	ErrCorrupt = errors.New("binenc: corrupt state")
	ErrVersion = errors.New("binenc: state of an unknown version")
	ErrConfig  = errors.New("binenc: state of another configuration")
)

const (
	magic  = 'R'
	header = 1 + 4 + 1 + 8
	footer = 4
)

// Kind names a type of state in four ASCII letters.
type Kind [4]byte

// Hash is the configuration hash of the given parts (FNV-1a, parts separated).
func Hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		_, _ = h.Write([]byte(p))
	}
	return h.Sum64()
}

// Writer builds one frame.
type Writer struct{ buf []byte }

// NewWriter starts a frame of the kind, version and configuration.
func NewWriter(kind Kind, version byte, config uint64) *Writer {
	buf := append([]byte{magic}, kind[:]...)
	buf = append(buf, version)
	return &Writer{binary.BigEndian.AppendUint64(buf, config)}
}

// Uint appends an unsigned varint.
func (w *Writer) Uint(v uint64) { w.buf = binary.AppendUvarint(w.buf, v) }

// Int appends a signed (zigzag) varint.
func (w *Writer) Int(v int64) { w.buf = binary.AppendVarint(w.buf, v) }

// Float appends the eight bytes of a float64.
func (w *Writer) Float(v float64) {
	w.buf = binary.BigEndian.AppendUint64(w.buf, math.Float64bits(v))
}

// Bytes appends a length and the bytes.
func (w *Writer) Bytes(p []byte) {
	w.Uint(uint64(len(p)))
	w.buf = append(w.buf, p...)
}

// String appends a length and the bytes of s.
func (w *Writer) String(s string) {
	w.Uint(uint64(len(s)))
	w.buf = append(w.buf, s...)
}

// Frame closes the frame with its checksum and returns it.
func (w *Writer) Frame() []byte {
	return binary.BigEndian.AppendUint32(w.buf, crc32.ChecksumIEEE(w.buf))
}

// Reader reads one frame. The first fault sticks: later reads give zero values
// and [Reader.Close] reports it.
type Reader struct {
	buf     []byte
	version byte
	config  uint64
	err     error
}

// NewReader opens a frame of the kind with a version from 1 to latest.
func NewReader(data []byte, kind Kind, latest byte) (*Reader, error) {
	if len(data) < header+footer || data[0] != magic || [4]byte(data[1:5]) != kind {
		return nil, fmt.Errorf("%w: not a %s frame (%d bytes)", ErrCorrupt, kind[:], len(data))
	}
	body, sum := data[:len(data)-footer], data[len(data)-footer:]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(sum) {
		return nil, fmt.Errorf("%w: checksum of the %s frame", ErrCorrupt, kind[:])
	}
	version := data[5]
	if version == 0 || version > latest {
		return nil, fmt.Errorf("%w: %d, this build reads 1 to %d", ErrVersion, version, latest)
	}
	return &Reader{buf: body[header:], version: version, config: binary.BigEndian.Uint64(data[6:header])}, nil
}

// Version is the version byte of the frame.
func (r *Reader) Version() byte { return r.version }

// Config is the configuration hash of the frame.
func (r *Reader) Config() uint64 { return r.config }

func (r *Reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrCorrupt, what)
	}
	r.buf = nil
}

// Fail marks the frame corrupt for a reason that the caller found.
func (r *Reader) Fail(why string) { r.fail(why) }

// Uint reads an unsigned varint.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.fail("short or overlong integer")
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

// Int reads a signed varint.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.buf)
	if n <= 0 {
		r.fail("short or overlong integer")
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

// Count reads a number of elements that take at least size bytes each, so that a
// hostile count can never make the caller allocate more than the frame holds.
func (r *Reader) Count(size int) int {
	n := r.Uint()
	if r.err == nil && n > uint64(len(r.buf)/max(size, 1)) {
		r.fail("more elements than bytes")
		return 0
	}
	return int(n) //nolint:gosec // bounded by the length of a slice
}

// Float reads a float64.
func (r *Reader) Float() float64 {
	if len(r.buf) < 8 {
		r.fail("short float")
		return 0
	}
	v := math.Float64frombits(binary.BigEndian.Uint64(r.buf))
	r.buf = r.buf[8:]
	return v
}

// Bytes reads a length and that many bytes, copied.
func (r *Reader) Bytes() []byte {
	n := r.Count(1)
	if r.err != nil {
		return nil
	}
	p := append([]byte(nil), r.buf[:n]...)
	r.buf = r.buf[n:]
	return p
}

// String reads a length and that many bytes as a string.
func (r *Reader) String() string { return string(r.Bytes()) }

// Err is the first fault so far.
func (r *Reader) Err() error { return r.err }

// Close reports the first fault, or bytes that are left over.
func (r *Reader) Close() error {
	if r.err == nil && len(r.buf) > 0 {
		r.fail("bytes left over")
	}
	return r.err
}
