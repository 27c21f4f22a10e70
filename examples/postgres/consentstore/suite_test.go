package consentstore_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/customertest"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
)

// The suite writes bodies that are bytes and no events: who holds them is reported, and
// has no projection. Its last group is a directory, which has one.
func TestStore(t *testing.T) {
	shared.Need(t)
	var schemas sync.Map
	open := func(tb testing.TB, schema string) customer.Store {
		tb.Helper()
		s, err := consentstore.New(shared.Connect(tb, schema, 8), salt, &consentstore.Options{Report: func(_ customer.ID, err error) {
			require.True(tb, errors.Is(err, customer.ErrCodec) || errors.Is(err, customer.ErrEvent), "%v", err)
		}})
		require.NoError(tb, err)
		schemas.Store(s, schema)
		return s
	}
	customertest.Run(t, customertest.Harness{
		New: func(tb testing.TB) customer.Store { return open(tb, shared.Schema(tb, consentstore.Migrate)) },
		Reopen: func(tb testing.TB, s customer.Store) customer.Store {
			schema, _ := schemas.Load(s)
			return open(tb, schema.(string))
		},
	})
}

// Without a report, a history that cannot be read is refused as a whole.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	s, p := open(t, 2)
	bad := customer.Commit{Key: "k", Writes: []customer.Write{{Customer: "a", Entries: []customer.Entry{{
		ID: "a/1", Customer: "a", Subject: "a", Revision: 1, At: start, Recorded: start, Kind: "tagged", Version: 1, Body: []byte("no event"),
	}}}}}
	require.ErrorIs(t, s.Append(t.Context(), bad), customer.ErrCodec)
	_, known, err := s.Seen(t.Context(), "k")
	require.NoError(t, err)
	require.False(t, known)

	told := 0
	lenient, err := consentstore.New(p, salt, &consentstore.Options{Report: func(id customer.ID, _ error) {
		require.Equal(t, customer.ID("a"), id)
		told++
	}})
	require.NoError(t, err)
	require.NoError(t, lenient.Append(t.Context(), bad))
	require.Equal(t, 1, told)
	v, err := s.Verdict(t.Context(), "a", customer.Email, customer.ConsentQuestion{Purpose: "service", Channel: "email", At: start})
	require.NoError(t, err)
	require.False(t, v.Allowed())
	_, err = s.Rebuild(t.Context())
	require.ErrorIs(t, err, customer.ErrCodec)
}
