package deliver

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/internal/stat"
)

// Estimate is a figure with its doubt.
type Estimate struct {
	Value     float64
	Low, High float64 // confidence interval
	N         int64   // responses that it rests on
	Method    string  // of the interval: "wilson", "newcombe"
}

// Weight is how much a theme matters and how well it should do: its share of the
// importance of all drivers (from a driver analysis), and the share of satisfied
// people to reach. Both 0 to 1.
type Weight struct {
	Theme      string
	Importance float64
	Target     float64
}

// AreaOptions shape an area report. A zero field is its default.
type AreaOptions struct {
	Weights []Weight // themes without one have no opportunity
	MinCell int64    // people below which nothing is told of a cell; 5
	Change  float64  // the change of the satisfied share that one wants to see; 0.20
	Level   float64  // of the intervals; 0.95
	Power   float64  // of the sample size; 0.80
}

// Area is one theme of one owner.
type Area struct {
	Owner       Owner
	Theme       string
	Hidden      bool     // too few people, or needed to protect such a cell: no figure below is set
	Responses   int64    // of the owner
	Rate        Estimate // share of them that name the theme (Wilson)
	Elsewhere   Estimate // the same among all other responses of this kind of owner; N 0 where there are none
	Difference  Estimate // Rate less Elsewhere (Newcombe); N 0 where there is nothing to compare with
	Satisfied   Estimate // share of the satisfied among those who name the theme and answered; N 0 where fewer than MinCell did
	Opportunity Estimate // importance share times (target less satisfied), with its interval; N 0 without weight or Satisfied
	NToDetect   int64    // answers that each of two waves needs to see a change of AreaOptions.Change; from one half without Satisfied
	Rank        int      // by opportunity, from one; zero where the answers are fewer than NToDetect
}

// AreaReport is what to improve where, for one kind of owner.
type AreaReport struct {
	Kind      OwnerKind
	Responses int64
	Areas     []Area  // by owner, then theme
	Themes    []Theme // over all owners, by name
	Level     float64
	Change    float64
}

// Theme is a theme over all owners of a kind. Hidden totals protect a small cell.
type Theme struct {
	Name   string
	Hidden bool
	Rate   Estimate
}

func (o *AreaOptions) defaults() (AreaOptions, error) {
	opt := AreaOptions{MinCell: 5, Change: 0.20, Level: 0.95, Power: 0.80}
	if o != nil {
		opt.Weights = o.Weights
		opt.MinCell = cmp.Or(o.MinCell, opt.MinCell)
		opt.Change = cmp.Or(o.Change, opt.Change)
		opt.Level = cmp.Or(o.Level, opt.Level)
		opt.Power = cmp.Or(o.Power, opt.Power)
	}
	fs := faults{err: ErrArea}
	if opt.MinCell < 1 {
		fs.add("MinCell", "%d is below one", opt.MinCell)
	}
	for _, f := range [...]struct {
		name string
		v    float64
	}{{"Change", opt.Change}, {"Level", opt.Level}, {"Power", opt.Power}} {
		if !(f.v > 0 && f.v < 1) {
			fs.add(f.name, "%v is not between 0 and 1", f.v)
		}
	}
	seen := map[string]bool{}
	for i, w := range opt.Weights {
		path := fmt.Sprintf("Weights[%d].", i)
		fs.name(path+"Theme", w.Theme, true)
		if seen[w.Theme] {
			fs.add(path+"Theme", "occurs twice")
		}
		seen[w.Theme] = true
		if !(w.Importance >= 0 && w.Importance <= 1) {
			fs.add(path+"Importance", "%v is not a share", w.Importance)
		}
		if !(w.Target >= 0 && w.Target <= 1) {
			fs.add(path+"Target", "%v is not a share", w.Target)
		}
	}
	return opt, fs.join()
}

