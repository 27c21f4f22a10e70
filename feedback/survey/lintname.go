package survey

import (
	"slices"
	"strings"
)

// duplicates reports two elements of one name.
func (l *linter) duplicates() {
	for _, space := range l.spaces {
		for _, low := range space.order {
			for i, r := range space.by[low] {
				if i > 0 {
					l.report(RuleDuplicateName, SeverityError, r.path, r, "the name "+quote(r.name)+" is taken by "+space.by[low][0].path)
				}
			}
		}
	}
	for i, v := range l.values {
		if slices.ContainsFunc(l.values[:i], func(c *calculated) bool { return strings.EqualFold(c.name, v.name) }) {
			l.report(RuleDuplicateName, SeverityError, v.path, nil, "another calculated value is called "+quote(v.name))
		}
		if r := l.byName.first(v.name); r != nil {
			l.report(RuleDuplicateName, SeverityError, v.path, nil, "the calculated value shares its name with "+r.path)
		}
	}
}

// reservedNames are members of every JavaScript object, in lower case.
var reservedNames = [...]string{
	"constructor", "__proto__", "tostring", "valueof", "hasownproperty", "isprototypeof", "propertyisenumerable",
	"tolocalestring", "__definegetter__", "__definesetter__", "__lookupgetter__", "__lookupsetter__",
}

func isReserved(name string) bool {
	return slices.Contains(reservedNames[:], strings.ToLower(strings.TrimSpace(name)))
}

// reserved reports names that JavaScript has for itself.
func (l *linter) reserved() {
	for _, r := range l.records {
		if isReserved(r.name) && r.kind != recordPanel && r.kind != recordPage {
			l.report(RuleReserved, SeverityError, join(r.path, "name"), r, "the name is a member of every JavaScript object")
		}
		if r.kind == recordQuestion && isReserved(r.valueName) {
			l.report(RuleReserved, SeverityError, join(r.path, "valueName"), r, "the name is a member of every JavaScript object")
		}
		if r.kind == recordQuestion && r.hasRows {
			for i := range listOf(r.n, "rows") {
				row := &listOf(r.n, "rows")[i]
				path := at(join(r.path, "rows"), i)
				name := plain(valueOf(row))
				if v := get(row, "value"); v != nil {
					name, path = plain(valueOf(v)), join(path, "value")
				}
				if isReserved(name) {
					l.report(RuleReserved, SeverityError, path, r, "the row's name is a member of every JavaScript object")
				}
			}
		}
		if slices.Contains([]string{"row", "panel", "item", "choice", "self", "matrix", "column"}, strings.ToLower(r.name)) && r.kind != recordPage {
			l.report(RuleRowName, SeverityWarning, join(r.path, "name"), r, "{"+r.name+"} means something else inside matrices, panels and choices")
		}
	}
	for _, v := range l.values {
		if isReserved(v.name) {
			l.report(RuleReserved, SeverityError, join(v.path, "name"), nil, "the name is a member of every JavaScript object")
		}
	}
}

// shadowing reports names that hide another.
func (l *linter) shadowing() {
	for _, r := range l.byNameAll() {
		if r.kind == recordQuestion && isBuiltIn(r.name) {
			l.report(RuleShadowing, SeverityWarning, join(r.path, "name"), r, "{"+r.name+"} is a variable of SurveyJS itself")
		}
	}
	for _, r := range l.records {
		if r.valueName != "" && isBuiltIn(r.valueName) {
			l.report(RuleShadowing, SeverityWarning, join(r.path, "valueName"), r, "{"+r.valueName+"} is a variable of SurveyJS itself")
		}
		l.dataKeys(r)
	}
	for _, v := range l.values {
		if isBuiltIn(v.name) {
			l.report(RuleShadowing, SeverityWarning, v.path, nil, "{"+v.name+"} is a variable of SurveyJS itself")
		}
	}
	for _, t := range l.triggers {
		name := rawText(t.n, "setToName")
		if r := l.data(name); isTrue(t.n, "isVariable") && name != "" && r != nil && r.kind == recordQuestion {
			l.report(RuleShadowing, SeverityWarning, join(t.path, "setToName"), nil, "the variable hides the question "+quote(r.name))
		}
	}
}

func (l *linter) byNameAll() []*record {
	var out []*record
	for _, low := range l.byName.order {
		out = append(out, l.byName.by[low]...)
	}
	return out
}

// dataKeys reports two questions that write the same key.
func (l *linter) dataKeys(r *record) {
	if r.valueName != "" && !strings.EqualFold(r.valueName, r.name) {
		for _, other := range l.byName.by[strings.ToLower(r.valueName)] {
			if other != r && other.kind == recordQuestion && other.valueName == "" {
				l.report(RuleShadowing, SeverityWarning, join(r.path, "valueName"), r, "the answer is kept under the key of "+quote(other.name))
				break
			}
		}
	}
	if r.kind != recordQuestion {
		return
	}
	key := r.valueName
	if key == "" {
		key = r.name
	}
	low := strings.ToLower(key)
	if base, ok := strings.CutSuffix(low, "-comment"); ok && base != "" {
		if o := l.data(base); o != nil && o != r && o.writesComment() {
			l.report(RuleShadowing, SeverityWarning, r.path, r, "the key is that of the comment to "+quote(o.name))
		}
	}
	if base, ok := strings.CutSuffix(low, "-total"); ok && base != "" {
		if o := l.data(base); o != nil && o != r && o.hasTotals() {
			l.report(RuleShadowing, SeverityWarning, r.path, r, "the key is that of the totals of "+quote(o.name))
		}
	}
}

func (r *record) writesComment() bool {
	if isTrue(r.n, "showCommentArea", "hasComment") {
		return true
	}
	store, ok := boolOf(r.n, "storeOthersAsComment")
	return (!ok || store) && isTrue(r.n, "showOtherItem", "hasOther")
}

func (r *record) hasTotals() bool {
	return r.columns != nil && slices.ContainsFunc(listOf(r.n, "columns"), func(c node) bool {
		typ := textOf(&c, "totalType")
		return typ != "" && typ != "none" || textOf(&c, "totalExpression") != ""
	})
}

// variables checks the names that the host says it sets.
func (l *linter) variables() {
	seen := map[string]bool{}
	for _, name := range l.s.known {
		low := strings.ToLower(strings.TrimSpace(name))
		if low == "" || seen[low] {
			l.report(RulePreset, SeverityWarning, "", nil, "the variable "+quote(name)+" has no name or is named twice")
		}
		seen[low] = true
		if r := l.data(name); r != nil && r.kind == recordQuestion {
			l.report(RuleVariable, SeverityWarning, r.path, r, "the host's variable "+quote(name)+" has the name of this question")
		}
		if l.isValue(name) {
			l.report(RuleVariable, SeverityWarning, "calculatedValues", nil, "the host's variable "+quote(name)+" has the name of a calculated value")
		}
	}
}
