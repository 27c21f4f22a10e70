package score

import (
	"iter"
	"math"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// points turns shares into the customary -100 to 100.
const points = 100

// A Scored row carries one answer as a whole number; [feedback.NPSAnswer] and the other
// answers are rows.
type Scored interface{ Score() int }

// NetPromoter counts answers to "how likely are you to recommend us?", whole numbers
// from 0 to 10, by class: promoters 9-10, passives 7-8, detractors 0-6. Anything
// else is counted as Invalid, silence as Skipped; neither is in a denominator, and
// nothing is clamped or rescaled.
//
// The zero value is empty and ready. Guarantees: the state is counts, so that Merge is
// associative and commutative and equals one pass. The fields may be filled from
// counts that a database made ([NetPromoterFromCounts] checks them). Not safe for
// concurrent use; merge one per goroutine.
//
// Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review,
// December 2003.
type NetPromoter struct {
	Promoters  int64 `json:"promoters"`
	Passives   int64 `json:"passives"`
	Detractors int64 `json:"detractors"`
	Invalid    int64 `json:"invalid"`
	Skipped    int64 `json:"skipped"`
}

// NetPromoterFromCounts is the state that the answers behind the counts would give. A
// negative count, or a sum beyond int64, is [ErrOutOfRange].
func NetPromoterFromCounts(promoters, passives, detractors int64) (NetPromoter, error) {
	n := NetPromoter{Promoters: promoters, Passives: passives, Detractors: detractors}
	_, err := n.total()
	return n, err
}

// NetPromoterOf counts every row. A row with a method Valid() bool that says false,
// such as a [feedback.NPSAnswer] without an answer, is counted as Skipped. Look at
// Invalid before the figure is published.
func NetPromoterOf[S Scored](rows iter.Seq[S]) NetPromoter {
	var n NetPromoter
	if strict, ok := any(rows).(iter.Seq[feedback.NPSAnswer]); ok { // without a call for each row
		var by [16]int64 // answers by score, silence at 15
		for a := range strict {
			at := a.Score()
			if !a.Valid() {
				at = 15
			}
			by[at&15]++
		}
		n.Promoters, n.Passives, n.Skipped = by[9]+by[10], by[7]+by[8], by[15]
		for _, c := range by[:7] {
			n.Detractors += c
		}
		return n
	}
	var row S
	if _, optional := any(row).(answered); optional {
		for row := range rows {
			if any(row).(answered).Valid() {
				n.tally(row.Score())
			} else {
				n.Skipped++
			}
		}
		return n
	}
	for row := range rows {
		n.tally(row.Score())
	}
	return n
}

// answered is a row that may be silent.
type answered interface{ Valid() bool }

// tally counts without a branch that the processor could mispredict.
func (n *NetPromoter) tally(score int) {
	s := uint(score) //nolint:gosec // a negative score becomes a large one, which is what is wanted
	n.Promoters += bit(s-9 <= 1)
	n.Passives += bit(s-7 <= 1)
	n.Detractors += bit(s <= 6)
	n.Invalid += bit(s > 10)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// errNPS is the error of an invalid answer. It carries no value, so that a stream full
// of them allocates nothing.
var errNPS error = &ValueError{Field: "score", Value: "not an answer of the scale", Why: "whole numbers from 0 to 10 are", Err: ErrOutOfRange}

// Add counts one answer. A score outside 0 to 10 is counted as Invalid and reported as
// [ErrOutOfRange]; a caller for whom such rows are normal (a code for "no answer")
// ignores the error.
func (n *NetPromoter) Add(score int) error {
	n.tally(score)
	if uint(score) > 10 { //nolint:gosec // see tally
		return errNPS
	}
	return nil
}

// AddAnswer counts one strict answer; the zero value, "not answered", is Skipped.
func (n *NetPromoter) AddAnswer(a feedback.NPSAnswer) {
	s, given := uint(a.Score()), a.Valid() //nolint:gosec // 0 to 10
	n.Promoters += bit(s >= 9)
	n.Passives += bit(s-7 <= 1)
	n.Detractors += bit(s <= 6 && given)
	n.Skipped += bit(!given)
}

// AddAnswers counts strict answers, as [NetPromoter.AddAnswer] does. It allocates nothing.
func (n *NetPromoter) AddAnswers(answers []feedback.NPSAnswer) {
	var top, middle, low int64
	for _, a := range answers {
		s := uint(a.Score()) //nolint:gosec // 0 to 10
		top += bit(s >= 9)
		middle += bit(s-7 <= 1)
		low += bit(s <= 6 && a.Valid())
	}
	n.Promoters += top
	n.Passives += middle
	n.Detractors += low
	n.Skipped += int64(len(answers)) - top - middle - low
}

// AddScores counts a column of answers, such as a columnar file holds. Values outside 0
// to 10 are counted as Invalid. It allocates nothing.
func (n *NetPromoter) AddScores(scores []int8) {
	for len(scores) > 0 {
		chunk := scores[:min(len(scores), 1<<20)]
		scores = scores[len(chunk):]
		var top, upper, low int64
		for _, s := range chunk {
			// Thresholds by arithmetic on the sign: no branch, no table.
			u := int32(s)
			valid := int64(^(u | (10 - u)) >> 31) // -1 inside 0 to 10, else 0
			top += int64((8-u)>>31) & valid
			upper += int64((6-u)>>31) & valid
			low += valid
		}
		n.Promoters -= top
		n.Passives += top - upper
		n.Detractors += upper - low
		n.Invalid += int64(len(chunk)) + low
	}
}

func (n NetPromoter) total() (int64, error) {
	if _, err := sum("answers", n.Promoters, n.Passives, n.Detractors, n.Invalid, n.Skipped); err != nil {
		return 0, err
	}
	return n.N(), nil
}

// N is the number of valid answers.
func (n NetPromoter) N() int64 { return n.Promoters + n.Passives + n.Detractors }

// Merge adds the counts of another state. On overflow n is unchanged.
func (n *NetPromoter) Merge(o NetPromoter) error {
	next := NetPromoter{n.Promoters + o.Promoters, n.Passives + o.Passives, n.Detractors + o.Detractors, n.Invalid + o.Invalid, n.Skipped + o.Skipped}
	if n.small() && o.small() {
		*n = next
		return nil
	}
	into := [...]int64{n.Promoters, n.Passives, n.Detractors, n.Invalid, n.Skipped}
	from := [...]int64{o.Promoters, o.Passives, o.Detractors, o.Invalid, o.Skipped}
	if err := mergeCounts("answers", into[:], from[:]); err != nil {
		return err
	}
	*n = NetPromoter{into[0], into[1], into[2], into[3], into[4]}
	return nil
}

// small reports whether no count is negative and ten of them cannot overflow.
func (n NetPromoter) small() bool {
	return uint64(n.Promoters|n.Passives|n.Detractors|n.Invalid|n.Skipped) < 1<<59 //nolint:gosec // a negative count sets the top bit
}

// Variance is the variance of one answer worth +1, 0 or -1, from 0 to 1: p + d -
// (p - d)^2 with p and d the shares of promoters and detractors (the multinomial
// variance; Rocks, "Interval Estimation for the Net Promoter Score", The American
// Statistician 70 (2016) 365-372). No answer is [ErrNoData].
func (n NetPromoter) Variance() (float64, error) {
	total, err := n.total()
	if err == nil && total == 0 {
		err = noAnswer("net promoter score")
	}
	if err != nil {
		return 0, err
	}
	t := float64(total)
	return stat.ThreePointVariance(float64(n.Promoters)/t, float64(n.Detractors)/t), nil
}

// Estimate is the score in points, -100 to 100, by [Wald], [AdjustedWald] or [Score];
// [Auto] is Score below 20 answers or with an empty class and AdjustedWald otherwise,
// whose coverage at 0.95, enumerated for 3 to 100 answers, is at least 92.8 % for shares such
// as 20/30/50, 40/20/40 and 5/15/80 and less where a class is all but empty: 85.7 % for 3 answers
// of 1/4/95, 88.6 % for 23 of ½/½/99. SE is 100 sqrt(variance/n) of the answers as they are. The score is
// rounded once, from the counts. No answer is [ErrNoData].
//
// Source: Rocks 2016 for Wald and AdjustedWald; Tango, Statistics in Medicine 17 (1998)
// 891-908, for Score.
func (n NetPromoter) Estimate(o *Options) (Estimate, error) {
	if _, err := n.total(); err != nil {
		return Estimate{}, err
	}
	return threeClassEstimate("net promoter score", n.Promoters, n.Passives, n.Detractors, o)
}

// threeClassEstimate is the share of one class minus that of another, in points.
func threeClassEstimate(name string, up, middle, down int64, o *Options) (Estimate, error) {
	n := up + middle + down
	if n == 0 {
		return Estimate{}, noAnswer(name)
	}
	s, err := o.settle(n)
	if err != nil {
		return Estimate{}, err
	}
	p, d, t := float64(up), float64(down), float64(n)
	_, se := threeClass(p, d, t)
	e := Estimate{
		Name: name, Unit: Points, Value: points * float64(up-down) / t, SE: se * s.fpc, HasSE: true,
		Level: s.Level, N: n, EffectiveN: t, Method: s.Method, Caveats: s.caveats,
	}
	empty := up == 0 || middle == 0 || down == 0
	e.Caveats = e.Caveats.withIf(EmptyClass, empty).withIf(NoSpread, se == 0)
	if e.Method == Auto {
		e.Method = AdjustedWald
		if empty || n < fewAnswers {
			e.Method = Score
		}
	}
	switch e.Method {
	case Wald:
		e.Low, e.High = threeClassWald(p, d, t, s)
	case AdjustedWald:
		e.Low, e.High = threeClassWald(p+0.75, d+0.75, t+3, s)
		if s.fpc == 0 {
			e.Low, e.High = e.Value, e.Value
		}
	case Score:
		e.Low, e.High = scoreEnds(p, d, t, s)
	default:
		return Estimate{}, s.refuse()
	}
	s.clipTo(&e, -points, points)
	return e, nil
}

// threeClass is the score of counts in points and its standard error.
func threeClass(up, down, n float64) (score, se float64) {
	return points * (up - down) / n, points * math.Sqrt(stat.ThreePointVariance(up/n, down/n)/n)
}

// threeClassWald is the interval in points around the score of the counts.
func threeClassWald(up, down, n float64, s settings) (lo, hi float64) {
	half := stat.Critical(s.Level) * math.Sqrt(stat.ThreePointVariance(up/n, down/n)/n) * s.fpc
	centre := (up - down) / n
	return points * (centre - half), points * (centre + half)
}

// scoreEnds is Tango's interval in points, of counts that need not be whole.
func scoreEnds(up, down, n float64, s settings) (lo, hi float64) {
	if math.IsInf(s.stretch, 1) {
		return points * (up - down) / n, points * (up - down) / n
	}
	up, down, n = up*s.stretch, down*s.stretch, n*s.stretch
	n = max(n, up+down) // against rounding of counts that are not whole
	lo, hi = stat.PairedScore(up, down, n, s.Level)
	return points * lo, points * hi
}

var (
	kindNetPromoter   = binenc.Kind{'F', 'N', 'P', 'S'}
	configNetPromoter = binenc.Hash("net promoter", "0-10", "9", "7")
)

// MarshalBinary writes the state.
func (n NetPromoter) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindNetPromoter, configNetPromoter, n.Promoters, n.Passives, n.Detractors, n.Invalid, n.Skipped)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (n *NetPromoter) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindNetPromoter, configNetPromoter, &n.Promoters, &n.Passives, &n.Detractors, &n.Invalid, &n.Skipped)
}
