package interaction

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// failingStore fails from a certain call on.
type failingStore struct {
	MemStore
	calls, fail int
}

var errDisk = errors.New("disk is gone")

func (s *failingStore) tick() error {
	if s.calls++; s.fail > 0 && s.calls >= s.fail {
		return errDisk
	}
	return nil
}

func (s *failingStore) LoadCase(ctx context.Context, id string) ([]Event, error) {
	if err := s.tick(); err != nil {
		return nil, err
	}
	return s.MemStore.LoadCase(ctx, id)
}

func (s *failingStore) AppendCases(ctx context.Context, key string, batches ...CaseBatch) error {
	if err := s.tick(); err != nil {
		return err
	}
	return s.MemStore.AppendCases(ctx, key, batches...)
}

// Wherever the store fails, the error comes out and nothing is half done.
func TestDeskWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for fail := 1; fail <= 3; fail++ {
		t.Run(fmt.Sprint("call ", fail), func(t *testing.T) {
			t.Parallel()
			store := &failingStore{}
			desk := &Desk{Rules: someRules(t, CaseRulesSpec{}), Store: store}
			for _, id := range []string{"a", "b"} {
				_, err := desk.Do(ctx, Command{ID: "open", Case: id, At: day0, By: client, Do: OpenCase{Customer: "u1", Channel: Email}})
				require.NoError(t, err)
			}
			merge := Command{ID: "merge", Case: "b", At: day0, By: ada}
			store.calls, store.fail = 0, fail
			_, err := desk.Merge(ctx, "a", merge)
			require.ErrorIs(t, err, errDisk)
			store.fail = 0
			a, err := desk.Case(ctx, "a")
			require.NoError(t, err)
			require.Equal(t, StatusNew, a.Status)
			out, err := desk.Merge(ctx, "a", merge)
			require.NoError(t, err)
			require.Equal(t, []string{"a"}, out.Case.Absorbed)
			again, err := desk.Merge(ctx, "a", merge)
			require.NoError(t, err)
			require.Equal(t, out.Case, again.Case, "repeated")

			store.calls, store.fail = 0, min(fail, 2)
			note := Command{ID: "note", Case: "b", At: day0, By: ada, Do: AddNote{"n"}}
			_, err = desk.Do(ctx, note)
			require.ErrorIs(t, err, errDisk)
			store.fail = 0
			out, err = desk.Do(ctx, note)
			require.NoError(t, err)
			require.Len(t, out.Case.Messages, 1)
			_, err = desk.Merge(ctx, "b", Command{ID: "again", Case: "a", At: day0, By: ada})
			require.ErrorIs(t, err, ErrFinal)
		})
	}
}

func TestMemStoreRefusesTwoBatchesForACase(t *testing.T) {
	t.Parallel()
	var s MemStore
	err := s.AppendCases(context.Background(), "k", CaseBatch{Case: "a"}, CaseBatch{Case: "a"})
	require.ErrorIs(t, err, ErrInvalid)
}

// Fold keeps indices instead of looking; what it gives is what Evolve gives, event
// by event, in whatever order the instants and ids come.
func TestFoldIsEvolveRepeated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		at := rapid.Custom(func(t *rapid.T) time.Time {
			return day0.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hours")) * hour)
		})
		change := rapid.Custom(func(t *rapid.T) Change {
			m := CaseMessage{ID: id.Draw(t, "message"), At: at.Draw(t, "sent"), Channel: Email, Direction: Inbound}
			p := Promise{ID: id.Draw(t, "promise"), Kind: PromiseReply, Made: day0, By: at.Draw(t, "by")}
			e := Escalation{ID: id.Draw(t, "escalation"), State: EscalationRaised, Rung: rapid.IntRange(0, 3).Draw(t, "rung")}
			return rapid.SampledFrom([]Change{
				MessageReceived{Message: m},
				NoteAdded{Message: m},
				MessageSent{Message: m, Counts: true},
				PromiseMade{Promise: p},
				PromiseSettled{Promise: p.ID},
				PromiseDropped{Promise: p.ID},
				EscalationChanged{Escalation: e},
				StatusChanged{From: StatusNew, To: StatusOpen},
				CaseAbsorbed{From: "x", Messages: []CaseMessage{m, m}, Promises: []Promise{p, p}, Escalations: []Escalation{e, e}},
			}).Draw(t, "change")
		})
		log := []Event{{Case: "c1", Seq: 1, At: day0, Command: "open", By: client, Change: CaseOpened{Customer: "u1", Channel: Email}}}
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			log = append(log, Event{
				Case: "c1", Seq: uint64(len(log) + 1), At: at.Draw(t, "at"), Command: id.Draw(t, "command"), By: client, Change: change.Draw(t, "change"),
			})
		}
		var want Case
		for _, e := range log {
			want = Evolve(want, e)
		}
		got, err := Fold(log)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, want, Case{}.evolve(log))
		next := Event{Case: "c1", Seq: uint64(len(log) + 1), At: day0, Command: "zz", By: client, Change: change.Draw(t, "next")}
		require.Equal(t, Evolve(want, next), Evolve(got, next), "a folded case goes on like any other")
	})
}

