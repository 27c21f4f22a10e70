package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// PersonCentred is a person's answers minus their mean. It shows a person's profile across
// items (what they rate above what else), never a level: the level is what was taken away,
// so that centred means of countries compare nothing. No answer is [ErrNoData].
func PersonCentred(answers []int) ([]float64, error) {
	if len(answers) == 0 {
		return nil, noAnswer("person's mean")
	}
	total := 0.0
	for _, a := range answers {
		total += float64(a)
	}
	out := make([]float64, len(answers))
	for i, a := range answers {
		out[i] = float64(a) - total/float64(len(answers))
	}
	return out, nil
}

// A Profile is a group's answers standardised within the group. Values of one group show who
// answered above the others of the group. Between groups they show nothing: every group's
// mean is the same by construction, whatever its people think.
type Profile struct{ values [][]float64 }

// Values is a copy of the values, by person and item.
func (p Profile) Values() [][]float64 {
	out := make([][]float64, len(p.values))
	for i, row := range p.values {
		out[i] = append([]float64(nil), row...)
	}
	return out
}

// Compare refuses, always, with [ErrNotComparable]: standardising within countries and then
// comparing countries forces every difference to zero, the real ones too. Compare within a
// country over time, or anchored scores ([AnchorEstimate]), or ridits against a named
// reference ([MeanRidit]).
func (p Profile) Compare(Profile) error {
	return fault(ErrNotComparable, "standardised groups", strconv.Itoa(len(p.values))+" people", "each group was given the same mean and spread, so a difference "+
		"between groups is gone whether it was real or not; compare over time within a group, anchored scores, or ridits against a reference")
}

