package score

import (
	"errors"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A SUSScore is what one respondent's ten answers to the System Usability Scale come to,
// each 0 to 100 in points.
//
// Source: Brooke, "SUS: A Quick and Dirty Usability Scale", 1996; Lewis and Sauro, "The
// Factor Structure of the System Usability Scale", HCI International 2009, for the two
// parts.
type SUSScore struct {
	Score     float64 `json:"score"`     // all ten items, in steps of 2.5
	Usable    float64 `json:"usable"`    // without items 4 and 10, in steps of 3.125
	Learnable float64 `json:"learnable"` // items 4 and 10, in steps of 12.5
	Imputed   bool    `json:"imputed"`   // one item was filled in
}

// SUSOptions are what scoring can be told. A nil pointer is the zero value.
type SUSOptions struct {
	// CentreMissing fills in one missing item with 3, the middle; without it, and for two
	// missing items, there is no score.
	CentreMissing bool
}

// ScoreSUS scores the ten answers, 1 (strongly disagree) to 5 (strongly agree), in the
// order of the questionnaire, odd items positive and even ones negative; 0 is a missing
// item. A missing item is [ErrIncomplete], an answer outside 1 to 5 [ErrOutOfRange]; all
// faults are reported. The sum always has ten items, never a mean of those present.
func ScoreSUS(items [10]int, o *SUSOptions) (SUSScore, error) {
	raw, err := susRaw(items, o)
	if err != nil {
		return SUSScore{}, err
	}
	return SUSScore{2.5 * float64(raw.all), 3.125 * float64(raw.all-raw.learnable), 12.5 * float64(raw.learnable), raw.imputed}, nil
}

type susSteps struct {
	all, learnable int // 0 to 40, 0 to 8
	imputed        bool
}

func susRaw(items [10]int, o *SUSOptions) (susSteps, error) {
	var raw susSteps
	var faults []error
	missing := 0
	for i, a := range items {
		if a == 0 {
			missing++
			if o != nil && o.CentreMissing && missing == 1 {
				a, raw.imputed = 3, true
			} else {
				faults = append(faults, faultInt(ErrIncomplete, "item "+strconv.Itoa(i+1), 0, "not answered"))
				continue
			}
		}
		if a < 1 || a > 5 {
			faults = append(faults, faultInt(ErrOutOfRange, "item "+strconv.Itoa(i+1), int64(a), "whole numbers from 1 to 5 are answers"))
			continue
		}
		step := a - 1
		if i%2 == 1 {
			step = 5 - a
		}
		raw.all += step
		if i == 3 || i == 9 {
			raw.learnable += step
		}
	}
	return raw, errors.Join(faults...)
}

// A SUSGrade is a grade of the curved scale for SUS means.
//
// Source: Sauro and Lewis, "Quantifying the User Experience", 2nd ed., 2016, table 8.5.
type SUSGrade string

// GradeSUS grades a mean SUS score: A+ from 84.1, A 80.8, A- 78.9, B+ 77.2, B 74.1, B-
// 72.6, C+ 71.1, C 65, C- 62.7, D 51.7, F below. A score outside 0 to 100 is
// [ErrOutOfRange].
func GradeSUS(score float64) (SUSGrade, error) {
	if !(score >= 0 && score <= 100) {
		return "", faultFloat(ErrOutOfRange, "score", score, "0 to 100")
	}
	for _, g := range [...]struct {
		from  float64
		grade SUSGrade
	}{{84.1, "A+"}, {80.8, "A"}, {78.9, "A-"}, {77.2, "B+"}, {74.1, "B"}, {72.6, "B-"}, {71.1, "C+"}, {65, "C"}, {62.7, "C-"}, {51.7, "D"}} {
		if score >= g.from {
			return g.grade, nil
		}
	}
	return "F", nil
}

// The norm of published SUS means: mean 68, standard deviation 12.5 between systems.
const (
	susNorm   = 68
	susNormSD = 12.5
)

// SUSPercentile is the share of published systems, 0 to 1, whose mean SUS score is below
// this one, by a normal distribution with mean 68 and standard deviation 12.5 (Sauro, "A
// Practical Guide to the System Usability Scale", 2011). A score outside 0 to 100 is
// [ErrOutOfRange].
func SUSPercentile(score float64) (float64, error) {
	if !(score >= 0 && score <= 100) {
		return 0, faultFloat(ErrOutOfRange, "score", score, "0 to 100")
	}
	return stat.NormalCDF((score - susNorm) / susNormSD), nil
}

// Usability counts complete SUS answers. The zero value is empty and ready; state is
// counts of whole steps, so Merge is associative and commutative. Not safe for concurrent
// use.
type Usability struct {
	all       [41]int64
	usable    [33]int64
	learnable [9]int64
	imputed   int64
	rejected  int64
}

// Add scores one respondent's answers and counts the score. Faults are those of
// [ScoreSUS]; the respondent is then counted as Rejected.
func (u *Usability) Add(items [10]int, o *SUSOptions) error {
	raw, err := susRaw(items, o)
	if err != nil {
		u.rejected++
		return err
	}
	u.all[raw.all]++
	u.usable[raw.all-raw.learnable]++
	u.learnable[raw.learnable]++
	u.imputed += bit(raw.imputed)
	return nil
}

// N is the number of respondents with a score.
func (u *Usability) N() int64 { return u.view().n() }

// Rejected is the number of respondents whose answers give no score.
func (u *Usability) Rejected() int64 { return u.rejected }

func (u *Usability) view() scaleView { return scaleView{u.all[:], 0} }

// Mean is the mean SUS score, 0 to 100, see [Ratings.Mean]. Scores with a filled-in item
// carry [ImputedItem].
func (u *Usability) Mean(o *Options) (Estimate, error) {
	return u.mean("system usability (SUS)", u.all[:], o)
}

// Usable is the mean of the usable part, 0 to 100.
func (u *Usability) Usable(o *Options) (Estimate, error) {
	return u.mean("usable part of SUS", u.usable[:], o)
}

// Learnable is the mean of the learnable part, 0 to 100.
func (u *Usability) Learnable(o *Options) (Estimate, error) {
	return u.mean("learnable part of SUS", u.learnable[:], o)
}

func (u *Usability) mean(name string, counts []int64, o *Options) (Estimate, error) {
	e, err := scaleView{counts, 0}.mean(name, Points, 100/float64(len(counts)-1), 0, o)
	e.Caveats = e.Caveats.withIf(ImputedItem, u.imputed > 0 && err == nil)
	return e, err
}

// SD is the standard deviation of the scores over n - 1, in points. One respondent is
// [ErrUndefined], none [ErrNoData].
func (u *Usability) SD() (float64, error) {
	sd, err := u.view().sd("SUS")
	return 2.5 * sd, err
}

// Merge adds the respondents of another state. On overflow u is unchanged.
func (u *Usability) Merge(o *Usability) error {
	next := *u
	err := errors.Join(
		mergeScale(next.all[:], o.all[:], []*int64{&next.imputed, &next.rejected}, []int64{o.imputed, o.rejected}),
		mergeCounts("answers", next.usable[:], o.usable[:]), mergeCounts("answers", next.learnable[:], o.learnable[:]))
	if err != nil {
		return err
	}
	*u = next
	return nil
}

var (
	kindUsability   = binenc.Kind{'F', 'S', 'U', 'S'}
	configUsability = binenc.Hash("SUS", "10", "1-5")
)

// MarshalBinary writes the state.
func (u *Usability) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindUsability, 1, configUsability)
	for _, part := range [][]int64{u.all[:], u.usable[:], u.learnable[:], {u.imputed, u.rejected}} {
		for _, n := range part {
			w.Int(n)
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (u *Usability) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindUsability, configUsability)
	if err != nil {
		return err
	}
	var next Usability
	var totals [3]int64
	for i, part := range [][]int64{next.all[:], next.usable[:], next.learnable[:]} {
		for j := range part {
			part[j] = readCount(in)
		}
		var err error
		if totals[i], err = sum("answers", part...); err != nil || totals[i] != totals[0] {
			in.Fail("parts that disagree")
		}
	}
	next.imputed, next.rejected = readCount(in), readCount(in)
	if next.imputed > totals[0] {
		in.Fail("more filled in than answered")
	}
	if err := closed(in); err != nil {
		return err
	}
	*u = next
	return nil
}

