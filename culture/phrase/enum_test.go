package phrase_test

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture/phrase"
)

type enum[E any] interface {
	*E
	encoding.TextUnmarshaler
}

// roundTrip writes and reads every value of an enumeration, and refuses the others.
func roundTrip[E interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
}, P enum[E]](t *testing.T, lowest, highest E) {
	seen := map[string]bool{}
	for v := 0; v < 256; v++ {
		e := E(v)
		text, err := e.MarshalText()
		if e < lowest || e > highest {
			require.ErrorIs(t, err, phrase.ErrName)
			require.NotEmpty(t, e.String())
			continue
		}
		require.NoError(t, err)
		require.False(t, seen[string(text)], "%s stands for two", text)
		seen[string(text)] = true
		var back E
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, e, back)
	}
	var e E
	require.ErrorIs(t, P(&e).UnmarshalText([]byte("none such")), phrase.ErrName)
}

func TestEnums(t *testing.T) {
	t.Parallel()
	roundTrip[phrase.Medium](t, phrase.Letter, phrase.Voice)
	roundTrip[phrase.Kind](t, phrase.Name, phrase.Sentence)
	roundTrip[phrase.Gender](t, phrase.Unknown, phrase.NeutralForms)
	roundTrip[phrase.Readers](t, phrase.AnyNumber, phrase.Many)
	roundTrip[phrase.Status](t, phrase.Draft, phrase.Reviewed)
	roundTrip[phrase.Rule](t, phrase.Places, phrase.Spacing)
	roundTrip[phrase.Severity](t, phrase.Advice, phrase.Fault)
}