// StandardizeItems is z scores of a group by item: (answer - item's mean) / item's standard
// deviation over n - 1. Rows are people, all of the same length, at least two people and one
// item; anything else is [ErrOutOfRange]. An item that everybody answered alike is
// [ErrUndefined] and named.
func StandardizeItems(rows [][]int) (Profile, error) {
	c, err := comomentsOf(rows)
	if err != nil {
		return Profile{}, err
	}
	var faults []error
	sd := make([]float64, c.k)
	for i := range sd {
		if sd[i] = math.Sqrt(c.covariance(i, i)); sd[i] == 0 {
			faults = append(faults, fault(ErrUndefined, "item "+strconv.Itoa(i), "constant", "everybody answered alike"))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return Profile{}, err
	}
	p := Profile{make([][]float64, len(rows))}
	for i, row := range rows {
		p.values[i] = make([]float64, c.k)
		for j, a := range row {
			p.values[i][j] = (float64(a) - c.mean(j)) / sd[j]
		}
	}
	return p, nil
}

func comomentsOf(rows [][]int) (*Comoments, error) {
	var c Comoments
	for i, row := range rows {
		values := make([]float64, len(row))
		for j, a := range row {
			values[j] = float64(a)
		}
		if err := c.Add(values); err != nil {
			return nil, errors.Join(faultInt(ErrOutOfRange, "person", int64(i), "a row that does not fit"), err)
		}
	}
	if c.n < 2 {
		return nil, faultInt(ErrOutOfRange, "people", c.n, "a group has at least two")
	}
	return &c, nil
}

// RescaleToGrand gives each group the mean and the standard deviation (over n - 1) of all
// answers of all groups, in the scale's own unit: within-group z scores in another dress,
// with the same limits ([Profile.Compare]). Groups have at least two different answers, else
// [ErrUndefined]; no answer at all is [ErrNoData].
func RescaleToGrand(groups [][][]int) ([]Profile, error) {
	means, sds := make([]float64, len(groups)), make([]float64, len(groups))
	var grand Comoments
	var faults []error
	for g, rows := range groups {
		var own Comoments
		for _, row := range rows {
			for _, a := range row {
				faults = append(faults, own.Add([]float64{float64(a)}))
			}
		}
		faults = append(faults, grand.Merge(&own))
		if own.n > 1 {
			means[g], sds[g] = own.mean(0), math.Sqrt(own.covariance(0, 0))
		}
		if sds[g] == 0 {
			faults = append(faults, faultInt(ErrUndefined, "group "+strconv.Itoa(g), own.n, "its answers do not differ"))
		}
	}
	if grand.n == 0 {
		return nil, noAnswer("groups")
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	mean, sd := grand.mean(0), math.Sqrt(grand.covariance(0, 0))
	out := make([]Profile, len(groups))
	for g, rows := range groups {
		values := make([][]float64, len(rows))
		for i, row := range rows {
			values[i] = make([]float64, len(row))
			for j, a := range row {
				values[i][j] = (float64(a)-means[g])/sds[g]*sd + mean
			}
		}
		out[g] = Profile{values}
	}
	return out, nil
}

// Ridits are the ridit of each answer of the scale, from the lowest up, against this group as
// the reference: the share of the reference below plus half the share at the answer. No
// answer in the reference is [ErrNoData].
//
// Source: Bross, "How to Use Ridit Analysis", Biometrics 14 (1958) 18-38.
func (r *Ratings) Ridits() ([]float64, error) {
	v := r.view()
	n := v.n()
	if err := v.check(); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, noAnswer("ridits")
	}
	out := make([]float64, len(v.counts))
	var below int64
	for i, c := range v.counts {
		out[i] = (float64(below) + float64(c)/2) / float64(n)
		below += c
	}
	return out, nil
}

// RiditOptions are what a mean ridit can be told. A nil pointer is the zero value.
type RiditOptions struct {
	Level float64 // confidence level; 0 is 0.95
	// FixedReference takes the reference as known, for a standing norm; else it is an
	// independent sample with an error of its own.
	FixedReference bool
	NotRandom      bool // add the caveat
}

// MeanRidit is the mean ridit of a group against a reference: the chance that a person of the
// group answers higher than one of the reference, plus half the chance of the same answer.
// 0.5 is no difference. It uses the order of answers only, not their distances. Scales that
// differ are [ErrNotComparable]: two scales, or one scale with other words, need a link that
// no statistic makes. No answer on either side is [ErrNoData]; one answer on a side without
// FixedReference is [ErrUndefined].
//
// The interval is by [Placements] (DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988)
// 837-845), cut at 0 and 1; with FixedReference that of a mean. Where the group is itself part
// of the reference the interval is too wide.
func MeanRidit(group, reference *Ratings, o *RiditOptions) (Estimate, error) {
	var opts RiditOptions
	if o != nil {
		opts = *o
	}
	g, r := group.view(), reference.view()
	if g.lowest != r.lowest || len(g.counts) != len(r.counts) {
		return Estimate{}, fault(ErrNotComparable, "scale", strconv.Itoa(g.lowest)+" to "+strconv.Itoa(g.highest()), "not the reference's, "+strconv.Itoa(r.lowest)+" to "+strconv.Itoa(r.highest()))
	}
	level, err := levelOf(opts.Level)
	ridits, err1 := reference.Ridits()
	placements, err2 := group.Ridits()
	if err := errors.Join(err, err1, err2); err != nil {
		return Estimate{}, err
	}
	n, m := g.n(), r.n()
	mean, spread := momentsOf(ridits, g.counts)
	if opts.FixedReference {
		e, err := meanEstimate("mean ridit", Share, n, mean, spread, ridits[0], ridits[len(ridits)-1], &Options{Level: level, NotRandom: opts.NotRandom})
		e.Caveats = e.Caveats.withIf(ReferenceFixed, err == nil)
		return e, err
	}
	if n < 2 || m < 2 {
		return Estimate{}, faultInt(ErrUndefined, "answers", min(n, m), "two on each side give a spread")
	}
	_, other := momentsOf(placements, r.counts)
	e := Estimate{
		Name: "mean ridit", Unit: Share, Value: mean, SE: math.Sqrt(spread/float64(n) + other/float64(m)), HasSE: true, Level: level, N: n, EffectiveN: float64(n), Method: Placements,
		Caveats: CaveatsOf().withIf(NotRandom, opts.NotRandom).withIf(FewAnswers, min(n, m) < fewAnswers),
	}
	e.Caveats = e.Caveats.withIf(NoSpread, e.SE == 0)
	e.around(stat.Critical(level))
	settings{}.clipTo(&e, 0, 1)
	return e, nil
}

// momentsOf are the mean and the variance over n - 1 (zero for one) of counted values.
func momentsOf(values []float64, counts []int64) (mean, variance float64) {
	var total, n stat.ExactSum
	for i, v := range values {
		total.Add(v * float64(counts[i]))
		n.Add(float64(counts[i]))
	}
	mean = total.Float() / n.Float()
	var squares stat.ExactSum
	for i, v := range values {
		squares.Add((v - mean) * (v - mean) * float64(counts[i]))
	}
	if n.Float() > 1 {
		variance = squares.Float() / (n.Float() - 1)
	}
	if variance < 1e-30 { // rounding of equal values
		variance = 0
	}
	return mean, variance
}

// An Anchored is where a score lies between what people of the same country give to companies
// that they dislike (0) and that they like (1).
type Anchored struct {
	Estimate
	// Extrapolated says that the position is below 0 or above 1.
	Extrapolated bool `json:"extrapolated"`
}

// leastWidth is the least distance of two anchors in points; no survey tells closer ones apart.
const leastWidth = 1e-9

// AnchorPosition is (score - disliked) / (liked - disliked): a net promoter score measured
// between the scores that the same country's people give to companies they dislike and like.
// It undoes a country's own use of the scale, as far as that is a shift and a stretch of the
// score; positions compare between countries, raw scores do not. It may lie outside 0 to 1.
// Anchors that cross or meet (within 1e-9) are [ErrInconsistent]; a score outside -100 to 100 is
// [ErrOutOfRange].
func AnchorPosition(score, liked, disliked float64) (float64, error) {
	var faults []error
	for i, v := range [...]float64{score, liked, disliked} {
		if !(math.Abs(v) <= points) {
			faults = append(faults, faultFloat(ErrOutOfRange, [...]string{"score", "liked", "disliked"}[i], v, "-100 to 100"))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return 0, err
	}
	if liked-disliked < leastWidth {
		return 0, faultFloat(ErrInconsistent, "liked", liked, "not above the anchor of disliked companies, "+strconv.FormatFloat(disliked, 'g', -1, 64))
	}
	return (score - disliked) / (liked - disliked), nil
}

// AnchorOptions are what an anchored score can be told. A nil pointer is the zero value.
type AnchorOptions struct {
	Level     float64 // confidence level; 0 is 0.95
	NotRandom bool    // add the caveat
}

// AnchorEstimate is [AnchorPosition] of estimated scores, all three in [Points] and from
// independent samples of one country, with the interval by [Delta]: variance (v_S + (1-p)²
// v_D + p² v_L) / (L - D)². Compare two countries' positions with [CompareEstimates].
// [CloseAnchors] says that the anchors are not apart by a two-sided test at the level; the
// interval is then not to be relied on. An estimate without a standard error is
// [ErrUndefined], one in another unit [ErrNotComparable].
func AnchorEstimate(score, liked, disliked Estimate, o *AnchorOptions) (Anchored, error) {
	var opts AnchorOptions
	if o != nil {
		opts = *o
	}
	level, err := levelOf(opts.Level)
	p, err1 := AnchorPosition(score.Value, liked.Value, disliked.Value)
	errs := []error{err, err1}
	caveats := CaveatsOf().withIf(NotRandom, opts.NotRandom)
	for i, e := range [...]Estimate{score, liked, disliked} {
		name := [...]string{"score", "liked", "disliked"}[i]
		if e.Unit != Points {
			errs = append(errs, fault(ErrNotComparable, name, e.Unit.String(), "not in points"))
		}
		if !e.HasSE || !(e.SE >= 0 && e.SE <= points) {
			errs = append(errs, faultInt(ErrUndefined, "standard error of "+name, e.N, "too few answers for one"))
		}
		caveats |= e.Caveats & CaveatsOf(FewAnswers, SingleAnswer, NoSpread, Weighted, NotRandom, EmptyClass)
	}
	if err := errors.Join(errs...); err != nil {
		return Anchored{}, err
	}
	width := liked.Value - disliked.Value
	a := Anchored{Estimate: Estimate{
		Name: "anchored net promoter score", Unit: Pure, Value: p, HasSE: true, Level: level, N: score.N, EffectiveN: score.EffectiveN, Method: Delta,
		SE: math.Sqrt(score.SE*score.SE+(1-p)*(1-p)*disliked.SE*disliked.SE+p*p*liked.SE*liked.SE) / width,
	}, Extrapolated: p < 0 || p > 1}
	a.Caveats = caveats.withIf(Extrapolated, a.Extrapolated).withIf(CloseAnchors, width < stat.Critical(level)*math.Hypot(liked.SE, disliked.SE))
	a.around(stat.Critical(level))
	return a, nil
}
