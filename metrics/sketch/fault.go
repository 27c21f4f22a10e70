package sketch

import (
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Sentinels of the package.
var (
	// ErrInvalid is returned for values and settings that a sketch cannot take.
	ErrInvalid = errors.New("sketch: invalid")
	// ErrConfig is returned for merging sketches of different settings.
	ErrConfig = errors.New("sketch: of other settings")
	// ErrCorrupt is returned for serialised state that is damaged or of an unknown version.
	ErrCorrupt = errors.New("sketch: corrupt state")
)

// FieldError is one fault: the field and what is wrong with it. It unwraps to [ErrInvalid].
type FieldError struct {
	Field  string
	Reason string
}

// Error is the fault in one line.
func (e *FieldError) Error() string { return "sketch: invalid: " + e.Field + ": " + e.Reason }

// Unwrap is [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }

func fault(field, reason string, args ...any) error {
	return &FieldError{field, fmt.Sprintf(reason, args...)}
}

func open(data []byte, kind binenc.Kind) (*binenc.Reader, error) {
	in, err := binenc.NewReader(data, kind, 1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return in, nil
}

func closed(in *binenc.Reader) error {
	if err := in.Close(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	return nil
}
