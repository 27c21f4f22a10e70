package culture

import (
	"fmt"
	"math"
)

// Rating is how the confidence of a fact came about. All figures are 0 to 1.
//
// The rule starts from the best tier of source (A .9, B .65, C .5, D .35) and adds .1
// for each further origin, up to .95; pages that were copied from each other have one
// origin and count once. What the pack states can lower this figure and never raise
// it; only an override, which names its reason, may. From that base, a fact against
// which another one stands loses half of the other's base in proportion, and a fact
// grows old: after five years it loses .02 a year, at most .3. A norm's years
// count from the last day that its source can mean ("1990s" is 1999-12-31; a source that gives
// no date that can be read counts as ten years old when the pack was made), and from the
// day the pack was made where the source does not say, where the figure was already lowered by
// hand, and for data and law, which hold until they change; a rule of law without a date counts
// as ten years old, too.
type Rating struct {
	Tier     Tier    `json:"tier,omitzero"`      // of the best source
	Origins  int     `json:"origins"`            // independent origins among the sources
	Prior    float64 `json:"prior"`              // by the rule from tier and origins
	Stated   float64 `json:"stated"`             // as the pack or an override states it
	Conflict float64 `json:"conflict,omitempty"` // lost to the fact that disagrees
	Age      float64 `json:"age,omitempty"`      // lost to the years
	Years    int     `json:"years,omitempty"`    // whole years between the fact and the day of the question
	Override bool    `json:"override,omitempty"` // Stated is a host's override and replaces the prior
}

// Confidence is the figure that the rating comes to, in hundredths; 0 for the zero
// value.
func (r Rating) Confidence() float64 {
	return hundredths(max(r.base()-r.Conflict-r.Age, 0))
}

// base is the figure before conflict and age.
func (r Rating) base() float64 {
	if r.Override {
		return r.Stated
	}
	return min(r.Prior, r.Stated)
}

// String is the rating as text: "tier C, 2 origins: 0.60, conflict -0.20, age -0.10".
func (r Rating) String() string {
	origins := "origins"
	if r.Origins == 1 {
		origins = "origin"
	}
	text := fmt.Sprintf("tier %s, %d %s: %.2f", r.Tier, r.Origins, origins, r.Prior)
	switch {
	case r.Override:
		text += fmt.Sprintf(", set to %.2f by the host", r.Stated)
	case r.Stated < r.Prior:
		text += fmt.Sprintf(", lowered to %.2f by hand", r.Stated)
	}
	if r.Conflict > 0 {
		text += fmt.Sprintf(", conflict -%.2f", r.Conflict)
	}
	if r.Age > 0 {
		text += fmt.Sprintf(", %d years -%.2f", r.Years, r.Age)
	}
	return text
}

// Figures of the rule.
const (
	perOrigin     = 0.10
	highest       = 0.95
	freshYears    = 5
	perYear       = 0.02
	mostForAge    = 0.30
	undatedYears  = 10
	conflictShare = 0.5
)

// weight is the figure of a tier.
func (t Tier) weight() float64 {
	switch t {
	case TierA:
		return 0.90
	case TierB:
		return 0.65
	case TierC:
		return 0.50
	case TierD:
		return 0.35
	default:
		return 0
	}
}

// prior is the rating from sources alone.
func prior(f *Fact, sources map[string]Source) Rating {
	r := Rating{Stated: f.Confidence}
	origins := map[string]bool{}
	for _, key := range f.Sources {
		s := sources[key]
		origins[s.Origin] = true
		if r.Tier == 0 || s.Tier < r.Tier {
			r.Tier = s.Tier
		}
	}
	r.Origins = len(origins)
	if r.Origins > 0 {
		r.Prior = hundredths(min(highest, r.Tier.weight()+perOrigin*float64(r.Origins-1)))
	}
	return r
}

// oppose lowers the rating for a fact of the given base that disagrees.
func (r *Rating) oppose(base float64) { r.Conflict = hundredths(r.base() * base * conflictShare) }

// grow lowers the rating for the years between the fact and a day. made is the day of
// the pack; without both days nothing grows old.
func (r *Rating) grow(f *Fact, made, on Date) {
	if on.IsZero() {
		on = made
	}
	since, extra := made, 0
	if f.Kind == Norm && f.AsOf != "" && r.Stated >= r.Prior && !r.Override {
		if _, last, ok := span(f.AsOf); ok {
			since = last
		} else {
			extra = undatedYears
		}
	}
	if f.Kind == Legal && f.AsOf == "" {
		extra = undatedYears
	}
	if !since.IsZero() && !on.IsZero() {
		r.Years = yearsSince(since, on)
	}
	r.Years += extra
	if over := r.Years - freshYears; over > 0 {
		r.Age = hundredths(min(mostForAge, perYear*float64(over)))
	}
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }
