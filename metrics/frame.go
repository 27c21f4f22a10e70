package metrics

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/civil"
)

var (
	earliest = civil.Date{Year: civil.MinYear, Month: time.January, Day: 1}
	latest   = civil.Date{Year: civil.MaxYear, Month: time.December, Day: 31}
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

// marshalCounts frames a state that is nothing but counts.
func marshalCounts(kind binenc.Kind, config uint64, counts ...int64) ([]byte, error) {
	w := binenc.NewWriter(kind, 1, config)
	for _, n := range counts {
		w.Int(n)
	}
	return w.Frame(), nil
}

// unmarshalCounts fills the counts only when the whole frame is sound.
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
	for i, n := range read {
		*counts[i] = n
	}
	return nil
}
