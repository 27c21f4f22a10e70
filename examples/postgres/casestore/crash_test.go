package casestore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/interaction"
)

// ledger is what agents were told is written: notes, and cases that were merged away.
type ledger struct {
	mu      sync.Mutex
	notes   map[string]bool
	merged  map[string]bool
	retried int
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.notes)
}

// insist gives a command again under its id, whatever became of its first answer, until
// it is known to be carried out.
func (l *ledger) insist(ctx context.Context, do func() error) bool {
	for ctx.Err() == nil {
		err := do()
		if err == nil {
			return true
		}
		l.mu.Lock()
		l.retried++
		l.mu.Unlock()
		if !errors.Is(err, interaction.ErrConflict) {
			time.Sleep(30 * time.Millisecond) // each try costs the server a process
		}
	}
	return false
}

// The server is killed with all its processes while four agents write notes on cases of
// their own and merge them into one that they share. Nothing that was acknowledged is
// lost, nothing is there twice, and both sides of each merge are written or neither.
func TestServerKilled(t *testing.T) {
	dsn := shared.Need(t)
	if shared.Own == nil {
		t.Skipf("the server of %s is not ours to kill", testserver.DSNEnv)
	}
	server, err := testserver.Start() // others use the one that is shared
	require.NoError(t, err)
	require.NotEqual(t, dsn, server.DSN)
	t.Cleanup(server.Remove)
	p, err := testserver.Pool(t.Context(), server.DSN, "public", 8)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, casestore.Migrate(t.Context(), p))
	kills := 20
	if testing.Short() {
		kills = 3
	}
	s := casestore.New(p, nil)
	d := desk(t, s)
	_, err = d.Do(t.Context(), open("hub", "u1"))
	require.NoError(t, err)

	told := &ledger{notes: map[string]bool{}, merged: map[string]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for agent := range 4 {
		wg.Go(func() {
			alive := context.WithoutCancel(ctx)
			for n := 0; ctx.Err() == nil; n++ {
				id, message := fmt.Sprintf("c%d-%d", agent, n/5), fmt.Sprintf("n%d-%d", agent, n)
				if n%5 == 0 && !told.insist(ctx, func() error {
					_, err := d.Do(alive, open(id, "u1"))
					if errors.Is(err, interaction.ErrDuplicate) { // it was opened; the answer was lost
						return nil
					}
					return err
				}) {
					return
				}
				if !told.insist(ctx, func() error { _, err := d.Do(alive, note(id, message)); return err }) {
					return
				}
				told.mu.Lock()
				told.notes[message] = true
				told.mu.Unlock()
				if n%5 != 4 {
					continue
				}
				merge := interaction.Command{ID: "merge " + id, Case: "hub", At: start.Add(2 * time.Hour), By: note("", "").By}
				if !told.insist(ctx, func() error { _, err := d.Merge(alive, id, merge); return err }) {
					return
				}
				told.mu.Lock()
				told.merged[id] = true
				told.mu.Unlock()
			}
		})
	}
	for range kills {
		for before := told.size(); told.size() < before+4; {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		server.Kill()
		require.NoError(t, server.Restart())
	}
	for before := told.size(); told.size() < before+4; {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()

	require.Positive(t, told.retried)
	require.NotEmpty(t, told.merged)
	hub, err := d.Case(t.Context(), "hub")
	require.NoError(t, err)
	ids, err := s.CasesOf(t.Context(), "u1")
	require.NoError(t, err)
	written := map[string]int{}
	for _, id := range ids {
		events, err := s.LoadCase(t.Context(), id)
		require.NoError(t, err)
		c, err := interaction.Fold(events)
		require.NoError(t, err)
		require.Equal(t, c.Status == interaction.StatusMerged, slices.Contains(hub.Absorbed, id), "%s: both sides of a merge or neither", id)
		require.True(t, !told.merged[id] || c.Status == interaction.StatusMerged, "%s: an acknowledged merge is there", id)
		for n, e := range events {
			require.Equal(t, uint64(n+1), e.Seq)
			if added, ok := e.Change.(interaction.NoteAdded); ok {
				written[added.Message.ID]++
			}
		}
	}
	for message, n := range written {
		require.Equal(t, 1, n, message)
	}
	for message := range told.notes {
		require.Equal(t, 1, written[message], "%s: acknowledged, and lost", message)
	}
	t.Logf("%d kills; %d cases, %d notes and %d merges acknowledged, %d tries repeated", kills, len(ids), len(told.notes), len(told.merged), told.retried)
}
