package score

import (
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// open starts reading serialised state of one kind and configuration.
func open(data []byte, kind binenc.Kind, config uint64) (*binenc.Reader, error) {
	in, err := binenc.NewReader(data, kind, 1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if in.Config() != config {
		return nil, ErrConfig
	}
	return in, nil
}

// closed ends the reading of serialised state.
func closed(in *binenc.Reader) error {
	if err := in.Close(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	return nil
}

// readCount reads a number that is not negative.
func readCount(in *binenc.Reader) int64 {
	n := in.Int()
	if n < 0 {
		in.Fail("a negative count")
		return 0
	}
	return n
}

// readSum reads an exact sum, not negative where it is one of squares or weights.
func readSum(in *binenc.Reader, into *stat.ExactSum, signed bool) {
	if !into.SetBytes(in.Bytes()) {
		in.Fail("not a sum")
	}
	if !signed && into.Float() < 0 {
		in.Fail("a negative sum of squares or weights")
	}
}

// marshalCounts frames a state that is nothing but counts.
func marshalCounts(kind binenc.Kind, config uint64, counts ...int64) ([]byte, error) {
	w := binenc.NewWriter(kind, 1, config)
	for _, n := range counts {
		w.Int(n)
	}
	return w.Frame(), nil
}

// unmarshalCounts fills the counts only when the whole frame is sound and their sum
// does not overflow.
func unmarshalCounts(data []byte, kind binenc.Kind, config uint64, counts ...*int64) error {
	in, err := open(data, kind, config)
	if err != nil {
		return err
	}
	read := make([]int64, len(counts))
	for i := range read {
		read[i] = readCount(in)
	}
	if err := closed(in); err != nil {
		return err
	}
	if _, err := sum("count", read...); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	for i, n := range read {
		*counts[i] = n
	}
	return nil
}

// pointers are the addresses of the elements, as unmarshalCounts takes them.
func pointers(counts []int64) []*int64 {
	out := make([]*int64, len(counts))
	for i := range counts {
		out[i] = &counts[i]
	}
	return out
}
