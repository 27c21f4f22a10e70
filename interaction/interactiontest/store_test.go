package interactiontest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/interactiontest"
	"github.com/rapport-go/rapport/internal/golden"
)

func TestMemStore(t *testing.T) {
	t.Parallel()
	interactiontest.RunCaseStore(t, func() interaction.CaseStore { return new(interaction.MemStore) })
}

func TestStoryHoldsEveryChange(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	events := interactiontest.Story("c1", "u1")
	for _, e := range events {
		kinds[e.Change.Kind()] = true
	}
	require.Len(t, kinds, 19)
	c, err := interaction.Fold(events)
	require.NoError(t, err)
	require.Equal(t, interaction.StatusMerged, c.Status)
	require.Equal(t, "c9", c.MergedInto)
}

// broken is a store with one fault; the suite must name it.
type broken struct {
	interaction.MemStore
	fault string
	batch map[string][]interaction.Event
}

func (b *broken) LoadCase(ctx context.Context, id string) ([]interaction.Event, error) {
	events, err := b.MemStore.LoadCase(ctx, id)
	switch b.fault {
	case "no error for the unknown":
		return events, nil
	case "loses the command":
		for i := range events {
			events[i].Command = ""
		}
	case "hands out its own memory":
		if b.batch[id] != nil {
			return b.batch[id], nil
		}
		b.batch[id] = events
	case "reverses":
		slices.Reverse(events)
	case "knows the empty":
		if b.batch[id] != nil {
			return events, nil
		}
	}
	return events, err
}

func (b *broken) AppendCases(ctx context.Context, key string, batches ...interaction.CaseBatch) error {
	switch b.fault {
	case "knows the empty":
		if len(batches[0].Events) == 0 {
			b.batch[batches[0].Case] = []interaction.Event{}
		}
	case "ignores the version":
		for i := range batches {
			have, _ := b.MemStore.LoadCase(ctx, batches[i].Case)
			batches[i].After = uint64(len(have))
		}
	case "not atomic":
		for i, batch := range batches {
			if err := b.MemStore.AppendCases(ctx, fmt.Sprint(key, i), batch); err != nil {
				return err
			}
		}
		return nil
	case "forgets keys":
		have, _ := b.MemStore.LoadCase(ctx, batches[0].Case)
		key = fmt.Sprint(key, len(have))
	case "any repeat is fine":
		if err := b.MemStore.AppendCases(ctx, key, batches...); err == nil || strings.Contains(err.Error(), "changed") {
			return err
		}
		return nil
	case "deaf to the context":
		ctx = context.Background()
	}
	return b.MemStore.AppendCases(ctx, key, batches...)
}

func (b *broken) CasesOf(ctx context.Context, customer string) ([]string, error) {
	ids, err := b.MemStore.CasesOf(ctx, customer)
	if b.fault == "unordered" {
		slices.Reverse(ids)
	}
	return ids, err
}

type recorder struct{ lines []string }

func (*recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func TestSuiteFindsBrokenStores(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"no error for the unknown": "unknown", "loses the command": "round trip", "reverses": "round trip",
		"hands out its own memory": "isolation", "ignores the version": "version", "not atomic": "atomic",
		"forgets keys": "repeat", "any repeat is fine": "key of another", "deaf to the context": "cancelled", "unordered": "customer",
		"knows the empty": "empty",
	}
	for fault, guarantee := range rows {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			var r recorder
			n := interactiontest.RunCaseStore(&r, func() interaction.CaseStore {
				return &broken{fault: fault, batch: map[string][]interaction.Event{}}
			})
			require.Positive(t, n)
			require.Contains(t, strings.Join(r.lines, "\n"), fmt.Sprintf("guarantee %q", guarantee))
			require.Contains(t, r.lines[0], "promised: ")
		})
	}
}

// The JSON of events is stable: what was stored can be read for good.
func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	events := interactiontest.Story("c1", "u1")
	data, err := json.MarshalIndent(events, "", " ")
	require.NoError(t, err)
	golden.Equal(t, "testdata/story.json", string(data)+"\n")
	var back []interaction.Event
	require.NoError(t, json.Unmarshal(data, &back))
	a, err := interaction.Fold(events)
	require.NoError(t, err)
	b, err := interaction.Fold(back)
	require.NoError(t, err)
	require.Equal(t, a, b)
}
