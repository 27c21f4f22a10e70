package score

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
)

// A Group is one cell of a published table: how many people it rests on (people, not rows:
// somebody who answered twice is one) and its figure.
type Group[T any] struct {
	Key    string
	People int64
	Figure T
}

// SuppressOptions are what hiding can be told. A nil pointer is the zero value.
type SuppressOptions struct {
	// Least is the smallest number of people whose figure may be seen; 0 is 5.
	Least int64
	// NoTotal says that no total is published anywhere, so that a hidden group cannot be
	// had by subtraction. Then only the small groups themselves are hidden.
	NoTotal bool
}

// A SafeTable is what may be published of a table. Hidden groups are keys without figures or
// numbers of people, so that they cannot be printed by accident.
type SafeTable[T any] struct {
	Visible []Group[T] // in the order given; groups of nobody are visible
	Hidden  []string   // the others' keys, in the order given
	// Total is all people with the total's figure; nil where it must not be seen, or where
	// there is none.
	Total *Group[T]
	// TotalSuppressed says that the total had to be hidden, too: the groups alone could not
	// hide enough people.
	TotalSuppressed bool
}

// Suppress hides each group of fewer people than Least (and more than none), and then, while a
// total is published, the smallest of the groups still visible until at least two groups and at
// least Least people are hidden, so that neither a group nor a handful of people can be had by
// subtracting what is seen from the total. Of groups of equal size the first is hidden. Where
// even all groups do not do, the total is hidden. A negative number of people, an empty key or
// one that occurs twice is [ErrOutOfRange]; all faults are reported. No group at all is
// [ErrNoData].
//
// It protects one list of groups and their total. Tables of the same people cut in several ways
// need one decision about all of them: cross the cuts, suppress the cells, and publish no sums of
// rows or columns beside them, from which a hidden cell could be had by subtraction.
//
// Source: Willenborg and de Waal, "Elements of Statistical Disclosure Control", 2001, chapter 6,
// for secondary suppression.
func Suppress[T any](groups []Group[T], total T, o *SuppressOptions) (SafeTable[T], error) {
	var opts SuppressOptions
	if o != nil {
		opts = *o
	}
	if opts.Least == 0 {
		opts.Least = 5
	}
	people, err := admitGroups(groups, opts.Least)
	if err != nil {
		return SafeTable[T]{}, err
	}
	hidden, enough := hide(groups, opts)
	t := SafeTable[T]{TotalSuppressed: !enough}
	for i, g := range groups {
		if hidden[i] {
			t.Hidden = append(t.Hidden, g.Key)
		} else {
			t.Visible = append(t.Visible, g)
		}
	}
	if enough && !opts.NoTotal {
		t.Total = &Group[T]{Key: "total", People: people, Figure: total}
	}
	return t, nil
}

func admitGroups[T any](groups []Group[T], least int64) (people int64, err error) {
	faults := []error{count("least number of people", least)}
	if len(groups) == 0 {
		faults = append(faults, noAnswer("groups"))
	}
	seen := make(map[string]bool, len(groups))
	counts := make([]int64, 0, len(groups))
	for i, g := range groups {
		if g.Key == "" || seen[g.Key] {
			faults = append(faults, fault(ErrOutOfRange, "key of group "+strconv.Itoa(i), strconv.Quote(clip(g.Key)), "groups have keys, each once"))
		}
		seen[g.Key] = true
		faults = append(faults, count("people of group "+strconv.Itoa(i), g.People))
		counts = append(counts, max(0, g.People))
	}
	people, err = sum("people", counts...)
	return people, errors.Join(append(faults, err)...)
}

// hide says which groups are hidden and whether that is enough beside a total.
func hide[T any](groups []Group[T], o SuppressOptions) (hidden []bool, enough bool) {
	order := make([]int, 0, len(groups))
	for i, g := range groups {
		if g.People > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(groups[i].People, groups[j].People) })
	hidden = make([]bool, len(groups))
	cells, people := 0, int64(0)
	for _, i := range order {
		small := groups[i].People < o.Least
		if !small && (o.NoTotal || cells == 0 || (cells >= 2 && people >= o.Least)) {
			break
		}
		hidden[i] = true
		cells, people = cells+1, people+groups[i].People
	}
	return hidden, o.NoTotal || cells == 0 || (cells >= 2 && people >= o.Least)
}