// A key of an empty batch is remembered, and no case comes of it.
func TestMemStoreEmptyBatch(t *testing.T) {
	t.Parallel()
	var s MemStore
	ctx := context.Background()
	require.NoError(t, s.AppendCases(ctx, "k", CaseBatch{Case: "a"}))
	_, err := s.LoadCase(ctx, "a")
	require.ErrorIs(t, err, ErrUnknown)
	ids, err := s.CasesOf(ctx, "u1")
	require.NoError(t, err)
	require.Empty(t, ids)
}

func TestFoldRefusesWhatIsNoHistory(t *testing.T) {
	t.Parallel()
	open := Event{Case: "a", Seq: 1, At: day0, By: client, Change: CaseOpened{Customer: "u1", Channel: Email}}
	other, gap, empty := open, open, open
	other.Case, other.Seq, gap.Seq, empty.Seq, empty.Change = "b", 2, 3, 2, nil
	for _, log := range [][]Event{{open, other}, {open, gap}, {open, empty}, {open, open}} {
		_, err := Fold(log)
		require.ErrorIs(t, err, ErrHistory)
	}
	c, err := Fold(nil)
	require.NoError(t, err)
	require.Zero(t, c.Status)
}

func TestLimitsAreReported(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxText+1)
	x := contact(long, 0)
	x.Note, x.At = long, time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC)
	x.Refs, x.ReAsked, x.Revision = []Ref{{}}, []string{""}, -1
	x.Purpose, x.Stage, x.Class = "No", "No", 77
	err := x.Validate()
	for _, field := range []string{" id ", " note ", " at ", "refs.kind", "refs.id", "re_asked", "revision", "purpose", "stage", "class"} {
		require.ErrorContains(t, err, field)
	}
	require.Less(t, len(err.Error()), 3000, "what is too long is not quoted whole")
	_, err = ParseTargetBook([]byte(`{"facts":[{"channel":"No","what":"","value_s":99999999999,"value_business_days":-1,"share":2,"source":""}],"regulatory":[{"what":"","source":""}]}`))
	for _, field := range []string{"channel", "source", "value_s", "value_business_days", "share", "more than one", "regulatory[0]"} {
		require.ErrorContains(t, err, field)
	}
	_, err = ParseTargetBook([]byte(`{"facts":[{"colour":1}]}`))
	require.ErrorContains(t, err, "facts[0].colour")
}

func TestTimelineContacts(t *testing.T) {
	t.Parallel()
	a, b, c := contact("a", 0), contact("b", hour), contact("c", 2*hour)
	a.Issue, b.Issue, c.Issue = "x", "x", ""
	b.Class = ClassAuto
	tl, err := NewTimeline(a, b, c)
	require.NoError(t, err)
	var got []Contact
	for x := range tl.Contacts() {
		got = append(got, x)
	}
	require.Equal(t, []Contact{{"u1", "x", day0, Email, ClassHuman}}, got)
	_, ok := tl.At(3)
	require.False(t, ok)
	_, ok = tl.Find("z")
	require.False(t, ok)
}