// Report joins themes with the owners of one kind. ok is false when no observation
// has such an owner. Small cells are hidden, and the next smallest with them until at
// least two cells and MinCell people are hidden and their sum leaves each more than one
// possible count; where that cannot be, the theme's total is. An owner with fewer than MinCell responses is hidden in every theme, also in
// those that it does not name, since its number of responses can be found by
// subtraction; and fewer than MinCell answers to the satisfaction question are not told
// of. That protects one report whose owners do not overlap; two reports (of other
// kinds, or before and after one more response) can still be held against each other.
// ErrArea for options out of range, all faults at once.
func (a *Areas) Report(kind OwnerKind, o *AreaOptions) (r AreaReport, ok bool, err error) {
	opt, err := o.defaults()
	if err != nil {
		return r, false, err
	}
	all := a.cells[areaKey{Owner{Kind: kind}, ""}]
	if all.n == 0 {
		return r, false, nil
	}
	r = AreaReport{Kind: kind, Responses: all.n, Level: opt.Level, Change: opt.Change}
	for _, k := range a.keys() {
		if k.owner.Kind != kind || k.theme == "" {
			continue
		}
		if k.owner.ID == "" {
			r.Themes = append(r.Themes, Theme{Name: k.theme, Rate: share(a.cells[k].n, all.n, opt.Level)})
			continue
		}
		r.Areas = append(r.Areas, a.area(k, all, &opt))
	}
	a.cover(&r, &opt)
	a.hide(&r, &opt)
	rank(r.Areas)
	return r, true, nil
}

func share(x, n int64, level float64) Estimate {
	if n == 0 {
		return Estimate{}
	}
	lo, hi := stat.Wilson(float64(x), float64(n), level)
	return Estimate{float64(x) / float64(n), lo, hi, n, "wilson"}
}

func (a *Areas) area(k areaKey, all areaCell, opt *AreaOptions) Area {
	cell, own := a.cells[k], a.cells[areaKey{k.owner, ""}]
	total := a.cells[areaKey{Owner{Kind: k.owner.Kind}, k.theme}]
	others, there := all.n-own.n, total.n-cell.n
	if cell.answered < opt.MinCell {
		cell.answered, cell.satisfied = 0, 0
	}
	area := Area{
		Owner: k.owner, Theme: k.theme, Responses: own.n,
		Rate:      share(cell.n, own.n, opt.Level),
		Elsewhere: share(there, others, opt.Level),
		Satisfied: share(cell.satisfied, cell.answered, opt.Level),
	}
	if others > 0 {
		lo, hi := stat.Newcombe(float64(cell.n), float64(own.n), float64(there), float64(others), opt.Level)
		area.Difference = Estimate{area.Rate.Value - area.Elsewhere.Value, lo, hi, all.n, "newcombe"}
	}
	// Half an answer is added to both sides, so that the share is never 0 or 1.
	from := (float64(cell.satisfied) + 0.5) / (float64(cell.answered) + 1)
	to := from + opt.Change
	if to > 1 {
		to = max(0, from-opt.Change)
	}
	area.NToDetect, _ = DetectShare(from, to, &Power{opt.Level, opt.Power}) // from and to differ and are shares
	i := slices.IndexFunc(opt.Weights, func(w Weight) bool { return w.Theme == k.theme })
	if s := area.Satisfied; i >= 0 && s.N > 0 {
		w := opt.Weights[i]
		area.Opportunity = Estimate{
			w.Importance * (w.Target - s.Value), w.Importance * (w.Target - s.High), w.Importance * (w.Target - s.Low), s.N, s.Method,
		}
	}
	return area
}

// cover gives every owner with few responses a row for each theme, so that a row says
// nothing.
func (a *Areas) cover(r *AreaReport, opt *AreaOptions) {
	for _, k := range a.keys() {
		n := a.cells[k].n
		if k.owner.Kind != r.Kind || k.owner.ID == "" || k.theme != "" || n >= opt.MinCell {
			continue
		}
		for _, theme := range r.Themes {
			if _, named := a.cells[areaKey{k.owner, theme.Name}]; !named {
				r.Areas = append(r.Areas, Area{Owner: k.owner, Theme: theme.Name, Responses: n})
			}
		}
	}
	slices.SortFunc(r.Areas, func(x, y Area) int {
		return cmp.Or(x.Owner.compare(y.Owner), strings.Compare(x.Theme, y.Theme))
	})
}

