package recommend

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Sentinels.
var (
	// ErrOptions says that an option is out of range.
	ErrOptions = errors.New("recommend: option out of range")
	// ErrPurchase says that a purchase has no customer or no item, or that there are too
	// many.
	ErrPurchase = errors.New("recommend: not a purchase")
	// ErrNoData says that there is nothing to learn from.
	ErrNoData = errors.New("recommend: no purchases")
)

// Method is how neighbours are weighted.
type Method uint8

// The methods.
const (
	// Cosine is the number of customers of both items over the root of the product of
	// theirs, shrunk. It is the default.
	Cosine Method = iota + 1
	// EASE is the closed-form linear model. Its cost grows with the cube of the catalogue:
	// at most MaxEASEItems items.
	EASE
	// Popularity knows no neighbours.
	Popularity
)

const methodWords = "cosine ease popularity"

// MaxEASEItems is the largest catalogue for [EASE].
const MaxEASEItems = 3_000

// String names the method.
func (m Method) String() string {
	if all := strings.Fields(methodWords); m >= 1 && int(m) <= len(all) {
		return all[m-1]
	}
	return fmt.Sprintf("unknown(%d)", uint8(m))
}

// MarshalText writes the name.
func (m Method) MarshalText() ([]byte, error) {
	if m < Cosine || m > Popularity {
		return nil, fmt.Errorf("%w: %s is no method", ErrOptions, m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a name.
func (m *Method) UnmarshalText(text []byte) error {
	i := slices.Index(strings.Fields(methodWords), string(text))
	if i < 0 {
		return fmt.Errorf("%w: method must be one of %s", ErrOptions, methodWords)
	}
	*m = Method(i + 1) //nolint:gosec // a few words
	return nil
}
