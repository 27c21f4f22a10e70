package survey

import (
	"slices"
	"strings"
)

// cycles finds the loops of a graph, each once, beginning at its least node.
func cycles(nodes []string, edges func(string) []string) [][]string {
	state := map[string]int{}
	var stack []string
	var out [][]string
	var visit func(string)
	visit = func(n string) {
		state[n] = 1
		stack = append(stack, n)
		for _, next := range edges(n) {
			switch state[next] {
			case 0:
				visit(next)
			case 1:
				loop := slices.Clone(stack[slices.Index(stack, next):])
				least := 0
				for i := range loop {
					if strings.ToLower(loop[i]) < strings.ToLower(loop[least]) {
						least = i
					}
				}
				loop = append(loop[least:], loop[:least]...)
				if !slices.ContainsFunc(out, func(o []string) bool { return slices.Equal(o, loop) }) {
					out = append(out, loop)
				}
			}
		}
		stack = stack[:len(stack)-1]
		state[n] = 2
	}
	for _, n := range nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
	return out
}

// calculatedCycles reports calculated values that read each other.
func (l *linter) calculatedCycles() {
	reads, paths := map[string][]string{}, map[string]string{}
	var nodes []string
	for i, v := range l.values {
		low := strings.ToLower(v.name)
		if _, twice := paths[low]; twice {
			continue
		}
		nodes = append(nodes, low)
		paths[low] = v.path
		if st := l.valueSites[i]; st != nil {
			paths[low] = st.path
			for _, ref := range st.refs {
				if ref.what == "value" && len(ref.segs) > 0 {
					reads[low] = append(reads[low], strings.ToLower(ref.segs[0].Name))
				}
			}
		}
	}
	for _, loop := range cycles(nodes, func(n string) []string { return reads[n] }) {
		l.report(RuleCalculatedCycle, SeverityError, paths[loop[0]], nil, "calculated values read each other: "+strings.Join(loop, ", "))
	}
}

// slotName is the name under which a value is kept, in lower case.
func (l *linter) slotName(name string) string {
	steps := stepsOf(name)
	root := steps[0].Name
	if l.data(name) != nil {
		root = name
	}
	if r := l.data(root); r != nil && r.name != "" {
		root = r.name
	}
	return strings.ToLower(root)
}

// siteReads are the names that an expression reads, in lower case.
func (l *linter) siteReads(st *site, self string) []string {
	var out []string
	for i := range st.refs {
		ref := &st.refs[i]
		switch {
		case ref.status == refScoped || ref.prefix != "":
			if self != "" && ref.prefix == "self" {
				out = append(out, self)
			}
		case ref.status == refSkipped || len(ref.segs) == 0:
		case ref.rec != nil && ref.rec.name != "":
			out = append(out, strings.ToLower(ref.rec.name))
		default:
			out = append(out, l.slotName(ref.segs[0].Name))
		}
	}
	return out
}

// writer is something that sets a value.
type writer struct {
	id, kind, path, slot string
	reads                []string
}

func (l *linter) triggerWriters() []writer {
	var out []writer
	for _, t := range l.triggers {
		if t.set == "" {
			continue
		}
		w := writer{id: t.path, kind: "trigger", path: t.path, slot: l.slotName(t.set)}
		for _, st := range t.sites {
			w.reads = append(w.reads, l.siteReads(st, "")...)
		}
		if from := rawText(t.n, "fromName"); from != "" {
			w.reads = append(w.reads, l.slotName(from))
		}
		out = append(out, w)
	}
	return out
}

// loops finds the loops among writers.
func loops(list []writer) [][]string {
	var ids []string
	byID := map[string]writer{}
	for _, w := range list {
		ids = append(ids, w.id)
		byID[w.id] = w
	}
	return cycles(ids, func(id string) []string {
		var out []string
		for _, read := range byID[id].reads {
			for _, w := range list {
				if w.slot == read && !slices.Contains(out, w.id) {
					out = append(out, w.id)
				}
			}
		}
		return out
	})
}

// triggerCycles reports triggers that set each other off. The edges run from what is set
// to what reads it.
func (l *linter) triggerCycles() {
	list := l.triggerWriters()
	var ids []string
	for _, w := range list {
		ids = append(ids, w.id)
	}
	found := cycles(ids, func(id string) []string {
		var out []string
		slot := list[slices.IndexFunc(list, func(w writer) bool { return w.id == id })].slot
		for _, w := range list {
			if slices.Contains(w.reads, slot) {
				out = append(out, w.id)
			}
		}
		return out
	})
	for _, loop := range found {
		l.report(RuleTriggerCycle, SeverityWarning, loop[0], nil, "triggers set each other off: "+strings.Join(loop, ", "))
	}
}

