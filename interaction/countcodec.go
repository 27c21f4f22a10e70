package interaction

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// ErrCorrupt marks bytes that are not the serialised state of the counts they
// were read into.
var ErrCorrupt = errors.New("interaction: corrupt state")

// writeCounts frames counts; equal counts give equal bytes.
func writeCounts(kind string, counts ...int64) []byte {
	w := binenc.NewWriter(binenc.Kind([]byte(kind)), 1, 0)
	for _, n := range counts {
		w.Int(n)
	}
	return w.Frame()
}

// readCounts reads what writeCounts wrote. Negative counts are corrupt, and
// nothing is set unless all could be read.
func readCounts(data []byte, kind string, into ...*int64) error {
	r, err := binenc.NewReader(data, binenc.Kind([]byte(kind)), 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	got := make([]int64, len(into))
	for i := range got {
		if got[i] = r.Int(); got[i] < 0 {
			r.Fail("a negative count")
		}
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	for i := range into {
		*into[i] = got[i]
	}
	return nil
}

// MarshalBinary writes the counts with version and checksum.
func (c FirstContactCounts) MarshalBinary() ([]byte, error) {
	return writeCounts("ifcr", c.Yes, c.No, c.Undetermined), nil
}

// UnmarshalBinary reads what MarshalBinary writes; anything else is ErrCorrupt and
// leaves the counts as they are.
func (c *FirstContactCounts) UnmarshalBinary(data []byte) error {
	return readCounts(data, "ifcr", &c.Yes, &c.No, &c.Undetermined)
}

// MarshalBinary writes the counts with version and checksum.
func (c DeflectionCounts) MarshalBinary() ([]byte, error) {
	return writeCounts("idfl", c.Yes, c.Confirmed, c.No, c.Undetermined), nil
}

// UnmarshalBinary reads what MarshalBinary writes; anything else is ErrCorrupt and
// leaves the counts as they are.
func (c *DeflectionCounts) UnmarshalBinary(data []byte) error {
	return readCounts(data, "idfl", &c.Yes, &c.Confirmed, &c.No, &c.Undetermined)
}

// MarshalBinary writes the counts with version and checksum.
func (c PromiseCounts) MarshalBinary() ([]byte, error) {
	return writeCounts("iprm", c.Kept, c.Early, c.Broken, c.Open, c.Withdrawn), nil
}

// UnmarshalBinary reads what MarshalBinary writes; anything else is ErrCorrupt and
// leaves the counts as they are.
func (c *PromiseCounts) UnmarshalBinary(data []byte) error {
	return readCounts(data, "iprm", &c.Kept, &c.Early, &c.Broken, &c.Open, &c.Withdrawn)
}

// MarshalBinary writes the counts with version and checksum.
func (e Effort) MarshalBinary() ([]byte, error) {
	return writeCounts("ieff", e.Contacts, e.Repeats, e.Transfers, e.Hops, e.ReAsked, int64(e.Over)), nil
}

// UnmarshalBinary reads what MarshalBinary writes; anything else is ErrCorrupt and
// leaves the counts as they are.
func (e *Effort) UnmarshalBinary(data []byte) error {
	over := int64(e.Over)
	err := readCounts(data, "ieff", &e.Contacts, &e.Repeats, &e.Transfers, &e.Hops, &e.ReAsked, &over)
	e.Over = time.Duration(over)
	return err
}
