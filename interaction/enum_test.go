package interaction

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// textEnum is a closed vocabulary E behind its pointer.
type textEnum[E any] interface {
	*E
	encoding.TextUnmarshaler
}

type named interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
}

// roundTrip proves that exactly the values from 1 to last are named, each in its
// own way, and that text brings them back.
func roundTrip[E named, P textEnum[E]](t *testing.T, last E) {
	t.Helper()
	seen := map[string]bool{}
	for v := E(1); v <= last; v++ {
		data, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, v.String(), string(data))
		require.True(t, isName(v.String()), "%s", v)
		require.False(t, seen[v.String()], "%s is named twice", v)
		seen[v.String()] = true
		var back E
		require.NoError(t, P(&back).UnmarshalText(data))
		require.Equal(t, v, back)
	}
	for _, v := range []E{0, last + 1} {
		_, err := v.MarshalText()
		require.ErrorIs(t, err, ErrInvalid, "%T(%d)", v, uint8(v))
		require.Contains(t, v.String(), "(")
	}
	var kept E = 1
	require.ErrorIs(t, P(&kept).UnmarshalText([]byte("no such name")), ErrInvalid)
	require.Equal(t, E(1), kept)
}

func TestEveryEnumTravelsAsText(t *testing.T) {
	t.Parallel()
	roundTrip(t, UnitBusinessDays)
	roundTrip(t, Internal)
	roundTrip(t, OutcomeInformed)
	roundTrip(t, ClassBounce)
	roundTrip(t, StartsThread)
	roundTrip(t, StatusSpam)
	roundTrip(t, ReplyFollowsUp)
	roundTrip(t, FirstContactUndetermined)
	roundTrip(t, RoleSystem)
	roundTrip(t, ProblemFollowUp)
	roundTrip(t, ActClose)
	roundTrip(t, BeforeClosed)
	roundTrip(t, Hierarchical)
	roundTrip(t, EscalationRefused)
	roundTrip(t, TriggerAgent)
	roundTrip(t, PromiseOther)
	roundTrip(t, PromiseWithdrawn)
	roundTrip(t, BasisQueue)
	roundTrip(t, DueClose)
	roundTrip(t, SessionHandedOff)
	roundTrip(t, DeflectionUndetermined)
	roundTrip(t, FactReview)
	roundTrip(t, StandingOfficial)
}
