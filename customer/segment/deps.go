package segment

import "slices"

// Dependencies are what a verdict depends on: a change of anything else cannot change
// it.
type Dependencies struct {
	Fields      []string // of the customer, sorted
	Events      []string // names, sorted
	AnyEvent    bool     // events of any name
	EventFields []string // of those events, sorted
	Time        bool     // the verdict may change with time alone, see Program.Eval
	Zone        bool     // the customer's own zone
}

// Deps lists what a predicate depends on, so that a host asks again only those
// customers of whom one of these has changed, or whose verdict is valid no longer. Nodes
// below [MaxDepth], which no schema accepts, are not looked at.
func Deps(p Predicate) Dependencies {
	var d Dependencies
	d.add(&p, false, MaxDepth)
	for _, list := range []*[]string{&d.Fields, &d.Events, &d.EventFields} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return d
}

func (d *Dependencies) add(p *Predicate, ofEvent bool, depth int) {
	if depth == 0 {
		return
	}
	switch {
	case p.Field == "":
	case ofEvent || p.Op == OpEventSum:
		d.EventFields = append(d.EventFields, p.Field)
	default:
		d.Fields = append(d.Fields, p.Field)
	}
	switch p.Op {
	case OpEventCount, OpEventSum, OpLastEvent:
		d.Time = true // one that lies in the future may come
		d.Zone = d.Zone || (p.Op != OpLastEvent && p.Window.own())
		if p.Event == "" {
			d.AnyEvent = true
		} else {
			d.Events = append(d.Events, p.Event)
		}
	case OpWithin:
		d.Time, d.Zone = true, d.Zone || p.Window.own()
	case OpBefore, OpAtOrAfter:
		d.Time = d.Time || !p.Ago.IsZero()
	}
	for i := range p.Args {
		d.add(&p.Args[i], ofEvent, depth-1)
	}
	if p.Where != nil {
		d.add(p.Where, true, depth-1)
	}
}
