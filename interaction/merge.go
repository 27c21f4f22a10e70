package interaction

import "fmt"

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