// ScoreUMUXLite scores the two answers of UMUX-Lite, 1 to 7 each ("the capabilities meet my
// requirements", "easy to use"), as (a + b - 2) / 12 · 100, from 0 to 100. 0 is a missing
// item: [ErrIncomplete]; any other answer outside 1 to 7 is [ErrOutOfRange].
//
// Source: Lewis, Utesch and Maher, "UMUX-LITE: When There's No Time for the SUS", CHI 2013.
func ScoreUMUXLite(capabilities, ease int) (float64, error) {
	steps, err := umuxSteps(capabilities, ease)
	return float64(steps) * 100 / 12, err
}

func umuxSteps(capabilities, ease int) (int, error) {
	var faults []error
	for i, a := range [...]int{capabilities, ease} {
		name := [...]string{"capabilities", "ease"}[i]
		switch {
		case a == 0:
			faults = append(faults, faultInt(ErrIncomplete, name, 0, "not answered"))
		case a < 1 || a > 7:
			faults = append(faults, faultInt(ErrOutOfRange, name, int64(a), "whole numbers from 1 to 7 are answers"))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return 0, err
	}
	return capabilities + ease - 2, nil
}

// SUSFromUMUXLite2013 is 0.65 times the UMUX-Lite score plus 22.9: the regression with which
// its authors matched SUS means in 2013 and which they no longer recommend, since raw
// scores match as well. It is here for reports that used it; nothing calls it. A score
// outside 0 to 100 is [ErrOutOfRange].
//
// Source: Lewis, Utesch and Maher 2013; withdrawn in Sauro, "SUPR-Q, UMUX-LITE and SUS",
// MeasuringU.
func SUSFromUMUXLite2013(score float64) (float64, error) {
	if !(score >= 0 && score <= 100) {
		return 0, faultFloat(ErrOutOfRange, "score", score, "0 to 100")
	}
	return 0.65*score + 22.9, nil
}

// UsefulnessEase counts complete UMUX-Lite answers. The zero value is empty and ready; state
// is counts, so Merge is associative and commutative. Not safe for concurrent use.
type UsefulnessEase struct {
	steps    [13]int64
	rejected int64
}

// Add counts one respondent's two answers. Faults are those of [ScoreUMUXLite]; the
// respondent is then counted as Rejected.
func (u *UsefulnessEase) Add(capabilities, ease int) error {
	steps, err := umuxSteps(capabilities, ease)
	if err != nil {
		u.rejected++
		return err
	}
	u.steps[steps]++
	return nil
}

// N is the number of respondents with a score.
func (u *UsefulnessEase) N() int64 { return scaleView{u.steps[:], 0}.n() }

// Rejected is the number of respondents whose answers give no score.
func (u *UsefulnessEase) Rejected() int64 { return u.rejected }

// Mean is the mean UMUX-Lite score, 0 to 100, see [Ratings.Mean].
func (u *UsefulnessEase) Mean(o *Options) (Estimate, error) {
	return scaleView{u.steps[:], 0}.mean("UMUX-Lite", Points, 100.0/12, 0, o)
}

// Merge adds the respondents of another state. On overflow u is unchanged.
func (u *UsefulnessEase) Merge(o *UsefulnessEase) error {
	return mergeScale(u.steps[:], o.steps[:], []*int64{&u.rejected}, []int64{o.rejected})
}

var (
	kindUsefulness   = binenc.Kind{'F', 'U', 'M', 'X'}
	configUsefulness = binenc.Hash("UMUX-Lite", "1-7")
)

// MarshalBinary writes the state.
func (u *UsefulnessEase) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindUsefulness, configUsefulness, append(u.steps[:len(u.steps):len(u.steps)], u.rejected)...)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (u *UsefulnessEase) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindUsefulness, configUsefulness, append(pointers(u.steps[:]), &u.rejected)...)
}
