package loyalty

import (
	"slices"
	"strconv"
	"time"
)

// facts are what the conditions of a rule look at.
type facts struct {
	at    Instant
	order *Purchase // nil for a custom event
	total frac
}

// meets reports whether a rule applies to an order or event at all, and notes the
// first reason why not.
func (s *session) meets(r *rule, f facts) bool {
	w := &r.When
	if why := w.closed(f.at.in(s.p.zone)); why != "" {
		s.note(Step{Code: TraceNotInWindow, Rule: r.ID, About: why})
		return false
	}
	miss := func(about, want, have string) bool {
		s.note(Step{Code: TraceConditionNotMet, Rule: r.ID, About: about, From: word(want), To: word(have)})
		return false
	}
	if len(w.Tiers) > 0 && !slices.ContainsFunc(w.Tiers, s.holdsTier) {
		return miss("tier", list(w.Tiers), s.tierNames())
	}
	if f.order == nil {
		return true
	}
	if len(w.Channels) > 0 && !slices.Contains(w.Channels, f.order.Channel) {
		return miss("channel", list(w.Channels), f.order.Channel)
	}
	if len(w.Stores) > 0 && !slices.Contains(w.Stores, f.order.Store) {
		return miss("store", list(w.Stores), f.order.Store)
	}
	if len(w.OrderLabels) > 0 && !overlap(w.OrderLabels, f.order.Labels) {
		return miss("order label", list(w.OrderLabels), list(f.order.Labels))
	}
	if !w.MinOrder.IsZero() && f.total.cmp(r.min) < 0 {
		s.note(Step{Code: TraceConditionNotMet, Rule: r.ID, About: "worth of the order", From: value(w.MinOrder), To: number(f.total)})
		return false
	}
	return s.occasion(r, f, miss)
}

// occasion checks what kinds of rule ask of the member.
func (s *session) occasion(r *rule, f facts, miss func(about, want, have string) bool) bool {
	switch r.Kind {
	case RuleFirstPurchase:
		if s.a.purchases > 0 {
			return miss("purchases before", "0", strconv.FormatInt(s.a.purchases, 10))
		}
	case RuleReferral:
		if r.Event == "" && (s.a.purchases > 0 || s.a.member.ReferredBy == "") {
			return miss("first purchase of a member who was referred", "yes", "no")
		}
	case RuleBirthday:
		on := s.p.date(f.at)
		year, ok := s.birthday(on, max(r.Days, 1))
		if !ok || s.a.capUsed("#"+r.ID, strconv.Itoa(year)) > 0 {
			return miss("birthday", s.a.member.Birthday.String(), on.String())
		}
	}
	return true
}

// birthday is the year whose birthday a date falls on, within so many days.
func (s *session) birthday(on Date, days int) (year int, ok bool) {
	b := s.a.member.Birthday
	if b.IsZero() {
		return 0, false
	}
	for year = on.Year - 1; year <= on.Year; year++ {
		d := Date(yearly(year, b.Month, b.Day))
		if !on.before(d) && on.before(d.AddDays(days)) {
			return year, true
		}
	}
	return 0, false
}

// closed says why a moment is outside the window, or nothing.
func (w *ConditionSpec) closed(t time.Time) string {
	on := DateOf(t)
	switch {
	case !w.From.IsZero() && on.before(w.From):
		return "starts on " + w.From.String()
	case !w.Until.IsZero() && !on.before(w.Until):
		return "ended before " + w.Until.String()
	}
	if w.UntilHour > 0 {
		h := t.Hour()
		in := w.FromHour <= h && h < w.UntilHour
		if w.UntilHour <= w.FromHour {
			in = h >= w.FromHour || h < w.UntilHour
			if h < w.UntilHour {
				on = on.AddDays(-1) // the night belongs to the day on which it began
			}
		}
		if !in {
			return "hours " + strconv.Itoa(w.FromHour) + " to " + strconv.Itoa(w.UntilHour)
		}
	}
	if len(w.Weekdays) > 0 {
		wd := int(on.Start(time.UTC).Weekday()+6)%7 + 1
		if !slices.Contains(w.Weekdays, wd) {
			return "other weekdays"
		}
	}
	return ""
}

// takes reports whether a line is one that the rule is about.
func (w *ConditionSpec) takes(l *Line) bool {
	if w.AnyOf && !slices.Contains(w.SKUs, l.SKU) && !slices.Contains(w.Categories, l.Category) && !overlap(w.Labels, l.Labels) {
		return false
	}
	switch {
	case w.AnyOf:
	case len(w.SKUs) > 0 && !slices.Contains(w.SKUs, l.SKU),
		len(w.Categories) > 0 && !slices.Contains(w.Categories, l.Category),
		len(w.Labels) > 0 && !overlap(w.Labels, l.Labels):
		return false
	}
	switch {
	case slices.Contains(w.ExcludeSKUs, l.SKU),
		slices.Contains(w.ExcludeCategories, l.Category),
		overlap(w.ExcludeLabels, l.Labels),
		w.ExcludeDelivery && l.Delivery:
		return false
	}
	return true
}

// chooses reports whether the rule is about some lines only.
func (w *ConditionSpec) chooses() bool {
	return len(w.SKUs)+len(w.Categories)+len(w.Labels)+len(w.ExcludeSKUs)+
		len(w.ExcludeCategories)+len(w.ExcludeLabels) > 0 || w.ExcludeDelivery
}

func overlap(a, b []string) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

// list writes names for people.
func list(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}
