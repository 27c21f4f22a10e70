// Package interactiontest tells whether a host's interaction.CaseStore keeps the
// promises that its documentation makes. It imports the standard library and
// package interaction only.
package interactiontest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// TB is what the suite needs of *testing.T, so that it does not import package
// testing into a host's program.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// A Guarantee is one promise of a CaseStore and the check for it.
type Guarantee struct {
	Name    string
	Promise string // what the documentation says
	Check   func(store interaction.CaseStore) error
}

// Guarantees lists every promise of a CaseStore, in an order from simple to
// hard. Each check wants an empty store of its own.
func Guarantees() []Guarantee {
	return []Guarantee{
		{"unknown", "LoadCase gives ErrUnknown for a case without events; CasesOf gives none for a customer without cases", checkUnknown},
		{"round trip", "LoadCase gives the events as they were appended, in order, with every field of every kind of change", checkRoundTrip},
		{"empty", "a batch without events writes nothing: its case stays unknown, and no customer has it", checkEmpty},
		{"version", "AppendCases is ErrConflict when After is not the number of events, and then writes nothing", checkVersion},
		{"atomic", "AppendCases writes all batches or none", checkAtomic},
		{"repeat", "under a key that was written before nothing is written, and the answer is nil", checkRepeat},
		{"key of another", "under a key that was written with other events the answer is ErrDuplicate", checkKeyReuse},
		{"refused key", "a key whose append was refused may be used again", checkRefusedKey},
		{"customer", "CasesOf lists the cases of the customer and no other's, ordered by id", checkCustomer},
		{"isolation", "what the caller does to events after the call does not reach the store", checkIsolation},
		{"one winner", "of many writers with the same After exactly one succeeds, the others get ErrConflict", checkOneWinner},
		{"cancelled", "a cancelled context writes nothing and is reported", checkCancelled},
	}
}

// RunCaseStore checks every guarantee on a fresh store and reports the promises
// that are broken. It gives the number of broken ones.
func RunCaseStore(t TB, open func() interaction.CaseStore) int {
	t.Helper()
	broken := 0
	for _, g := range Guarantees() {
		if err := g.Check(open()); err != nil {
			broken++
			t.Errorf("case store, guarantee %q: %v\n\tpromised: %s", g.Name, err, g.Promise)
		}
	}
	return broken
}

func day() time.Time { return time.Date(2024, 3, 31, 0, 59, 59, 123_456_000, time.UTC) }

func opened(id, customer string) interaction.Event {
	return interaction.Event{
		Case: id, Seq: 1, At: day(), Command: "open", By: interaction.Actor{ID: customer, Role: interaction.RoleCustomer},
		Change: interaction.CaseOpened{Customer: customer, Issue: "späte Lieferung", Channel: interaction.Email},
	}
}

func note(id string, seq uint64) interaction.Event {
	return interaction.Event{
		Case: id, Seq: seq, At: day().Add(time.Duration(seq) * time.Minute), Command: fmt.Sprintf("note-%d", seq),
		By: interaction.Actor{ID: "ada", Role: interaction.RoleAgent}, Change: interaction.OwnerAssigned{Owner: fmt.Sprint("agent", seq)},
	}
}

func put(s interaction.CaseStore, key, id string, after uint64, events ...interaction.Event) error {
	return s.AppendCases(context.Background(), key, interaction.CaseBatch{Case: id, After: after, Events: events})
}

func want(s interaction.CaseStore, id string, events ...interaction.Event) error {
	have, err := s.LoadCase(context.Background(), id)
	if err != nil && (len(events) > 0 || !errors.Is(err, interaction.ErrUnknown)) {
		return fmt.Errorf("loading case %s: %w", id, err)
	}
	if len(have) != len(events) {
		return fmt.Errorf("case %s has %d events, want %d", id, len(have), len(events))
	}
	for i := range have {
		a, errA := json.Marshal(have[i])
		b, errB := json.Marshal(events[i])
		if errA != nil || errB != nil || string(a) != string(b) {
			return fmt.Errorf("case %s, event %d is %s, want %s", id, i+1, a, b)
		}
	}
	return nil
}

func checkUnknown(s interaction.CaseStore) error {
	if _, err := s.LoadCase(context.Background(), "nobody"); !errors.Is(err, interaction.ErrUnknown) {
		return fmt.Errorf("an unknown case gave %v", err)
	}
	ids, err := s.CasesOf(context.Background(), "nobody")
	if err != nil || len(ids) != 0 {
		return fmt.Errorf("cases of the customer: %v, %v", ids, err)
	}
	return nil
}

func checkRoundTrip(s interaction.CaseStore) error {
	events := Story("c1", "u1")
	if err := put(s, "k1", "c1", 0, events[:1]...); err != nil {
		return err
	}
	if err := put(s, "k2", "c1", 1, events[1:]...); err != nil {
		return err
	}
	if err := want(s, "c1", events...); err != nil {
		return err
	}
	have, err := s.LoadCase(context.Background(), "c1")
	if err != nil {
		return err
	}
	_, err = interaction.Fold(have)
	return err
}

