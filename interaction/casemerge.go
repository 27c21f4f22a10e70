package interaction

import (
	"fmt"
	"slices"
)

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
// A command that was carried out before does nothing. Refused are a malformed
// command and cases of different customers (ErrInvalid), a case that was never
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
