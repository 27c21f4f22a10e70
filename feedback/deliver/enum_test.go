package deliver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/deliver"
)

type enum interface {
	String() string
	MarshalText() ([]byte, error)
}

func reads[E enum, P interface {
	*E
	UnmarshalText([]byte) error
}](b []byte) (enum, error) {
	var v E
	err := P(&v).UnmarshalText(b)
	return v, err
}

// Every enum writes names that it reads, and refuses what is none.
func TestEnums(t *testing.T) {
	t.Parallel()
	for _, set := range []struct {
		name string
		n    uint8
		of   func(uint8) enum
		read func([]byte) (enum, error)
	}{
		{"purpose", 3, func(v uint8) enum { return deliver.Purpose(v) }, reads[deliver.Purpose]},
		{"verdict", 3, func(v uint8) enum { return deliver.Verdict(v) }, reads[deliver.Verdict]},
		{"rule", 20, func(v uint8) enum { return deliver.Rule(v) }, reads[deliver.Rule]},
		{"status", 4, func(v uint8) enum { return deliver.Status(v) }, reads[deliver.Status]},
		{"display", 4, func(v uint8) enum { return deliver.Display(v) }, reads[deliver.Display]},
		{"stage", 3, func(v uint8) enum { return deliver.Stage(v) }, reads[deliver.Stage]},
		{"severity", 4, func(v uint8) enum { return deliver.Severity(v) }, reads[deliver.Severity]},
		{"state", 6, func(v uint8) enum { return deliver.State(v) }, reads[deliver.State]},
		{"action", 7, func(v uint8) enum { return deliver.Action(v) }, reads[deliver.Action]},
		{"owner", 3, func(v uint8) enum { return deliver.OwnerKind(v) }, reads[deliver.OwnerKind]},
	} {
		t.Run(set.name, func(t *testing.T) {
			t.Parallel()
			for v := range set.n {
				b, err := set.of(v + 1).MarshalText()
				require.NoError(t, err)
				require.Equal(t, set.of(v+1).String(), string(b))
				back, err := set.read(b)
				require.NoError(t, err)
				require.Equal(t, set.of(v+1), back)
			}
			_, err := set.of(set.n + 1).MarshalText()
			require.Error(t, err)
			_, err = set.read([]byte("nothing of the kind"))
			require.Error(t, err)
		})
	}
}
