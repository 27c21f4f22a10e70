package interaction

import (
	"fmt"
	"slices"
)

// FinalTarget follows merged cases to the one that carries on: next gives the
// case into which a case was merged, or ok == false when it was not merged. A
// case that was never merged is its own target. A corrupt chain that runs in a
// circle has no target (ok == false): the message stays where it arrived.
// FinalTarget takes one call of next for each merge on the way, and stops in a
// circle after a small multiple of its length and lead.
func FinalTarget(start string, next func(id string) (into string, merged bool)) (target string, ok bool) {
	// Brent's teleporting tortoise (1980): constant memory.
	tortoise, power, steps := start, 1, 0
	at := start
	for {
		into, merged := next(at)
		if !merged {
			return at, true
		}
		at = into
		if at == tortoise {
			return "", false
		}
		if steps++; steps == power {
			tortoise, power, steps = at, power*2, 0
		}
	}
}

// MergeForest holds which case was merged into which. It stays a forest: Merge
// refuses what would close a circle or give a case two targets. The zero value
// is empty. It is not safe for concurrent writes.
type MergeForest struct{ into map[string]string }

// Merge records that the case from was merged into the case into. It refuses
// empty names and a case merged into itself (ErrInvalid), a case that was merged
// before (ErrFinal), and a circle (ErrTransition).
func (f *MergeForest) Merge(from, into string) error {
	var fs faults
	fs.id("from", from, true)
	fs.id("into", into, true)
	if from == into && from != "" {
		fs.add("into", into, "is the case itself")
	}
	if err := fs.join(); err != nil {
		return err
	}
	if old, ok := f.into[from]; ok {
		return fmt.Errorf("%w: %s was merged into %s", ErrFinal, from, old)
	}
	if target, ok := f.Target(into); !ok || target == from {
		return fmt.Errorf("%w: merging %s into %s closes a circle", ErrTransition, from, into)
	}
	if f.into == nil {
		f.into = make(map[string]string)
	}
	f.into[from] = into
	return nil
}

// Target is FinalTarget in this forest.
func (f *MergeForest) Target(id string) (target string, ok bool) {
	return FinalTarget(id, func(id string) (string, bool) {
		into, merged := f.into[id]
		return into, merged
	})
}

// A MergeDecision holds the events of both cases; a store writes them together or
// not at all.
type MergeDecision struct {
	Source []Event // of the case that ends
	Target []Event // of the case that carries on
	Trace  Trace
}

// DecideMerge carries the case source on in the case target, which command.Case
// names; Do is not looked at. The target keeps the earliest start, every message,
// promise and hand-off of both, and the escalations that wait for acceptance; when the source was new or open, a
// target that waited opens, because somebody has to act.
//
// A command that was carried out on both cases before does nothing; one that was
// carried out on one of them only is another command with the same id
// (ErrDuplicate). Refused are a malformed command and cases of different customers (ErrInvalid), a case that was never
// opened (ErrUnknown), a source or target that is final (ErrFinal), and a source
// or target that cannot be merged from its status, such as spam
// (ErrTransition). Since a merged case is final, merges always form a forest.
func DecideMerge(rules *CaseRules, source, target Case, cmd Command) (MergeDecision, error) {
	cmd.Do = SetStatus{To: StatusMerged}
	if err := cmd.validate(target); err != nil {
		return MergeDecision{}, err
	}
	var out MergeDecision
	if source.HasRun(cmd.ID) && target.HasRun(cmd.ID) {
		out.Trace.say("repeat", "command %s was carried out before", cmd.ID)
		return out, nil
	}
	if source.HasRun(cmd.ID) || target.HasRun(cmd.ID) {
		return MergeDecision{}, fmt.Errorf("%w: command %s did something else before", ErrDuplicate, cmd.ID)
	}
	if err := mayMerge(source, target); err != nil {
		return MergeDecision{}, err
	}
	from := &decider{rules: rules, c: source.clone(), cmd: cmd}
	from.cmd.Case = source.ID
	from.emit(CaseMerged{Into: target.ID})
	into := &decider{rules: rules, c: target.clone(), cmd: cmd}
	into.emit(CaseAbsorbed{
		From: source.ID, Opened: source.Opened, Answered: source.Answered, Acknowledged: source.Acknowledged,
		Absorbed: slices.Clone(source.Absorbed), Messages: slices.Clone(source.Messages),
		Promises: carried(source, target), HandOffs: slices.Clone(source.HandOffs), Escalations: raised(source, target),
	})
	into.say("merge", "case %s ends and is carried on in %s, which counts from %s", source.ID, target.ID, stamp(into.c.Opened))
	waits := target.Status == StatusPending || target.Status == StatusOnHold || target.Status == StatusResolved
	if waits && (source.Status == StatusNew || source.Status == StatusOpen) {
		if err := into.become(StatusOpen, "what was merged in wants an answer"); err != nil {
			return MergeDecision{}, err
		}
	}
	return MergeDecision{Source: from.out.Events, Target: into.out.Events, Trace: into.out.Trace}, nil
}

func mayMerge(source, target Case) error {
	for _, c := range []Case{source, target} {
		switch {
		case c.Status == 0:
			return fmt.Errorf("%w: a case that was never opened", ErrUnknown)
		case c.Status.IsFinal():
			return fmt.Errorf("%w: case %s is %s", ErrFinal, c.ID, c.Status)
		case !c.Status.CanBecome(StatusMerged):
			return &TransitionError{Case: c.ID, From: c.Status, To: StatusMerged}
		}
	}
	var fs faults
	if source.ID == target.ID {
		fs.add("source", source.ID, "is the target")
	}
	if source.Customer != target.Customer {
		fs.add("source", source.ID, "belongs to another customer")
	}
	return fs.join()
}

// carried are the promises of the source; one whose id the target uses for
// another is told apart by the case it came from.
func carried(source, target Case) []Promise {
	out := slices.Clone(source.Promises)
	for i, p := range out {
		if _, taken := target.Promise(p.ID); taken {
			out[i].ID = source.ID + "/" + p.ID
		}
	}
	return out
}

// raised are the escalations of the source that nobody has accepted yet.
func raised(source, target Case) []Escalation {
	out := slices.DeleteFunc(slices.Clone(source.Escalations), func(e Escalation) bool { return e.State != EscalationRaised })
	for i, e := range out {
		if _, taken := target.Escalation(e.ID); taken {
			out[i].ID = source.ID + "/" + e.ID
		}
	}
	return out
}