// hide removes small cells, theme by theme, and what would give them away.
func (a *Areas) hide(r *AreaReport, opt *AreaOptions) {
	byTheme := map[string][]*Area{}
	for i := range r.Areas {
		byTheme[r.Areas[i].Theme] = append(byTheme[r.Areas[i].Theme], &r.Areas[i])
	}
	for i := range r.Themes {
		theme := &r.Themes[i]
		cells := byTheme[theme.Name]
		count := func(c *Area) int64 { return a.cells[areaKey{c.Owner, c.Theme}].n }
		slices.SortStableFunc(cells, func(x, y *Area) int { return cmp.Compare(count(x), count(y)) })
		var group secret
		for _, c := range cells {
			small := count(c) < opt.MinCell || c.Responses < opt.MinCell
			if small || len(group.cells) > 0 && !group.safe(opt.MinCell) {
				least := int64(1) // a row says that there is one, unless the owner has one for every theme
				if c.Responses < opt.MinCell {
					least = 0
				}
				group.people += count(c)
				group.cells = append(group.cells, limits{least, c.Responses})
				*c = Area{Owner: c.Owner, Theme: c.Theme, Hidden: true}
			}
		}
		total := a.cells[areaKey{Owner{Kind: r.Kind}, theme.Name}].n
		if total < opt.MinCell || len(group.cells) > 0 && !group.safe(opt.MinCell) {
			*theme = Theme{Name: theme.Name, Hidden: true}
		}
	}
}

// limits are the least and most people that a hidden cell can have, as a reader knows.
type limits struct{ least, most int64 }

// secret is the hidden cells of a theme, whose sum follows from the total.
type secret struct {
	cells  []limits
	people int64
}

// safe reports that there are at least two cells and k people, and that the sum leaves
// no cell only one possible count: five cells of five people would.
func (s *secret) safe(k int64) bool {
	if len(s.cells) < 2 || s.people < k {
		return false
	}
	var least, most int64
	for _, c := range s.cells {
		least += c.least
		most += c.most
	}
	for _, c := range s.cells {
		if max(c.least, s.people-(most-c.most)) >= min(c.most, s.people-(least-c.least)) {
			return false
		}
	}
	return true
}

// rank orders areas that rest on enough answers by opportunity.
func rank(areas []Area) {
	var order []*Area
	for i := range areas {
		if s := &areas[i]; s.Opportunity.N > 0 && s.Satisfied.N >= s.NToDetect {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(x, y *Area) int { return cmp.Compare(y.Opportunity.Value, x.Opportunity.Value) })
	for i, s := range order {
		s.Rank = i + 1
	}
}

// Explain writes the report for people, shares in percent.
func (r AreaReport) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d responses by %v, %.0f%% intervals; ranked where a change of %.0f points could be seen\n",
		r.Responses, r.Kind, 100*r.Level, 100*r.Change)
	percent := func(e Estimate, none string) string {
		if e.N == 0 {
			return none
		}
		return fmt.Sprintf("%.1f [%.1f, %.1f]", tidy(100*e.Value), tidy(100*e.Low), tidy(100*e.High))
	}
	for _, a := range r.Areas {
		if a.Hidden {
			fmt.Fprintf(&b, "  %s / %s: too few people to tell\n", a.Owner.ID, a.Theme)
			continue
		}
		place := "not ranked"
		if a.Rank > 0 {
			place = fmt.Sprintf("rank %d", a.Rank)
		}
		satisfied := "too few answers"
		if n := a.Satisfied.N; n > 0 {
			satisfied = fmt.Sprintf("%s of %d", percent(a.Satisfied, ""), n)
		}
		fmt.Fprintf(&b, "  %s / %s: named by %s of %d, elsewhere %s; satisfied %s (needs %d); opportunity %s; %s\n",
			a.Owner.ID, a.Theme, percent(a.Rate, ""), a.Rate.N, percent(a.Elsewhere, "nobody"), satisfied,
			a.NToDetect, percent(a.Opportunity, "unknown"), place)
	}
	return b.String()
}

// tidy writes no negative zero.
func tidy(v float64) float64 {
	if math.Abs(v) < 0.05 {
		return 0
	}
	return v
}