func checkEmpty(s interaction.CaseStore) error {
	if err := put(s, "k1", "c1", 0); err != nil {
		return err
	}
	if _, err := s.LoadCase(context.Background(), "c1"); !errors.Is(err, interaction.ErrUnknown) {
		return fmt.Errorf("a case without events gave %v", err)
	}
	ids, err := s.CasesOf(context.Background(), "u1")
	if err != nil || len(ids) != 0 {
		return fmt.Errorf("the customer has the cases %v, %v", ids, err)
	}
	return put(s, "k2", "c1", 0, opened("c1", "u1"))
}

func checkVersion(s interaction.CaseStore) error {
	first := opened("c1", "u1")
	if err := put(s, "k1", "c1", 0, first); err != nil {
		return err
	}
	for _, after := range []uint64{0, 2, 99} {
		if err := put(s, fmt.Sprint("k", after, "x"), "c1", after, note("c1", after+1)); !errors.Is(err, interaction.ErrConflict) {
			return fmt.Errorf("place %d on a case of one event gave %v", after, err)
		}
	}
	return want(s, "c1", first)
}

func checkAtomic(s interaction.CaseStore) error {
	first := opened("c2", "u1")
	if err := put(s, "k1", "c2", 0, first); err != nil {
		return err
	}
	err := s.AppendCases(context.Background(), "k2",
		interaction.CaseBatch{Case: "c1", After: 0, Events: []interaction.Event{opened("c1", "u1")}},
		interaction.CaseBatch{Case: "c2", After: 0, Events: []interaction.Event{opened("c2", "u1")}})
	if !errors.Is(err, interaction.ErrConflict) {
		return fmt.Errorf("a batch with a wrong After gave %v", err)
	}
	return errors.Join(want(s, "c1"), want(s, "c2", first))
}

func checkRepeat(s interaction.CaseStore) error {
	first, second := opened("c1", "u1"), note("c1", 2)
	for range 2 {
		if err := put(s, "k1", "c1", 0, first); err != nil {
			return err
		}
	}
	if err := put(s, "k2", "c1", 1, second); err != nil {
		return err
	}
	if err := put(s, "k1", "c1", 0, first); err != nil {
		return fmt.Errorf("a late repeat gave %w", err)
	}
	return want(s, "c1", first, second)
}

func checkKeyReuse(s interaction.CaseStore) error {
	first := opened("c1", "u1")
	if err := put(s, "k1", "c1", 0, first); err != nil {
		return err
	}
	if err := put(s, "k1", "c1", 1, note("c1", 2)); !errors.Is(err, interaction.ErrDuplicate) {
		return fmt.Errorf("the key of another append gave %v", err)
	}
	return want(s, "c1", first)
}

func checkRefusedKey(s interaction.CaseStore) error {
	first := opened("c1", "u1")
	if err := put(s, "k1", "c1", 7, first); !errors.Is(err, interaction.ErrConflict) {
		return fmt.Errorf("a wrong After gave %v", err)
	}
	if err := put(s, "k1", "c1", 0, first); err != nil {
		return err
	}
	return want(s, "c1", first)
}

func checkCustomer(s interaction.CaseStore) error {
	for i, id := range []string{"c3", "c1", "c2"} {
		customer := []string{"u1", "u1", "u2"}[i]
		if err := put(s, "k"+id, id, 0, opened(id, customer)); err != nil {
			return err
		}
	}
	ids, err := s.CasesOf(context.Background(), "u1")
	if err != nil || !slices.Equal(ids, []string{"c1", "c3"}) {
		return fmt.Errorf("cases of the customer: %v, %v", ids, err)
	}
	return nil
}

func checkIsolation(s interaction.CaseStore) error {
	events := []interaction.Event{opened("c1", "u1"), note("c1", 2)}
	if err := put(s, "k1", "c1", 0, events...); err != nil {
		return err
	}
	events[1].Command = "changed"
	have, err := s.LoadCase(context.Background(), "c1")
	if err != nil {
		return err
	}
	have[0].Command = "changed"
	return want(s, "c1", opened("c1", "u1"), note("c1", 2))
}

func checkOneWinner(s interaction.CaseStore) error {
	if err := put(s, "k0", "c1", 0, opened("c1", "u1")); err != nil {
		return err
	}
	const writers = 16
	results := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() { results[i] = put(s, fmt.Sprint("w", i), "c1", 1, note("c1", 2)) })
	}
	wg.Wait()
	won := 0
	for _, err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, interaction.ErrConflict):
			return fmt.Errorf("a loser got %w", err)
		}
	}
	if won != 1 {
		return fmt.Errorf("%d of %d writers succeeded", won, writers)
	}
	return want(s, "c1", opened("c1", "u1"), note("c1", 2))
}

func checkCancelled(s interaction.CaseStore) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.AppendCases(ctx, "k1", interaction.CaseBatch{Case: "c1", Events: []interaction.Event{opened("c1", "u1")}})
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("a cancelled append gave %v", err)
	}
	return want(s, "c1")
}