// writeCycles reports expressions that set what each other reads.
func (l *linter) writeCycles() {
	var list []writer
	for _, st := range l.sites {
		r := st.owner
		group := map[string]string{"setValueIf": "set", "setValueExpression": "set", "resetValueIf": "reset", "defaultValueExpression": "default"}[st.prop]
		if r == nil || r.kind != recordQuestion || len(r.scope) > 0 || group == "" || st.ast == nil {
			continue
		}
		id := r.path + "#" + group
		slot := strings.ToLower(r.name)
		if i := slices.IndexFunc(list, func(w writer) bool { return w.id == id }); i >= 0 {
			list[i].reads = append(list[i].reads, l.siteReads(st, slot)...)
			continue
		}
		if !l.several(r.name) && (r.valueName == "" || !l.several(r.valueName)) {
			list = append(list, writer{id, "question", st.path, slot, l.siteReads(st, slot)})
		}
	}
	list = append(list, l.triggerWriters()...)
	for i, v := range l.values {
		if st := l.valueSites[i]; st != nil && st.ast != nil && !l.several(v.name) {
			list = append(list, writer{v.path, "value", v.path, strings.ToLower(v.name), l.siteReads(st, "")})
		}
	}
	for _, loop := range loops(list) {
		kinds := map[string]bool{}
		path := ""
		for i, id := range loop {
			w := list[slices.IndexFunc(list, func(w writer) bool { return w.id == id })]
			kinds[w.kind] = true
			if i == 0 {
				path = w.path
			}
		}
		if len(kinds) == 1 && !kinds["question"] {
			continue
		}
		l.report(RuleWriteCycle, SeverityWarning, path, nil, "values are set by what reads them: "+strings.Join(loop, ", "))
	}
}

// several reports a name that more than one thing has.
func (l *linter) several(name string) bool {
	low := strings.ToLower(name)
	n := len(l.byName.by[low]) + len(l.byValue.by[low])
	for _, v := range l.values {
		if strings.EqualFold(v.name, name) {
			n++
		}
	}
	return n > 1
}

// visibilityLoops reports conditions of visibility that read each other's questions, and
// conditions that read what may be hidden: what is hidden keeps its answer until the
// survey ends unless clearInvisibleValues says otherwise.
func (l *linter) visibilityLoops() {
	reads, sites := map[string][]string{}, map[string]*site{}
	var nodes []string
	for _, st := range l.sites {
		r := st.owner
		if st.prop != "visibleIf" || st.made || r == nil || r.name == "" || len(r.scope) > 0 || st.ast == nil {
			continue
		}
		for _, name := range r.asked(l) {
			if sites[name] == nil {
				nodes = append(nodes, name)
				sites[name] = st
			}
			for i := range st.refs {
				if t := st.refs[i].rec; t != nil && t.kind == recordQuestion && st.refs[i].status == refResolved {
					reads[name] = append(reads[name], strings.ToLower(t.name))
				}
			}
		}
	}
	slices.Sort(nodes)
	for _, loop := range cycles(nodes, func(n string) []string { return reads[n] }) {
		if len(loop) > 1 {
			l.report(RuleVisibilityLoop, SeverityWarning, sites[loop[0]].path, sites[loop[0]].owner, "what is visible depends on itself: "+strings.Join(loop, ", "))
		}
	}
	if l.s.clear > ClearOnComplete {
		return
	}
	for _, st := range l.sites {
		if !st.condition || st.made || st.ast == nil {
			continue
		}
		for i := range st.refs {
			if t := st.refs[i].rec; t != nil && t != st.owner && t.kind == recordQuestion && st.refs[i].status == refResolved && t.mayHide() {
				l.report(RuleHiddenRead, SeverityInfo, st.path, st.owner, quote(t.name)+" may be hidden, and its old answer still counts then")
				break
			}
		}
	}
}

// asked are the questions that an element's visibility decides about, in lower case.
func (r *record) asked(l *linter) []string {
	if r.kind == recordQuestion {
		return []string{strings.ToLower(r.name)}
	}
	var out []string
	for _, q := range l.records {
		for p := q.parent; p != nil && q.kind == recordQuestion && len(q.scope) == 0; p = p.parent {
			if p == r {
				out = append(out, strings.ToLower(q.name))
				break
			}
		}
	}
	return out
}

func (r *record) mayHide() bool {
	for p := r; p != nil; p = p.parent {
		if rawText(p.n, "visibleIf") != "" {
			return true
		}
	}
	return false
}
